"""The ``.stance`` format, the project's own: one labelled article a file, made to be written by hand and to diff
well. ``docs/stance-format.md`` is its grammar.

A file is a head of ``key: value`` lines, the line ``---``, and a body of one line a sentence,
``text || speaker | stance | pressure | role | frame``. The article's text is rebuilt from the body: one space
between sentences, none before a line that starts with ``~``, a newline between paragraphs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus.problems import Faults, Problem, StanceError, choose_from, shown
from pipeline.corpus.stance_head import SPEAKER_LINE, Head, read_head, render_head
from pipeline.labels import heads
from pipeline.records import NO_SPEAKER, LabelledArticle, LabelledSentence, Labels, Sentence

END_OF_HEAD = "---"
GLUE = "~"
LABEL_MARK = "||"
BLANKS = " \t"
# Characters that other programs take for an end of line, or that come from a wrong encoding.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class LocatedArticle:
    """An article as read, with the line (1 is the first) of its id, of each speaker and of each sentence."""

    article: LabelledArticle
    id_line: int
    actor_lines: tuple[int, ...]
    sentence_lines: tuple[int, ...]


@dataclass(frozen=True)
class _Row:
    """A line of the body. ``text`` keeps its trailing blanks, ``opens`` is true for the first of a paragraph."""

    line: int
    text: str
    opens: bool
    glued: bool
    speaker: str
    labels: Labels


def read(path: Path | str) -> LabelledArticle:
    """Read a ``.stance`` file. Raises ``StanceError`` with all that is wrong, or ``OSError``."""
    return read_located(path).article


def read_located(path: Path | str) -> LocatedArticle:
    """As ``read``, with the lines on which things stand."""
    data = Path(path).read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
        mend = "save the file as UTF-8 (the byte is common in Windows-1252)"
        raise StanceError([Problem(str(path), line, problem, mend, "not-utf8")]) from error
    return parse_located(text, path)


def parse(text: str, path: Path | str) -> LabelledArticle:
    """Parse the content of a ``.stance`` file; ``path`` is named in errors and kept as the article's source.

    Raises ``StanceError`` with every fault of the file, not only the first.
    """
    return parse_located(text, path).article


def parse_located(text: str, path: Path | str) -> LocatedArticle:
    """As ``parse``, with the lines on which things stand."""
    faults = Faults(str(path))
    lines = [line.rstrip(BLANKS + "\r") for line in text.removeprefix("\ufeff").split("\n")]
    _check_characters(lines, faults)
    if END_OF_HEAD not in lines:
        mend = f"put a line `{END_OF_HEAD}` between the head and the text"
        faults.add(0, f"no line `{END_OF_HEAD}`", mend, "no-separator")
        faults.raise_if_any()
    end = lines.index(END_OF_HEAD)
    head = read_head(lines[:end], faults)
    rows = list(_read_body(lines[end + 1 :], end + 2, head, faults))
    faults.raise_if_any()
    article_text, sentences = _lay_out(rows)
    return LocatedArticle(
        LabelledArticle(head.article(article_text, str(path)), tuple(head.actors.values()), sentences),
        head.lines["id"],
        tuple(head.actor_lines.values()),
        tuple(row.line for row in rows),
    )


def _check_characters(lines: Sequence[str], faults: Faults) -> None:
    for number, line in enumerate(lines, start=1):
        found = CONTROL.search(line)
        if found:
            problem = f"control character U+{ord(found[0]):04X} at column {found.start() + 1}"
            faults.add(number, problem, "delete it or write the character that was meant", "control-character")


def _read_body(lines: Sequence[str], first: int, head: Head, faults: Faults) -> Iterator[_Row]:
    opens, empty = True, True
    for number, line in enumerate(lines, start=first):
        if not line:
            opens = True
            continue
        row = _read_row(line, number, opens, head, faults)
        if row:
            yield row
        opens, empty = False, False
    if empty:
        faults.add(first - 1, f"no text after `{END_OF_HEAD}`", f"write sentences, `{_row_form()}`", "empty-body")


def _row_form() -> str:
    return f"text {LABEL_MARK} {' | '.join(('speaker', *heads()))}"


def _read_row(line: str, number: int, opens: bool, head: Head, faults: Faults) -> _Row | None:
    # the last mark counts: a sentence may hold one itself
    text, mark, label_part = line.rpartition(LABEL_MARK)
    fields = [entry.strip() for entry in label_part.split("|")]
    if not mark or len(fields) != 1 + len(heads()):
        problem = f"{len(fields)} fields, not {1 + len(heads())}, after `{LABEL_MARK}`" if mark else "no labels"
        faults.add(number, problem, f"write the line as `{_row_form()}`", "label-fields")
        return None
    glued = text.startswith(GLUE)
    text = text.removeprefix(GLUE).lstrip(BLANKS).removesuffix(" ")
    if not text.rstrip(BLANKS):
        faults.add(number, f"no text before `{LABEL_MARK}`", "write the sentence or delete the line", "empty-text")
    if glued and opens:
        problem = f"`{GLUE}` at the start of a paragraph, where there is no sentence to glue to"
        faults.add(number, problem, f"delete the `{GLUE}`, or the blank line above", "glue-at-start")
    _check_speaker(fields[0], number, head, faults)
    _check_labels(fields[1:], number, faults)
    return _Row(number, text, opens, glued, fields[0], Labels(*fields[1:]))


def _check_speaker(speaker: str, number: int, head: Head, faults: Faults) -> None:
    if speaker != NO_SPEAKER and speaker not in head.actors:
        declare = f"declare it in the head, `{SPEAKER_LINE}`, or write {NO_SPEAKER!r} for nobody"
        mend = choose_from(speaker, head.actors, otherwise=declare)
        faults.add(number, f"the speaker {shown(speaker)} is not declared", mend, "undeclared-speaker")


def _check_labels(labels: Sequence[str], number: int, faults: Faults) -> None:
    for (label_head, classes), value in zip(heads().items(), labels, strict=True):
        if value in classes:
            continue
        homes = [other for other, members in heads().items() if value in members]
        mend = choose_from(value, classes)
        if homes:
            mend = f"it belongs to {homes[0]}; the order is {' | '.join(('speaker', *heads()))}"
        faults.add(number, f"unknown {label_head} {shown(value)}", mend, "unknown-label")


def _lay_out(rows: Sequence[_Row]) -> tuple[str, tuple[LabelledSentence, ...]]:
    """The article's text, and its sentences as spans into it that leave out trailing blanks."""
    parts: list[str] = []
    sentences: list[LabelledSentence] = []
    offset, paragraph = 0, -1
    for row in rows:
        joint = ("\n" if row.opens else "" if row.glued else " ") if parts else ""
        paragraph += row.opens
        start, text = offset + len(joint), row.text.rstrip(BLANKS)
        sentence = Sentence(start, start + len(text), text, paragraph)
        sentences.append(LabelledSentence(sentence, row.speaker, row.labels))
        parts += joint, row.text
        offset = start + len(row.text)
    return "".join(parts), tuple(sentences)


def render(article: LabelledArticle) -> str:
    """Write an article as ``.stance``: ``render(parse(text, path)) == text``, but for blanks at ends of lines.

    A file that is not laid out as the grammar has it (keys in another order, more than one blank line) is
    written in the grammar's layout. Raises ``StanceError`` for an article that would not read back as it is,
    as when a sentence holds a line break or the text between two sentences is more than blank.
    """
    text = "\n".join([*render_head(article), END_OF_HEAD, *_render_body(article)])
    source = article.article.source
    if parse(text, source) != article:
        problem = f"the article {article.article.id!r} cannot be written as .stance and read back the same"
        mend = (
            "its sentences must follow each other as docs/stance-format.md says, and its head hold what that names"
        )
        raise StanceError([Problem(source, 0, problem, mend, "unwritable")])
    return text


def _render_body(article: LabelledArticle) -> Iterator[str]:
    text = article.article.text + "\n"
    starts = [labelled.sentence.start for labelled in article.sentences[1:]]
    glue = ""
    for labelled, following in zip(article.sentences, [*starts, len(text)], strict=False):
        gap = text[labelled.sentence.end : following]
        joint = gap[-1] if gap.endswith((" ", "\n")) else ""
        labels = labelled.labels
        values = (labelled.speaker, labels.stance, labels.pressure, labels.role, labels.frame)
        trailing = gap.removesuffix(joint)
        yield f"{glue}{labelled.sentence.text}{trailing} {LABEL_MARK} {' | '.join(values)}"
        if joint == "\n":
            yield ""
        glue = "" if joint else GLUE
