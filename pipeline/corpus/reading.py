"""The corpus as a whole: every ``.stance`` file under a folder."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.corpus.problems import Problem, StanceError
from pipeline.corpus.stance_format import LocatedArticle, read_located
from pipeline.records import LabelledArticle

SUFFIX = ".stance"


def read_corpus(folder: Path) -> tuple[LabelledArticle, ...]:
    """All articles under a folder, sorted by id. Raises ``StanceError`` with every error of every file."""
    located, problems = read_folder(folder)
    if problems:
        raise StanceError(problems)
    return tuple(sorted((one.article for one in located), key=lambda labelled: labelled.article.id))


def read_folder(folder: Path) -> tuple[list[LocatedArticle], list[Problem]]:
    """The articles under a folder that can be read, in order of path, and the errors of all others.

    Of articles with the same id the first is kept. A folder that is missing or holds no article is an error.
    """
    located: list[LocatedArticle] = []
    problems: list[Problem] = []
    paths = corpus_files(folder)
    if not paths:
        what = f"no {SUFFIX} file in the folder" if folder.is_dir() else "no such folder"
        mend = f"name the folder that holds the labelled articles, one {SUFFIX} file each"
        problems.append(Problem(str(folder), 0, what, mend, "no-articles"))
    for path in paths:
        try:
            located.append(read_located(_from_here(path)))
        except StanceError as error:
            problems.extend(error.problems)
        except OSError as error:
            mend = "make it a file that can be read, or remove it"
            problems.append(Problem(str(path), 0, f"not readable ({error.strerror})", mend, "unreadable"))
    return _unique(located, problems), problems


def _unique(located: Sequence[LocatedArticle], problems: list[Problem]) -> list[LocatedArticle]:
    kept: dict[str, LocatedArticle] = {}
    for one in located:
        facts = one.article.article
        first = kept.setdefault(facts.id, one)
        if first is not one:
            other = first.article.article.source
            problem = f"the id {facts.id!r} is also that of {other}:{first.id_line}"
            problems.append(
                Problem(facts.source, one.id_line, problem, "give one of them another", "duplicate-id")
            )
    return list(kept.values())


def corpus_files(folder: Path) -> list[Path]:
    """The ``.stance`` files under a folder, sorted by their path in it."""
    return sorted(folder.rglob(f"*{SUFFIX}"), key=lambda path: path.relative_to(folder).as_posix())


def _from_here(path: Path) -> Path:
    # sources go into the outputs of the pipeline, which must not differ with the folder of the checkout
    absolute = path.absolute()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path
