"""Attributions of one sentence from its dependency parse: source, cue and content (terms of PARC and PolNeAR).

Cues are verbs that report words or a view and govern a clause, a quotation, an infinitive or an object; nouns of
saying with their clause ("her claim that …"); states of mind ("furious that …"); "according to". An attribution
inside the content of another one is left out, as in PolNeAR (Newell et al. 2018): the outer one is whose words
the sentence reports.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.records import AttributionKind, Sentence, Span
from pipeline.text.clause_contents import Cue, MarkedParse, complement, contents, tidied
from pipeline.text.clause_sources import WHO, ClauseForm, Range, phrase, possessor, source_of
from pipeline.text.lexicon import Lexicon
from pipeline.text.parses import Parse, parse
from pipeline.text.quotes import OutermostQuotations, Quotation
from pipeline.text.reporting_words import may_report

_VERBAL = frozenset(
    {"ROOT", "ccomp", "conj", "advcl", "relcl", "acl", "parataxis", "xcomp", "pcomp", "dep", "csubj", "appos"}
)
_BEFORE_CUE = frozenset({"aux", "auxpass", "neg", "advmod"})
_CLAUSES = ("ccomp", "xcomp", "acl", "relcl", "advcl")
_LINKING = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "'s", "'re", "remain", "remains", "remained"}
    | {"feel", "feels", "felt", "seem", "seems", "seemed", "look", "looks", "looked", "sound", "sounded"}
)
# What a poll does with its figures: "has the governor up", "puts his lead at six".
_MEASURES = frozenset({"put", "puts", "give", "gives", "gave", "has", "had", "shows", "showed"})
_MAKES = frozenset({"make", "makes", "made", "making"})
# Content is direct where at least this share of its letters stands in quotation marks, indirect where none does.
_DIRECT, _INDIRECT = 0.93, 0.02


@dataclass(frozen=True)
class Clause:
    """An attribution as printed in one sentence. ``base`` is the cue's base form, ``cue_class`` its class in the
    lexicon (speech, report, position), or noun, state, phrase, figures, other. ``depth`` is the cue's distance
    from the root of the parse, -1 for what is said of the whole sentence. ``noun_end``: where the source's noun
    ends.
    """

    source: Span | None
    cue: Span
    content: tuple[Span, ...]
    form: ClauseForm
    base: str
    cue_class: str
    depth: int
    noun_end: int = 0


def clauses(parse: Parse, quotations: Sequence[Quotation], lexicon: Lexicon) -> list[Clause]:
    """The attributions of a parsed sentence in order of their cues; ``quotations`` are the outermost ones that
    touch it. Nothing inside quotation marks is a cue."""
    finder = _Finder(MarkedParse.of(parse, quotations), lexicon)
    found = [finder.at(index) for index, quoted in enumerate(finder.marked.quoted) if not quoted]
    return _outermost([clause for clause in found if clause is not None])


def parsed_clauses(text: str, sentences: Sequence[Sentence], lexicon: Lexicon) -> dict[int, list[Clause]]:
    """The attributions of the sentences that hold a word of reporting, by number of the sentence. Boilerplate is
    not parsed."""
    outermost = OutermostQuotations(text)
    wanted: list[tuple[int, list[Quotation]]] = []
    for index, one in enumerate(sentences):
        quoted = outermost.touching(one.span)
        if not one.boilerplate and may_report(_unquoted(text, one.span, quoted), lexicon):
            wanted.append((index, quoted))
    trees = parse(text, [sentences[index].span for index, _ in wanted])
    return {index: clauses(tree, quoted, lexicon) for (index, quoted), tree in zip(wanted, trees, strict=True)}


def _unquoted(text: str, sentence: Span, quotations: Sequence[Quotation]) -> str:
    """The words of a sentence outside quotation marks."""
    pieces, start = [], sentence.start
    for quotation in quotations:
        pieces.append(text[start : max(start, quotation.start)])
        start = max(start, quotation.end)
    return " ".join((*pieces, text[start : sentence.end]))


def content_kind(text: str, content: Sequence[Span], quotations: Sequence[Quotation]) -> AttributionKind:
    """Whether content stands in quotation marks (direct), outside (indirect) or both (mixed);
    ``quotations`` are outermost ones in order."""
    letters = inside = 0
    for span in content:
        letters += _letters(text, span.start, span.end)
        first = bisect_right(quotations, span.start, key=lambda one: one.end)
        for quotation in quotations[first : bisect_left(quotations, span.end, key=lambda one: one.start)]:
            inside += _letters(text, max(span.start, quotation.start), min(span.end, quotation.end))
    share = inside / letters if letters else 0.0
    return "direct" if share >= _DIRECT else "indirect" if share <= _INDIRECT else "mixed"


def _letters(text: str, start: int, end: int) -> int:
    return sum(text[at].isalnum() for at in range(start, end))


def _outermost(found: Sequence[Clause]) -> list[Clause]:
    """Those whose cue lies in the content of none that stands higher in the parse."""

    def rank(clause: Clause) -> tuple[int, int]:
        return clause.depth, clause.cue.start

    return [
        clause
        for clause in found
        if not any(
            rank(other) < rank(clause) and any(span.overlap(clause.cue) for span in other.content)
            for other in found
        )
    ]


class _Finder:
    """The search of one sentence, token by token."""

    def __init__(self, marked: MarkedParse, lexicon: Lexicon) -> None:
        self.marked = marked
        self.parse = marked.parse
        self.lexicon = lexicon

    def at(self, index: int) -> Clause | None:
        """The attribution whose cue is the token, if it is one."""
        word, tag = self.parse.words[index], self.parse.tags[index]
        if word == "according":
            return self._according(index)
        noun = tag.startswith("NN")
        if noun or (word in self.lexicon.senses.content_nouns and possessor(self.parse, index) is not None):
            return self._noun(index, word)
        if word in self.lexicon.states and (state := self._state(index, word)) is not None:
            return state
        return self._verb(index, word) if tag.startswith("VB") else None

    def _verb(self, index: int, word: str) -> Clause | None:
        if self.parse.deps[index] not in _VERBAL or self._is_asked(index) or self._is_purpose(index):
            return None
        base, cue_class = self._base(index, word)
        if not base:
            return None
        passive = self.parse.child(index, "auxpass", "nsubjpass") is not None
        source, form = source_of(self.parse, index, passive)
        hearsay = base in self.lexicon.senses.hearsay
        acts = base in self.lexicon.senses.acts and complement(self.parse, index) is None
        if passive and not hearsay and (source is None or acts or cue_class == "position"):
            return None
        if not passive and source is None and (form != "verb" or not self._beside_quotation(index)):
            return None
        cue = Cue(index, base, cue_class, self._covered(index), source, passive)
        return self._clause(index, source, contents(self.marked, cue, self.lexicon), form, base, cue_class)

    def _base(self, index: int, word: str) -> tuple[str, str]:
        """Base form and class of a reporting verb; a verb in no list reports if it governs a clause."""
        if word in _MAKES and "clear" in self.parse.words[index + 1 : index + 4]:
            return "make clear", "report"
        if word in _MEASURES and self._is_document(index):
            return word, "figures"
        if word in self.lexicon.cues:
            return self.lexicon.cues[word]
        if word in self.lexicon.senses.no_cues or word in _LINKING:
            return "", ""
        judged = self.parse.child(index, "oprd") is not None or any(
            self.parse.words[child] == "as" for child in self.parse.children[index]
        )
        said = word in self.lexicon.senses.clausal and judged
        return (word, "other") if said or complement(self.parse, index) is not None else ("", "")

    def _is_document(self, verb: int) -> bool:
        """Whether a poll, report or the like is the verb's subject."""
        subject = self.parse.child(verb, "nsubj")
        return subject is not None and self.parse.words[subject] in self.lexicon.documents

    def _is_asked(self, index: int) -> bool:
        """Whether a bare participle tells what was done to the speaker: "Asked whether he would resign, …"."""
        bare = self.parse.tags[index] == "VBN" and self.parse.child(index, "aux", "auxpass", "agent") is None
        return bare and self.parse.deps[index] in ("advcl", "acl")

    def _is_purpose(self, index: int) -> bool:
        """Whether an infinitive tells what something is for, not what was said: "a speech to outline plans"."""
        infinitive = self.parse.tags[index] == "VB" and self._marked_by_to(index)
        goes_on = self.parse.words[self.parse.heads[index]] in ("went", "goes", "go", "going", "gone")
        return infinitive and not goes_on and self.parse.deps[index] in ("acl", "advcl", "relcl", "pcomp")

    def _marked_by_to(self, index: int) -> bool:
        return any(
            self.parse.deps[child] == "aux" and self.parse.words[child] == "to"
            for child in self.parse.children[index]
        )

    def _beside_quotation(self, index: int) -> bool:
        return any(abs(first - index) < 3 or abs(last - index) < 3 for first, last in self.marked.quotes)

    def _noun(self, index: int, word: str) -> Clause | None:
        """ "her claim that …", "fears among residents that …", "a promise by the party to …"."""
        nouns = self.lexicon.senses.content_nouns
        base = word[:-1] if word.endswith("s") and word[:-1] in nouns else word
        clause = self._clause_of_noun(index) if base in nouns else None
        if clause is None:
            return None
        owner = self._owner(index)
        source = phrase(self.parse, owner) if owner is not None else None
        content = tidied(self.marked, [self.parse.edges[clause]], [(index, index), *([source] if source else [])])
        return self._clause(index, source, content, "noun", base, "noun")

    def _clause_of_noun(self, index: int) -> int | None:
        """Head of the last clause that says what a noun holds: "that …" or "to …"."""
        found = None
        for child in self.parse.children[index]:
            opens = self.parse.words[self.parse.edges[child][0]]
            if child > index and self.parse.deps[child] in _CLAUSES and opens in ("that", "to"):
                found = child
        return found

    def _owner(self, index: int) -> int | None:
        """Whose claim it is: the possessor, a phrase with "by" or "among", or who makes or has it."""
        if (owner := possessor(self.parse, index)) is not None:
            return owner
        for child in self.parse.children[index]:
            if self.parse.deps[child] in ("prep", "agent") and self.parse.words[child] in (
                "by",
                "from",
                "among",
                "of",
            ):
                return self.parse.child(child, "pobj")
        head = self.parse.heads[index]
        if (
            self.parse.deps[index] in ("dobj", "pobj", "attr")
            and self.parse.words[head] in self.lexicon.senses.holding
        ):
            subject = self.parse.child(head, "nsubj")
            return subject if subject is not None and self.parse.words[subject] not in WHO else None
        return None

    def _state(self, index: int, word: str) -> Clause | None:
        """ "Backbenchers are furious at …": a state of mind with what it is about."""
        linking = self.parse.heads[index] if self.parse.deps[index] in ("acomp", "oprd") else index
        if linking == index and self.parse.child(index, "auxpass", "aux") is None:
            return None
        if linking != index and self.parse.words[linking] not in _LINKING:
            return None
        subject = self.parse.child(linking, "nsubj", "nsubjpass")
        if subject is None or self.parse.words[subject] in (*WHO, "it", "there", "this"):
            return None
        governed = (*self.parse.children[index], *(self.parse.children[linking] if linking != index else ()))
        parts = [
            self.parse.edges[child]
            for child in governed
            if child > index and self.parse.deps[child] in ("ccomp", "xcomp", "prep", "advcl")
        ]
        source = phrase(self.parse, subject)
        content = tidied(self.marked, parts, [self._covered(index), source])
        return self._clause(index, source, content, "state", word, "state")

    def _according(self, index: int) -> Clause | None:
        """ "according to …": between commas or at an end of the sentence it is said of all of it."""
        to = self.parse.child(index, "prep")
        noun = self.parse.child(to, "pobj") if to is not None else None
        if to is None or noun is None:
            return None
        source = phrase(self.parse, noun)
        first, last = min(self.parse.edges[index][0], source[0]), max(self.parse.edges[index][1], source[1])
        aside = first == 0 or self.parse.words[first - 1] == ","
        low, high = (0, len(self.parse) - 1) if aside else self._domain(index)
        parts = [part for part in ((low, first - 1), (last + 1, high)) if part[0] <= part[1]]
        content = tidied(self.marked, parts, [(first, last)])
        clause = self._clause(index, source, content, "according", "according", "phrase")
        if clause is None:
            return None
        return replace(clause, cue=self.parse.span(index, to), depth=-1 if aside else clause.depth)

    def _domain(self, index: int) -> Range:
        """Token range of the clause that "according to" is said of."""
        at = self.parse.heads[index]
        while self.parse.heads[at] != at and self.parse.deps[at] not in ("ROOT", "conj", "advcl", "parataxis"):
            at = self.parse.heads[at]
        return (0, len(self.parse) - 1) if self.parse.deps[at] == "ROOT" else self.parse.edges[at]

    def _covered(self, index: int) -> Range:
        """Token range of a cue with the auxiliaries and adverbs right before it and a particle right behind."""
        own = {child: self.parse.deps[child] for child in self.parse.children[index]}
        first, last = index, index + (own.get(index + 1) == "prt")
        while first > 0 and own.get(first - 1) in _BEFORE_CUE and not self.marked.quoted[first - 1]:
            first -= 1
        return first, last

    def _clause(
        self,
        index: int,
        source: Range | None,
        content: Sequence[Range],
        form: ClauseForm,
        base: str,
        cue_class: str,
    ) -> Clause | None:
        """The clause with spans of the article; None without content."""
        if not content:
            return None
        return Clause(
            source=self.parse.span(*source) if source else None,
            cue=self.parse.span(*self._covered(index)),
            content=tuple(self.parse.span(*part) for part in content),
            form=form,
            base=base,
            cue_class=cue_class,
            depth=self.parse.depth(index),
            noun_end=self._noun_end(source) if source else 0,
        )

    def _noun_end(self, source: Range) -> int:
        """End of the noun that governs a phrase: of the token whose head lies outside."""
        inside = range(source[0], source[1] + 1)
        noun = next((token for token in inside if self.parse.heads[token] not in inside), source[1])
        return self.parse.ends[noun]
