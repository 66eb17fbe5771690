"""The command line: parse, call a room below, turn its errors into a sentence and an exit code."""

from pipeline.cli import articles, corpus, judging  # each registers its commands, in the order of --help
from pipeline.cli.app import app

__all__ = ["app", "articles", "corpus", "judging"]
