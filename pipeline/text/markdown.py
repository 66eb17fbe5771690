"""Markdown with YAML front matter: the fields, and the body as the text (its marks are left as they are)."""

import re

import yaml

from pipeline.text.rejects import Refusal

# Front matter is short; a "---" further down is a rule between paragraphs. Bounded, as YAML is slow to parse.
FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(?P<yaml>.{0,16384}?)^---[ \t]*(?:\r?\n|\Z)\s*", re.DOTALL | re.MULTILINE
)
HEADING = re.compile(r"#[ \t]+(?P<title>[^\r\n]{1,300})(?:\r?\n\s*|\Z)")


def fields_of(document: str) -> dict[str, object]:
    """Front matter and ``text``. A first-level heading on top is the title where the front matter has none.

    Raises ``Refusal`` (metadata) for front matter that is not a YAML mapping.
    """
    fields: dict[str, object] = {}
    front = FRONT_MATTER.match(document)
    if front:
        fields = _mapping(front["yaml"])
        document = document[front.end() :]
    heading = HEADING.match(document)
    if heading and not (fields.get("title") or fields.get("headline")):
        fields["title"] = heading["title"].strip()
        document = document[heading.end() :]
    return fields | {"text": document}


def _mapping(front: str) -> dict[str, object]:
    try:
        loaded = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2024-13-45
        problem = " ".join(str(error).split())[:200]
        raise Refusal(
            "metadata", f"the front matter is not YAML ({problem}); write `field: value` lines"
        ) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise Refusal("metadata", "the front matter holds no `field: value` lines; write `title: …` and so on")
    return {str(key): value for key, value in loaded.items()}
