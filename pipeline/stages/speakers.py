"""data/corpus.jsonl → data/examples.jsonl: every labelled article through the text path, as in use; and
metrics/speakers.json: how well sentences and speakers are found in the articles held out."""

import json

from rich.console import Console
from rich.progress import track

from pipeline.corpus.alignment import BoundaryScores, Hits, boundary_scores
from pipeline.evaluation.speakers import SpeakerScores, speaker_scores
from pipeline.learners.examples import Example, example
from pipeline.records import LabelledArticle
from pipeline.stages.workspace import Workspace, here, read_records, write_records
from pipeline.text.document import TextPath


def run(workspace: Workspace) -> None:
    """Read all articles anew and score those held out."""
    text_path = TextPath.load(workspace.configs)
    labelled = read_records(workspace.corpus, LabelledArticle)
    progress = track(labelled, "reading articles", console=Console(stderr=True), transient=True)
    examples = [example(one, text_path) for one in progress]
    write_records(workspace.examples, examples, Example)
    parts = workspace.parts()
    figures = {
        name: _figures([one for one in examples if one.labelled.article.id in parts[name]])
        for name in ("validation", "test")
    }
    path = workspace.metrics("speakers")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    tracker = workspace.tracker()
    with tracker.parent(workspace.run_name):
        tracker.log_metrics({"speakers": figures})


def _figures(examples: list[Example]) -> dict[str, float]:
    """Shares from 0 to 1: sentences found, and speakers on gold sentences and on the pipeline's own."""
    nothing = Hits(0, 0, 0)
    bounds, attributed, raw = BoundaryScores(nothing, nothing), SpeakerScores(), SpeakerScores()
    for one in examples:
        gold = [sentence.sentence.span for sentence in one.labelled.sentences]
        found = [sentence.span for sentence in one.raw.sentences]
        bounds += boundary_scores(gold, found, one.labelled.article.text)
        attributed += speaker_scores(one.labelled, one.attributed)
        raw += speaker_scores(one.labelled, one.raw)
    figures = {"sentence_f1": bounds.sentences.f1, "boundary_f1": bounds.boundaries.f1}
    for name, scores in (("gold_sentences", attributed), ("raw", raw)):
        for measure in ("accuracy", "precision", "recall", "silence", "party_accuracy", "kind_accuracy"):
            figures[f"{name}.{measure}"] = getattr(scores, measure)
    return {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    run(here())
