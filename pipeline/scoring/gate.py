"""What a request to ``mlflow models serve`` must pass before MLflow and the model see it.

MLflow 3.17's scoring server answers 500 to a request without a content type, to deeply nested JSON and to a number
of thousands of digits; puts a traceback with paths, or the whole article, into what it refuses; drops unknown
params and keys without a word; and reads a number as a text. The gate stands before it and answers each with a 4xx
and a sentence.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from types import ModuleType
from typing import Any

from pipeline.scoring.served import ServedError

JSON = "application/json"
# A request is scored as one: 1 MB is about 8,000 sentences, half a minute of the ensemble on one core.
MOST_BYTES = 1_000_000
MESSAGE_CHARACTERS = 1_000
PARAMS = "params"
COERCED = ("inputs", "instances")  # MLflow makes strings of what is none in these, and of no others
# MLflow puts what it was given before what it says of it.
ECHO = ". \nError: "
SCHEMA_ECHO = "'. Error: "
log = logging.getLogger(__name__)


class BadRequest(ValueError):
    """A request that is refused with an HTTP ``status``; the message says why and what to send."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def close_gate(server: ModuleType) -> None:
    """Put the gate before ``mlflow.pyfunc.scoring_server.invocations``, once a process."""
    if not hasattr(server.invocations, "__wrapped__"):
        server.invocations = gated(server)


def gated(server: ModuleType) -> Callable[..., Any]:
    """MLflow's ``invocations`` behind the gate; it never raises."""
    inner = server.invocations

    @wraps(inner)
    def invocations(data: bytes, content_type: str | None, model: Any, input_schema: Any) -> Any:
        try:
            asked = admitted(data, content_type, server.SUPPORTED_FORMATS, _param_names(model))
            answered = inner(asked, content_type, model, input_schema)
        except BadRequest as error:
            return _refusal(server, error.status, str(error))
        except server.MlflowException as error:
            return _refusal(server, 400, reason(error))
        except Exception:
            log.exception("a request that passed the gate and broke MLflow's reading of it")
            return _refusal(server, 400, "the request cannot be read; compare it with the model's input example")
        return answered if answered.status == 200 else _refusal(server, answered.status, answered.response)

    return invocations


def admitted(
    data: bytes, content_type: str | None, formats: set[str], params: set[str]
) -> bytes | dict[str, object]:
    """The body as MLflow is to have it: JSON parsed, all else as it came. Raises ``BadRequest``."""
    if len(data) > MOST_BYTES:
        raise BadRequest(
            413, f"the request has {len(data):,} bytes and the limit is {MOST_BYTES:,}; send its articles in parts"
        )
    if not content_type or not content_type.strip():
        raise BadRequest(415, f"the request does not say what it is; send the header Content-Type: {JSON}")
    return _checked(_parsed(data), formats, params) if content_type.split(";")[0].strip() == JSON else data


def reason(error: Exception) -> str:
    """What an exception of MLflow says, without the articles that it quotes."""
    if isinstance(error.__cause__, ServedError):
        return str(error.__cause__)
    message = str(error)
    return message.split(ECHO, 1)[-1].rsplit(SCHEMA_ECHO, 1)[-1].split("\nInput: \n")[0]


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except RecursionError as error:
        raise BadRequest(400, "the JSON is nested too deeply; send a list of flat records") from error
    except ValueError as error:  # also UnicodeDecodeError, and numbers of thousands of digits
        raise BadRequest(400, f"not JSON: {error}") from error


def _checked(body: object, formats: set[str], params: set[str]) -> dict[str, object]:
    """A body with one input, known keys and known params; their values are for MLflow and the model to check."""
    example = '{"dataframe_records": [{"text": "…"}]}'
    if not isinstance(body, dict):
        raise BadRequest(400, f"the JSON is a {type(body).__name__}; send an object such as {example}")
    if unknown := sorted(set(body) - formats - {PARAMS}):
        raise BadRequest(400, f"unknown key {_list(unknown)}; send one of {_list(sorted(formats))}, and {PARAMS}")
    given = [name for name in body if name in formats]
    if len(given) != 1 or not body[given[0]]:
        raise BadRequest(400, f"no article, or several inputs; send {example}")
    if given[0] in COERCED:
        _check_texts(body[given[0]], example)
    asked = body.get(PARAMS) or {}
    if not isinstance(asked, Mapping):
        raise BadRequest(400, f"{PARAMS} is a {type(asked).__name__}; send an object of {_list(sorted(params))}")
    if strange := sorted(set(asked) - params):
        raise BadRequest(400, f"unknown param {_list(strange)}; there are {_list(sorted(params))}")
    return body


def _check_texts(articles: object, example: str) -> None:
    """Each article is an object with a ``text``, which is a string: MLflow would make one of a number."""
    for number, text in enumerate(_texts(articles, example), start=1):
        if not isinstance(text, str):
            raise BadRequest(400, f"#{number}: the text is a {type(text).__name__}; it must be a string")


def _texts(articles: object, example: str) -> Iterator[object]:
    """The texts of a list of records, or of one object of columns."""
    if isinstance(articles, Mapping) and "text" in articles:
        column = articles["text"]
        yield from column if isinstance(column, list) else [column]
        return
    for number, record in enumerate(articles if isinstance(articles, list) else [articles], start=1):
        if not isinstance(record, Mapping) or "text" not in record:
            raise BadRequest(400, f"#{number} is no article with a `text`; send {example}")
        yield record["text"]


def _param_names(model: Any) -> set[str]:
    schema = model.metadata.get_params_schema()
    return {param.name for param in schema.params} if schema else set()


def _list(names: list[str]) -> str:
    return ", ".join(name[:40] for name in names[:12])


def _refusal(server: ModuleType, status: int, message: str) -> Any:
    """An answer in the shape that MLflow gives its errors."""
    said = {"error_code": "BAD_REQUEST", "message": message[:MESSAGE_CHARACTERS]}
    return server.InvocationsResponse(json.dumps(said), status, JSON)
