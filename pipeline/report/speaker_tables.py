"""The figures of ``metrics/speakers.json`` and ``metrics/attribution.json`` as tables of the evaluation page."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.evaluation.bootstrap import Interval
from pipeline.report.evaluation import SpeakerTables

Figures = Mapping[str, Any]
Row = dict[str, Interval | float | int | str | None]

_SYSTEMS = {
    "baseline": "baseline, gold sentences",
    "chosen": "chosen, gold sentences",
    "raw": "chosen, raw text",
    "bare": "chosen, raw text without metadata",
}
_MEASURES = {
    "precision": "precision",
    "recall": "recall",
    "silence": "silence",
    "party_accuracy": "party",
    "kind_accuracy": "kind",
}
_SLICES = {"by_genre": "genre", "by_attribution": "attribution", "by_quotation_marks": "quotation marks"}
_UNITS = {"end_to_end": "end to end", "recall": "found", "precision": "precision", "speaker": "speaker"}


def speaker_tables(speakers: Figures, attribution: Figures) -> SpeakerTables:
    """Who speaks in the sentences of the corpus' test articles, by system and by kind of sentence, and the
    attributions of the annotated test articles."""
    test = speakers["test"]
    return {
        "Speaker of each sentence, test articles": {name: _system(test[key]) for key, name in _SYSTEMS.items()},
        "Where the chosen system is right": dict(_slices(test)),
        "Attributions of the annotated test articles": dict(_units(attribution["test"])),
    }


def _system(figures: Figures) -> Row:
    accuracy: Row = {"accuracy": Interval(figures["accuracy"], *figures["accuracy_interval"])}
    return accuracy | {name: figures[key] for key, name in _MEASURES.items()}


def _slices(test: Figures) -> Iterator[tuple[str, Row]]:
    for key, dimension in _SLICES.items():
        for value, found in test[key].items():
            yield f"{dimension}: {value.replace('_', ' ')}", dict(found)


def _units(systems: Figures) -> Iterator[tuple[str, Row]]:
    for system in ("baseline", "chosen"):
        for group, measures in systems[system].items():
            yield f"{system}, {group}", {name: Interval(*measures[key]) for key, name in _UNITS.items()}
