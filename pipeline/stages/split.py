"""data/corpus.jsonl → data/split.json: which articles train, validate and test; nothing may cross."""

import json

from pipeline.corpus.split import check_split, split
from pipeline.records import LabelledArticle
from pipeline.stages.workspace import Workspace, here, read_records


def run(workspace: Workspace) -> None:
    """Split the corpus. Raises ``SplitError`` where a sentence, a near-duplicate or a named person crosses."""
    params = workspace.params
    articles = read_records(workspace.corpus, LabelledArticle)
    chosen = split(articles, params.split, params.seed)
    check_split(chosen, articles, params.split)
    workspace.split.write_text(json.dumps(chosen.parts(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(here())
