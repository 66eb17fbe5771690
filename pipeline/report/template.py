"""Templates and styles of the pages: they hold everything they need, and escape all text that is put into them."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

PAGES = Path(__file__).parent / "pages"


def asset(name: str) -> str:
    """A style or script of the pages."""
    return (PAGES / name).read_text(encoding="utf-8")


def environment() -> Environment:
    """Where templates are found; a name that a template misses is an error."""
    return Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
