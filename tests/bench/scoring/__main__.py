"""How fast articles become statements, beside the goals and the peers, as ratios in one run on one machine.

    python -m tests.bench.scoring encoder               encoder and heads beside PyTorch fp32 and matrix products
    python -m tests.bench.scoring end-to-end            raw text to statements beside spaCy and transformers
    python -m tests.bench.scoring profile               where the time goes, stage by stage
    python -m tests.bench.scoring growth                1,000 and 10,000 articles through the command line
    python -m tests.bench.scoring start-up              from the start of a process to the first statement
    python -m tests.bench.scoring parity                bf16 beside fp32: same labels on the test articles?
    python -m tests.bench.scoring all --markdown        all of these, as docs/scoring.md has them

From the root of a working copy where ``dvc repro`` has run: its bundles score its training articles (parity: its
test articles), unless --models and --articles name others. Contenders run in turn; figures are CPU seconds of
one thread and medians of the rounds, unless the heading says otherwise.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from rich.console import Console

from pipeline import ROOT
from pipeline.learners.transformer.precision import number
from pipeline.records import Article
from pipeline.scoring.bundle import BundleError
from pipeline.scoring.engine import Scorer
from pipeline.stages.workspace import Workspace
from tests.bench.scoring import encoder, end_to_end, growth, parity, profile, start_up
from tests.bench.scoring.children import ChildFailed
from tests.bench.scoring.clock import one_thread
from tests.bench.scoring.material import NoMaterial, articles, named_bundles, transformer_folder
from tests.bench.scoring.shown import Sheet, markdown, plain, show
from tests.bench.trained import Material

BUNDLES = ("ensemble", "transformer", "tfidf")


class Bench:
    """The measurements, each with what the command line chose for it."""

    def __init__(self, chosen: argparse.Namespace, talk: Console) -> None:
        self.chosen, self.talk = chosen, talk
        self.workspace = Workspace(chosen.workspace)
        self.models = chosen.models or chosen.workspace / "models"

    def encoder(self) -> Iterator[Sheet]:
        """The transformer beside its peer, at the format that the processor computes fastest and in fp32."""
        (bundle,) = named_bundles(self.models, ["transformer"]).values()
        path = Scorer.load(bundle).text_path
        documents = [path(one) for one in self._articles()]
        precisions = ["bf16", "fp32"] if number("auto") is torch.bfloat16 else ["fp32"]
        yield encoder.measure(transformer_folder(bundle), documents, precisions, self.chosen.rounds)

    def end_to_end(self) -> Iterator[Sheet]:
        """Every bundle beside the obvious pipeline."""
        (peer,) = named_bundles(self.models, ["transformer"]).values()
        yield end_to_end.measure(
            self._bundles(*BUNDLES),
            peer,
            self._articles(),
            self._batch,
            self.chosen.rounds,
            self.chosen.workers or None,
            self.chosen.copies,
        )

    def profile(self) -> Iterator[Sheet]:
        """The stages of the best bundle."""
        for bundle in self._bundles("ensemble").values():
            yield profile.measure(bundle, self._articles(), self._batch, self.chosen.rounds)

    def growth(self) -> Iterator[Sheet]:
        """Archives of several sizes, by the bundle that scores the largest in an hour."""
        for bundle in self._bundles("tfidf").values():
            yield growth.measure(
                bundle, self._articles(), self.chosen.sizes, self.chosen.workers or None, self.talk
            )

    def start_up(self) -> Iterator[Sheet]:
        """Cold processes."""
        yield start_up.measure(self._bundles(*BUNDLES), self._articles()[0], self.chosen.rounds)

    def parity(self) -> Iterator[Sheet]:
        """The number format, on the articles of one part of the split."""
        part = self.chosen.part
        examples = Material.of(self.workspace).examples[part]
        for bundle in self._bundles("transformer", "ensemble").values():
            yield parity.measure(bundle, examples, self.chosen.precision, part)

    @property
    def _batch(self) -> int:
        """Articles that are scored together."""
        return self.workspace.params.score.batch_articles

    def _articles(self) -> list[Article]:
        return articles(self.workspace, self.chosen.articles, self.chosen.number)

    def _bundles(self, *usual: str) -> dict[str, Path]:
        return named_bundles(self.models, self.chosen.bundle or usual)


MEASUREMENTS: dict[str, Callable[[Bench], Iterator[Sheet]]] = {
    "encoder": Bench.encoder,
    "end-to-end": Bench.end_to_end,
    "profile": Bench.profile,
    "growth": Bench.growth,
    "start-up": Bench.start_up,
    "parity": Bench.parity,
}
ALL = "all"


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.scoring",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=(*MEASUREMENTS, ALL), nargs="+", help="what to measure")
    material = parser.add_argument_group("what is scored, and by what")
    material.add_argument("--workspace", type=Path, default=ROOT, help="a working copy where `dvc repro` has run")
    material.add_argument("--articles", type=Path, metavar="PATH", help="articles in place of the training ones")
    material.add_argument("--number", type=int, default=100, metavar="N", help="articles that are read (100)")
    material.add_argument("--models", type=Path, metavar="DIR", help="the bundles' folder, not the working copy's")
    material.add_argument("--bundle", action="append", metavar="NAME", help="only this bundle; may be repeated")
    how = parser.add_argument_group("how")
    how.add_argument("--rounds", type=int, default=5, metavar="N", help="times that contenders run in turn (5)")
    how.add_argument(
        "--workers", type=int, default=2, metavar="N", help="processes of the command line (2; 0: its own choice)"
    )
    how.add_argument(
        "--copies",
        type=int,
        default=5,
        metavar="N",
        help="end-to-end: of each article for the command line (5; 0: none)",
    )
    how.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[1_000, 10_000],
        metavar="N",
        help="growth: articles of the archives",
    )
    how.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="auto", help="parity: format tried")
    how.add_argument("--part", choices=("test", "validation", "train"), default="test", help="parity: articles")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print figures as JSON instead of tables")
    shown.add_argument("--markdown", action="store_true", help="print tables as Markdown")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Measure, and print; the exit code is 1 where there is nothing to measure with. A missed goal is none."""
    chosen, talk = arguments(given), Console(stderr=True)
    one_thread()
    bench, console = Bench(chosen, talk), Console(width=None if sys.stdout.isatty() else 130)
    kept: list[dict[str, object]] = []
    try:
        for name in MEASUREMENTS if ALL in chosen.what else chosen.what:
            talk.print(f"{name} …", style="dim")
            for sheet in MEASUREMENTS[name](bench):
                if chosen.json:
                    kept.append({"measurement": name, **plain(sheet)})
                elif chosen.markdown:
                    print(markdown(sheet), flush=True)
                else:
                    show(sheet, console)
    except (NoMaterial, BundleError, ChildFailed, FileNotFoundError) as error:
        talk.print(f"tests.bench.scoring: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    if chosen.json:
        json.dump(kept, sys.stdout, indent=1)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
