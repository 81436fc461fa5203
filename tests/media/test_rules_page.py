"""What the head of a page says: broken pages, hostile ones, and ordinary ones."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.media.rules_page import (
    DESCRIPTION_LENGTH_MAX,
    NAME_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    Page,
    clean,
    read_page,
)

BYTES_MAX = 1024 * 1024


def test_open_graph_goes_before_everything_else() -> None:
    page = read_page(
        """<!doctype html><html><head><title>In the tab</title>
        <meta name="description" content="Plain words">
        <meta name="twitter:title" content="For Twitter">
        <META PROPERTY='og:title' CONTENT='For &quot;everybody&quot; &amp; all'>
        <meta property="og:description" content="What it is">
        <meta property=og:site_name content=Site>
        <meta property="og:image" content="/a.png"/>
        </head>"""
    )

    assert page == Page(
        title='For "everybody" & all', description="What it is", site_name="Site", image="/a.png"
    )


def test_without_it_the_page_speaks_for_itself() -> None:
    page = read_page(
        """<title
        lang=en> Tom &amp; <b>Jerry</b>
        </title><meta content="Two of them" name="Description">
        <meta name="twitter:image" content="b.png">"""
    )

    assert page == Page(title="Tom & <b>Jerry</b>", description="Two of them", image="b.png")


def test_the_first_to_say_something_has_said_it() -> None:
    page = read_page(
        '<meta property="og:title" content="">'
        '<meta property="og:title" content="one" content="other"><meta property="og:title" content="two">'
        "<title>a</title><title>b</title>"
    )

    assert page.title == "one"


@pytest.mark.parametrize(
    "hidden",
    [
        '<!-- <meta property="og:title" content="no"> -->',
        '<script>\'<meta property="og:title" content="no">\'</script>',
        '<style><meta property="og:title" content="no"></style>',
        '<link title=\'<meta property="og:title" content="no">\'>',
        '<textarea><meta property="og:title" content="no"></textarea>',
    ],
)
def test_what_is_no_tag_says_nothing(hidden: str) -> None:
    assert read_page(f"{hidden}<title>yes</title>").title == "yes"


def test_what_people_wrote_into_a_page_is_not_what_it_says() -> None:
    page = read_page('<title>yes</title><body><meta property="og:title" content="no">')

    assert page == Page(title="yes")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<",
        "<title>",
        "<meta",
        "<!--",
        "no page at all",
        "\x00\x01<\x02",
        "<title>a",
        "</title>",
    ],
)
def test_a_broken_page_says_nothing(text: str) -> None:
    assert read_page(text) == Page()


def test_quotes_that_are_never_closed_hide_the_rest() -> None:
    assert read_page("<title>yes</title><a b='>\n<meta name=description content=x>") == Page(
        title="yes"
    )


def test_a_stray_quote_does_not() -> None:
    assert read_page("<p don't><title>yes</title>").title == "yes"


def test_values_are_short_and_show_what_they_are() -> None:
    page = read_page(
        f'<meta property="og:title" content="a\u202e\u200b\x07b\n\t c {"x" * 5000}">'
        f'<meta property="og:description" content="{"y" * 8000}">'
        f'<meta property="og:site_name" content="{"z" * 5000}">'
    )

    assert page.title.startswith("ab c xxx")
    assert page.title.endswith("x…")
    assert len(page.title) == TITLE_LENGTH_MAX
    assert len(page.description) == DESCRIPTION_LENGTH_MAX
    assert len(page.site_name) == NAME_LENGTH_MAX


@given(st.text(), st.integers(1, 50))
def test_a_cleaned_text_is_one_line_within_its_length(text: str, length_max: int) -> None:
    line = clean(text, length_max)

    assert len(line) <= length_max
    assert line == line.strip()
    assert not set(line) & set("\n\r\t\x00\u2028\u202e\u200f")
    assert clean(line, length_max) == line


PIECES = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "<!--",
        "-->",
        "<meta ",
        "property=",
        "og:title",
        " content=",
        '"',
        "'",
        "=",
        "x",
        "<title>",
        "</title>",
        "<script>",
        "</script",
        "&amp;",
        "&#x0;",
        "\x00",
        "é",
        " ",
        "/>",
        "<!",
        "<?",
    ]
)


@given(st.lists(PIECES, max_size=60))
def test_anything_can_be_read(pieces: list[str]) -> None:
    page = read_page("".join(pieces))

    assert len(page.title) <= TITLE_LENGTH_MAX


@pytest.mark.parametrize(
    "unit",
    ["<", "<!", "<!--", "<a", "</", "<a b='", "<a b=", "<meta ", "<title>", "<script>", "<a>"]
    + [f"<meta {inside}>" for inside in ("a=" * 4000, "/" * 8000, "'\"" * 4000, "=  " * 2700)],
)
def test_no_page_takes_long(unit: str) -> None:
    text = (unit * (BYTES_MAX // len(unit) + 1))[:BYTES_MAX]
    began = time.process_time()

    read_page(text)

    # In proportion to the length it is below half a second; what grows with the square takes minutes.
    assert time.process_time() - began < 5
