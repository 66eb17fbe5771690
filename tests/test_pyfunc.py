"""The MLflow model: logged, registered, loaded by its alias and asked, it answers as the scorer does."""

import contextlib
import datetime as dt
import io
import os
import socket

import pandas as pd
import pytest
from fake_learner import CRUEL, POISON, scorer
from mlflow.exceptions import MlflowException
from mlflow_database import place_database

from pipeline.config import ScoreParams, TrackingParams
from pipeline.labels import heads
from pipeline.records import Article
from pipeline.scoring.engine import Scorer
from pipeline.scoring.served import EXAMPLE, answer, frame, served_model
from pipeline.tracking import connect, tracker

PARAMS = TrackingParams(enabled=True, database="mlflow.db", experiment="trial", model="trial")
SCORING = ScoreParams(batch_articles=2, max_reject_share=0.5, max_characters=10_000)


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
            uri = record.log_bundle(root / "bundle", served_model(heads(), SCORING), register=True)
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


def test_the_signature_tells_columns_and_types(model):
    inputs, outputs = model.metadata.signature.inputs, model.metadata.signature.outputs
    assert inputs.required_input_names() == ["text"]
    assert set(inputs.input_names()) == set(EXAMPLE)
    assert outputs.input_names()[-3:] == ["confidence", "abstained", "model"]


def test_the_model_carries_its_code_and_no_pickle(logged):
    root, _, uri, _ = logged
    folder = connect(PARAMS, root).artifacts.download_artifacts(uri)
    names = {os.path.relpath(os.path.join(at, name), folder) for at, _, found in os.walk(folder) for name in found}
    assert {"code/pipeline/records.py", "code/configs/codebook.yaml", "artifacts/bundle/bundle.json"} <= names
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib", ".pt", ".bin", ".pyc"))]


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


def test_answer_of_nothing_is_an_empty_frame(tmp_path):
    made = scorer(tmp_path / "bundle")
    assert list(answer(made, [], 100).columns) == made.schema.names
