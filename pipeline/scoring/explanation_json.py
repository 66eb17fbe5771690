"""An explanation as one JSON object, for machines. Offsets count characters of the article's text."""

from dataclasses import asdict

from pipeline.learners.explanation import Explanation, Part
from pipeline.scoring.explain import LIMITS, Explained, HeadView, MemberView


def explanation_json(one: Explained) -> dict[str, object]:
    """Plain values: the sentence, every head with its members' shares, the nearest training sentences (null where
    the bundle holds none), and what all this can not tell."""
    return {
        "article_id": one.article.id,
        "sentence_id": one.sentence_id,
        "start": one.sentence.start,
        "end": one.sentence.end,
        "text": one.sentence.text,
        "speaker": one.speaker,
        "told": asdict(one.told),
        "model": one.model,
        "learner": one.learner,
        "abstained": one.abstained,
        "heads": [_head(view, one.sentence.text, one.sentence.start) for view in one.heads],
        "neighbours": one.neighbours
        and [{"similarity": near.similarity, **asdict(near.sentence)} for near in one.neighbours],
        "limits": list(LIMITS),
    }


def _head(view: HeadView, text: str, start: int) -> dict[str, object]:
    return {
        "head": view.head,
        "label": view.label,
        "rival": view.rival,
        "probability": view.probability,
        "rival_probability": view.rival_probability,
        "members": [_member(member, text, start) for member in view.members],
    }


def _member(member: MemberView, text: str, start: int) -> dict[str, object]:
    return {
        "learner": member.learner,
        "probability": member.probability,
        "rival_probability": member.rival,
        "share": member.share,
        "explanation": member.explanation and _explanation(member.explanation, text, start),
    }


def _explanation(one: Explanation, text: str, start: int) -> dict[str, object]:
    return {
        "method": one.method,
        "score": one.score,
        "base": one.base,
        "sentence": one.sentence,
        "error": one.error,
        "words": [
            {
                "text": word.span.of(text),
                "start": start + word.span.start,
                "end": start + word.span.end,
                "value": word.value,
            }
            for word in one.words
        ],
        "parts": [_part(part) for part in one.parts],
        "ngrams": [_part(part) for part in one.ngrams],
    }


def _part(part: Part) -> dict[str, object]:
    return {"name": part.name, "text": part.text, "value": part.value}
