"""Why an input is not read: a closed set of reasons, the record of a reject, and the exception behind it."""

from dataclasses import dataclass
from typing import Literal, get_args

Reason = Literal[
    "binary",  # a PDF, an office file, an image, or text full of control characters
    "duplicate",  # same id and same text as an article read before
    "empty",  # no characters but white space
    "encoding",  # bytes that are no text in UTF-8, UTF-16 or a Western code page
    "html",  # broken page, or a page without an article
    "json",  # not JSON, or JSON of another shape than an object with a text
    "metadata",  # a date, party, kind, government or leaning outside the codebook
    "missing_text",  # a record without a text
    "table",  # a CSV or Parquet file that does not parse
    "too_long",  # more characters than score.max_characters
    "unreadable",  # no permission, a broken link, a device
    "unsupported",  # a suffix that no reader knows
    "error",  # the text path or the learner failed on it: a fault of this program
]
_DETAIL_CHARACTERS = 500  # some libraries print the whole text that they choke on
REASONS: tuple[str, ...] = get_args(Reason)


@dataclass(frozen=True)
class Reject:
    """An input that was not read. ``source`` is the path as given, with ``#n`` for record ``n`` of a file;
    ``detail`` is a sentence that says what was met and how to mend it."""

    source: str
    reason: Reason
    detail: str


def failure(source: str, error: Exception) -> Reject:
    """The reject of an input on which this program itself failed."""
    return Reject(source, "error", printable(f"{type(error).__name__}: {error}"[:_DETAIL_CHARACTERS]))


def printable(text: str) -> str:
    """Text without lone surrogates (of undecodable file names and broken JSON), which no table can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Refusal(Exception):
    """Raised where one input cannot be read; the reader turns it into a ``Reject`` and goes on."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail

    def at(self, source: str) -> Reject:
        """The reject that reports this refusal."""
        return Reject(source, self.reason, self.detail)


def too_long(characters: int, limit: int) -> Refusal:
    """The refusal of a text of (at least) ``characters`` characters."""
    return Refusal(
        "too_long",
        f"the text has {characters:,} characters or more and the limit is {limit:,}; split it into articles "
        "or raise score.max_characters in configs/params.yaml",
    )
