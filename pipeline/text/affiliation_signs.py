"""Signs of a speaker's kind and side: the words by which, near which and in which it speaks.

A sign is a short string ``place:word`` with a value; a linear model weighs it (``affiliation_model.py``). Parties
stand in signs by their side under the government of the day, so that what a home secretary's words tell of one
government serves for the next.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pipeline.labels import NONE
from pipeline.records import Span
from pipeline.text.entity_facts import EntityFacts, sides
from pipeline.text.lexicon import Lexicon

# Values of signs that come in numbers: a sentence has twenty words, a role two. Chosen by cross-validation.
_SPOKEN, _HEADLINE, _SENTENCE = 0.5, 0.3, 0.5
# How much is read: characters beside a mention and of a sentence, roles, cues, sentences spoken.
_BESIDE, _LONGEST, _ROLES, _CUES, _SAID = 60, 400, 6, 6, 25
_WORD = re.compile(r"([^\W\d_]+(?:'(?!s\b)[^\W\d_]+)?|\d+)(?:'s\b)?")
_AGED = re.compile(r",? ?(?:aged )?\(?\d\d\b")
_BRACKET = re.compile(r"\s?[(\[]([^()\[\]]{1,40})[)\]]")

Signs = dict[str, float]


def words_of(text: str) -> list[str]:
    """Words and numbers in lower case without possessive endings."""
    return _WORD.findall(text.lower().replace("’", "'"))


def side_of(party: str, government: str) -> str:
    """``none``, ``lead``, ``junior`` or ``rival``; ``third`` for every other party; empty if unknown."""
    if party in ("", NONE):
        return party
    return sides(government).get(party, "third")


def signs(facts: EntityFacts, lexicon: Lexicon) -> Signs:
    """All signs of one speaker."""
    found: Signs = dict.fromkeys(_standing(facts), 1.0)
    found.update(dict.fromkeys(_naming(facts, lexicon), 1.0))
    found.update(dict.fromkeys(_roles(facts, lexicon), 1.0))
    text = facts.setting.article.text
    for mention in facts.mentions:
        found.update(dict.fromkeys(_beside(text, mention, lexicon), 1.0))
    for cue in facts.cues[:_CUES]:
        found.update((f"cue:{word}", 1.0) for word in words_of(cue))
    found.update(dict.fromkeys(_spoken(facts), _SPOKEN))
    found.update(dict.fromkeys(_introduced(facts), _SENTENCE))
    found.update(dict.fromkeys(_headline(facts), _HEADLINE))
    return found


def _standing(facts: EntityFacts) -> Iterator[str]:
    """What the rules and the table say, and where in what text the speaker stands."""
    article, government, nature = facts.setting.article, facts.setting.government, facts.nature
    side = side_of(facts.proposal.party, government) or "?"
    kind = facts.proposal.kind or "?"
    genre = article.genre or "news"
    yield from (f"rules:{side}/{kind}", f"rules:side={side}", f"rules:kind={kind}")
    yield from (f"rules:{kind}/{nature}", f"rules:{kind}/{genre}")
    yield from (f"government:{government}", f"nature:{nature}", f"genre:{genre}", f"genre:{genre}/{nature}")
    if facts.printed:
        yield from ("printed", f"printed:{side_of(facts.printed, government)}")
    if facts.known.kind:
        yield f"known:{facts.known.kind}"
    if facts.own:
        yield from ("own", f"own:{genre}")
    if facts.plural:
        yield "plural"
    if facts.first:
        yield "first"
    yield f"said:{min(len(facts.said), 5)}"


def _naming(facts: EntityFacts, lexicon: Lexicon) -> Iterator[str]:
    """The words of a body's name or a description; of a person's name only its shape and title."""
    name = words_of(facts.name[:_LONGEST])
    if facts.title:
        yield from (f"title:{facts.title}", f"title:{facts.title}/{facts.setting.article.genre or 'news'}")
    if facts.nature == "person":
        yield f"names:{min(len(name), 3)}"
        if len(name) == 1 and not facts.title:
            yield "names:one"
            if name[0] in lexicon.genders:
                yield "names:given"
        if name and name[0] in lexicon.titles:
            yield f"name:first={name[0]}"
        return
    yield f"head:{facts.head}"
    yield from (f"name:{word}" for word in name)
    yield from (f"name:{first} {second}" for first, second in pairwise(name))
    yield from (f"name:last={word}" for word in name[-1:])
    yield from _classes("name", name, lexicon)


def _roles(facts: EntityFacts, lexicon: Lexicon) -> Iterator[str]:
    """What the text says that the speaker is, and whom it speaks for."""
    if not facts.roles:
        yield f"no roles:{facts.nature}"
    for role in facts.roles[:_ROLES]:
        words = words_of(role[:_LONGEST])[:12]
        yield from (f"role:{word}" for word in words)
        yield from (f"role:{first} {second}" for first, second in pairwise(words))
        yield from _classes("role", words, lexicon)
        if any(len(word) == 2 and word.isdigit() for word in words):
            yield "role:number"
    yield from (f"owner:{word}" for phrase in facts.owner[:_ROLES] for word in words_of(phrase[:_LONGEST]))


def _beside(text: str, mention: Span, lexicon: Lexicon) -> Iterator[str]:
    """Words on both sides of a mention."""
    before, after = words_beside(text, mention)
    yield from (f"before:{word}" for word in before[-4:])
    yield from (f"after:{word}" for word in after[:6])
    yield f"just before:{' '.join(before[-1:])}"
    yield f"just before:{' '.join(before[-2:])}"
    yield f"just after:{' '.join(after[:1])}"
    yield f"just after:{' '.join(after[:2])}"
    yield f"then after:{' '.join(after[1:3])}"
    yield from _classes("before", before[-5:], lexicon)
    yield from _classes("after", after[:6], lexicon)
    if _AGED.match(text, mention.end):
        yield "aged"
    if bracket := _BRACKET.match(text, mention.end):
        yield "bracket"
        yield from (f"bracket:{word}" for word in words_of(bracket.group(1)))


def words_beside(text: str, mention: Span) -> tuple[list[str], list[str]]:
    """Words within some characters before and after a mention, none of them cut in two."""
    start, end = max(0, mention.start - _BESIDE), min(len(text), mention.end + _BESIDE)
    before, after = words_of(text[start : mention.start]), words_of(text[mention.end : end])
    if start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        before = before[1:]
    if end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        after = after[:-1]
    return before, after


def _classes(place: str, words: Iterable[str], lexicon: Lexicon) -> Iterator[str]:
    """Classes of nouns in the word lists: they speak for nouns that training has not met."""
    for word in words:
        if word in lexicon.people:
            yield f"{place} class:{lexicon.people[word]}"
        if word in lexicon.bodies:
            yield f"{place} body:{lexicon.bodies[word]}"
        if word in lexicon.senses.learned:
            yield f"{place} body:learned"
        if word in lexicon.senses.authorities:
            yield f"{place} body:authority"


def _spoken(facts: EntityFacts) -> list[str]:
    """Words of what the speaker says."""
    sentences = facts.setting.sentences
    read = " ".join([sentences[number].text[:_LONGEST] for number in facts.said[:_SAID]])
    return [f"says:{word}" for word in words_of(read)]


def _introduced(facts: EntityFacts) -> list[str]:
    """Words of the sentence that first mentions the speaker."""
    if not facts.mentions:
        return []
    sentence = facts.setting.sentence_at(facts.mentions[0].start)
    read = Span(sentence.start, min(sentence.end, sentence.start + _LONGEST))
    return [f"sentence:{word}" for word in words_of(read.of(facts.setting.article.text))]


def _headline(facts: EntityFacts) -> list[str]:
    """Words of the headline, which is about the first speakers, and whether it names this one."""
    words = words_of(facts.setting.article.headline[:_LONGEST])
    found = [f"headline:{word}" for word in words]
    if facts.own:
        found += [f"own headline:{word}" for word in words]
    if facts.nature == "person" and set(words_of(facts.name[:_LONGEST])[-1:]) & set(words):
        found.append("in headline")
    return found
