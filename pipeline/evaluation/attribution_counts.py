"""Predicted attributions of an article against the gold ones, as counts that add up over articles.

**Units.** A gold unit is *found* when a predicted one covers at least half of the visible characters of its
content (``attribution_matching`` says which, where several do). A predicted unit is *right* when it finds a gold
unit and at least half of its own characters lie in gold content: neither a unit over the whole article nor the
second copy of a right one gains precision. *Inside* is milder: half of its characters in gold content, found or
not, so that a quotation cut up in another way is not counted as made up.

**Sources**, on found units. Two spans agree when they share at least half of the shorter one, or are both missing.
The source is right when the spans agree; where gold gives a speaker but no source (a quotation that floats), when
the speakers are the same. The speaker is right when the canonical names are the same (``names.same_name``), or
both say that nobody is named; a speaker that gold does not tell is not judged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import add

from pipeline.corpus.attribution_files import AttributedText
from pipeline.evaluation.attribution_groups import ALL, Group, groups_of, marks_of
from pipeline.evaluation.attribution_matching import match_units
from pipeline.records import NO_SPEAKER, UNTOLD, Attribution, Span
from pipeline.text.speaker_names import same_name


class AttributionMismatch(ValueError):
    """Gold and predictions that cannot be compared; the message says why."""


@dataclass(frozen=True)
class AttributionCounts:
    """Counts of units, which add up over articles.

    ``gold`` and ``speaker_told`` (those whose gold tells a speaker) are of all gold units; ``predicted``,
    ``right`` and ``inside`` of predicted units; all others of found gold units: what is right of them, ``either``
    source or speaker, and of how many gold tells what is ``…_judged``.
    """

    gold: int = 0
    found: int = 0
    predicted: int = 0
    right: int = 0
    inside: int = 0
    speaker_told: int = 0
    source: int = 0
    speaker_judged: int = 0
    speaker: int = 0
    either: int = 0
    cue: int = 0
    kind: int = 0
    party_judged: int = 0
    party: int = 0
    actor_kind_judged: int = 0
    actor_kind: int = 0

    def __add__(self, other: "AttributionCounts") -> "AttributionCounts":
        """Counts of both."""
        return AttributionCounts(*map(add, vars(self).values(), vars(other).values()))


def article_counts(gold: AttributedText, predicted: AttributedText | None) -> dict[Group, AttributionCounts]:
    """Counts of one article for each group of its units; without prediction all its gold units are missed.

    Gold units are grouped by their kind in gold, predicted units by the kind predicted. Raises
    ``AttributionMismatch`` where the texts differ.
    """
    units: tuple[Attribution, ...] = ()
    if predicted is not None:
        _check_text(gold, predicted)
        units = predicted.attributions
    counted = {ALL: AttributionCounts()}
    marks = marks_of(gold.text)
    for one, counts in _unit_counts(gold, units):
        for group in groups_of(one.kind, marks):
            counted[group] = counted.get(group, AttributionCounts()) + counts
    return counted


def _check_text(gold: AttributedText, predicted: AttributedText) -> None:
    if gold.text == predicted.text:
        return
    pairs = enumerate(zip(gold.text, predicted.text, strict=False))
    shorter = min(len(gold.text), len(predicted.text))
    at = next((offset for offset, (one, other) in pairs if one != other), shorter)
    raise AttributionMismatch(
        f"the texts of article {gold.doc_id!r} differ at offset {at}: gold goes on with "
        f"{gold.text[at : at + 20]!r} and the predictions with {predicted.text[at : at + 20]!r}; "
        "offsets can be compared on the same text only, so predict on the text of the gold file"
    )


def _unit_counts(
    gold: AttributedText, predicted: Sequence[Attribution]
) -> Iterator[tuple[Attribution, AttributionCounts]]:
    """Every unit of gold and prediction with what it counts for."""
    matching = match_units(gold.text, gold.attributions, predicted)
    finders = set(matching.finder)
    for one, finder in zip(gold.attributions, matching.finder, strict=True):
        yield one, _gold_unit(one, None if finder is None else predicted[finder])
    for p, one in enumerate(predicted):
        right = p in finders and matching.inside[p]
        yield one, AttributionCounts(predicted=1, right=int(right), inside=int(matching.inside[p]))


def _gold_unit(gold: Attribution, finder: Attribution | None) -> AttributionCounts:
    voice = gold.voice
    told = voice.speaker != UNTOLD
    if finder is None:
        return AttributionCounts(gold=1, speaker_told=int(told))
    speaker = told and _same_speaker(finder.voice.speaker, voice.speaker)
    named = told and voice.speaker != NO_SPEAKER
    source = speaker if gold.source is None and named else _agree(finder.source, gold.source)
    return AttributionCounts(
        gold=1,
        found=1,
        speaker_told=int(told),
        source=int(source),
        speaker_judged=int(told),
        speaker=int(speaker),
        either=int(source or (named and speaker)),
        cue=int(_agree(finder.cue, gold.cue)),
        kind=int(finder.kind == gold.kind),
        party_judged=int(voice.party != UNTOLD),
        party=int(finder.voice.party == voice.party != UNTOLD),
        actor_kind_judged=int(voice.kind != UNTOLD),
        actor_kind=int(finder.voice.kind == voice.kind != UNTOLD),
    )


def _same_speaker(predicted: str, gold: str) -> bool:
    nobody = predicted in (NO_SPEAKER, UNTOLD)
    return nobody if gold == NO_SPEAKER else not nobody and same_name(predicted, gold)


def _agree(predicted: Span | None, gold: Span | None) -> bool:
    if predicted is None or gold is None:
        return predicted is gold
    return 2 * predicted.overlap(gold) >= min(one.end - one.start for one in (predicted, gold))
