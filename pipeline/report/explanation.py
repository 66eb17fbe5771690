"""One sentence explained, in the form that is asked for: coloured text, JSON, or a page that fetches nothing."""

import io
import json
import sys
from pathlib import Path

from markupsafe import Markup
from rich.console import Console

from pipeline.report.template import asset, environment
from pipeline.scoring.explain import LIMITS, NO_NEIGHBOURS, Explained
from pipeline.scoring.explanation_json import explanation_json
from pipeline.scoring.explanation_text import (
    headline,
    level,
    member_line,
    parts_by_name,
    pieces,
    show_explanation,
    shown,
)
from pipeline.text.rejects import printable

FILE_WIDTH = 100  # characters a line of a text file


def present(one: Explained, form: str, out: Path | None) -> None:
    """Print an explanation as ``text``, ``json`` or ``html``, or write it to the file ``out``, which appears whole
    or not at all."""
    if out is None and form == "text":
        show_explanation(one, Console())
        return
    content = written(one, form)
    if out is None:
        sys.stdout.write(content)
        return
    draft = out.with_name(out.name + ".part")
    draft.write_text(content, encoding="utf-8")
    draft.replace(out)


def written(one: Explained, form: str) -> str:
    """An explanation as it stands in a file. Text is without colours there."""
    if form == "json":
        return printable(json.dumps(explanation_json(one), indent=2, ensure_ascii=False)) + "\n"
    if form == "html":
        return render_explanation(one)
    text = io.StringIO()
    show_explanation(one, Console(file=text, width=FILE_WIDTH))
    return text.getvalue()


def render_explanation(one: Explained) -> str:
    """The page's HTML; all text that comes from articles passes the template's escaping."""
    from pipeline.report.charts import content_security_policy  # it brings the drawing libraries

    style = asset("page.css") + asset("explanation.css")
    pages = environment()
    pages.filters |= {"shown": shown, "level": _class}
    return printable(
        pages.get_template("explanation.html.jinja").render(
            one=one,
            headline=headline,
            member_line=member_line,
            parts_by_name=parts_by_name,
            pieces=pieces,
            limits=LIMITS,
            no_neighbours=NO_NEIGHBOURS,
            policy=Markup(content_security_policy((), (style,))),
            style=Markup(style),
        )
    )


def _class(value: float, largest: float) -> str:
    """The style of a word: ``for1`` … ``for3`` or ``against1`` … ``against3``; none where it weighs little."""
    strength = level(value, largest)
    return f"{'for' if value > 0 else 'against'}{strength}" if strength else ""
