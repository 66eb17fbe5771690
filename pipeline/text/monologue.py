"""Texts with a voice of their own: opinion pieces, letters, speeches, press releases, and who that voice is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import AUTHOR, NEWSPAPER, Article, Sentence
from pipeline.text.quotes import Quotation

# Genres in which whoever wrote the text speaks in it.
SINGLE_VOICE = frozenset(
    {"opinion", "letter", "speech", "op-ed", "editorial", "comment", "manifesto", "column", "blog"}
)
PRESS_RELEASE = "press_release"
_RANK = (
    r"(?:(?:Dr|Prof\.?|Professor|Sir|Dame|Lord|Lady|Baroness|Revd?|Canon|Bishop|Rt Rev|Cllr|Councillor|Coun|"
    r"Mr|Mrs|Ms|Miss|Emerita|Emeritus|"
    r"Col\.?|Lt Col|Major|Capt|Brigadier|\(retd\)) ){0,4}"
)
_NAME = (
    r"(?:[A-Z]\.? |[A-Z]{2} )?[A-Z][\w’'-]{1,24}(?: (?:[A-Z][\w-]{1,24}|[A-Z]\.?(?!\w)|de|van|von|bin|al|of)){0,4}"
)
_FULL = r"[A-Z][\w-]{1,24}(?: (?:[A-Z][\w-]{1,24}|[A-Z]\.?(?!\w)|de|van|von|bin|al)){1,4}"
_HONOURS = r"(?:,? (?:MP|MSP|MEP|KC|QC|OBE|CBE|MBE|FRS)\b){0,2}"
_BYLINE = re.compile(
    rf"\s*(?:Words |Comment |Analysis )?(?:[Bb]y|BY) (?P<name>{_RANK}{_FULL})(?=[,.\n]|\s*$| is | for )"
)
_IS = (
    r"(?:is|was|has been|writes|works|represents|teaches|runs|chairs|leads|edits|sits|served|practises|reports|"
    r"lives)"
)
_BIOGRAPHY = re.compile(rf"(?:[•*–] ?)?(?P<name>{_RANK}{_FULL}){_HONOURS}(?: {_IS}\b|, {_IS}\b)")
_NOTICE = re.compile(
    rf"(?:[•*–] ?)?(?P<name>{_RANK}{_FULL}){_HONOURS}(?:[’']s? (?:\w+ ){{0,4}}|,? (?:will|can|MP\b|at)\b)"
)
_SIGNATURE = re.compile(
    rf"(?:[•*–] ?)?(?P<name>{_RANK}{_NAME}|Name and address (?:supplied|withheld)){_HONOURS}"
    r"(?P<rest>(?: \((?:\w|[ -]){1,30}\))?(?:[,;]? [^.!?:\n]{0,90})?)"
)
_LONE_NAME = re.compile(rf"(?P<name>{_RANK}{_FULL}){_HONOURS}")
_FULL_NAME = re.compile(_FULL)
# Names end in no such word; an office or a group printed alone is no byline.
_NO_PERSON = frozenset(
    {"Secretary", "Minister", "Ministers", "Office", "Government", "MPs", "Party", "Editor", "Sir"}
)
_VALEDICTION = re.compile(
    r"(?:yours|with (?:best|warm)|in (?:comradeship|solidarity|hope|peace)|best wishes|kind regards|regards)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"\b(?:I|I['’](?:m|ve|d|ll)|me|my|mine|myself|[Ww]e|[Ww]e['’](?:re|ve|ll|d)|[Oo]urs?|ourselves)\b"
)
_SAID = re.compile(r"\b(?:said|says|told|tells|added|asked|according to)\b")
# Logistic regression on articles of train and validation whose genre is told (opinion and letters against news,
# explainers, live blogs and interviews): precision .94, recall .88 in cross-validation; "I" or "we" in a sixth
# of the sentences has recall .76.
_BIAS, _OWN, _REPORTED, _QUOTED = 0.8, 8.5, -6.8, -9.9
# A shorter text, or one with fewer words of its own voice, is a report.
_SHORTEST, _LEAST_OWN = 6, 2
_HOUSE_VOICE = re.compile(r"\b[Tt]his (?:news)?paper\b")
_ISSUER = re.compile(r"(?:From|Issued by|On behalf of)\b:? (?P<name>(?:the )?[A-Z][^.:;,\n]{2,60})")
_ABOUT = re.compile(
    r"(?:\d\. ?|[•*–] ?|Notes? to [Ee]ditors:? )?(?:About )?"
    r"(?P<name>(?:The )?[A-Z][\w’'&-]*(?: (?:[A-Z][\w’'&-]*|of|for|the|and|in|to)){0,6}) "
    r"(?:is an?|was founded|was set up|is the|represents|works|supports|has been|exists)\b"
)
_ENDS = re.compile(
    r"(?:ENDS?|Ends|Notes? (?:to|for) [Ee]ditors?|-+ ?ENDS ?-+|For (?:further|more) information|Media contact)\b"
)
_ANNOUNCES = re.compile(
    r"(?P<name>(?:The )?[A-Z][\w’'&-]*(?: (?:[A-Z][\w’'&-]*|of|for|the|and|in)){0,6}) "
    r"(?:has |have |is |are )?(?:today |yesterday )?(?:\w+ed|says|said|publishes|launches|calls|calling|"
    r"urges|warns|welcomes|condemns|announces)\b"
)


@dataclass(frozen=True)
class Voicing:
    """The name (and how the text describes it) of a text's own voice, for the sentences ``start``–``end``."""

    name: str
    role: str = ""
    start: int = 0
    end: int = 0


def voicings(article: Article, sentences: Sequence[Sentence], quoted: Sequence[Quotation]) -> list[Voicing]:
    """Who speaks where the text quotes nobody; empty for a report.

    The article's ``speaker`` or, in the genres of one voice, its ``author`` come first; then a byline, a signature
    and the line about the author at the end. A text of one voice whose author is nowhere named speaks as "author".
    """
    if article.speaker:
        return [Voicing(article.speaker, "", 0, len(sentences))]
    genre = article.genre.lower()
    if not sentences:
        return []
    if genre == PRESS_RELEASE:
        issuer = article.author or _issuer(sentences)
        end = next(
            (index for index, sentence in enumerate(sentences) if _ENDS.match(sentence.text)), len(sentences)
        )
        if not issuer and is_first_person(article.text, sentences, quoted):
            issuer = _author(article.text, sentences)[0] or AUTHOR
        return [Voicing(issuer, "", 0, end)] if issuer else []
    if genre == "interview":
        return _answers(article.text, sentences, quoted)
    if not (genre in SINGLE_VOICE or (not genre and speaks_for_itself(article.text, sentences, quoted))):
        return []
    if article.author:
        return [Voicing(article.author, "", 0, len(sentences))]
    letters = _letters(sentences) if genre in ("", "letter") else []
    if len(letters) > (not genre):
        return letters
    name, role = _author(article.text, sentences)
    fallback = NEWSPAPER if _HOUSE_VOICE.search(article.text) else AUTHOR
    return [Voicing(name or fallback, role, 0, len(sentences))]


def speaks_for_itself(text: str, sentences: Sequence[Sentence], quoted: Sequence[Quotation]) -> bool:
    """Whether a text of unknown genre is an opinion piece or a letter rather than a report.

    Told by how often it says "I" or "we" and reporting verbs outside quotation marks, and how much it quotes.
    """
    count = len(sentences)
    own = _outside(_FIRST_PERSON, text, quoted)
    if count < _SHORTEST or own < _LEAST_OWN:
        return False
    said = _outside(_SAID, text, quoted)
    share = sum(quotation.end - quotation.start for quotation in quoted) / len(text)
    return _BIAS + _OWN * min(1.0, own / count) + _REPORTED * said / count + _QUOTED * share > 0


def _outside(pattern: re.Pattern[str], text: str, quoted: Sequence[Quotation]) -> int:
    """How often a pattern occurs outside quotation marks."""
    hits, at = 0, 0
    for found in pattern.finditer(text):
        while at < len(quoted) and quoted[at].end <= found.start():
            at += 1
        hits += not (at < len(quoted) and quoted[at].start <= found.start())
    return hits


def is_first_person(text: str, sentences: Sequence[Sentence], quoted: Sequence[Quotation]) -> bool:
    """Whether a text of unknown genre says "I" or "we" outside quotation marks in a sixth of its sentences.

    Interviews say it too, between their many quotations, and are no text of one voice.
    """
    if len(quoted) > len(sentences) / 3:
        return False
    hits = _outside(_FIRST_PERSON, text, quoted)
    return len(sentences) >= 6 and hits >= max(4, len(sentences) / 6)


def _answers(text: str, sentences: Sequence[Sentence], quoted: Sequence[Quotation]) -> list[Voicing]:
    """An interview printed as questions and answers without names or quotation marks: the answers' runs.

    The person interviewed is the first whom the text names; a question opens a paragraph.
    """
    if len(quoted) > len(sentences) / 6 or not is_first_person(text, sentences, quoted):
        return []
    named = next(
        (found for one in sentences[:6] if not _BYLINE.match(one.text) and (found := _FULL_NAME.search(one.text))),
        None,
    )
    heads = [one.paragraph != sentences[index - 1].paragraph for index, one in enumerate(sentences)]
    asked = [index for index, one in enumerate(sentences) if heads[index] and one.text.endswith("?")]
    if named is None or len(asked) < 3:
        return []
    ends = [*asked[1:], len(sentences)]
    return [Voicing(named.group(), "", start + 1, end) for start, end in zip(asked, ends, strict=True)]


def _letters(sentences: Sequence[Sentence]) -> list[Voicing]:
    """Blocks that end in a signature, each in the voice of its writer; what follows the last has no voice."""
    found, start = [], 0
    for index in range(len(sentences)):
        match = _signature(sentences, index)
        if match and index > start + 1:
            found.append(Voicing(match.group("name"), match.group("rest").strip(" ,;()"), start, index))
            start = index + 1
        elif match and found and index == start:
            start = index + 1
    return found


def _signature(sentences: Sequence[Sentence], index: int) -> re.Match[str] | None:
    """A short line without a stop that begins with a name and ends its paragraph, a place or post aside."""
    text = sentences[index].text
    if len(text) > 120 or text[-1] in '.!?”":…' or text.isupper() or text.startswith("Dear "):
        return None
    match = _SIGNATURE.fullmatch(text)
    if not match or len(match.group("name").split()) < 2:
        return None
    following = [one for one in sentences[index + 1 : index + 3] if one.paragraph == sentences[index].paragraph]
    return match if all(len(one.text) < 60 and one.text[-1] not in ".!?" for one in following) else None


def _author(text: str, sentences: Sequence[Sentence]) -> tuple[str, str]:
    """Name and description of the author from a byline, the signature or the line about the author."""
    name, role = _signed(text, sentences)
    return ("", "") if name.split()[-1:] and name.split()[-1] in _NO_PERSON else (name, role)


def _signed(text: str, sentences: Sequence[Sentence]) -> tuple[str, str]:
    for sentence in sentences[:4]:
        lone = None if sentence.text.isupper() else _LONE_NAME.fullmatch(sentence.text)
        if match := _BYLINE.match(sentence.text) or lone:
            return match.group("name"), sentence.text[match.end() :].strip(" ,.")
    sentences = [sentence for sentence in sentences if not sentence.text.isupper()]
    for sentence in reversed(sentences[-6:]):
        for pattern in (_BIOGRAPHY, _NOTICE):
            match = pattern.match(sentence.text)
            if match and _introduces(text, sentence, match, sentences):
                return match.group("name"), sentence.text[match.end("name") :].strip(" .")
    for sentence in sentences[:2]:
        match = _BIOGRAPHY.match(sentence.text)
        if match and text.find(match.group("name")) == sentence.start + match.start("name"):
            return match.group("name"), sentence.text[match.end("name") :].strip(" .")
    for index in range(max(1, len(sentences) - 6), len(sentences)):
        match = _SIGNATURE.fullmatch(sentences[index].text)
        if match and (
            _VALEDICTION.match(sentences[index - 1].text) or _LONE_NAME.fullmatch(sentences[index].text)
        ):
            return match.group("name"), match.group("rest").strip(" ,;")
    return "", ""


def _introduces(text: str, sentence: Sentence, match: re.Match[str], sentences: Sequence[Sentence]) -> bool:
    """Whether a line at the end names its author: nobody else was called so, a caption in the last lines aside."""
    name = match.group("name")
    first = text.find(name) == sentence.start + match.start("name")
    return first or (sentence in sentences[-3:] and text.count(name) == 2)


def _issuer(sentences: Sequence[Sentence]) -> str:
    """The body that a press release comes from: its "From" line, the note about it, or who acts first."""
    for sentence in sentences[:5]:
        if match := _ISSUER.match(sentence.text):
            return match.group("name").split(" and ")[0]
    for sentence in reversed(sentences[-7:]):
        if (match := _ABOUT.match(sentence.text)) and _is_name(match.group("name")):
            return match.group("name")
    for sentence in sentences[:4]:
        if (match := _ANNOUNCES.match(sentence.text)) and _is_name(match.group("name")):
            return match.group("name")
    return ""


def _is_name(name: str) -> bool:
    """Whether capitals name a body, not a word that begins a sentence."""
    return len(name.split()) > 1 or (name.isupper() and len(name) > 2)


def is_prose(sentence: Sentence) -> bool:
    """Whether a sentence is said rather than printed around what is said: a heading, a signature, a date."""
    return not sentence.boilerplate and (sentence.text[-1] in ".!?…;:\"'”’)" or sentence.text[0] in "•–*-")
