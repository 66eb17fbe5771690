"""The speaker behind a quotation that ended in a question or a cry: “Why?” Ms Marsh asked. It is one sentence."""

import re

# Takes a hearer: “Why?” he asked the minister.
_HEARD = "asked|asks|told|tells|reminded|reminds|taunted|teased"
_SPOKEN = (
    "said|says|asked|asks|added|adds|replied|replies|cried|cries|shouted|shouts|wondered|wonders|demanded|demands|"
    "wrote|writes|tweeted|posted|continued|continues|exclaimed|joked|quipped|insisted|declared|recalled|answered|"
    "retorted|snapped|yelled|screamed|whispered|muttered|mused|protested|inquired|enquired|responded|concluded|"
    "begged|pleaded|chanted|thundered|called|calls"
)
# Words with a capital that begin a sentence and no speaker's name.
_NO_SPEAKER = (
    r"(?!(?:Nobody|None|Neither|No|That|This|These|Those|It|There|Then|But|And|So|Or|Yet|When|While|If|As|In|On|At|For|"
    r"From|By|To|With|After|Before|Since|Because|Although|Though|What|Who|Why|How|Where|Which|Not|Last|Asked|Pressed)\b)"
)
_NAME_WORD = r"[A-Z][\w’'.&-]{0,29}"
_NAME = rf"{_NAME_WORD}(?: {_NAME_WORD}){{0,4}}(?: (?:of|for|from) (?:the )?{_NAME_WORD}(?: {_NAME_WORD}){{0,2}})?"
_DESCRIBED = r"(?:[Tt]he|An?|One|Another|Some|Two|Several|Many|His|Her|Their|Its)(?: [\w’'.-]{1,20}){1,6}"
_APPOSITION = r"(?:, [^,.;:!?\"“”‘\n]{1,90},| [a-z]{4,14})?"
_AUXILIARIES = r"(?: (?:[a-z]{1,12}ly|has|had|have|also|later|then|will|would|once|often)){0,2}"
# A comma and a mark, or a colon, look forward to the next quotation, as "that" does to a clause.
_CLOSE = r"(?:[.;]|,(?! [\"'“‘])|\Z)"
_NO_CLAUSE = r"(?![^.;:\"“”\n]{0,80}\bthat\b(?! (?:morning|afternoon|evening|night|day|week|month|year)\b))"
_HEARER = r"(?: (?!(?:that|to|if|whether|why|how|what|about|not|there|it|she|he|they|we)\b)[\w’'-]{1,20}){1,8}"
_AFTER_VERB = (
    "him|her|me|us|them|to|of|again|aloud|angrily|later|yesterday|today|tonight|on|in|at|from|as|when|while|after|"
    "before|during|with|through|over|outside|last|this|into|earlier|"
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_TAG = re.compile(
    rf"{_NO_SPEAKER}(?:{_DESCRIBED}|{_NAME}){_APPOSITION}{_AUXILIARIES} "
    rf"(?:(?:{_HEARD}){_HEARER}{_CLOSE}|(?:{_SPOKEN})(?:{_CLOSE}| (?:{_AFTER_VERB})\b{_NO_CLAUSE}))"
)
# Bounds the time that one question can take.
_WINDOW = 220


def is_tag(text: str, start: int) -> bool:
    """Whether the words at ``start`` name who spoke the quotation before them rather than begin a sentence."""
    return bool(_TAG.match(text, start, min(len(text), start + _WINDOW)))
