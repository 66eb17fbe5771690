"""What an author of labelled articles should look at: errors of format, likely slips, and notes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from pipeline.config import SplitParams
from pipeline.corpus.duplicates import similar_pairs
from pipeline.corpus.links import links
from pipeline.corpus.persons import named_persons
from pipeline.corpus.problems import Problem, Severity, choose_from, shown
from pipeline.corpus.reading import SUFFIX, read_folder
from pipeline.corpus.stance_format import BLANKS, LocatedArticle, render
from pipeline.labels import NONE
from pipeline.records import NO_SPEAKER

# Values that no list closes; one that a single article has and that resembles a common one is likely a slip.
OPEN_KEYS = ("outlet", "genre")
COMMON = 5


def check(folder: Path, params: SplitParams) -> list[Problem]:
    """Errors first, then the rest, each in order of file and line; ``Problem.rule`` says what to count by.

    Warnings: a declared speaker without a sentence, a position of nobody, an id that is not the file's name, a
    layout that is not the grammar's, sentences said twice in or between articles, a person declared in two
    articles, an outlet or genre that looks misspelt. Notes: forms that the text does not hold.
    """
    located, errors = read_folder(folder)
    warnings = [problem for one in located for problem in _check_article(one, params)]
    warnings += _check_between(located, params)
    warnings += _check_open_values(located)
    return [problem for found in (errors, warnings) for problem in sorted(found, key=_place)]


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.line, problem.rule


def _warning(one: LocatedArticle, line: int, problem: str, mend: str, rule: str) -> Problem:
    return Problem(one.article.article.source, line, problem, mend, rule, Severity.WARNING)


def _check_article(one: LocatedArticle, params: SplitParams) -> Iterator[Problem]:
    facts = one.article.article
    name = Path(facts.source).name.removesuffix(SUFFIX)
    if facts.id != name:
        mend = f"call it {facts.id}{SUFFIX}, or mend the id"
        yield _warning(one, one.id_line, f"the id {facts.id!r} is not the file's name", mend, "id-not-file-name")
    yield from _check_speakers(one)
    yield from _check_positions(one)
    yield from _check_repeats(one, params)
    yield from _check_layout(one)


def _check_speakers(one: LocatedArticle) -> Iterator[Problem]:
    speaking = {gold.speaker for gold in one.article.sentences}
    held = _folded(f"{one.article.article.headline}\n{one.article.article.text}")
    absent: dict[int, list[str]] = {}
    for line, actor in zip(one.actor_lines, one.article.actors, strict=True):
        if actor.voice.speaker not in speaking:
            problem = f"the speaker {shown(actor.voice.speaker)} is declared and says nothing"
            yield _warning(one, line, problem, "label its sentences or delete the line", "unused-speaker")
        missing = [form for form in actor.forms if _folded(form) not in held]
        if missing:
            absent[line] = missing
    if absent:
        forms = "; ".join(form for missing in absent.values() for form in missing)
        problem = f"forms that neither text nor headline holds: {shown(forms)}"
        mend = "write forms as the article prints them, or delete them"
        source = one.article.article.source
        yield Problem(source, min(absent), problem, mend, "absent-form", Severity.NOTE)


def _folded(text: str) -> str:
    return text.casefold().replace("’", "'")


def _check_positions(one: LocatedArticle) -> Iterator[Problem]:
    for line, gold in zip(one.sentence_lines, one.article.sentences, strict=True):
        if gold.speaker == NO_SPEAKER and (gold.labels.stance, gold.labels.pressure) != (NONE, NONE):
            mend = "name the speaker, or set stance and pressure to none"
            yield _warning(one, line, "a position of nobody (speaker -)", mend, "position-of-nobody")


def _check_repeats(one: LocatedArticle, params: SplitParams) -> Iterator[Problem]:
    texts = [gold.sentence.text for gold in one.article.sentences]
    for first, second in similar_pairs(texts, params.near_duplicate, params.minimum_words):
        problem = f"the sentence {shown(texts[second])} nearly repeats line {one.sentence_lines[first]}"
        mend = "delete it unless the article prints it twice"
        yield _warning(one, one.sentence_lines[second], problem, mend, "repeated-sentence")


def _check_layout(one: LocatedArticle) -> Iterator[Problem]:
    source = Path(one.article.article.source)
    lines = source.read_bytes().decode("utf-8").split("\n")
    written = [line.rstrip(BLANKS + "\r") for line in lines]
    for number, (line, canonical) in enumerate(zip_longest(written, render(one.article).split("\n")), start=1):
        if line != canonical:
            problem = f"laid out otherwise than the grammar has it, from here: {shown(line or '')}"
            mend = f"expected {shown(canonical)}" if canonical is not None else "the file should end before"
            yield _warning(one, number, problem, mend, "layout")
            return


def _check_between(located: Sequence[LocatedArticle], params: SplitParams) -> Iterator[Problem]:
    by_id = {one.article.article.id: one for one in located}
    for link in links([one.article for one in located], params):
        one, other = by_id[link.second], by_id[link.first].article.article.source
        if link.kind == "speaker":
            problem = f"the person {shown(link.shared)} is also declared in {other}"
            mend = "rename one of them unless they are the same"
            lines = zip(one.actor_lines, one.article.actors, strict=True)
            line = next(line for line, actor in lines if link.shared in named_persons(actor))
            yield _warning(one, line, problem, mend, "person-in-two-articles")
        else:
            texts = [gold.sentence.text for gold in one.article.sentences]
            line = one.sentence_lines[texts.index(link.shared)]
            problem = f"the sentence {shown(link.shared)} is also in {other}, at least nearly"
            yield _warning(one, line, problem, "rewrite it unless both print it", "shared-sentence")


def _check_open_values(located: Sequence[LocatedArticle]) -> Iterator[Problem]:
    for key in OPEN_KEYS:
        holders: defaultdict[str, list[LocatedArticle]] = defaultdict(list)
        for one in located:
            holders[getattr(one.article.article, key)].append(one)
        counts = Counter({value: len(ones) for value, ones in holders.items()})
        common = [value for value, count in counts.items() if count >= COMMON]
        for value, ones in holders.items():
            mend = choose_from(value, common, otherwise="")
            if len(ones) == 1 and mend.startswith("did you mean"):
                problem = f"no other article has the {key} {shown(value)}"
                yield _warning(ones[0], 0, problem, mend, f"lone-{key}")
