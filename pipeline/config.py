"""Parameters: frozen dataclasses that mirror ``configs/params.yaml``; an unknown or missing key is an error."""

from pathlib import Path

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline import CONFIGS

strict = dataclass(frozen=True, config=ConfigDict(extra="forbid"))


class ConfigError(ValueError):
    """A parameter file that cannot be used; the message names the file, the key and the mend."""


@strict
class CorpusParams:
    """``articles``: folder with the .stance files, relative to the repository."""

    articles: str


@strict
class SplitParams:
    """Shares of articles held out, and what counts as a near-duplicate sentence.

    ``near_duplicate`` is the Jaccard similarity of word sets from which two sentences are the same one;
    sentences of fewer than ``minimum_words`` words ("Picture: PA") are left out of the check. ``read_batches`` are
    the folders of the corpus whose errors were read while rules were written (for sentences, speakers): no article
    of theirs is tested on. ``taught_batches`` were written after the first figures, to teach what the learners got
    wrong: they are train articles whole, and leave the rest of the split as it was.
    """

    validation: float
    test: float
    near_duplicate: float
    minimum_words: int
    read_batches: tuple[str, ...]
    taught_batches: tuple[str, ...]


@strict
class SpeakersParams:
    """What the text path learns of speakers: boosted ``trees`` of so many ``leaves`` rank candidates by what the
    rules saw and by the ``words`` found in most sentences; training articles are read in ``folds`` by models that
    did not learn from them."""

    folds: int
    words: int
    trees: int
    leaves: int
    learning_rate: float


@strict
class TfidfParams:
    """n-gram ranges, vocabulary cut-offs, and the grid of inverse regularisation tried on validation."""

    word_ngrams: tuple[int, int]
    char_ngrams: tuple[int, int]
    minimum_documents: int
    c_grid: tuple[float, ...]


@strict
class TransformerParams:
    """The backbone and its fine-tuning. Lengths in tokens, rates per step, shares of the whole run.

    A window labels the sentences that fit into ``max_tokens`` (at least one) and reads ``before`` sentences before
    them. ``actor_dropout`` hides name, party and kind of a speaker while
    training.
    """

    backbone: str
    sha256: str
    max_tokens: int
    before: int
    epochs: int
    patience: int
    batch_tokens: int
    learning_rate: float
    head_learning_rate: float
    article_learning_rate: float
    weight_decay: float
    warmup: float
    dropout: float
    label_smoothing: float
    class_weight_power: float
    actor_dropout: float
    precision: str
    threads: int


@strict
class CalibrateParams:
    """``stance_precision``: share of right answers wanted where a sentence is said to support or oppose; the
    threshold below which a bundle abstains is chosen on validation, so that it holds in nine of ten samples of
    articles. The higher it is, the fewer sentences are left to count."""

    stance_precision: float


@strict
class EvaluateParams:
    """Bootstrap over articles: number of ``resamples`` and ``confidence`` level; bins of the calibration error."""

    resamples: int
    confidence: float
    calibration_bins: int


@strict
class TrackingParams:
    """MLflow: on or off, database file, experiment, registered model."""

    enabled: bool
    database: str
    experiment: str
    model: str


@strict
class ScoreParams:
    """Batch scoring: articles that are scored together, inputs a shard (what a killed run loses at most, and the
    size of a file of a large result), share of rejects from which the command fails, longest article read."""

    batch_articles: int
    shard_articles: int
    max_reject_share: float
    max_characters: int


@strict
class Params:
    """Every parameter of the pipeline, sectioned by stage."""

    seed: int
    corpus: CorpusParams
    split: SplitParams
    speakers: SpeakersParams
    tfidf: TfidfParams
    transformer: TransformerParams
    calibrate: CalibrateParams
    evaluate: EvaluateParams
    tracking: TrackingParams
    score: ScoreParams


def load_params(path: Path = CONFIGS / "params.yaml") -> Params:
    """Read a parameter file. Raises ``ConfigError`` for unknown or missing keys and for wrong types."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(Params).validate_python(raw)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such parameter file; the project's own is configs/params.yaml") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a file of text ({type(error).__name__}); name a YAML file") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not YAML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"{path}: {problems}. Compare with configs/params.yaml") from error
