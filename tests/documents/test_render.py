"""Markdown becomes HTML in one place, and what comes out is harmless whatever went in."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.documents.parse import parse
from hub.documents.problems import DocumentError
from hub.documents.render import refusals, render
from tests.tiny_world import WORLD, case

EXPECTED = "Markdown without HTML and pictures, with plain links"
MEND = "Write it in Markdown; links begin with https://, http:// or mailto:."


class Page(HTMLParser):
    """What a browser would find in rendered HTML: tags, attributes, addresses."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def refused(body: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(DocumentError) as error:
        parse("cases/as-sykkelvei.md", case(body).encode())
    assert {(p.field, p.expected, p.mend) for p in error.value.problems} == {("body", EXPECTED, MEND)}
    return [(p.path, p.line, p.found) for p in error.value.problems]


FIRST_LINE = case("").count("\n") + 1


def test_script_in_the_body_is_refused_with_its_line() -> None:
    assert refused("En vei.\n\n<script>alert(1)</script>\n") == [
        ("cases/as-sykkelvei.md", FIRST_LINE + 2, "the HTML <script>"),
        ("cases/as-sykkelvei.md", FIRST_LINE + 2, "the HTML </script>"),
    ]


@pytest.mark.parametrize(
    "html",
    ["<b>fett", "<img src=x onerror=alert(1)>", "<br/>", "<svg/onload=alert(1)>", "x <a\nhref='y'> z",
     "<!-- skjult -->", "<iframe src=//x>", "<STYLE>", "</p>", "<x-y>", "<!DOCTYPE html>", "<?php echo 1 ?>", "<mi>"],
)  # fmt: skip
def test_raw_html_is_refused(html: str) -> None:
    assert [line for _, line, _ in refused(f"En vei.\n\n{html}\n")][:1] == [FIRST_LINE + 2]


@pytest.mark.parametrize(
    "body",
    ["a < b og c > d", "`<b>`", "```html\n<script>\n```", "~~~\n<b>\n~~~", "<https://example.org>", "<post@as.no>",
     "AT&T &lt;b&gt; &amp;", "5 <6", "<3"],
)  # fmt: skip
def test_what_only_looks_like_html_is_welcome(body: str) -> None:
    assert refusals(body) == []


SCRIPT_LINKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](javascript:alert(1) 'med tittel')",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[y]\n\n[y]: JAVASCRIPT:alert(1) 'tittel'",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "[![x](https://example.org/x.png)](javascript:alert(1))",
    "[x](data:text/html,<b>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "[x](feed:javascript:alert(1))",
    "| a |\n|---|\n| [x](javascript:alert(1)) |",
    "- [x](javascript:alert(1))",
]


@pytest.mark.parametrize("body", SCRIPT_LINKS)
def test_a_link_to_script_is_refused_and_would_be_harmless_if_it_were_not(body: str) -> None:
    assert refused(body + "\n")
    assert_harmless(render(body))


@pytest.mark.parametrize("disguise", ["javascript:alert(1)", "java&#115;cript:alert(1)"])
def test_a_link_to_script_is_told_with_its_line_even_in_disguise(disguise: str) -> None:
    found = refused(f"En.\n\nTo [x]({disguise}).\n")
    assert found == [("cases/as-sykkelvei.md", FIRST_LINE + 2, "a link to javascript:alert(1)")]


@pytest.mark.parametrize(
    "address", ["https://example.org/å", "http://a.no", "mailto:a@b.no", "/no/cases", "#p2", "a/b:c"]
)
def test_an_ordinary_link_is_welcome_and_kept(address: str) -> None:
    assert refusals(f"[x]({address})") == []
    assert Page(render(f"[x]({address})")).addresses == [address]


@pytest.mark.parametrize(
    "body", ["- " * 3000 + "x", "> - " * 50 + "x", "\n".join(" " * 4 * i + "- x" for i in range(60))]
)
def test_nesting_that_would_take_the_stack_is_refused(body: str) -> None:
    assert refused(body + "\n")[0][2] == "more than 12 levels of lists or quotations"


@pytest.mark.parametrize("piece", ["[", "![", "[a]("])
def test_brackets_that_would_take_minutes_are_refused(piece: str) -> None:
    assert refused("En vei.\n\n" + piece * 20_000) == [
        ("cases/as-sykkelvei.md", FIRST_LINE + 2, "more than 400 brackets in a paragraph")
    ]


def test_an_ordinary_text_is_shown_as_it_was_meant() -> None:
    text = "# Ås\n\nEn *god* vei – «ja».\n\n1. Først\n2. Så\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    page = Page(render(text))
    assert page.tags == [
        "h2",
        "p",
        "em",
        "ol",
        "li",
        "li",
        "table",
        "thead",
        "tr",
        "th",
        "th",
        "tbody",
        "tr",
        "td",
        "td",
    ]
    assert page.ids == ["h_1", "p_1", "p_2", "p_3"]
    assert "«ja»" in "".join(page.text)


def test_links_to_elsewhere_say_nothing_of_the_reader() -> None:
    assert 'rel="noopener noreferrer"' in render("[x](https://example.org)")


@pytest.mark.parametrize("path", WORLD)
def test_every_document_of_the_world_is_rendered_without_a_word_lost(path: str) -> None:
    body = parse(path, WORLD[path].encode()).source.body
    shown = "".join(Page(render(body)).text).split()
    assert shown == body.replace("## ", "").split()


TAGS = {"h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "hr", "code", "em", "strong", "a"}
TAGS |= {"br", "del", "sup", "sub", "table", "thead", "tbody", "tr", "th", "td"}


def assert_harmless(html: str) -> None:
    page = Page(html)
    assert {*page.tags} <= TAGS
    assert {*page.attributes} <= {"id", "href", "title", "rel", "start"}
    for address in page.addresses:
        # What a browser leaves out before it reads the scheme: https://url.spec.whatwg.org/#url-parsing
        read = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(33)))))
        assert urlsplit(read).scheme.lower() in {"", "http", "https", "mailto"}, address


HTML_PIECES = (
    "<script>",
    "</script>",
    "<script",
    "alert(1)",
    "<style>",
    "<iframe src=x>",
    "<svg/onload=alert(1)>",
    ">",
)
LINK_PIECES = (
    "<img src=x ",
    "onerror=alert(1)",
    "<a href=",
    "javascript:",
    "JAVA",
    "script:",
    "data:text/html,",
    "[x](",
)
ENTITIES = (
    "&#106;",
    "&Tab;",
    "&colon;",
    "&lt;",
    "&#60;",
    "\x02",
    "\x03",
    "\x00",
    "\u2028",
    "klzzwxh:0000",
    "wzxhzdk:0",
)
MARKS = (
    ")",
    "[x]",
    "[x]: ",
    "![",
    "](",
    "`",
    "```\n",
    "~~~\n",
    "    ",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "# ",
    "|",
    "|--|\n",
)
pieces = st.sampled_from((*HTML_PIECES, *LINK_PIECES, *ENTITIES, *MARKS, "*", "_", "**", "\\", "{: onclick=x}", "å"))


@given(st.lists(pieces | st.text(max_size=8), max_size=30).map("".join))
@example("\x02amp\x03#106;avascript:x")
@example("[x](\x02klzzwxh:0000\x03)")
@example('<a href="java\nscript:alert(1)">x</a>')
def test_whatever_stands_in_a_body_what_is_shown_is_harmless(body: str) -> None:
    assert_harmless(render(body))


@given(st.lists(pieces | st.text(max_size=8), max_size=30).map("".join))
def test_a_body_that_is_not_refused_loses_no_link(body: str) -> None:
    if refusals(body):
        return
    assert all(urlsplit(address).scheme in {"", "http", "https", "mailto"} for address in Page(render(body)).addresses)
    assert "rel" in Page(render(body)).attributes or not Page(render(body)).addresses


def test_a_picture_is_refused_rather_than_left_out_in_silence() -> None:
    found = refusals("Se her:\n\n![et kart](kart.png)\n")
    assert [(refusal.line, refusal.what) for refusal in found] == [(3, "the picture kart.png")]


def test_no_anchor_of_a_block_can_be_the_id_of_a_lesson() -> None:
    anchors = re.findall(r' id="([^"]+)"', render("# Bakgrunn\n\nHei.\n\n- ett\n- to\n"))
    assert anchors == ["h_1", "p_1", "p_2"]
    assert not any(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", anchor) for anchor in anchors)
