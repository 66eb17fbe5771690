"""The application that commands are registered with, its exit codes, and how errors become sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from pipeline import __version__
from pipeline.config import ConfigError

OK, FAILED, USAGE = 0, 1, 2
STOPPED = 130  # as shells count it: 128 and the number of SIGINT

app = typer.Typer(
    name="asylum-stance",
    help="News articles on UK asylum policy → statements: who says what, for or against the government's policy, "
    "pushing which way, by which argument. Start with `asylum-stance score FOLDER -o OUT`.",
    epilog="Exit codes: 0 done · 1 done, but too much was rejected or wrong · 2 not done (usage, input, bundle) · "
    "130 stopped by Ctrl-C.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)
ParamsOption = Annotated[
    Path, typer.Option("--params", help="Parameter file.", show_default="configs/params.yaml")
]


@contextmanager
def errors(*expected: type[Exception]) -> Iterator[None]:
    """Expected errors, and files that cannot be opened, become a sentence on stderr and exit code 2."""
    try:
        yield
    except (ConfigError, OSError, *expected) as error:
        _complain(error, USAGE)


@contextmanager
def stoppable(stopped: type[KeyboardInterrupt]) -> Iterator[None]:
    """Ctrl-C becomes the sentence that ``stopped`` brings and exit code 130."""
    try:
        yield
    except stopped as stop:
        _complain(stop, STOPPED)


def _complain(error: BaseException, code: int) -> NoReturn:
    Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(f"asylum-stance: {error}")
    raise typer.Exit(code) from error


def _version(wanted: bool) -> None:
    if wanted:
        print(f"asylum-stance {__version__}")
        raise typer.Exit(OK)


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Options that stand before a command."""
