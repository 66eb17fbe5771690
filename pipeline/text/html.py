"""A saved web page → title, date, author, outlet and the article's text, by trafilatura. Nothing is fetched."""

import re

from trafilatura import bare_extraction

from pipeline.text.decoding import decode
from pipeline.text.rejects import Refusal

# Only the charsets that Western pages declare: some of Python's codecs (punycode) take quadratic time.
CHARSET = re.compile(
    rb"""<meta[^>]{0,200}charset=["']?(utf-8|us-ascii|windows-125\d|iso-8859-\d{1,2})\b""", re.IGNORECASE
)
LATIN = {"iso-8859-1": "cp1252", "us-ascii": "cp1252"}  # as browsers read them (WHATWG encoding standard)
DECLARATION = re.compile(r"\s{0,100}<\?xml[^>]{0,200}\?>")
# htmldate would guess from any number in the page, and would drop dates later than the machine's clock.
DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
# What is left of a menu or a cookie notice; the shortest wire brief is longer.
MINIMUM_WORDS = 30


def fields_of(raw: bytes) -> dict[str, object]:
    """The fields of an article page. ``text`` holds one paragraph a line.

    Raises ``Refusal`` (html, encoding, binary). Entities are not expanded beyond HTML's own and nesting deeper
    than libxml2's limit of 256 is dropped, so that a hostile page costs no more than its length.
    """
    page = DECLARATION.sub("", _characters(raw), count=1)
    try:
        document = bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            date_extraction_params=DATES,
        )
    except Exception as error:  # a library's many parsers on hostile input: any failure is the page's, not ours
        raise Refusal(
            "html", f"the page cannot be parsed ({type(error).__name__}); save its text as .txt"
        ) from error
    if document is None or not document.text:
        raise Refusal(
            "html", "no article found in the page (broken, or filled in by script); save its text as .txt"
        )
    words = len(document.text.split())
    if words < MINIMUM_WORDS:
        raise Refusal("html", f"only {words} words of article found in the page; save its text as .txt")
    return {
        "title": document.title,
        "date": document.date,
        "author": document.author,
        "outlet": document.sitename,
        "url": document.url,
        "text": document.text,
    }


def _characters(raw: bytes) -> str:
    """The page in characters: by the charset that it declares, if that holds, else as any text file."""
    declared = CHARSET.search(raw[:2048])
    if declared:
        charset = declared[1].decode("ascii").lower()
        try:
            return raw.decode(LATIN.get(charset, charset))
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong charset: the bytes themselves tell more
    return decode(raw)
