"""Closed classes of English words: what stands around the nouns and verbs of reporting. All in lower case."""


def word_set(words: str) -> frozenset[str]:
    """The words of a string."""
    return frozenset(words.split())


# "One said", "others disagreed": members of the group just spoken of.
GROUP_PRONOUNS = word_set("one others several some both many another")
PRONOUNS = word_set("he she they it i we you")
QUANTIFIERS = word_set("one another some many several two three four five six seven eight nine ten most")
# Dropped from the name of a described source: they say how many, not who.
VAGUE = word_set(
    "some many several most more than about around nearly almost at least up to over dozens of number "
    "group a the both other hundreds thousands scores"
)
NOBODY = word_set(
    "nobody anybody everybody somebody anyone everyone someone none nothing something everything one this "
    "that those these who what which there people everyone's all each both few many much most others "
    "other some"
)
NUMBERS = word_set(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand dozen"
)
# What follows a description and tells when: it is no part of who.
TIMES = word_set("yesterday today tonight last this earlier later here there now then")
ARTICLES = word_set("the a an")
POSSESSIVES = word_set("his her its their my our your")
LEADING = word_set(
    "but and yet so however meanwhile even only both then now or nor though also still instead perhaps "
    "yesterday today earlier later nevertheless once elsewhere again indeed while whereas because that"
)
CONNECTORS = word_set("of for and & in on the to de von van der den del di da du bin al le la")
PREPOSITIONS = word_set(
    "of for in from at on with to close behind inside near among within under against by between"
)
PHRASE_ENDS = word_set(
    "who whom whose which that said is are was were has have had will would can could should may might "
    "must do does did been being not"
)
CALENDAR = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december"
)
# Capitalised because they begin a sentence, not because they name anybody.
OPENERS = word_set(
    "the a an this that these those there here it he she they we i you his her its their my our in on at "
    "to for from by with as but and or if when while after before since until because although though "
    "despite under over into what why how who which where whose one two three four five six seven eight "
    "nine ten some many most all each every no not none more another other others such only even just "
    "also still yet so then than now last next first asked speaking writing pressed responding whether "
    "both few several today yesterday tomorrow earlier later meanwhile however instead perhaps among "
    "during between about around against without within through is are was were has have had do does did "
    "will would can could may might must should let read picture photo image according"
)
LINKING = word_set(
    "is are was were be been remain remains remained feel feels felt look looks looked sound sounds "
    "sounded seem seems seemed become becomes became"
)
DEGREES = word_set("more less too so very deeply as particularly equally not far quite rather most")
AFTER_TAG = word_set(
    ". , ; : ! ? – — on in at of to yesterday today last this during when after before as with from by "
    "later here over outside through"
)
HEARERS = word_set("mps peers reporters us me them him her viewers listeners the journalists")
INVERTED = word_set("does did do is are was were has have had will would can could should may might")
# What may follow a verb that is also a noun ("claims", "reports") when it is the verb.
COMPLEMENT = word_set(
    "that to the a an it he she they there his her its their this these no not more most nothing himself "
    "herself themselves how what why whether against for with him them us mps ministers"
)
BEFORE_BASE_FORM = word_set(
    "will would to did does do can could should may might must not never i we they you also"
)
AUXILIARIES = word_set(
    "has have had is are was were be been will would can could should may might must do does did also "
    "then later already since once never always still now even again both all not today yesterday tonight "
    "too first further long often repeatedly privately publicly previously recently earlier only rather "
    "simply just afterwards meanwhile however instead therefore himself herself themselves itself"
)
BE = word_set("is are was were be been being")
SUBORDINATE = word_set(
    "if when while after before since until because although though unless once whether as in on at by "
    "with without for from despite under during following given having speaking writing asked pressed "
    "responding challenged questioned pushed last next earlier later yesterday today tonight to among "
    "amid according over across through like unlike instead besides beyond inside outside ahead quizzed "
    "answering addressing commenting appearing visiting opening introducing urged pointing told reacting "
    "replying"
)
INNER_SUBORDINATE = word_set("after before when since because if while until unless whether although as")
FINITE = word_set("is are was were has had have will would could should may might must does did do can")
RELATIVE = word_set("who whom whose which that where")
CONJUNCTIONS = word_set("and but or yet so nor while although though")
ADVERBS = word_set(
    "however meanwhile instead nevertheless still but yet also besides elsewhere privately yesterday today"
)
DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday night week month year morning evening afternoon"
)
GOVERNORS = word_set(
    "of in at on for with by from to after before over under during between against about into near"
)
MODALS = word_set("will would can could may might should must never not cannot to")
SMALL_WORDS = word_set("who the a an of for in from at on and")
PARTICLES = word_set("de van von der den del di da du bin al le la")
THEIR = word_set("its their")


def pronoun(word: str) -> str:
    """The personal pronoun in a word in lower case ("he", "he'd", "they'll"), or an empty string."""
    if word in PRONOUNS:
        return word
    return {"his": "he", "her": "she", "its": "it", "their": "they"}.get(word) or (
        short
        if (short := word.split("'", 1)[0]) in PRONOUNS and word != short and not word.endswith("it's")
        else ""
    )


def is_number(word: str) -> bool:
    """Whether a word in lower case counts ("47", "forty-seven", "dozen"); "one" is none, it picks out."""
    return word.replace(",", "").isdigit() or word.split("-", 1)[0] in NUMBERS
