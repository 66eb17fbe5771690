"""The honest comparison: ours beside what anyone would try first, on the same split, inputs and sentences.

    dvc repro                                                  (examples, encoder, our bundles)
    python -m tests.bench.learners frozen plain setfit         (in the root of the repository; half an hour)
    python -m tests.bench.learners tfidf transformer ensemble  (reads models/; trains nothing)
    python -m tests.bench.learners --bundle large=DIR          (another bundle, such as one of the large encoder)
    python -m tests.bench.learners --table                     (Markdown, of all that was done so far)

Every comparator learns from both views of the training articles (as read, as labelled), chooses on validation with
predicted speakers, and is given speaker, party, kind, government, genre, the sentence and the one before.
"""

import argparse
import re
import sys
from pathlib import Path

from pipeline.learners import LEARNERS
from pipeline.scoring.bundle import BundleError
from pipeline.stages.workspace import Workspace, here
from tests.bench.learners_table import NothingToCompare, markdown
from tests.bench.segmentation import one_core
from tests.bench.trained import Comparator, Material, MissingLibrary, read_bundle, train

COMPARATORS = ("frozen", "setfit", "plain")


def comparator(name: str, backbone: Path, seed: int) -> Comparator:
    """A comparator, unfitted; imported late, since each brings its own large library."""
    if name == "frozen":
        from tests.bench.frozen import FrozenLearner

        return FrozenLearner(backbone, seed)
    if name == "plain":
        from tests.bench.plain import PlainLearner

        return PlainLearner(backbone, seed)
    if name == "setfit":
        from tests.bench.setfit_learner import SetFitLearner

        return SetFitLearner(backbone, seed)
    raise ValueError(f"no comparator {name!r}: it can be {' or '.join(COMPARATORS)}")


def folder_of(out: Path, name: str, seed: int, usual: int) -> Path:
    """Where a run is kept; other seeds than the project's own stand beside it."""
    return out / (name if seed == usual else f"{name}-{seed}")


def named_bundle(text: str) -> tuple[str, Path]:
    """``NAME=DIR`` of the command line."""
    name, given, path = text.partition("=")
    if not given or not re.fullmatch(r"[\w-]+", name):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=DIR, such as large=models/transformer")
    return name, Path(path)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=(*COMPARATORS, *LEARNERS, []), metavar="LEARNER")  # []: none
    parser.add_argument(
        "--bundle",
        action="append",
        default=[],
        type=named_bundle,
        metavar="NAME=DIR",
        help="another bundle to read",
    )
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="where runs are kept")
    parser.add_argument("--seed", type=int, help="of the comparators; default: the project's")
    parser.add_argument("--ours", default="ensemble", help="the run that the others are set against")
    parser.add_argument("--table", action="store_true", help="print the comparison")
    return parser.parse_args()


def run(chosen: argparse.Namespace, workspace: Workspace) -> None:
    """Train the comparators and read the bundles that were named."""
    material = Material.of(workspace)
    usual = workspace.params.seed
    seed = usual if chosen.seed is None else chosen.seed
    bundles = {name: workspace.bundle(name) for name in chosen.names if name in LEARNERS} | dict(chosen.bundle)
    for name in chosen.names:
        if name in COMPARATORS:
            made = comparator(name, workspace.backbone, seed)
            train(made, material, workspace, seed, folder_of(chosen.out, name, seed, usual))
    for name, path in bundles.items():
        read_bundle(name, path, material, workspace, chosen.out / name)


def main() -> None:
    """Do what the command line asks for."""
    chosen = arguments()
    workspace = here()
    try:
        if chosen.names or chosen.bundle:
            one_core()
            run(chosen, workspace)
        if chosen.table:
            labels = [label for one in Material.of(workspace).examples["train"] for label in one.labels]
            print(markdown(chosen.out, chosen.ours, labels, workspace.params))
    except (BundleError, FileNotFoundError, NothingToCompare, MissingLibrary) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
