"""The MLflow model: logged, registered, loaded by its alias and asked, it answers as the scorer does."""

import contextlib
import datetime as dt
import io
import json
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from fake_learner import CRUEL, POISON, UNSURE, scorer
from mlflow.exceptions import MlflowException
from mlflow_database import place_database

from pipeline.config import TrackingParams
from pipeline.labels import heads
from pipeline.records import Article
from pipeline.scoring.engine import Scorer
from pipeline.scoring.served import EXAMPLE, ServedError, Wish, answer, frame, served_model
from pipeline.text.metadata import FIELDS
from pipeline.tracking import connect, tracker

PARAMS = TrackingParams(enabled=True, database="mlflow.db", experiment="trial", model="trial")


def refuse(*_):
    raise AssertionError("a connection was opened")


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A root with a registered model of the fake learner, the scorer of the same bundle, the model's URI, and what
    logging said on the way. Logging that opens a connection fails here."""
    root = tmp_path_factory.mktemp("root")
    place_database(root)
    made = scorer(root / "bundle")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(Scorer, "load", lambda bundle: made)
        patch.setattr(socket.socket, "connect", refuse)
        record = tracker(PARAMS, root)
        said = io.StringIO()
        with record.parent("repro"), record.child("fake"), contextlib.redirect_stderr(said):
            uri = record.log_bundle(root / "bundle", served_model(made.bundle.card, 10_000), register=True)
        yield root, made, uri, said.getvalue()


@pytest.fixture
def model(logged):
    root, *_ = logged
    return connect(PARAMS, root).pyfunc.load_model("models:/trial@champion")


def test_the_champion_answers_as_the_scorer_does(logged, model):
    _, made, *_ = logged
    text = f"{CRUEL}\nThe bill returns."
    answered = model.predict(pd.DataFrame({"text": [text], "id": ["a"], "date": ["2025-11-24"]}))
    direct = frame(made.statements([Article("a", text, "#1", date=dt.date(2025, 11, 24))]))
    pd.testing.assert_frame_equal(answered, direct)
    assert list(answered["speaker"]) == ["Mara Quill", None]
    assert list(answered["speaker_start"]) == [0, None]


def test_logging_says_nothing(logged):
    assert logged[3] == ""


def test_records_will_do_and_only_the_text_is_needed(model):
    answered = model.predict([{"text": CRUEL}, {"text": CRUEL, "outlet": "The Marlow Post"}])
    assert list(answered["article_id"]) == ["1", "2"]
    assert list(answered["outlet"]) == [None, "The Marlow Post"]


def test_an_input_without_a_text_is_refused_by_the_signature(model):
    with pytest.raises(Exception, match="text"):
        model.predict(pd.DataFrame({"title": ["no text"]}))


@pytest.mark.parametrize("bad", [POISON, "", "x" * 10_001])
def test_what_cannot_be_scored_is_told_or_skipped_on_demand(model, bad):
    asked = pd.DataFrame({"text": [CRUEL, bad], "id": ["a", "b"]})
    with pytest.raises(MlflowException, match="1 records cannot be scored: #2: "):
        model.predict(asked)
    assert list(model.predict(asked, params={"on_error": "skip"})["article_id"]) == ["a"]


def test_the_heads_that_are_asked_for_come_back_alone(model):
    answered = model.predict([{"text": CRUEL}], params={"heads": "frame, role"})
    assert [name for name in answered if name in heads()] == ["role", "frame"]
    assert {name.split("_")[1] for name in answered if name.startswith("p_")} == {"role", "frame"}
    assert not {"confidence", "abstained"} & set(answered)  # they tell of the stance
    assert {"speaker", "attribution", "model"} <= set(answered)
    stance = model.predict([{"text": CRUEL}], params={"heads": "stance"})
    assert {"stance", "p_stance_none", "confidence", "abstained"} <= set(stance)


@pytest.mark.parametrize(("threshold", "abstained"), [(0.0, [0, 0]), (0.5, [0, 1]), (0.81, [1, 1]), (1, [1, 1])])
def test_the_threshold_decides_who_abstains(model, threshold, abstained):
    answered = model.predict([{"text": f"{CRUEL}\n{UNSURE}"}], params={"threshold": threshold})
    assert list(answered["abstained"]) == abstained


def test_the_threshold_meets_the_confidence_as_the_engine_does(tmp_path):
    """float32 .8 lies above .8: compared as float32 it would be no more than equal."""
    made = scorer(tmp_path / "bundle", threshold=0.8)
    given = frame(made.statements([Article("1", CRUEL, "#1")]))
    confidence = given["confidence"][0].item()
    wish = Wish(tuple(heads()), threshold=confidence + 1e-9)
    assert list(answer(made, [{"text": CRUEL}], 100, wish)["abstained"]) == [True]
    pd.testing.assert_frame_equal(answer(made, [{"text": CRUEL}], 100), given)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"heads": "stance,mood"}, "heads is 'stance,mood'; list one or more of stance, pressure"),
        ({"heads": ""}, "list one or more"),
        ({"threshold": 1.01}, "threshold is 1.01; it is a probability"),
        ({"threshold": float("nan")}, "number from 0 to 1"),
        ({"on_error": "hide"}, "on_error is 'hide'; it can be raise or skip"),
    ],
)
def test_params_out_of_range_are_refused(model, params, said):
    with pytest.raises(MlflowException, match=said):
        model.predict([{"text": CRUEL}], params=params)
    with pytest.raises(ServedError, match=said):
        Wish.of(params, model.unwrap_python_model()._scorer.bundle.card)


def test_a_threshold_is_no_truth(logged):
    with pytest.raises(ServedError, match="threshold is True"):
        Wish.of({"threshold": True}, logged[1].bundle.card)


def test_one_request_computes_at_a_time(logged, model):
    """Many threads get what one gets, and the learner never meets two of them."""
    learner = logged[1].learner
    inside, most, plain = threading.Semaphore(1), [], learner.predict_proba

    def alone(documents):
        most.append(inside.acquire(blocking=False))
        threading.Event().wait(0.01)
        try:
            return plain(documents)
        finally:
            inside.release()

    asked = [pd.DataFrame({"text": [f"{CRUEL}\nLine {number}."], "id": [str(number)]}) for number in range(8)]
    expected = [model.predict(one) for one in asked]
    learner.predict_proba = alone
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(model.predict, asked))
    finally:
        del learner.predict_proba
    assert most == [True] * 8
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_the_signature_tells_columns_and_types(model):
    inputs, outputs = model.metadata.signature.inputs, model.metadata.signature.outputs
    assert inputs.required_input_names() == ["text"]
    assert (
        set(inputs.input_names()) == set(EXAMPLE) == set(FIELDS)
    )  # MLflow drops what the signature does not name
    assert outputs.input_names()[-3:] == ["confidence", "abstained", "model"]
    required = set(outputs.required_input_names())
    assert {"article_id", "model"} <= required
    assert not required & {"stance", "p_frame_crime", "abstained"}  # a request may leave their heads out
    params = {param.name: param.default for param in model.metadata.signature.params}
    assert params == {"heads": ",".join(heads()), "threshold": 0.5, "on_error": "raise"}


def test_the_model_carries_its_code_and_no_pickle(logged):
    root, _, uri, _ = logged
    folder = connect(PARAMS, root).artifacts.download_artifacts(uri)
    names = {os.path.relpath(os.path.join(at, name), folder) for at, _, found in os.walk(folder) for name in found}
    assert {"code/pipeline/records.py", "code/configs/codebook.yaml", "artifacts/bundle/bundle.json"} <= names
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib", ".pt", ".bin", ".pyc"))]
    assert {"input_example.json", "serving_input_example.json"} <= names


def test_an_answer_is_json(model):
    """The scoring server sends this: None as null, never NaN, which is no JSON."""
    from mlflow.pyfunc.scoring_server import predictions_to_json

    class Sink(list):
        write = list.append

    sink = Sink()
    predictions_to_json(model.predict([{"text": "The bill returns.", "date": "2025-11-24"}]), sink)
    text = "".join(sink)
    assert '"speaker": null' in text
    assert '"date": "2025-11-24"' in text
    assert "NaN" not in text


def test_json_keeps_every_bit_of_a_number(model):
    answered = model.predict([{"text": f"{CRUEL}\n{UNSURE}"}])
    for column in ("confidence", "p_frame_crime"):
        assert answered[column].dtype == "float32"
        told = [json.loads(json.dumps(row[column])) for row in answered.to_dict("records")]
        assert [pd.Series(told).astype("float32").tolist(), told] == [
            answered[column].tolist(),
            answered[column].tolist(),
        ]


def test_answer_of_nothing_is_an_empty_frame(tmp_path):
    made = scorer(tmp_path / "bundle")
    assert list(answer(made, [], 100).columns) == made.schema.names
