"""Stops that belong to an abbreviation rather than to a sentence, in British and in American print.

The word lists are closed classes as style guides give them: titles and ranks, the months and states that the
Associated Press shortens, the references of lawyers and printers. What may end a sentence as well ("U.K.", "Inc.")
is decided by the word after it.
"""

import re

from pipeline.text.grammar import CALENDAR, word_set

# Before a name: no stop after one of these ends a sentence.
_TITLES = word_set(
    "mr mrs ms messrs dr drs prof rev revd fr hon rt cllr cllrs coun ald lt col maj gen brig adm capt cmdr cpl "
    "sgt pte pvt spc cpt insp det supt asst dep gov govs sen sens rep reps pres sec amb atty attys mme mlle mgr "
    "msgr mt st ft ste ch"
)
# Words in lower case as well ("the rep.", "he can bet his gen."): titles only with a capital.
_TITLES_IN_CAPITALS = word_set("col gen rev rep reps pres sec det dep asst amb ch")
# Titles that also stand behind a name ("Elm St.", "Ohio St.").
_AFTER_NAMES_TOO = word_set("st ft")
# Never at the end of a sentence.
_LATIN = word_set("e.g i.e eg ie viz cf v vs approx incl c ca")
# Abbreviations only where a number follows.
_NUMBERED = word_set(
    "no nos n° nº art arts para paras p pp fig figs vol vols ch cl cls sec sect s ss reg regs sch pt pts col "
    "cols cm cmnd c ca est tel ext op"
)
_MONTHS = word_set("jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri")
_CLOCK = word_set("a.m p.m")
# Behind the hour: "9 p.m. Friday", "noon to 3 p.m. Eastern".
_BEHIND_CLOCK = CALENDAR | word_set("gmt bst utc est edt cst cdt mst mdt pst pdt et ct pt cet eastern pacific")
_STATES = word_set(
    "ala ariz ark calif cal colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla "
    "ore pa penn tenn tex vt va wash wis wyo n.h n.j n.m n.y n.c n.d r.i s.c s.d w.va d.c ont que alta"
)
# May end a sentence as well as stand inside one.
_EITHER = word_set(
    "ltd inc co cos corp plc llc bros jr sr esq al ave blvd rd mtn dept dist assn univ govt intl natl lib lab "
    "beds berks bucks cambs glos hants herts lancs lincs northants notts oxon staffs wilts yorks"
)
_KNOWN = _TITLES | _LATIN | _NUMBERED | _MONTHS | _CLOCK | _STATES | _EITHER
# Names that end in an exclamation mark.
_EXCLAIMED = word_set("yahoo jeopardy oklahoma oliver mamma")
# "Plan B." is no initial.
_LETTERED = word_set(
    "plan option group vitamin hepatitis schedule annex appendix category band team table part block grade type "
    "class section exhibit point item route model size zone gate wing unit version side tier level platform bus"
)
# What begins a new sentence after "U.K.", "p.m." and the like, and no name.
_OPENERS = word_set(
    "the a an this that these those there here he she it they we i you his her its their our my in on at for "
    "from by to with as but and or so yet then now however if when while after before since until because "
    "although though despite nobody everybody everyone somebody someone nothing everything neither none much "
    "what why how who which where whose most some many several few all both each every no not one two three "
    "four five six more another other others such only even just also still last next under over among during "
    "between about around meanwhile instead perhaps asked did does do is are was were has have had will would "
    "can could should may mr mrs ms dr sir dame lord lady i'm i've i'd i'll it's that's there's he's she's "
    "we're they're we've they've don't didn't"
)

_WORD_BEFORE = re.compile(r"[\w.&’'°-]{1,24}\Z")
_AFTER = re.compile(r"(?P<mark>[\"'“‘«]?)[(\[]?(?P<word>[\w&’'-]{1,30})(?P<stop>\.?)")
# Rob “Sparky” Marsh
_NICKNAME = re.compile(r"[\"'“‘][A-Z][\w’'-]{1,20}(?: [A-Z][\w’'-]{1,20})?[\"'”’] [A-Z]")
_DOTTED = re.compile(r"[A-Za-z]{1,3}(?:\.[A-Za-z]{1,4}){1,5}")
# "At 5 a.m. Mr Marsh rose": an hour at the head of its sentence is not all of it.
_CLOCK_OPENING = re.compile(
    r"(?:\A|[\n.!?\"”’] ?)(?:At|By|Around|About|From|Until|Till|Before|After|Shortly after) "
    r"(?:about |around )?\d{1,2}(?:[.:]\d\d)? ?[AaPp]\.[Mm]\Z"
)
_CLOCK_WINDOW = 48


def last_word(text: str, end: int) -> str:
    """The word that ends at ``end``, with inner dots; at most 24 characters of it."""
    found = _WORD_BEFORE.search(text, max(0, end - 24), end)
    return found.group() if found else ""


def is_title(word: str) -> bool:
    """Whether a word in lower case is one that only precedes a name or is never followed by a new sentence."""
    return word in _TITLES or word in _LATIN


def is_exclaimed_name(text: str, mark: int, following: int) -> bool:
    """Whether the exclamation mark at ``mark`` belongs to a name ("Yahoo! News")."""
    after = _AFTER.match(text, following)
    next_word = after["word"].lower() if after else ""
    return last_word(text, mark).lower() in _EXCLAIMED and next_word not in _OPENERS


def is_abbreviation(text: str, stop: int, following: int) -> bool:
    """Whether the stop at ``stop`` ends an abbreviation and no sentence; the next word begins at ``following``."""
    raw = last_word(text, stop)
    bare = raw.rpartition("-")[2].lstrip(".'’")
    word, capital = bare.lower(), bare[:1].isupper()
    if len(word) > 1 and word not in _KNOWN and "." not in word:
        return False
    after = _AFTER.match(text, following)
    next_word = after["word"] if after else ""
    if word in _NUMBERED and next_word[:1].isdigit():
        return True
    if word in _LATIN and not (capital and len(word) == 1):
        return True
    quoted = bool(after and after["mark"]) and not _NICKNAME.match(text, following)
    opens = quoted or (next_word.lower() in _OPENERS and not _is_initial_next(next_word, after))
    if word in _TITLES and (capital or word not in _TITLES_IN_CAPITALS):
        return not (opens and word in _AFTER_NAMES_TOO)
    if capital and word in _MONTHS:
        return next_word[:1].isdigit()
    if word in _CLOCK:
        return _clock_goes_on(text, stop, next_word, quoted)
    if capital and word in _STATES:
        return not opens and not _after_comma(text, stop - len(bare), following)
    if word in _EITHER or (_DOTTED.fullmatch(bare) and not bare.islower()):
        return not opens
    return _is_initial(text, bare, stop, next_word, opens)


def _is_initial_next(next_word: str, after: re.Match[str] | None) -> bool:
    """Whether the next word is a second initial ("J. A. Marsh") and not "A" or "I"."""
    return len(next_word) == 1 and next_word.isupper() and bool(after and after["stop"])


def _clock_goes_on(text: str, stop: int, next_word: str, quoted: bool) -> bool:
    if quoted or not next_word:
        return False
    if next_word.lower() in _BEHIND_CLOCK or not next_word[:1].isupper():
        return True
    return bool(_CLOCK_OPENING.search(text, max(0, stop - _CLOCK_WINDOW), stop))


def _after_comma(text: str, start: int, following: int) -> bool:
    """Whether a state follows its town and ends the sentence: one that goes on has a comma ("Gary, Ind., and")."""
    return text[max(0, start - 2) : start] == ", " and text[following].isupper()


def _is_initial(text: str, letter: str, stop: int, next_word: str, opens: bool) -> bool:
    """Whether ``letter`` is a name's initial ("J. R. Marsh"), not one that ends a sentence ("Plan B.")."""
    if not (len(letter) == 1 and letter.isalpha() and letter.isupper() and next_word[:1].isupper()) or opens:
        return False
    before = last_word(text, max(0, stop - 2))
    if letter == "I":
        return before[:1].isupper()
    return before.lower() not in _LETTERED
