"""Who is who in one article: mentions gathered into entities, pronouns and descriptions resolved to them."""

from itertools import islice

from pipeline.text.entities import Entity, bare_name, initials, party_key, plain_word
from pipeline.text.grammar import PARTICLES, SMALL_WORDS, THEIR
from pipeline.text.lexicon import Lexicon
from pipeline.text.mentions import Mention

# "The MP" means whom the text spoke of at most this many sentences ago.
_NEAR = 4
# Entities, namesakes and names of bodies that are searched, the last ones, and roles that are kept of one entity:
# so that time stays linear in long texts.
_MEMORY = 60
# A pronoun reaches back this many sentences.
_REACH = 12
_SPOKEN = frozenset({"spokesman", "spokeswoman", "spokesperson"})


class Roster:
    """Entities of one article in the order met. ``sentence`` is set by the caller before each resolution."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.entities: list[Entity] = []
        self.sentence = 0
        self._names: dict[str, list[Entity]] = {}
        self._bodies: dict[str, Entity] = {}
        self._recent: list[Entity] = []
        self._subject: tuple[int, Entity] | None = None
        self._party = ""
        self.principal: Entity | None = None

    def resolve(self, mention: Mention) -> Entity | None:
        """The entity that a mention means; a new one where it is a name or a description not met before."""
        if mention.kind == "pronoun":
            return self._pronoun(mention)
        if mention.kind == "person":
            entity = self._person(mention)
        elif mention.kind == "body":
            entity = self._body(mention)
        else:
            entity = self._description(mention)
        self.touch(entity)
        return entity

    def touch(self, entity: Entity) -> None:
        """Note that the present sentence mentions the entity."""
        entity.last = self.sentence
        if entity in self._recent:
            self._recent.remove(entity)
        self._recent.append(entity)
        if len(self._recent) > _MEMORY:
            del self._recent[0]

    def focus(self, entity: Entity) -> None:
        """Note that the present sentence is about the entity: pronouns mean it first."""
        self.touch(entity)
        entity.spoken_of = True
        self._subject = (self.sentence, entity)

    def topic(self, sentence: int, since: int) -> Entity | None:
        """The person whom the text has been about between two sentences."""
        if (
            self._subject is None
            or not since <= self._subject[0] < sentence
            or not self._is_human(self._subject[1])
        ):
            return None
        return self._subject[1]

    def knows(self, word: str) -> bool:
        """Whether a capital word that opens a sentence is a name: a given name, party, state, or met before."""
        word = plain_word(word)
        listed = word in self.lexicon.genders or word in self.lexicon.parties or word in self.lexicon.countries
        return listed or word in self._names or word in self._bodies or word in self.lexicon.role_nouns

    def describe(self, entity: Entity, role: str) -> None:
        """Add what the text says that the entity is."""
        if not role or role in entity.roles or len(entity.roles) >= _MEMORY:
            return
        entity.roles.append(role)
        words = role.lower().replace("’", "'").split()
        party = next((self.lexicon.parties[word] for word in words if word in self.lexicon.parties), "")
        if party:
            self._party = party
        elif (
            self._party
            and ("party's" in words or ("party" in words[1:] and words[0] in THEIR) or words[0] in THEIR)
            and any(self.lexicon.people.get(word) in ("politician", "minister") for word in words)
        ):
            entity.roles.append(self._party)

    # names

    def _person(self, mention: Mention) -> Entity:
        tokens = [
            word.rstrip(".") for word in mention.modifiers if word not in PARTICLES and word[0].isalnum()
        ] or [mention.head]
        entity = self._known_person(mention, tokens)
        if entity is None:
            if len(tokens) == 1 and (body := self._bodies.get(tokens[0])) is not None and not mention.title:
                return body
            entity = Entity("person", mention.name, mention.gender, False, tokens[-1], set(), [], mention.title)
            self.entities.append(entity)
        elif len(tokens) > len(bare_name(entity.name, self.lexicon)):
            entity.name = mention.name
        entity.gender = entity.gender or mention.gender
        entity.title = entity.title or mention.title
        for token in {plain_word(tokens[-1]), plain_word(tokens[0])}:
            known = self._names.setdefault(token, [])
            if not any(one is entity for one in known[-_MEMORY:]):
                known.append(entity)
        for role in mention.roles:
            self.describe(entity, role)
        return entity

    def _known_person(self, mention: Mention, tokens: list[str]) -> Entity | None:
        """The person with this surname whose given name, initial and gender do not contradict."""
        for entity in reversed(self._names.get(plain_word(tokens[-1]), [])[-_MEMORY:]):
            own = bare_name(entity.name, self.lexicon)
            if mention.gender and entity.gender and mention.gender != entity.gender:
                continue
            if len(tokens) > 1 and len(own) > 1 and own[0] != tokens[0] and tokens[0] not in (own[0][:1],):
                continue
            if len(tokens) > 1 and len(own) == 1 and own[0] != plain_word(tokens[-1]) and own[0] != tokens[0]:
                continue
            return entity
        return None

    def _body(self, mention: Mention) -> Entity:
        key = " ".join(plain_word(word) for word in mention.modifiers if word not in ("the",))
        entity = self._bodies.get(key) or self._bodies.get(party_key(key, self.lexicon))
        if entity is None and len(mention.modifiers) == 1:
            people = self._names.get(key)
            if people and not mention.definite:
                return people[-1]
        if entity is None:
            entity = self._longer_body(key, mention)
        if entity is None:
            entity = Entity("body", mention.name, "", mention.plural, mention.head, set(mention.modifiers))
            self.entities.append(entity)
        elif (
            len(mention.name) > len(entity.name)
            and entity.kind != "description"
            and not party_key(entity.name.lower(), self.lexicon)
        ):
            entity.name = mention.name
        self._bodies[key] = entity
        if party := party_key(key, self.lexicon):
            self._bodies[party] = entity
            self._party = self.lexicon.parties[key]
        for role in mention.roles:
            self.describe(entity, role)
        return entity

    def _longer_body(self, key: str, mention: Mention) -> Entity | None:
        """A body whose name begins with this one or whose initials it is ("Border Watchers", "MEU")."""
        for known, entity in islice(reversed(self._bodies.items()), _MEMORY):
            if (
                entity.kind == "body"
                and len(key) > 3
                and (known.startswith(key + " ") or key.startswith(known + " "))
            ):
                return entity
            if len(mention.modifiers) == 1 and mention.name.isupper() and initials(known) == key:
                return entity
        return None

    # descriptions

    def _description(self, mention: Mention) -> Entity:
        wanted = {word for word in mention.modifiers if word not in SMALL_WORDS}
        found = self._described(mention, wanted) or self._pointed_at(mention, wanted)
        if found is not None:
            if found.kind == "person":
                self.describe(found, mention.name)
            return found
        entity = Entity("description", mention.name, "", mention.plural, mention.head, wanted)
        if mention.owner in ("he", "she", "it", "they"):
            gender = {"he": "male", "she": "female"}.get(mention.owner, "")
            entity.owner = self._pronoun(
                Mention(mention.span, "pronoun", mention.owner, plural=mention.owner == "they", gender=gender)
            )
            if entity.owner is not None:
                rest = mention.name.split(" ", 1)[-1]
                entity.name = f"{entity.owner.name}’s {rest}"
        self.entities.append(entity)
        return entity

    def _described(self, mention: Mention, wanted: set[str]) -> Entity | None:
        head = mention.head
        candidates = list(self._recent)
        for entity in sorted(candidates, key=lambda entity: -entity.last):
            if entity.kind == "description" and entity.name.lower() == mention.name.lower() and not mention.owner:
                return entity
        if not mention.definite:
            return None
        best: tuple[int, int, Entity] | None = None
        for entity in candidates:
            if entity.plural != mention.plural and not (entity.kind == "body" and not mention.plural):
                continue
            score = self._fits(entity, head, wanted)
            if score > 0 and (best is None or (score, entity.last) > best[:2]):
                best = (score, entity.last, entity)
        return best[2] if best else None

    def _pointed_at(self, mention: Mention, wanted: set[str]) -> Entity | None:
        """Who "the MP" or "the Ashfield MP" is when nobody was called so: the person whom the text is about."""
        if (
            not mention.definite
            or mention.plural
            or mention.owner
            or self._subject is None
            or mention.head not in self.lexicon.people
        ):
            return None
        at, entity = self._subject
        if self.sentence - at > _NEAR or entity.plural or not self._is_human(entity):
            return None
        own = entity.role_words() | {entity.head}
        classes = {self.lexicon.people[word] for word in own if word in self.lexicon.people}
        offices = {"secretary", "chancellor", "premier", "president", "leader", "mayor", "speaker"}
        if (
            len(wanted) > 3
            or "shadow" in (wanted ^ own)
            or (mention.head in offices and (entity.kind != "person" or entity.roles))
        ):
            return None
        kind = self.lexicon.people[mention.head]
        return entity if not classes or (kind in classes and kind in ("politician", "minister")) else None

    def behind_document(self, mention: Mention) -> Entity | None:
        """Who speaks through "the letter" or "its report": the body or group that the text spoke of last."""
        if not mention.definite or mention.plural:
            return None
        for entity in reversed(self._recent):
            if self.sentence - entity.last > _REACH:
                break
            if entity.spoken_of and (entity.plural or entity.kind == "body"):
                self.touch(entity)
                return entity
        return None

    def _fits(self, entity: Entity, head: str, wanted: set[str]) -> int:
        """How well a definite description fits an entity: 0 not at all."""
        own = entity.role_words()
        if "shadow" in (wanted ^ own) and ("shadow" in wanted or head in ("secretary", "minister", "chancellor")):
            return 0
        if head in own or entity.head == head:
            rest = wanted - own - {head}
            return 3 if not rest else (2 if wanted & own - {head} else (1 if len(wanted) == 1 else 0))
        private = self.lexicon.bodies.get(head) not in (None, "minister") and head not in (
            "court",
            "opposition",
            "party",
        )
        named = (
            entity.name.lower() not in self.lexicon.countries and entity.name.lower() not in self.lexicon.parties
        )
        if entity.kind == "body" and private and named and len(wanted) == 1 and not self._has_class(entity):
            return 1
        return 0

    def _has_class(self, entity: Entity) -> bool:
        return any(word in self.lexicon.bodies for word in entity.role_words())

    # pronouns

    def _pronoun(self, mention: Mention) -> Entity | None:
        if mention.name in ("i", "we", "you"):
            return None
        candidates = [entity for entity in reversed(self._recent) if self.sentence - entity.last <= _REACH]
        if self._subject is not None and self.sentence - self._subject[0] <= _REACH:
            candidates.insert(0, self._subject[1])
        if self.principal is not None and self._means_principal(candidates, mention):
            return self._take(self.principal, mention)
        fitting = [entity for entity in candidates if self._agrees(entity, mention)]
        if not fitting:
            return None
        if mention.gender and not self._sure(fitting[0], mention):
            sure = [
                entity
                for entity in fitting
                if entity.gender == mention.gender and self.sentence - entity.last <= _NEAR
            ]
            fitting = sure or fitting
        return self._take(fitting[0], mention)

    def _means_principal(self, candidates: list[Entity], mention: Mention) -> bool:
        """Whether "he" or "she" is the person interviewed: unless another of that gender is nearer."""
        principal = self.principal
        if principal is None or not mention.gender or not self._agrees(principal, mention):
            return False
        nearer = bool(candidates) and candidates[0].gender == mention.gender
        return not nearer and self.sentence - principal.last <= _REACH

    def _sure(self, entity: Entity, mention: Mention) -> bool:
        """Whether an entity has the pronoun's gender for sure, or is known by a role or a description."""
        return entity.gender == mention.gender or bool(entity.roles) or entity.kind == "description"

    def _agrees(self, entity: Entity, mention: Mention) -> bool:
        if mention.name == "it":
            return entity.kind != "person" and not entity.plural and not self._is_human(entity)
        if mention.name == "some":
            return entity.plural and entity.kind == "description"
        if mention.name == "they":
            return entity.plural or entity.head in _SPOKEN or entity.kind == "body"
        if entity.plural or entity.kind == "body" or (entity.kind == "description" and not self._is_human(entity)):
            return False
        if entity.kind == "person" and not (entity.gender or entity.title or entity.spoken_of or entity.roles):
            return False
        return not entity.gender or entity.gender == mention.gender

    def _is_human(self, entity: Entity) -> bool:
        return entity.kind == "person" or (entity.kind == "description" and entity.head not in self.lexicon.bodies)

    def _take(self, entity: Entity, mention: Mention) -> Entity:
        if mention.gender and entity.kind == "person" and not entity.gender:
            entity.gender = mention.gender
        self.touch(entity)
        return entity
