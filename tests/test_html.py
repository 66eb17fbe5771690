"""Web pages: the article and its fields are found, furniture is not; hostile pages end in a reject."""

import datetime as dt

import pytest

from pipeline.text.html import fields_of
from pipeline.text.readers import read
from pipeline.text.rejects import Refusal

PARAGRAPHS = (
    "The council leader said on Tuesday that the former barracks would not take a single bed more this year.",
    "Her opponents asked why the school next door had been told of the plan only after the contract was signed.",
    "“Nobody wrote to us, nobody rang, and then the vans came,” said the head teacher, Corin Allbright.",
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="{charset}">
<title>Barracks row | Fenland Post</title>
<meta property="og:title" content="Barracks row reaches council">
<meta property="og:site_name" content="Fenland Post">
<meta name="author" content="Perpetua Lisle">
<meta property="article:published_time" content="2031-02-03T09:00:00Z">
<link rel="canonical" href="https://fenlandpost.example/barracks"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<div class="cookie-banner">We use cookies to make this site better. Accept all?</div>
<article><h1>Barracks row reaches council</h1>{body}</article>
<section class="comments"><p>Great article, first comment here, greetings from the seaside!</p></section>
<footer>Copyright Fenland Post</footer></body></html>"""


def page(charset="utf-8", paragraphs=PARAGRAPHS):
    return PAGE.format(charset=charset, body="".join(f"<p>{p}</p>" for p in paragraphs))


def test_article_and_fields():
    fields = fields_of(page().encode())
    assert fields["title"] == "Barracks row reaches council"
    assert fields["outlet"] == "Fenland Post"
    assert fields["author"] == "Perpetua Lisle"
    assert fields["date"] == "2031-02-03"
    assert all(paragraph in fields["text"].split("\n") for paragraph in PARAGRAPHS)
    assert not any(word in fields["text"] for word in ("cookies", "greetings", "Sport", "Copyright"))


def test_reader_builds_the_article(tmp_path):
    path = tmp_path / "page.htm"
    path.write_text(page())
    (article,) = read([str(path)], 10_000)
    assert article.date == dt.date(2031, 2, 3)
    assert article.url == "https://fenlandpost.example/barracks"


@pytest.mark.parametrize(
    ("declared", "actual"), [("iso-8859-1", "cp1252"), ("utf-8", "cp1252"), ("punycode", "utf-8")]
)
def test_charset_declared_rightly_wrongly_or_absurdly(declared, actual):
    assert "“Nobody wrote" in fields_of(page(charset=declared).encode(actual))["text"]


def test_xml_declaration_is_no_obstacle():
    assert PARAGRAPHS[0] in fields_of(b'<?xml version="1.0" encoding="utf-8"?>' + page().encode())["text"]


@pytest.mark.parametrize(
    "content",
    [
        "no page at all, just words",
        "<html><body></body></html>",
        page(paragraphs=("Too short.",)),
        "<" * 200_000,
        "<div>" * 100_000 + "".join(PARAGRAPHS) + "</div>" * 100_000,
        '<!DOCTYPE html [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;">]><html><body><p>&b;</p></body></html>',
    ],
)
def test_broken_and_hostile_pages_are_refused(content):
    with pytest.raises(Refusal) as caught:
        fields_of(content.encode())
    assert caught.value.reason == "html"
    assert "save its text as .txt" in caught.value.detail


def test_entities_of_the_document_are_neither_expanded_nor_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the secret words")
    hostile = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + page(
        paragraphs=(*PARAGRAPHS, "See &x;.")
    )
    assert "the secret words" not in fields_of(hostile.encode())["text"]
