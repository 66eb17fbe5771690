"""The report page: complete, closed to the network, safe whatever the articles say. And DVC's template."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from dvc_render.html import HTML
from prediction_tables import PARAMS, made_up_table

from pipeline.evaluation.behaviour.scoring import BehaviourResult, CheckResult, Failure
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.comparison import compare
from pipeline.evaluation.errors import confident_errors
from pipeline.evaluation.evaluate import evaluate
from pipeline.evaluation.predictions import CONDITIONS, GOLD, MAIN_CONDITION
from pipeline.report.charts import content_hash, script_text
from pipeline.report.dvc_template import dvc_template, write_dvc_template
from pipeline.report.evaluation import EvaluationPage, format_figure, format_fraction, render_report, write_report
from pipeline.report.plain_words import plain_words

HOSTILE = '</script><script>alert("x")</script><img src=x onerror=alert(1)> {{ 7*7 }} & “quoted”'


class Page(HTMLParser):
    """What a browser would see: scripts, styles, links out, texts."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[tuple[dict, str]] = []
        self.tags: list[tuple[str, dict]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] == "script":
            self.scripts.append((self.tags[-1][1], data))
            self.tags.append(("", {}))
        else:
            self.texts.append(data)


RATES = {"tfidf": 0.25, "transformer<b>": 0.125}


def behaviour_of(rate: float) -> CheckResult:
    """A test whose one shown failure is hostile in every word."""
    wrong = {"stance": (HOSTILE, "none")}
    failure = Failure("p", HOSTILE, HOSTILE, HOSTILE, HOSTILE, wrong, origin="before " + HOSTILE)
    return CheckResult(
        HOSTILE,
        "DIR",
        "negation",
        8,
        2,
        Interval(rate, 0.1, 0.4),
        {"stance": 2},
        Interval(0.375, 0, 1),
        (failure,),
    )


@pytest.fixture(scope="module")
def page() -> EvaluationPage:
    weak, strong = made_up_table(1.0, seed=5), made_up_table(2.5, seed=6)
    strong["text"] = HOSTILE
    tables = {"tfidf": weak, "transformer<b>": strong}
    return EvaluationPage(
        comparison=compare(tables, PARAMS, seed=1),
        results={name: evaluate(table, name, PARAMS, seed=1, threshold=0.625) for name, table in tables.items()},
        errors=confident_errors(strong, number=5),
        behaviour=BehaviourResult("hash", 0.95, {name: (behaviour_of(rate),) for name, rate in RATES.items()}),
        speakers={
            "Speakers " + HOSTILE: {
                "sentences": {"precision": 0.8, "recall": Interval(0.7, 0.6, 0.75), "n": 120, "note": HOSTILE}
            },
            "Attributions": {"all": {"end to end": Interval(0.81, 0.8, 0.82)}},
        },
        agreement={"stance": 0.88},
        provenance={"corpus": "made up " + HOSTILE},
    )


@pytest.fixture(scope="module")
def html(page) -> str:
    return render_report(page)


def test_the_headline_figures_are_on_the_page(page, html):
    for condition in CONDITIONS:
        found = page.comparison.score("transformer<b>", condition, "stance")
        bounds = f"{format_fraction(found.low)}–{format_fraction(found.high)}"
        assert f"{format_fraction(found.value)}<small>{bounds}</small>" in html


def test_failure_rates_stand_side_by_side_with_the_failures_of_the_best(html):
    section = html[html.index('id="behaviour"') : html.index('id="errors"')]
    for rate in RATES.values():
        assert f'{format_fraction(rate)}<small>.100–.400</small><small class="soft">.375</small>' in section
    assert section.index(".250<") < section.index(".125<")
    assert "Failures of transformer&lt;b&gt;" in section
    assert section.count("before: before") == 1


def test_what_abstaining_does_stands_beside_the_calibration(page, html):
    section = html[html.index('id="confidence"') : html.index('id="slices"')]
    assert section.count('<td class="number">.625</td>') == len(page.results) * len(CONDITIONS)
    best = page.results["transformer<b>"].conditions[MAIN_CONDITION]
    assert f'<td class="number">{best.abstention.answered}</td>' in section
    assert f"{format_fraction(best.abstention.precision.value)}<small>" in section
    chance = best.heads["stance"].calibration.chance
    assert f'<td class="number">{format_fraction(chance)}</td>' in section


def test_text_is_escaped_everywhere(html):
    page = Page(html)
    assert not any(tag == "img" or "onerror" in attributes for tag, attributes in page.tags)
    assert sum(HOSTILE in text for text in page.texts) >= 3
    assert len(page.scripts) == 3
    assert "alert(1)" not in page.scripts[1][1] + page.scripts[2][1]


def test_nothing_is_loaded_from_anywhere(html):
    links = [
        value
        for tag, attributes in Page(html).tags
        for name, value in attributes.items()
        if name in ("src", "href", "action", "srcset", "style") or name.startswith("on")
    ]
    assert links
    assert all(link.startswith("#") for link in links)


def test_the_policy_allows_these_scripts_and_styles_alone(html):
    page = Page(html)
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    running = [text for attributes, text in page.scripts if "type" not in attributes]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    assert len(running) == 2
    for text in (*running, style):
        assert content_hash(text) in policy


def test_every_place_for_a_chart_has_its_specification(html):
    page = Page(html)
    specifications = json.loads(next(text for attributes, text in page.scripts if "type" in attributes))
    places = {attributes["data-chart"] for _, attributes in page.tags if "data-chart" in attributes}
    assert places == set(specifications)
    assert all(spec["width"] == "container" for spec in specifications.values())


def test_contents_lead_to_sections(html):
    tags = Page(html).tags
    targets = {attributes["href"][1:] for tag, attributes in tags if tag == "a"}
    assert targets <= {attributes.get("id") for _, attributes in tags}
    assert {"speakers", "errors", "slices", "method"} <= targets


def test_a_page_of_one_learner_without_extras_is_whole(page, tmp_path):
    table = made_up_table()
    table = table[table["condition"] == MAIN_CONDITION]
    alone = EvaluationPage(compare({"tfidf": table}, PARAMS, 1), {"tfidf": evaluate(table, "tfidf", PARAMS, 1)})
    write_report(tmp_path / "reports" / "evaluation.html", alone)
    html = (tmp_path / "reports" / "evaluation.html").read_text(encoding="utf-8")
    assert "Only one learner was compared." in html
    assert "No learner was run from raw text." in html
    assert 'href="#speakers"' not in html
    assert html.rstrip().endswith("</html>")
    assert len(list((tmp_path / "reports").iterdir())) == 1


def test_a_page_without_results_is_refused(page, tmp_path):
    with pytest.raises(ValueError, match="at least one learner"):
        write_report(tmp_path / "evaluation.html", replace(page, results={}))
    assert list(tmp_path.iterdir()) == []


def test_plain_words_tell_agreement_differences_and_losses(page):
    words = plain_words(page.comparison, page.results["transformer<b>"], page.agreement)
    assert any("Two annotators reach 0.88" in sentence for sentence in words)
    assert any(
        sentence.startswith("transformer<b> minus tfidf") and "leave out zero" in sentence for sentence in words
    )
    assert any("were missed" in sentence for sentence in words)
    assert not any("nan" in sentence.lower() for sentence in words)


def test_plain_words_do_not_claim_what_is_not_clear():
    table = made_up_table()
    same = {"tfidf": table, "transformer": table}
    words = plain_words(compare(same, PARAMS, 1), evaluate(table, "transformer", PARAMS, 1), {})
    assert any("include zero" in sentence for sentence in words)
    assert not any("leave out zero" in sentence for sentence in words)


def test_speaker_costs_have_their_sign(page):
    comparison = page.comparison
    gold, predicted = (comparison.score("transformer<b>", name, "role").value for name in (GOLD, MAIN_CONDITION))
    (sentence,) = (
        s for s in plain_words(comparison, page.results["transformer<b>"], {}) if s.startswith("Knowing")
    )
    assert f"{100 * (gold - predicted):+.1f} in role" in sentence


@pytest.mark.parametrize(
    ("value", "shown"), [(0.8951, ".895"), (1.0, "1.000"), (10.25, "10.250"), (-0.04, "−.040"), (0.0, ".000")]
)
def test_fractions_are_short(value, shown):
    assert format_fraction(value) == shown


def test_figures_of_every_kind():
    assert [format_figure(value) for value in (None, 3, "word", 0.5)] == ["–", 3, "word", ".500"]
    assert format_fraction(0.069, signed=True) == "+.069"


def test_a_script_cannot_end_its_element():
    assert "</script" not in script_text('"</script><!-- x"')
    assert "<!--" not in script_text('"</script><!-- x"')


def test_the_dvc_template_is_filled_by_dvc_and_loads_nothing(tmp_path):
    write_dvc_template(tmp_path / "plots.html")
    template = (tmp_path / "plots.html").read_text(encoding="utf-8")
    assert template == dvc_template()
    assert "{scripts}" not in template
    filled = (
        HTML(template, refresh_seconds=5)
        .with_scripts('<script src="https://cdn.example/vega">')
        .with_element("<div id='one'></div>")
    )
    shown = filled.embed()
    assert "<div id='one'></div>" in shown
    assert 'http-equiv="refresh" content="5"' in shown
    assert "cdn.example" not in shown
    assert re.search(r"window\.vegaEmbed\s*=", shown)
    assert not [a for _, a in Page(shown).tags if "src" in a or "href" in a]
