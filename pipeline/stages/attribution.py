"""seeds/attributions → metrics/attribution.json: who says what in the articles annotated for it, by the text path
as it is used and by the plain baseline. The development articles were read while rules were written, the test ones
not."""

import json

from pipeline.corpus.attribution_files import AttributedText, read_attributions
from pipeline.evaluation.attribution import AttributionScores, score_attributions
from pipeline.records import Article
from pipeline.scoring.attribute import units
from pipeline.stages.workspace import Workspace, here
from pipeline.text.document import Learned, TextPath

PARTS = ("development", "test")
GROUPS = ("all", "quotations", "direct", "mixed", "indirect")
MEASURES = (
    "end_to_end",
    "end_to_end_span",
    "end_to_end_speaker",
    "precision",
    "recall",
    "source",
    "speaker",
    "cue",
)


def run(workspace: Workspace) -> None:
    """Score both systems on both parts."""
    rules = TextPath.load(workspace.configs)
    systems = {
        "chosen": TextPath(
            rules.cleaning, rules.lexicon, rules.actors, Learned.load(workspace.speakers, rules.lexicon)
        ),
        "baseline": rules.baseline(),
    }
    figures = {
        part: {name: _scored(workspace, part, system) for name, system in systems.items()} for part in PARTS
    }
    workspace.metrics("attribution").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name):
        test = figures["test"]["chosen"]
        tracker.log_metrics({"attribution": {group: test[group]["end_to_end"][0] for group in GROUPS}})


def _scored(workspace: Workspace, part: str, text_path: TextPath) -> dict[str, dict[str, list[float | None]]]:
    gold = read_attributions(workspace.attributions / f"{part}.jsonl")
    predicted = [
        AttributedText(one.doc_id, one.text, units(text_path(Article(one.doc_id, one.text)))) for one in gold
    ]
    params = workspace.params.evaluate
    return _figures(
        score_attributions(gold, predicted, params.resamples, workspace.params.seed, params.confidence)
    )


def _figures(scores: AttributionScores) -> dict[str, dict[str, list[float | None]]]:
    """Value, low and high end of the interval, of each measure by group of units."""
    groups = {one.group.value: one for one in scores.groups if one.group.value in GROUPS}
    found: dict[str, dict[str, list[float | None]]] = {}
    for name, group in groups.items():
        measures = {measure: group.measures[measure] for measure in MEASURES}
        found[name] = {
            measure: [None if bound is None else round(bound, 4) for bound in (one.value, one.low, one.high)]
            for measure, one in measures.items()
            if one is not None
        }
    return found


if __name__ == "__main__":
    run(here())
