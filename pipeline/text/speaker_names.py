"""Whether two names mean one speaker.

A predicted name is right when it is the actor's canonical name without title, number and case, one of the forms
declared for the actor, or, for a named person, the surname with given names that do not contradict.
"""

from pipeline.records import AUTHOR, NEWSPAPER, Actor, Voice
from pipeline.text.grammar import is_number, word_set

_TITLES = word_set(
    "mr mrs ms miss mx dr prof professor sir dame lord lady baroness rev revd reverend canon bishop archbishop "
    "cllr coun councillor chief constable rt hon right honourable the a an one another some several"
)
_HONOURS = word_set("mp msp mep kc qc obe cbe mbe")
# Forms by which the head of an article declares its own voice; a text that does not name it speaks as "author".
_OWN_VOICE = frozenset({"i", "we", "me", "the author", "the writer", "the columnist", "this newspaper"})
# A last word that groups share says nothing about who they are.
_SHARED_ENDINGS = word_set("mps party uk council trust group office network union alliance court committee")
# Words of a surname that are printed small.
_PARTICLES = word_set("de da del di der van von den la le du bin al el")
# Offices printed before a surname, which `plain_name` keeps for it knows British titles only.
_OFFICES = word_set(
    "senator sen representative rep congressman congresswoman governor gov president secretary minister mayor "
    "justice judge general gen colonel col captain capt sergeant sgt sheriff father sister pope king queen prince "
    "princess"
)


def same_speaker(predicted: str, actor: Actor, text: str = "") -> bool:
    """Whether a predicted name means the gold actor.

    A text's own voice is called "author" where the text names nobody; that is right for an actor declared with "I"
    or "we", and for one whose name the article's ``text`` never prints.
    """
    name, gold = plain_name(predicted), plain_name(actor.voice.speaker)
    if name == gold or any(name == plain_name(form) for form in actor.forms):
        return True
    if name in (AUTHOR, NEWSPAPER):
        unnamed = bool(text) and actor.voice.speaker.split()[-1] not in text
        return unnamed or any(form.lower() in _OWN_VOICE for form in actor.forms)
    if not name:
        return False
    names, golds = name.split(), gold.split()
    person = len(golds) > 1 and _is_printed_as_name(actor.voice.speaker) and golds[-1] not in _SHARED_ENDINGS
    shorter = predicted.split()[-1][:1].isupper() and names[-1] == golds[-1] and len(names) <= len(golds)
    return person and shorter and _agree(_given_names(predicted), _given_names(actor.voice.speaker))


def same_name(predicted: str, gold: str) -> bool:
    """Whether two names are equal without titles and case, or one person's in a longer and a shorter form.

    The shorter form is the surname alone or with some of the given names or their initials: "Ms Tully" and
    "A. J. Tully" mean "Anna Jane Tully", "Dean Tully" does not, and "aides to Anna Tully" are not she.
    """
    if plain_name(predicted) == plain_name(gold):
        return True
    if not (_is_printed_as_name(predicted) and _is_printed_as_name(gold)):
        return False
    short, long = sorted((predicted, gold), key=lambda name: len(plain_name(name).split()))
    return same_speaker(short, Actor(Voice(long)))


def _is_printed_as_name(name: str) -> bool:
    """Whether every word but the particles of a surname has a capital; a description has words without."""
    words = name.split()
    return bool(words) and all(word[0].isupper() or word.lower() in _PARTICLES for word in words)


def _given_names(name: str) -> list[str]:
    given = plain_name(name).split()[:-1]
    while given and given[0].rstrip(".") in _OFFICES:
        given = given[1:]
    return [word.rstrip(".") for word in given]


def _agree(some: list[str], others: list[str]) -> bool:
    """Whether each of ``some`` is one of ``others`` or its initial; true where there are none to compare."""
    return not others or all(
        any(word == other or (len(word) == 1 and other.startswith(word)) for other in others) for word in some
    )


def plain_name(name: str) -> str:
    """A name in lower case without titles, articles and numbers at its head."""
    words = name.lower().replace("’", "'").split()
    first, end = 0, len(words)
    while end - first > 1 and (words[first].rstrip(".") in _TITLES or is_number(words[first])):
        first += 1
    while end - first > 1 and words[end - 1].strip(",") in _HONOURS:
        end -= 1
    return " ".join(words[first:end]).rstrip(",.")
