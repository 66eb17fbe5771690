"""Cleaning marks what scraping left and hidden sentence ends, leaves prose alone, and is linear in any text."""

import pytest

from pipeline import CONFIGS
from pipeline.config import ConfigError
from pipeline.records import Article
from pipeline.text.cleaning import CleaningRules, mark

RULES = CleaningRules.load(CONFIGS / "cleaning.yaml")
LEAD = "The harbour council voted on Monday to refuse a second ship for people seeking asylum."
REPLY = "Its leader, Corin Allbright, said that nobody in the town had been asked about the first one."
LAST = "Officials will return to the matter after the summer, when the present contract ends."


def marked(text, headline=""):
    """Marked strings with their reasons, and the words on both sides of each break."""
    article = Article("x", text, headline=headline)
    found = mark(article, RULES)
    assert list(found.boilerplate) == sorted(found.boilerplate)
    assert all(one.end <= two.start for one, two in zip(found.boilerplate, found.boilerplate[1:], strict=False))
    spans = [(span.reason, span.of(text)) for span in found.boilerplate]
    return spans, [(text[:at].split()[-1], text[at:].split()[0]) for at in found.breaks]


FURNITURE = [
    ("byline", "By Perpetua Lisle"),
    ("byline", "By Perpetua Lisle, Political Editor"),
    ("byline", "By our own correspondent"),
    ("byline", "(Reporting by P. Lisle; editing by the night desk)"),
    ("caption", "Picture: Fenland Post"),
    ("caption", "(Image: Getty)"),
    ("caption", "Pictured: The quay at low tide last week"),
    ("caption", "PHOTO BY PERPETUA LISLE"),
    ("link", "Read more: Ferry fares to double by spring"),
    ("link", "READ MORE"),
    ("link", "Related stories"),
    ("link", "MORE: Ferry fares to double by spring"),
    ("newsletter", "Sign up to our evening newsletter for the best of the coast"),
    ("newsletter", "SUBSCRIBE to our politics bulletin here."),
    ("newsletter", "Get the day's headlines in your inbox every morning"),
    ("advertisement", "ADVERTISEMENT"),
    ("advertisement", "Article continues below"),
    ("share", "Share this article"),
    ("share", "Share: Facebook, WhatsApp, Email"),
    ("share", "24 Comments"),
    ("legal", "We use cookies to make this site better."),
    ("legal", "© 2025 Fenland Post Ltd. All rights reserved."),
    ("dateline", "Published 09:41, 3 March 2025"),
    ("dateline", "Last updated on Tuesday 4 March"),
    ("dateline", "4 March 2025"),
]


@pytest.mark.parametrize(("reason", "line"), FURNITURE)
@pytest.mark.parametrize("end", ["\n", "\r\n\r\n"])
def test_furniture_on_a_line_of_its_own(reason, line, end):
    spans, _ = marked(end.join([LEAD, line, REPLY]))
    assert "".join(text for _, text in spans) == line
    assert {found for found, _ in spans} == {reason}


PROSE = [
    "By Thursday lunchtime the queue reached the quay.",
    "By nine it was raining and both sides had gone home.",
    "“Sign up for what?” she asked, and put the newsletter back on the pile.",
    "She told them to sign up to the charity's newsletter if they wanted news of the case.",
    "Share this burden with the county, he said, or lose the port.",
    "Pictures of the crossing were published on Monday by a group of volunteers.",
    "Mr Allbright, pictured outside the hall, said he would appeal.",
    "Get a grip on the boats, or the voters will get a grip on you, the member for the coast told ministers.",
    "Follow the money instead.",
    "Related claims were dismissed by the tribunal in May.",
    "Updated guidance tells caseworkers to wait for a ruling.",
    "May 2024 was the busiest month that the coastguard had seen.",
    "“We were told to read more law,” the clerk replied.",
    "Watch the figures for April, said Ms Lisle: they will show who was right.",
    "Image is everything in this department, she said.",
]


@pytest.mark.parametrize("sentence", PROSE)
def test_prose_that_looks_like_furniture_is_left(sentence):
    assert marked("\n".join([LEAD, sentence, REPLY])) == ([], [])
    assert marked(f"{LEAD} {sentence} {REPLY}") == ([], [])


@pytest.mark.parametrize(
    ("slug", "glue"),
    [
        ("date 2025-03-04", " "),
        ("Published 12 March 2025 06:00", ""),
        ("LONDON, March 4 (Newswire) -", " "),
        ("DOVER (Newswire) —", " "),
        ("4 March 2025 Last updated at 14:06", ""),
        ("16:17", " "),
        ("9.12am", " "),
    ],
)
def test_dateline_before_the_lead(slug, glue):
    spans, breaks = marked(f"{slug}{glue}{LEAD}\n{REPLY}")
    assert "".join(text.strip() for _, text in spans).replace(" ", "") == slug.replace(" ", "")
    assert {reason for reason, _ in spans} == {"dateline"}
    assert [word for _, word in breaks][-1:] == ([] if glue else ["The"])


def test_links_glued_into_a_paragraph_end_where_the_article_goes_on():
    first = "Read more: Ferry fares to 'double' by spring as quay crumbles"
    second = "Read more: Harbour master quits after row over dredging"
    spans, breaks = marked(f"{LEAD} {first} {second} Sir Corin also said that he was tired. {REPLY}")
    assert spans == [("link", first), ("link", second)]
    assert ("dredging", "Sir") in breaks
    assert ("asylum.", "Read") in breaks


def test_link_whose_end_cannot_be_told_takes_no_prose_with_it():
    spans, breaks = marked(
        f"{LEAD} Read more: Fares to double residents vowed to fight the ferry company in court."
    )
    assert spans == [("link", "Read more: ")]
    assert ("asylum.", "Read") in breaks


def test_name_and_verb_of_reporting_end_a_link():
    spans, _ = marked(f"{LEAD} Read more: Ferry fares to double by spring Perpetua Lisle said the port was full.")
    assert spans == [("link", "Read more: Ferry fares to double by spring")]


def test_caption_glued_to_a_paragraph():
    spans, breaks = marked(f"{LEAD} Picture: Alamy\n{REPLY} (Image: Press Agency) {LAST}")
    assert spans == [("caption", "Picture: Alamy"), ("caption", "(Image: Press Agency)")]
    assert breaks == [("asylum.", "Picture:"), ("one.", "(Image:"), ("Agency)", "Officials")]


def test_agency_credit_does_not_swallow_the_lead():
    spans, _ = marked(f"Picture: Reuters {LEAD}\n{REPLY}")
    assert spans == [("caption", "Picture: Reuters")]


@pytest.mark.parametrize(
    "copy",
    [
        LEAD,
        LEAD.replace("refuse", "reject"),
        f"{LEAD} Pictured: The quay at low tide",
        f"{LEAD}{REPLY}",
        LEAD.removesuffix("."),
    ],
)
def test_text_that_stands_twice(copy):
    spans, _ = marked("\n".join([LEAD, REPLY, copy, LAST]))
    assert spans == [("repeat", copy)]


def test_caption_above_its_paragraph_is_marked_and_not_the_paragraph():
    caption = "The harbour council voted on Monday to refuse a second ship Picture: Fenland Post"
    spans, _ = marked("\n".join([caption, LEAD, REPLY]))
    assert spans == [("repeat", caption)]


def test_headline_on_top_of_the_text():
    spans, _ = marked(f"Harbour says no\n{LEAD}", headline="Harbour says no")
    assert spans == [("repeat", "Harbour says no")]


def test_refrain_and_shared_words_are_no_repeats():
    refrain = "“We were never asked.”"
    other = "The harbour council voted on Monday to accept the money, and its leader wept."
    assert marked("\n".join([refrain, LEAD, refrain, other, refrain]))[0] == []


HEADLINES = [
    "Ferry fares to double by spring as quay crumbles",
    "Harbour master quits after ‘row over dredging’",
    "Gulls blamed for fire alarm at seaside hotel",
]


def test_headlines_of_other_stories_at_the_end():
    spans, _ = marked("\n\n".join([LEAD, REPLY, *HEADLINES]))
    assert spans == [("ending", line) for line in HEADLINES]


def test_menu_takes_the_links_below_it_and_stops_at_prose():
    spans, _ = marked("\n".join([LEAD, "More on this story", HEADLINES[0], REPLY]))
    assert spans == [("link", "More on this story"), ("ending", HEADLINES[0])]


@pytest.mark.parametrize(
    "ending",
    [
        ["Corin Allbright is the member of parliament for Fenland East"],
        ["The council has three demands:", *HEADLINES],
        [f"- {line}" for line in HEADLINES],
        [f"{line}." for line in HEADLINES],
        ["What the council asks for", LEAD.replace("Monday", "Friday").replace("refuse a second ship", "go")],
    ],
)
def test_last_line_lists_and_headings_are_left(ending):
    assert marked("\n".join([LEAD, REPLY, *ending]))[0] == []


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("He lost the appeal.Officials said nothing.", "appeal.", "Officials"),
        ("It cost 40%.The bill grew.", "40%.", "The"),
        ("“We will go.”The hall fell silent.", "go.”", "The"),
        ("They left in May.“We are glad.”", "May.", "“We"),
        ('They left in May."We are glad."', "May.", '"We'),
        ('"We are glad."They left in May.', 'glad."', "They"),
        ("Is that so?Nobody knows.", "so?", "Nobody"),
    ],
)
def test_missing_space_between_sentences(text, left, right):
    assert marked(text) == ([], [(left, right)])


@pytest.mark.parametrize(
    "text",
    [
        "J.K.Lisle of the U.S.Embassy",
        "Mr.Allbright left.",
        "See quay.Fenland.example or a@quay.Net",
        "at 6.15 on No.10",
    ],
)
def test_initials_abbreviations_and_addresses_are_not_broken(text):
    assert marked(text)[1] == []


@pytest.mark.parametrize(
    "unit",
    ["a", ".", "“", "Read more: ", "Read more: The ", "a.A", "(Image: ", "By A ", "16:17 ", "1 May 2024 ", "!”"],
)
def test_a_long_line_comes_to_an_end(unit):
    """Quadratic patterns would need hours for this line; the article after it is still read rightly."""
    text = f"{unit * (400_000 // len(unit))}\n{LEAD}\nBy Perpetua Lisle"
    spans = mark(Article("x", text), RULES).boilerplate
    assert spans[-1].of(text) == "By Perpetua Lisle"
    assert not any(LEAD in span.of(text) for span in spans)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("minimum_lines", "minimum_line"), "minimum_line"),
        (lambda text: text.replace("where: inline", "where: anywhere", 1), "where"),
        (lambda text: text.replace("MORE: .{3,140}", "MORE: ("), "no regular expression"),
        (lambda text: text + "\n  : [", "not YAML"),
    ],
)
def test_bad_rule_files_are_explained(tmp_path, change, message):
    path = tmp_path / "cleaning.yaml"
    path.write_text(change((CONFIGS / "cleaning.yaml").read_text()))
    with pytest.raises(ConfigError, match=message):
        CleaningRules.load(path)
    with pytest.raises(ConfigError, match="no such file"):
        CleaningRules.load(tmp_path / "missing.yaml")
