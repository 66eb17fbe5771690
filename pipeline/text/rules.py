"""The rules of cleaning as written in ``configs/cleaning.yaml``: patterns, word lists and thresholds."""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter, ValidationError, field_validator

from pipeline.config import ConfigError, strict


@strict
class Rule:
    """A pattern for furniture of a page; ``where`` says how much of the text it must match."""

    reason: str
    where: Literal["line", "piece", "start", "inline"]
    pattern: str
    max_words: int = 0

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return pattern

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled."""
        return re.compile(self.pattern)


@strict
class LinkRules:
    """Story links glued into a paragraph; word lists are in the case in which they stand in a text.

    ``joints`` are words that join a headline's parts: no sentence begins after one.
    """

    reason: str
    cue: str
    minimum_words: int
    maximum_words: int
    openers: str
    joints: str
    verbs: str

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The cue, compiled."""
        return re.compile(self.cue)

    @cached_property
    def opener_words(self) -> frozenset[str]:
        """Words that begin a sentence and stand in no headline in capitals."""
        return frozenset(self.openers.split())

    @cached_property
    def joint_words(self) -> frozenset[str]:
        """Words after which no sentence begins."""
        return frozenset(self.joints.split())

    @cached_property
    def verb_words(self) -> frozenset[str]:
        """Verbs that follow the subject of a reporting sentence."""
        return frozenset(self.verbs.split())


@strict
class RepeatRules:
    """When a line counts as said before: shares of its words, length of a run, words at least."""

    share: float
    caption_share: float
    run: int
    minimum_words: int


@strict
class EndingRules:
    """Headlines of other stories below the article: lines in a row, words a line."""

    minimum_lines: int
    minimum_words: int
    maximum_words: int


@strict
class CleaningRules:
    """Everything that ``mark`` goes by."""

    rules: tuple[Rule, ...]
    links: LinkRules
    repeats: RepeatRules
    endings: EndingRules

    @classmethod
    def load(cls, path: Path) -> "CleaningRules":
        """Read a rule file. Raises ``ConfigError`` for unknown or missing keys and for broken patterns."""
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            return TypeAdapter(cls).validate_python(raw)
        except FileNotFoundError as error:
            detail = f"{path}: no such file of cleaning rules; the project's own is configs/cleaning.yaml"
            raise ConfigError(detail) from error
        except yaml.YAMLError as error:
            raise ConfigError(f"{path}: not YAML: {error}") from error
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise ConfigError(f"{path}: {problems}. Compare with configs/cleaning.yaml") from error

    @cached_property
    def places(self) -> dict[str, tuple[Rule, ...]]:
        """The rules by place, in the order of the file."""
        return {
            where: tuple(rule for rule in self.rules if rule.where == where)
            for where in ("line", "piece", "start", "inline")
        }
