"""One module a DVC stage: read files, call the rooms below, write files, track."""
