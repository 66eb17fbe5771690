"""Pages for readers: the evaluation report, charts that need no network, the DVC plots page."""
