"""Rewritings of a scene that must not change a label: names, marks, spelling, the cue's place, narration.

A rewriting gives nothing where there is nothing of its kind to change.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pipeline.evaluation.behaviour.passages import Changes
from pipeline.evaluation.behaviour.scenes import FULL_NAME, MARKS, Scene, draw_name

Rewriting = Callable[[Scene, Changes, int], Iterator[Scene]]
"""Scene, what to put in, number of the passage (so that passages draw different names) → scenes."""

OTHER_ORIGINS = 2  # of a passage; all passages together draw every origin often
SPEAKER = r"(?P<speaker>\{[NT]\})"  # a pronoun never stands behind "said"
FRONT = re.compile(rf"{SPEAKER} said: <(?P<words>[^<>.?!]+)\.>")
BEHIND = re.compile(rf"<(?P<words>[^<>.?!]+),> (?:{SPEAKER} said|said (?P<inverted>\{{[NT]\}}))\.")


def another_name(scene: Scene, changes: Changes, number: int) -> Iterator[Scene]:
    """Another name of the same origin and gender."""
    if _has_name(scene):
        yield replace(scene, name=draw_name(changes, changes.plain, number // 2 + 1, scene.name.she))


def another_gender(scene: Scene, changes: Changes, number: int) -> Iterator[Scene]:
    """A name of the same origin and the other gender, pronouns and titles with it."""
    if _has_name(scene):
        yield replace(scene, name=draw_name(changes, changes.plain, number // 2, not scene.name.she))


def another_origin(scene: Scene, changes: Changes, number: int) -> Iterator[Scene]:
    """Names that suggest other origins, of the same gender."""
    if not _has_name(scene):
        return
    origins = [origin for origin in changes.names if origin != changes.plain]
    for turn in range(OTHER_ORIGINS):
        place = number * OTHER_ORIGINS + turn
        name = draw_name(changes, origins[place % len(origins)], place // len(origins), scene.name.she)
        yield replace(scene, name=name)


def another_outlet(scene: Scene, changes: Changes, number: int) -> Iterator[Scene]:
    """Another outlet with its leaning."""
    others = [outlet for outlet in changes.outlets if outlet != scene.outlet]
    yield replace(scene, outlet=others[number % len(others)])


def other_marks(scene: Scene, _: Changes, __: int) -> Iterator[Scene]:
    """A quotation in every other kind of marks."""
    if "<" in scene.templates:
        yield from (replace(scene, marks=marks) for marks in MARKS.values() if marks != scene.marks)


def american_spelling(scene: Scene, changes: Changes, _: int) -> Iterator[Scene]:
    """Every British spelling the American way."""
    yield from _reworded(scene, lambda text: _respelled(text, changes.spellings))


def other_typography(scene: Scene, changes: Changes, _: int) -> Iterator[Scene]:
    """Every typographic variant of the list."""

    def change(text: str) -> str:
        for old, new in changes.typography:
            text = text.replace(old, new)
        return text

    yield from _reworded(scene, change)


def another_cue_place(scene: Scene, _: Changes, __: int) -> Iterator[Scene]:
    """A whole quotation with "X said" before it, behind it, and turned round behind it."""
    found = FRONT.fullmatch(scene.say) or BEHIND.fullmatch(scene.say)
    if not found:
        return
    parts = found.groupdict()
    speaker, words = parts.get("inverted") or parts["speaker"], parts["words"]
    for say in (f"{speaker} said: <{words}.>", f"<{words},> {speaker} said.", f"<{words},> said {speaker}."):
        if say != scene.say:
            yield replace(scene, say=say)


def neutral_before(scene: Scene, changes: Changes, number: int) -> Iterator[Scene]:
    """A neutral sentence of the narrator in front of the first."""
    yield replace(scene, before=(changes.neutral[number % len(changes.neutral)], *scene.before))


def neutral_behind(scene: Scene, changes: Changes, number: int) -> Iterator[Scene]:
    """A neutral sentence of the narrator behind the last."""
    yield replace(scene, after=(*scene.after, changes.neutral[number % len(changes.neutral)]))


REWRITINGS: Mapping[str, Rewriting] = {
    "another name": another_name,
    "another gender": another_gender,
    "name of another origin": another_origin,
    "another outlet": another_outlet,
    "other quotation marks": other_marks,
    "American spelling": american_spelling,
    "other typography": other_typography,
    "cue in another place": another_cue_place,
    "neutral sentence before": neutral_before,
    "neutral sentence behind": neutral_behind,
}


def _has_name(scene: Scene) -> bool:
    """Whether the speaker is a person whose name may be changed."""
    return scene.voice.speaker == FULL_NAME


def _reworded(scene: Scene, change: Callable[[str], str]) -> Iterator[Scene]:
    lines = {name: tuple(map(change, getattr(scene, name))) for name in ("before", "earlier", "after")}
    made = replace(scene, headline=change(scene.headline), say=change(scene.say), **lines)
    if made != scene:
        yield made


def _respelled(text: str, spellings: Mapping[str, str]) -> str:
    """Words in small letters or with a capital; "Labour" is a party, not work."""

    def spell(found: re.Match[str]) -> str:
        word = found.group()
        other = spellings.get(word.lower())
        if other is None or word == "Labour":
            return word
        return other.capitalize() if word[0].isupper() else other

    return re.sub(r"[A-Za-z]+", spell, text)
