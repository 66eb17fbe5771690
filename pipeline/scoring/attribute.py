"""Attribution alone: articles in, who says what out, without labels and without a learner's weights."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from pipeline import CONFIGS, ROOT
from pipeline.corpus.attribution_files import AttributedText
from pipeline.records import NO_SPEAKER, Article, Attribution, Document
from pipeline.scoring.bundle import RETRAIN, BundleError, open_bundle
from pipeline.text.clauses import content_kind
from pipeline.text.document import TextPath
from pipeline.text.quotes import OutermostQuotations
from pipeline.text.readers import read
from pipeline.text.rejects import Reject, failure


def attribute(
    paths: Sequence[str], text_path: TextPath, max_characters: int, stdin: BinaryIO | None = None
) -> Iterator[AttributedText | Reject]:
    """Attributions of the articles in files, folders, globs and ``-``, one article at a time, and the rejects.

    ``text`` of plain-text and JSON-lines inputs is the input's text unchanged. Raises ``NoSuchInput`` and
    ``NoArticles`` at once, before the first article is drawn.
    """
    items = read(paths, max_characters, stdin)
    return (item if isinstance(item, Reject) else _attributed(item, text_path) for item in items)


def text_path(bundle: Path | None, rules: bool) -> TextPath:
    """The text path of a bundle, or of ``models/scorer`` where there is one, else of ``configs/``; with ``rules``
    the plain baseline beside it. Raises ``BundleError``."""
    folder = bundle or ROOT / "models" / "scorer"
    known = bundle is not None or folder.is_dir()
    source = open_bundle(folder).text if known else CONFIGS
    try:
        path = TextPath.load(source)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise BundleError(
            f"{source}: made by another version of this program ({type(error).__name__}: {error}). {RETRAIN}"
        ) from error
    return path.baseline() if rules else path


def _attributed(article: Article, text_path: TextPath) -> AttributedText | Reject:
    try:
        document = text_path(article)
    except Exception as error:  # any fault of ours on a hostile text: named in the rejects, never silent
        return failure(article.source or article.id, error)
    return AttributedText(article.id, article.text, units(document))


def units(document: Document) -> tuple[Attribution, ...]:
    """The attributions of a document that have content, in the order of the text. What an author says in the
    author's own text is none: nobody reports it, though it may quote a word here and there."""
    text = document.article.text
    quoted = OutermostQuotations(text)
    found = [
        one
        for one in document.attributions
        if one.content
        and (one.source or one.cue or "indirect" != content_kind(text, one.content, quoted) == one.kind)
    ]
    return tuple(sorted(found, key=lambda one: (min(one.content), one.cue or one.content[0])))


def readable(one: AttributedText) -> Iterator[str]:
    """Lines for a reader: the article, and per attribution its kind, speaker, cue and content."""
    yield f"{one.doc_id}: {len(one.attributions)} attributions"
    for unit in one.attributions:
        voice = ", ".join(part for part in (unit.voice.party, unit.voice.kind) if part and part != NO_SPEAKER)
        cue = unit.cue.of(one.text) if unit.cue else ""
        content = " … ".join(" ".join(span.of(one.text).split()) for span in unit.content)
        yield f"  {unit.kind:8} {unit.voice.speaker}{f' ({voice})' if voice else ''} [{cue}] {content}"
