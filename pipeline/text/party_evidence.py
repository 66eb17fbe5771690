"""What speaks for each party that a speaker may belong to: how near it is named, by whom, in which words.

Evidence is weighed alike for every party: that "of Reform UK" behind a name tells the party, training learns from
all parties together, also for one that it hardly met.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from pipeline.labels import NONE
from pipeline.records import Span
from pipeline.text.affiliation_signs import side_of
from pipeline.text.entity_facts import EntityFacts, Setting, sides
from pipeline.text.party_mentions import PartyMention

# Distances in characters between mention and party: adjacent, in the phrase, the clause, the sentence, nearby.
_DISTANCES = (6, 20, 50, 120, 300)
# Words between party and mention are a phrase when they are few; of more the nearest to the party are kept, out of
# so many characters beside the mention.
_PHRASE, _BETWEEN, _REACH = 5, 6, 300
_SAID = 25
_WORD = re.compile(r"[^\W\d_]+|[(),:]")

Evidence = dict[str, set[str]]


def party_evidence(facts: EntityFacts) -> Evidence:
    """Party → signs that the speaker belongs to it; signs with ``=`` hold words, the others say how they stand."""
    found: Evidence = {party: set(words) for party, words in facts.setting.standing.items()}
    for mention in facts.mentions:
        for party, sign in _around(facts.setting, mention):
            found.setdefault(party, set()).add(sign)
    for party, sign in _spoken(facts):
        found.setdefault(party, set()).add(sign)
    if facts.proposal.party:
        found.setdefault(facts.proposal.party, set()).update(("rules", f"rules/{facts.proposal.kind}"))
    if facts.printed:
        found.setdefault(facts.printed, set()).add("printed")
    if facts.known.party:
        found.setdefault(facts.known.party, set()).add("known")
    return found


def candidates(facts: EntityFacts, evidence: Evidence) -> list[str]:
    """Parties that come into question: those with evidence, those of both front benches, another one, and none."""
    return sorted({NONE, "other", *sides(facts.setting.government), *evidence})


def candidate_signs(facts: EntityFacts, party: str, evidence: Evidence) -> Iterator[str]:
    """Signs of one candidate: its evidence, also joined with its side and the speaker's nature."""
    government = facts.setting.government
    side = side_of(party, government)
    genre = facts.setting.article.genre or "news"
    nature = "own" if facts.own else facts.nature
    own = evidence.get(party, ())
    for sign in own:
        yield sign
        yield f"{nature}|{sign}"
        if "=" not in sign:
            yield f"{side}|{sign}"
            yield f"{genre}|{sign}"
    yield from (f"party:{party}", f"party:{party}/{government}", f"side:{side}")
    if party == NONE:
        closest = _closest(evidence)
        yield from (f"others:{min(3, len(evidence))}", f"closest:{closest}", f"closest:{closest}/{nature}")
    else:
        yield f"signs:{min(3, len(own))}"


def _closest(evidence: Evidence) -> str:
    """How close the closest party stands to the speaker."""
    if any(signs & {"printed", "known", "inside"} for signs in evidence.values()):
        return "with the name"
    near = {f"{place}{step} same" for place in ("before", "after") for step in range(3)}
    return "in the clause" if any(signs & near for signs in evidence.values()) else "far"


def _around(setting: Setting, mention: Span) -> Iterator[tuple[str, str]]:
    """The parties named in, before and after a mention."""
    parties = setting.parties
    sentence = setting.sentence_at(mention.start)
    at = bisect_left(setting.party_starts, mention.start)
    if at > 0:
        yield from _preceding(setting, parties[at - 1], mention, sentence)
    if at > 0 and parties[at - 1].end > mention.start:
        yield parties[at - 1].party, "inside"
    while at < len(parties) and parties[at].start < mention.end:
        yield parties[at].party, "inside"
        at += 1
    if at < len(parties):
        yield from _following(setting, parties[at], mention, sentence)


def _preceding(setting: Setting, party: PartyMention, mention: Span, sentence: Span) -> Iterator[tuple[str, str]]:
    text, same = setting.article.text, party.start >= sentence.start
    yield party.party, f"before{_step(mention.start - party.end)}" + (" same" if same else "")
    if same:
        between = _words(text[max(party.end, mention.start - _REACH) : mention.start])
        if len(between) <= _PHRASE:
            yield party.party, f"before={' '.join(between)}"
        yield from ((party.party, f"between before={word}") for word in between[:_BETWEEN])
        lead = _words(text[max(0, party.start - 15) : party.start])
        yield party.party, f"ahead of it={' '.join(lead[-2:])}"


def _following(setting: Setting, party: PartyMention, mention: Span, sentence: Span) -> Iterator[tuple[str, str]]:
    text, same = setting.article.text, party.start < sentence.end
    distance = party.start - mention.end
    if distance < _DISTANCES[-1]:
        yield party.party, f"after{_step(distance)}" + (" same" if same else "")
    if same:
        between = _words(text[mention.end : min(party.start, mention.end + _REACH)])
        if len(between) <= _PHRASE:
            yield party.party, f"after={' '.join(between)}"
        yield from ((party.party, f"between after={word}") for word in between[-_BETWEEN:])
        yield party.party, f"behind it={' '.join(_words(text[party.end : party.end + 15])[:1])}"


def _spoken(facts: EntityFacts) -> Iterator[tuple[str, str]]:
    """The parties that the speaker names: "we in the …", "a … government would"."""
    setting, text = facts.setting, facts.setting.article.text
    counts: Counter[str] = Counter()
    for number in facts.said[:_SAID]:
        sentence = setting.sentences[number]
        at = bisect_left(setting.party_starts, sentence.start)
        while at < len(setting.parties) and setting.parties[at].start < sentence.end:
            named = setting.parties[at]
            counts[named.party] += 1
            lead = _words(text[max(0, named.start - 20) : named.start])[-2:]
            yield named.party, f"says before={' '.join(lead[-1:])}"
            yield named.party, f"says before={' '.join(lead)}"
            yield named.party, f"says after={' '.join(_words(text[named.end : named.end + 20])[:1])}"
            at += 1
    for party, count in counts.items():
        yield party, "says"
        if count == max(counts.values()):
            yield party, "says most"
        if count == counts.total():
            yield party, "says only"
        if count > 2:
            yield party, "says often"


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _step(distance: int) -> int:
    """Number of the distance class."""
    return sum(distance > limit for limit in _DISTANCES)
