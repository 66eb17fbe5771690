"""The speaker behind a question: one sentence with it, or the beginning of the next."""

import pytest

from pipeline.text.tags import is_tag

TAGS = [
    "Ms Holloway asked.",
    "Ms Holloway asked MPs on Monday.",
    "Dean Lowe, the Reform MP for Marlow, asked.",
    "Lowe of Reform UK shouted.",
    "He then asked the minister.",
    "The home secretary told the BBC’s Today programme.",
    "A spokesman for No 10 replied.",
    "Home Office sources wondered.",
    "Marsh, 54, said Monday.",
    "Lowe wrote on Twitter that morning.",
    "One Labour MP said, to laughter.",
]
SENTENCES = [
    "Ms Holloway said the plan was dead.",
    "Ms Holloway told MPs that it was dead.",
    "Ms Holloway told MPs to back it.",
    "Ms Holloway said on Monday that it was dead.",
    "A Home Office spokesman said: “We will act.”",
    "Lowe said, “No.”",
    "Nobody answered.",
    "When Ms Holloway asked, he left.",
    "The crowd left.",
    "",
]


@pytest.mark.parametrize(("text", "tag"), [*((one, True) for one in TAGS), *((one, False) for one in SENTENCES)])
def test_tags(text: str, tag: bool) -> None:
    """A verb of speech that closes, or takes a hearer, a time or a place, belongs to the question."""
    assert is_tag(f"“Why?” {text}", 7) is tag
