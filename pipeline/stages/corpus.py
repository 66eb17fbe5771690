"""seeds/articles/**/*.stance → data/corpus.jsonl: every labelled article, checked."""

from pipeline.corpus.reading import read_corpus
from pipeline.records import LabelledArticle
from pipeline.stages.workspace import Workspace, here, write_records


def run(workspace: Workspace) -> None:
    """Read the corpus. Raises ``StanceError`` with every error of every file."""
    write_records(workspace.corpus, read_corpus(workspace.articles), LabelledArticle)


if __name__ == "__main__":
    run(here())
