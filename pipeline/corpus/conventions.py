"""Which labelled sentences say nothing of how well attribution works (codebook, section 8)."""

from pipeline.labels import NONE
from pipeline.records import NO_SPEAKER, LabelledArticle, LabelledSentence

SINGLE_VOICE = frozenset({"opinion", "letter", "speech", "manifesto"})


def is_convention(gold: LabelledArticle, labelled: LabelledSentence) -> bool:
    """Whether a sentence without any label stands in a text of a single voice: who speaks there is a
    convention."""
    labels = labelled.labels
    silent = {labels.stance, labels.pressure, labels.role, labels.frame} == {NONE}
    return silent and labelled.speaker == NO_SPEAKER and gold.article.genre in SINGLE_VOICE
