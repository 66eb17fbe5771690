"""Short news passages with invented people, and the ways in which they may be rewritten without a change of
speaker.

In a passage ``{N}`` stands for the speaker's full name, ``{T}`` for title and surname, ``{he}`` ``{his}`` (and
``{He}`` ``{His}``) for the pronouns; ``<`` ``>`` for quotation marks and ``[`` ``]`` for those inside a quotation.
"""

from dataclasses import dataclass

from pipeline.evaluation.behaviour import scenes

# The speaker in the list of speakers that belongs to a passage.
N, NOBODY = "{N}", "-"


@dataclass(frozen=True)
class Name(scenes.Name):
    """A speaker's name, and the canonical form of it where that is not the full one."""

    canonical: str = ""

    def speaker(self, wanted: str) -> str:
        """The expected speaker with the name put in."""
        return wanted.replace(N, self.canonical or self.full)


NAMES = (
    Name("Ann Marsh", "Ms Marsh", she=True),
    Name("Peter Holm", "Mr Holm", she=False),
    Name("Zara O’Brien-Khan", "Ms O’Brien-Khan", she=True),
    Name("Sir Giles Warnock", "Sir Giles", she=False),
    Name("Dr Amina Yusuf", "Dr Yusuf", she=True),
    Name("Baroness Tarrant", "Lady Tarrant", she=True),
    Name("Krzysztof Wójcik", "Mr Wójcik", she=False),
    Name("Xiulan Zhao", "Mrs Zhao", she=True),
    Name("Oluwaseun Adebayo", "Mr Adebayo", she=False),
    Name("Pieter van der Berg", "Mr van der Berg", she=False),
)


# Passage → who speaks in each of its sentences.
PASSAGES: dict[str, tuple[str, list[str]]] = {
    "name behind": ("<The hostel is full and it isn’t safe,> {N} said on Monday.", [N]),
    "inverted": ("<The hostel is full,> said {N}, a councillor in Marlow.", [N]),
    "name before": ("{N} told the council: <We have waited for a year.>", [N]),
    "floating": ("<We have waited for a year,> said {N}.\n<Nobody has rung us.>", [N, N]),
    "pronoun": (
        "{N} runs a kitchen in Marlow.\n<We feed ninety people,> {he} said. <It’s hard in winter.>",
        [NOBODY, N, N],
    ),
    "over paragraphs": (
        "{N} said: <The roof leaks.\n<The boiler failed in May.\n<We’ve had enough.>\nThe council meets soon.",
        [N, N, N, NOBODY],
    ),
    "title": (
        "{N}, who chairs the harbour board, opened the meeting.\n<The quay is sinking,> {T} said.",
        [NOBODY, N],
    ),
    "description": (
        "The mayor of Marlow, {N}, cut the ribbon.\nLater the mayor said the bridge would be free.",
        [NOBODY, N],
    ),
    "that-clause": ("{N} said that the bridge would stay free. The work begins in June.", [N, NOBODY]),
    "according to before": ("According to {N}, the bridge is safe.", [N]),
    "according to behind": ("The bridge is safe, according to {N}.", [N]),
    "fragment": ("{N} called the bridge <a monument to waste> and said it wouldn’t last.", [N]),
    "fragments in a clause": ("{N} said the shop was <on its knees> and might close.", [N]),
    "two people": (
        "<The bridge is safe,> said {N}.\nDean Pascoe, an engineer, shook his head. <It isn’t,> said Mr Pascoe.",
        [N, NOBODY, "Dean Pascoe"],
    ),
    "spokesman": (
        "{N} stayed at home on Tuesday.\n{His} spokesman said {he} was ill.",
        [NOBODY, "{N}’s spokesman"],
    ),
    "question of the text": ("Will the ferry run? {N} thinks it will.", [NOBODY, N]),
    "state": ("{N} is furious that the ferry was cut.", [N]),
    "passive": ("The timetable was described by {N} as a joke.", [N]),
    "position": ("{N} wants the ferry back. The ferry last sailed in March.", [N, NOBODY]),
    "letter": ("In a letter to the council, {N} wrote that the ferry was a lifeline.", [N]),
    "tweet": ("{N} tweeted: <The ferry is our road.>", [N]),
    "quotation in a quotation": ("<The captain told me [never again] and he meant it,> said {N}.", [N]),
    "plural possessives": ("<It’s the islanders’ ferry and the islanders’ money,> said {N}.", [N]),
    "participle": ("{N} left the hall early, saying the ferry was late.", [N]),
    "anonymous": ("<The ferry is late,> one islander said. {N} looked away.", ["one islander", NOBODY]),
    "interrupted": ("<The ferry is late,> said {N}. <It’s always late. We’ve stopped asking.>", [N, N, N]),
    "name behind two sentences": ("<Why is it late? Because nobody mends it,> {N} said.", [N, N]),
    "relative clause": ("{N}, who has run the shop for ten years, said trade was dead.", [N]),
    "back to the first": (
        "{N} owns the shop.\nThe baker has gone.\n{T} said the street was dying.\n<It was busy once.>",
        [NOBODY, NOBODY, N, N],
    ),
    "no comment": ("{N} declined to comment. The shop was shut on Friday.", [NOBODY, NOBODY]),
    "asked": ("Asked if the shop would close, {N} said it would.", [N]),
    "added": ("{N} said trade was dead. {He} added that rents had doubled.", [N, N]),
    "colon in the text": ("{N} has one rule: no dogs. <They bark,> {he} said.", [NOBODY, N]),
    "one word": ("<Never,> said {N}.\n<Not once?>\n<Never,> {he} said.", [N, N, N]),
}


@dataclass(frozen=True)
class Utterance:
    """A quotation in two parts whose cue may move; ``around`` is the passage, with ``{say}`` for the quotation and
    its cue, and ``speakers`` those of its sentences."""

    around: str
    speakers: list[str]
    source: str = N
    cue: str = "said"
    first: str = "The hostel is full"
    second: str = "and it isn’t safe"

    def orders(self) -> dict[str, str]:
        """The passage with the cue in every place that English allows; a pronoun is not inverted."""
        first, second = self.first, self.second
        opening = "{He}" if self.source == "{he}" else self.source[0].upper() + self.source[1:]
        says = {
            "before": f"{opening} {self.cue}: <{first}, {second}.>",
            "behind": f"<{first}, {second},> {self.source} {self.cue}.",
            "between": f"<{first},> {self.source} {self.cue}, <{second}.>",
        }
        if self.source != "{he}":
            says |= {
                "inverted behind": f"<{first}, {second},> {self.cue} {self.source}.",
                "inverted between": f"<{first},> {self.cue} {self.source}, <{second}.>",
            }
        return {place: self.around.replace("{say}", said) for place, said in says.items()}


UTTERANCES: dict[str, Utterance] = {
    "alone": Utterance("{say}", [N]),
    "other verb": Utterance("{say}", [N], cue="insisted"),
    "apposition": Utterance("{say}", [N], source="{N}, a nurse in Marlow,"),
    "role": Utterance("{say}", [N], source="the nurse {N}"),
    "behind narration": Utterance("The gate was shut on Friday.\n{say}", [NOBODY, N]),
    "pronoun": Utterance("{N} runs a kitchen in Marlow.\n{say}", [NOBODY, N], source="{he}"),
    "title": Utterance("{N} owns the shop.\n{say}", [NOBODY, N], source="{T}"),
    "description": Utterance("The mayor of Marlow, {N}, came late.\n{say}", [NOBODY, N], source="the mayor"),
    "quotation goes on": Utterance("{say} <Nobody has rung us.>", [N, N]),
    "floating quotation": Utterance("{say}\n<Nobody has rung us.>\nThe vote is on Friday.", [N, N, NOBODY]),
    "behind another speaker": Utterance("<The bridge is safe,> said Dean Pascoe.\n{say}", ["Dean Pascoe", N]),
    "before another speaker": Utterance("{say}\n<The bridge is safe,> said Dean Pascoe.", [N, "Dean Pascoe"]),
    "between others": Utterance(
        "Ilse Marwood said the bridge was safe.\n{say}\n<It is not,> Dean Pascoe said.",
        ["Ilse Marwood", N, "Dean Pascoe"],
    ),
    "question": Utterance("{say}", [N], cue="asked", first="If the hostel is full", second="where shall we go"),
}

# Sentences of plain narration that say nothing of whoever speaks behind them, with their speakers.
NARRATION = {
    "weather": "It rained in Marlow all week.\n",
    "two sentences": "The harbour froze in January. A bus shelter was repainted.\n",
    "figures": "Rents rose by 4.5 per cent last year, to £912 a month.\n",
    "a man in passing": "Gareth Nunn opened the fair on Saturday.\n",
    "a woman in passing": "Lorna Tasker opened the fair on Saturday.\n",
}

# Passage → speakers, where two people bear one surname.
NAMESAKES: dict[str, tuple[str, list[str]]] = {
    "full names": (
        "Ann Marsh said the gate was shut.\nPeter Marsh said it was open.",
        ["Ann Marsh", "Peter Marsh"],
    ),
    "titles": (
        "Ann Marsh and Peter Marsh own the pub.\n<It is full,> said Mrs Marsh.\n<It is empty,> said Mr Marsh.",
        [NOBODY, "Ann Marsh", "Peter Marsh"],
    ),
    "title before the name": (
        "Mr Marsh said no.\nMrs Marsh said yes.\nMr Marsh said never.",
        ["Marsh", "Marsh", "Marsh"],
    ),
    "father and son": (
        "<The farm is sold,> said Owen Pritchard.\n<It is not,> said his son, Rhys Pritchard.",
        ["Owen Pritchard", "Rhys Pritchard"],
    ),
    "full names again": (
        "Amal Nasser said no. Yusuf Nasser said yes.\n<Never,> Amal Nasser said.\n<Now,> Yusuf Nasser said.",
        ["Amal Nasser", "Yusuf Nasser", "Amal Nasser", "Yusuf Nasser"],
    ),
    "pronouns": (
        "Ann Marsh met Peter Marsh.\n<It is late,> she said.\n<It is not,> he said.",
        [NOBODY, "Ann Marsh", "Peter Marsh"],
    ),
    "initials": (
        "<Sell it,> said J. Holm, the chairman.\n<Keep it,> said Karin Holm.\n<Sell,> J. Holm said again.",
        ["J. Holm", "Karin Holm", "J. Holm"],
    ),
    "two women": (
        "Ann Marsh said the gate was shut.\nFiona Marsh said it was open.\n<Shut,> said Ann Marsh.",
        ["Ann Marsh", "Fiona Marsh", "Ann Marsh"],
    ),
    "peer and commoner": (
        "Lord Warnock said the bill was long.\n<It is short,> said Edith Warnock.\nLord Warnock said it was not.",
        ["Lord Warnock", "Edith Warnock", "Lord Warnock"],
    ),
}
