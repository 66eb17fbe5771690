"""The labelled corpus: the ``.stance`` format, its checks and counts, the split, and alignment with gold."""
