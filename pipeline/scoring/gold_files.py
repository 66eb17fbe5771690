"""Gold standards of users: ``.stance`` files, JSON lines and folders of them → labelled articles.

Nothing of a file is used if anything in it is wrong: figures over the part that happened to be readable would not
be those of the gold standard. Every fault is told with its line.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus.problems import Faults, Problem, StanceError, shown
from pipeline.corpus.reading import SUFFIX
from pipeline.corpus.stance_format import read_located
from pipeline.records import Article, LabelledArticle
from pipeline.scoring.gold_documents import Draft, labelled_article
from pipeline.scoring.gold_lines import read_gold_line
from pipeline.text.rejects import too_long

LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True)
class GoldFiles:
    """The labelled articles of all files in order, and the keys of JSON lines that nobody read."""

    articles: tuple[LabelledArticle, ...]
    unread: tuple[str, ...]


def read_gold(paths: Sequence[Path], max_characters: int) -> GoldFiles:
    """Read files and folders (all ``.stance``, ``.jsonl`` and ``.ndjson`` below, hidden ones left out).

    Raises ``StanceError`` with every fault of every file; a document's id must occur once.
    """
    problems: list[Problem] = []
    found: dict[str, Article] = {}
    articles: list[LabelledArticle] = []
    unread: dict[str, None] = {}
    for path in _files(paths, problems):
        try:
            for labelled in _read(path, max_characters, unread):
                one = labelled.article
                if found.setdefault(one.id, one) is not one:
                    problem = f"the id {shown(one.id)} is also that of {found[one.id].source}"
                    problems.append(Problem(one.source, 0, problem, "give one of them another", "duplicate-id"))
                articles.append(labelled)
        except StanceError as error:
            problems.extend(error.problems)
        except OSError as error:
            mend = "make it a file that can be read, or leave it out"
            problems.append(Problem(str(path), 0, f"not readable ({error.strerror})", mend, "unreadable"))
    if problems:
        raise StanceError(problems)
    return GoldFiles(tuple(articles), tuple(unread))


def _files(paths: Iterable[Path], problems: list[Problem]) -> Iterator[Path]:
    """Every gold file once, folders in sorted order."""
    met: set[str] = set()
    for path in paths:
        if not path.exists():
            problems.append(Problem(str(path), 0, "no such file or folder", "check the spelling", "missing"))
            continue
        inside = _below(path) if path.is_dir() else [path]
        if not inside:
            mend = f"name a folder with files in {SUFFIX} or {' or '.join(LINES)}"
            problems.append(Problem(str(path), 0, "no gold file in the folder", mend, "no-gold"))
        for file in inside:
            real = os.path.realpath(file)
            if real not in met:
                met.add(real)
                yield file


def _below(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in (SUFFIX, *LINES) and path.is_file())
    return sorted(path for path in found if not any(p.startswith(".") for p in path.relative_to(folder).parts))


def _read(path: Path, max_characters: int, unread: dict[str, None]) -> Sequence[LabelledArticle]:
    if path.suffix == SUFFIX:
        located = read_located(path)
        length = len(located.article.article.text)
        if length > max_characters:
            what, mend = too_long(length, max_characters).detail.split("; ")
            raise StanceError([Problem(str(path), 0, what, mend, "too-long")])
        return [located.article]
    if path.suffix in LINES:
        return _read_lines(path, max_characters, unread)
    mend = f"name files in {SUFFIX} or {' or '.join(LINES)}, or folders of them"
    raise StanceError([Problem(str(path), 0, "no suffix of a gold file", mend, "suffix")])


def _read_lines(path: Path, max_characters: int, unread: dict[str, None]) -> list[LabelledArticle]:
    faults = Faults(str(path))
    drafts: dict[str, Draft] = {}
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            line = read_gold_line(raw, number, faults) if raw.strip() else None
            if line is not None:
                drafts.setdefault(line.doc_id, Draft()).add(line, faults)
                unread |= dict.fromkeys(line.unread)
    articles = [labelled_article(doc_id, draft, max_characters, faults) for doc_id, draft in drafts.items()]
    if not drafts and not faults.problems:
        faults.add(0, "no line in the file", "write one labelled sentence a line", "empty-file")
    faults.raise_if_any()
    return [one for one in articles if one is not None]
