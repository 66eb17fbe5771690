"""The command `asylum-stance attribute` as its tests call it, and bundles to call it with."""

from pathlib import Path

from typer.testing import CliRunner

from pipeline import CONFIGS
from pipeline.cli import app
from pipeline.corpus.attribution_files import AttributedText, read_attributions
from pipeline.labels import heads
from pipeline.scoring.bundle import seal

TEXT = "“It is a cruel rule,” said Ilse Marwood, of the charity Haven. “It must go.”\nThe vote is on Monday.\n"


def run(*arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one `asylum-stance attribute`."""
    words = ["attribute", *map(str, arguments)]
    done = CliRunner().invoke(app, words, input=stdin, env={"COLUMNS": "120"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout_bytes.decode(), done.stderr


def printed(tmp_path: Path, *arguments: object, stdin: bytes = b"") -> list[AttributedText]:
    """What a run prints, read as the attribution file that it is."""
    code, said, talk = run(*arguments, stdin=stdin)
    assert code == 0, talk
    path = tmp_path / "printed.jsonl"
    path.write_text(said, encoding="utf-8")
    return read_attributions(path)


def file(path: Path, content: str | bytes) -> Path:
    """A file of this content, its folder made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(*arguments: object) -> str:
    """What is said where nothing was done: a sentence on standard error, exit code 2, no output."""
    code, said, talk = run(*arguments)
    assert (code, said) == (2, ""), talk
    return talk


def spans(one: AttributedText) -> list[tuple[str, str, list[str]]]:
    """Source, cue and contents of each attribution as printed in the text."""
    return [
        (
            unit.source.of(one.text) if unit.source else "",
            unit.cue.of(one.text) if unit.cue else "",
            [span.of(one.text) for span in unit.content],
        )
        for unit in one.attributions
    ]


def sealed(folder: Path, learned_parts: Path | None = None, configs: Path = CONFIGS) -> Path:
    """A bundle around the project's own word lists."""
    file(folder / "weights.safetensors", b"weights")
    seal(
        folder,
        learner="fake",
        heads=heads(),
        corpus="",
        params={},
        temperatures={},
        threshold=0.5,
        commit="",
        configs=configs,
        learned=learned_parts,
    )
    return folder
