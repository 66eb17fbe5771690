"""An HTML template for ``dvc plots show`` that needs no network.

DVC's own page loads Vega from a CDN through the placeholder ``{scripts}`` and stays blank offline. This template
leaves the placeholder out and carries the libraries itself; set it by ``dvc config plots.html_template FILE``
(relative to ``.dvc``)."""

from pathlib import Path

import vl_convert

from pipeline.report.charts import script_text

# The last Vega-Lite 5 that the bundle knows: DVC's plot templates are written for version 5.
VEGA_LITE = "5.21"

# DVC writes its charts as inline scripts, Vega compiles expressions: both must be allowed. Nothing may be fetched.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src 'self' data: file:"
)

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="@policy@">
{refresh_tag}
<title>asylum-stance: plots</title>
<style>
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
table { border-spacing: 1rem .25rem; }
.vega-embed { overflow-x: auto; }
</style>
<script>(function () {
@bundle@
})();</script>
</head>
<body>
<h1>Plots</h1>
{plot_divs}
</body>
</html>
"""


def dvc_template() -> str:
    """The template's text; only DVC's placeholders ``{refresh_tag}`` and ``{plot_divs}`` are left to fill."""
    # inside a function, the bundle's names cannot meet those of DVC's inline scripts (`var spec`)
    bundle = script_text(vl_convert.javascript_bundle(vl_version=VEGA_LITE))
    return PAGE.replace("@policy@", POLICY).replace("@bundle@", bundle)


def write_dvc_template(path: Path) -> None:
    """Write the template; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    draft.write_text(dvc_template(), encoding="utf-8")
    draft.replace(path)
