"""The hand-written passages of ``seeds/behaviour/``, and what may be changed in them without changing a label.

A file is a list of tests. A passage is a few sentences of press prose in one or more versions; the last sentence,
``say``, is the one that is labelled, and a version expects labels of it by the codebook. In a sentence ``{N}`` is
the speaker's full name, ``{T}`` title and surname, ``{he} {him} {his} {He} {His}`` the pronouns; ``<`` ``>`` are
quotation marks and ``[`` ``]`` those inside a quotation.
"""

import datetime as dt
from dataclasses import field
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter, ValidationError

from pipeline.config import strict
from pipeline.labels import codebook, heads
from pipeline.records import NO_SPEAKER

SETTINGS = "rewriting.yaml"
Kind = Literal["MFT", "DIR", "INV"]


class BehaviourError(ValueError):
    """Cases or figures of behaviour that cannot be used; the message names the file and the mend."""


@strict
class Version:
    """One wording of the labelled sentence with the labels expected of it (head → label; heads that are not named
    are not judged). What is given besides overrides the passage's."""

    say: str
    expect: dict[str, str]
    speaker: str = ""
    government: str = ""

    def __post_init__(self) -> None:
        _check(set(self.expect) <= set(heads()), f"expects {sorted(self.expect)}; heads are {', '.join(heads())}")
        _check(bool(self.expect), "expects nothing: name a head and its label")
        for head, label in self.expect.items():
            _check(label in heads()[head], f"{head} {label}: it can be {', '.join(heads()[head])}")


@strict
class Passage:
    """``before`` are the narrator's sentences, ``earlier`` the speaker's own before the labelled one.

    ``speaker`` is ``name | party | kind`` as in the head of a labelled article, ``{N} | …`` for a person whose
    name the tests draw and change, ``-`` for the narrator.
    """

    name: str
    headline: str
    speaker: str
    versions: tuple[Version, ...]
    before: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    government: str = "Labour"
    genre: str = "news"

    def __post_init__(self) -> None:
        _check(bool(self.versions), f"passage {self.name!r} has no version: write at least one")
        for government in (self.government, *(one.government for one in self.versions if one.government)):
            known = codebook().governments
            _check(government in known, f"government {government}: it can be {', '.join(known)}")
        for speaker in (self.speaker, *(one.speaker for one in self.versions if one.speaker)):
            _check_speaker(speaker)


@strict
class PassageTest:
    """Passages that try one ability. MFT, a minimum functionality test: each version gets its labels. DIR, a
    directional test: the versions of a passage are minimal pairs that expect different labels."""

    test: str
    kind: Literal["MFT", "DIR"]
    capability: str
    passages: tuple[Passage, ...]


@strict
class NamePairs:
    """Full names of women and men; those at one place differ in gender alone."""

    women: tuple[str, ...]
    men: tuple[str, ...]


@strict
class Changes:
    """What invariance tests put in place of what is there; see the comments of ``rewriting.yaml``.

    ``names`` maps an origin to its names and ``plain`` is that of an unchanged passage; ``spellings`` maps British
    to American words; ``dates`` gives the day for each government.
    """

    names: dict[str, NamePairs]
    plain: str
    outlets: tuple[tuple[str, str], ...]
    neutral: tuple[str, ...]
    spellings: dict[str, str]
    typography: tuple[tuple[str, str], ...]
    dates: dict[str, dt.date]


@strict
class Suite:
    """All that was written by hand."""

    tests: tuple[PassageTest, ...]
    changes: Changes = field(repr=False)


def read_suite(folder: Path) -> Suite:
    """Read the settings and every other YAML file of the folder, in the order of their names.

    Raises ``BehaviourError`` for a file with a fault, and for two tests of one name or passages of one name.
    """
    changes = _read(folder / SETTINGS, Changes)
    files = [path for path in sorted(folder.glob("*.yaml")) if path.name != SETTINGS]
    tests = tuple(test for path in files for test in _read(path, tuple[PassageTest, ...]))
    if not tests:
        raise BehaviourError(f"{folder}: no passages. The project's own are seeds/behaviour/*.yaml")
    for names in ([one.test for one in tests], [p.name for one in tests for p in one.passages]):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BehaviourError(f"{folder}: {', '.join(twice)}: written twice; results go by name, so rename one")
    return Suite(tests, changes)


def _read(path: Path, kind: type) -> object:
    try:
        return TypeAdapter(kind).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BehaviourError(f"{path}: not a file of text ({type(error).__name__})") from error
    except yaml.YAMLError as error:
        raise BehaviourError(f"{path}: not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BehaviourError(f"{path}: {place}: {first['msg']}. Compare with its neighbours") from error


def _check_speaker(speaker: str) -> None:
    if speaker == NO_SPEAKER:
        return
    parts = [part.strip() for part in speaker.split("|")]
    _check(len(parts) == 3, f"speaker {speaker!r}: write `name | party | kind`, or `-` for the narrator")
    _, party, kind = parts
    _check(party in codebook().parties, f"party {party}: it can be {', '.join(codebook().parties)}")
    _check(kind in codebook().kinds, f"kind {kind}: it can be {', '.join(codebook().kinds)}")


def _check(right: bool, fault: str) -> None:
    if not right:
        raise ValueError(fault)
