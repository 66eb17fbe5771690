"""Altair charts inside a page of ours: specifications, the Vega libraries, a policy that fetches nothing.

The page's script runs Vega with its expression interpreter, so the policy needs no ``unsafe-eval``; scripts and
styles are allowed by their hash alone."""

import base64
import hashlib
from typing import Any

import altair as alt
import vl_convert

from pipeline.evaluation.figures import themed

# The page sets the text colour by CSS, for light, dark and print; a half-transparent grey line suits all three.
INK = "currentColor"
GRID = "#88888850"


def page_specification(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """The chart's Vega-Lite specification in the page's colours and as wide as its container."""
    specification = themed(chart, ink=INK, grid=GRID)
    specification["width"] = "container"
    specification["autosize"] = {"type": "fit-x", "contains": "padding"}
    return specification


def vega_bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, set as ``vegaEmbed`` on the window."""
    return script_text(vl_convert.javascript_bundle())


def script_text(script: str) -> str:
    """A script that can stand between ``<script>`` tags: nothing in it ends or comments out the element.

    The escapes are inside JavaScript strings and patterns, where ``<\\/`` and ``<\\!`` mean the same as before.
    """
    plain = script.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def content_hash(text: str) -> str:
    """The source expression of an inline script or style in a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def content_security_policy(scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    """A policy under which only these scripts and styles run and nothing is loaded from anywhere."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(content_hash, scripts))}",
            f"style-src {' '.join(map(content_hash, styles))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
