"""The encoder with its heads beside plain PyTorch, and beside what the processor can multiply."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from pipeline.learners.transformer.learner import TransformerLearner
from pipeline.records import Document
from tests.bench.encoding import BATCH
from tests.bench.scoring.clock import Rounds, Turn, interleaved, timed, times_faster, usual
from tests.bench.scoring.flops import Needs, matmul_rate
from tests.bench.scoring.material import at_precision
from tests.bench.scoring.padded import PaddedReader
from tests.bench.scoring.shown import Cell, Goal, Sheet

PEER = f"PyTorch fp32, padded batches of {BATCH}"
WINDOWS = "windows and tokens alone"
FASTER, SHARE = 5.0, 0.6  # the goals: times the peer; of the measured rate of products
NOTE = (
    "From documents to probabilities, windows and tokens included, one thread. The peer: the same windows in "
    "input order, fp32, PyTorch's own attention (sdpa), the same article layer and heads. Share of products: "
    "useful operations of the encoder alone (2 · weights of linear layers · tokens, padding out, and attention) "
    "in the time of the sentence vectors less that of the windows, over the rate of matrix products of its own "
    "shapes, each at its fastest (F.linear, or weights packed beforehand), in the same rounds."
)


def measure(folder: Path, documents: Sequence[Document], precisions: Sequence[str], rounds: int) -> Sheet:
    """Compare the saved transformer in ``folder`` at each of ``precisions`` (bf16, fp32) with its peer."""
    peer = PaddedReader(folder)
    needs = Needs.of(peer.network.encoder)
    lengths = [len(window.ids) for window in peer.windower.windows(documents)]
    rates: dict[str, list[float]] = {precision: [] for precision in precisions}

    turns: dict[str, Turn] = {
        PEER: timed(lambda: peer.predict_proba(documents)),
        WINDOWS: timed(lambda: peer.windower.windows(documents)),
    }
    for precision in precisions:
        turns |= _turns(at_precision(folder, precision), documents, precision)
        turns[f"products, {precision}"] = timed(
            lambda precision=precision: rates[precision].append(matmul_rate(needs.shapes, precision))
        )
    found = interleaved(turns, rounds)
    operations = needs.operations(lengths)
    shares = {
        precision: _share(found, precision, operations, rates[precision][-rounds:]) for precision in precisions
    }
    sentences = sum(len(document.sentences) for document in documents)
    rows = [_row(PEER, found, sentences), *(_row(_ours(p), found, sentences, shares[p]) for p in precisions)]
    title = f"Encoder and heads: {len(documents)} articles, {sentences} sentences, {sum(lengths):,} tokens"
    return Sheet(title, rows, f"{_rates(rates)} {NOTE}", _goals(found, shares, precisions))


def _turns(ours: TransformerLearner, documents: Sequence[Document], precision: str) -> dict[str, Turn]:
    return {
        _ours(precision): timed(lambda: ours.predict_proba(documents)),
        _alone(precision): timed(lambda: ours.sentence_vectors(documents)),
    }


def _ours(precision: str) -> str:
    return f"ours, {precision}"


def _alone(precision: str) -> str:
    return f"vectors, {precision}"


def _share(found: Rounds, precision: str, operations: int, rates: Sequence[float]) -> float:
    """Operations a second of the encoder alone over the rate of products, the median over the rounds."""
    return median(
        operations / (vectors.cpu - windows.cpu) / rate
        for vectors, windows, rate in zip(found[_alone(precision)], found[WINDOWS], rates, strict=True)
    )


def _row(name: str, found: Rounds, sentences: int, share: float | None = None) -> dict[str, Cell]:
    seconds = usual(found[name])
    return {
        "contender": name,
        "CPU ms a sentence": 1e3 * seconds.cpu / sentences,
        "wall ms a sentence": 1e3 * seconds.wall / sentences,
        "sentences a CPU second": sentences / seconds.cpu,
        "times the peer": times_faster(found, name, PEER),
        "share of products": share,
    }


def _rates(rates: Mapping[str, Sequence[float]]) -> str:
    said = (f"{precision} {median(one) / 1e9:,.0f} GFLOP/s" for precision, one in rates.items())
    return f"Products on this machine: {', '.join(said)}."


def _goals(found: Rounds, shares: Mapping[str, float], precisions: Sequence[str]) -> list[Goal]:
    best = precisions[0]
    return [
        Goal(f"encoder and heads, {best}, times PyTorch fp32", times_faster(found, _ours(best), PEER), FASTER),
        Goal(f"encoder, {best}, share of the rate of products", shares[best], SHARE),
    ]
