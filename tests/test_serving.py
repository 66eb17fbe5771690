"""`mlflow models serve` on a model folder: many clients at once, and requests that no model should meet."""

import json

import pytest

from tests.bench.serving import JSON, articles, ask, figures, load, wrong

CRUEL = "“They are cruel rules,” said Ivo Tarn. It was on a train."
GOOD = {"dataframe_records": [{"text": CRUEL, "id": "a"}]}


def post(server, body, headers=JSON):
    """Status and parsed answer."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, answered = ask(server.port, sent, headers)
    return status, json.loads(answered)


def test_eight_clients_get_their_own_statements(server):
    """Every answer is compared with the article that was asked for."""
    answers = load(server.port, list(articles(200)), clients=8)
    assert [answer.fault for answer in answers if answer.fault] == []
    found = figures(answers, 1.0, server)
    assert (found["requests"], found["failures"]) == (200, 0)
    assert found["p99 ms"] >= found["p50 ms"] > 0


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        {"inputs": [{"text": CRUEL, "id": "a"}]},
        {"inputs": {"text": [CRUEL], "id": ["a"]}},
        {"instances": [{"text": CRUEL, "id": "a"}]},
        {"dataframe_split": {"columns": ["text", "id"], "data": [[CRUEL, "a"]]}},
    ],
)
def test_every_form_of_request_that_mlflow_knows_is_answered_alike(server, body):
    assert post(server, body) == post(server, GOOD)
    assert post(server, GOOD)[0] == 200


def test_articles_of_one_request_keep_their_ids(server):
    records = [{"text": CRUEL, "id": "first"}, {"text": "It was on a train."}, {"text": CRUEL, "id": "third"}]
    status, answered = post(server, {"dataframe_records": records})
    assert status == 200
    assert [row["article_id"] for row in answered["predictions"]] == ["first", "first", "2", "third", "third"]


def test_params_travel_with_the_request(server):
    wish = {"heads": "stance", "threshold": 1.0, "on_error": "skip"}
    status, answered = post(server, {"dataframe_records": [{"text": " "}, {"text": CRUEL}], "params": wish})
    assert status == 200
    assert all(row["abstained"] and "frame" not in row for row in answered["predictions"])


BAD = {
    "not JSON": (b"{", 400, "not JSON"),
    "nothing": (b"", 400, "not JSON"),
    "bytes": (b"\xff\xfe\x00\x80", 400, "not JSON"),
    "deep": (b"[" * 100_000, 400, "nested too deeply"),
    "digits": (b'{"inputs": [{"text": ' + b"9" * 5_000 + b"}]}", 400, "not JSON"),
    "a list": ([GOOD], 400, "the JSON is a list"),
    "a number": (5, 400, "the JSON is a int"),
    "no key": ({}, 400, "no article"),
    "an unknown key": (GOOD | {"parms": {}}, 400, "unknown key parms"),
    "two inputs": (GOOD | {"inputs": []}, 400, "several inputs"),
    "no record": ({"dataframe_records": []}, 400, "no article"),
    "no text": ({"dataframe_records": [{"title": "x"}]}, 400, "missing inputs ['text']"),
    "one without a text": ({"inputs": [{"text": CRUEL}, {"title": "x"}]}, 400, "#2 is no article"),
    "a bare text": ({"inputs": [CRUEL]}, 400, "#1 is no article"),
    "a number for text": ({"inputs": {"text": [CRUEL, 5]}}, 400, "#2: the text is a int"),
    "a number in records": ({"dataframe_records": [{"text": 5}]}, 400, "`text` is of type int"),
    "null": ({"dataframe_records": [{"text": None}]}, 400, "the text is empty"),
    "blank": ({"dataframe_records": [{"text": " \n"}]}, 400, "white space"),
    "too long": ({"dataframe_records": [{"text": "x" * 20_001}]}, 400, "too_long"),
    "too big": (b"x" * 1_000_001, 413, "send its articles in parts"),
    "control codes": ({"dataframe_records": [{"text": "a\0b"}]}, 400, "NUL character"),
    "half a character": (b'{"inputs": [{"text": "\\ud800 said"}]}', 400, "surrogate"),
    "a date": ({"dataframe_records": [{"text": CRUEL, "date": "soon"}]}, 400, "write it as YYYY-MM-DD"),
    "a party": ({"dataframe_records": [{"text": CRUEL, "party": "Purple"}]}, 400, "it must be one of"),
    "an unknown param": (GOOD | {"params": {"mood": 1}}, 400, "unknown param mood"),
    "no params": (GOOD | {"params": [1]}, 400, "params is a list"),
    "a threshold above": (GOOD | {"params": {"threshold": 1.5}}, 400, "a number from 0 to 1"),
    "a threshold of text": (GOOD | {"params": {"threshold": "x"}}, 400, "threshold"),
    "no number": (b'{"inputs": [{"text": "It was."}], "params": {"threshold": NaN}}', 400, "from 0 to 1"),
    "an unknown head": (GOOD | {"params": {"heads": "stance,mood"}}, 400, "stance, pressure, role, frame"),
    "an unknown policy": (GOOD | {"params": {"on_error": "hide"}}, 400, "raise or skip"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_told_what_is_wrong(server, name):
    body, status, said = BAD[name]
    got, answered = post(server, body)
    assert (got, said in answered["message"]) == (status, True), answered
    assert set(answered) == {"error_code", "message"}  # no traceback
    assert "site-packages" not in answered["message"]
    assert CRUEL not in answered["message"]


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json; charset=latin-1", ";"])
def test_an_unknown_type_of_content_is_refused(server, content_type):
    status, answered = post(server, GOOD, {"Content-Type": content_type} if content_type else {})
    assert (status, bool(answered["message"])) == (415, True)


def test_the_load_test_sees_a_wrong_answer():
    record = {"id": "a", "text": "It was on a train."}
    row = {"article_id": "a", "sentence_id": "a#1", "start": 0, "end": 6, "text": "It was"}

    def answered(**changed):
        return wrong(record, 200, json.dumps({"predictions": [row | changed]}))

    assert answered() == ""
    assert answered(article_id="b") == "a: rows of another article, or none"
    assert answered(text="It is") == "a#1: not the sentence that stands there"
    assert wrong(record, 200, '{"predictions": []}') == "a: rows of another article, or none"
    assert wrong(record, 500, "oh") == "status 500: oh"
