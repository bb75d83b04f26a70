"""Markdown to HTML: the only place where the hub renders it, and it is always sanitised.

Blocks at the top level get the ids p_1, p_2 … and headings h_1, h_2 … in the order of the text, so that a hit can
link to the place it was found at. No lesson can have such an id.
"""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

SCHEMES: Final = frozenset({"http", "https", "mailto"})
_BLOCK_TAGS: Final = ("p", "ul", "ol", "li", "blockquote", "pre", "hr", "table", "thead", "tbody", "tr", "th", "td")
_INLINE_TAGS: Final = ("code", "em", "strong", "a", "br", "del", "sup", "sub")
_TAGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6", *_BLOCK_TAGS, *_INLINE_TAGS})
_ATTRIBUTES: Final = {tag: {"id"} for tag in _TAGS} | {"a": {"href", "title"}, "ol": {"id", "start"}}
_HEADINGS: Final = {f"h{level}" for level in range(1, 7)}
_CODE: Final = re.compile(r"^(```|~~~).*?^\1[^\n]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
# The library takes quadratic time over open brackets and recurses over nesting; no article comes near these.
_TANGLED: Final = re.compile(r"^(?:[ \t]*(?:>|[-*+][ \t]|\d+\.[ \t])){13,}|^(?: {4}| {0,3}\t){13,}\S", re.MULTILINE)
_MOST_BRACKETS: Final = 400
_PARAGRAPHS: Final = re.compile(r"\n\s*\n")
_RAW_HTML: Final = re.compile(r"<(?!https?://|mailto:|[^\s<>@]+@)/?[a-zA-Z][^<>]*>|<[!?][^<>\n]*")


class _Anchors(Treeprocessor):
    """Numbers blocks and headings, and keeps the page's own h1 the only one."""

    def run(self, root: Element) -> None:
        blocks = headings = 0
        for element in root:
            if element.tag in _HEADINGS:
                headings += 1
                element.tag = "h2" if element.tag == "h1" else element.tag
                element.set("id", f"h_{headings}")
            else:
                blocks += 1
                element.set("id", f"p_{blocks}")


class _AnchorExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        md.treeprocessors.register(_Anchors(md), "hub-anchors", priority=0)


def render(text: str) -> str:
    """Sanitised HTML of a Markdown text: no script, no style, no foreign scheme, whatever stands in it."""
    html = _convert(text)
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def _convert(text: str) -> str:
    # A converter of its own for every text: the library's object keeps state and is not safe between threads.
    markdown = Markdown(extensions=["tables", "fenced_code", "sane_lists", _AnchorExtension()], output_format="html")
    return markdown.convert(text)


@dataclass(frozen=True)
class Refusal:
    """Something in a body that will not be published: its line (from 1) and what it is."""

    line: int
    what: str


def refusals(text: str) -> list[Refusal]:
    """Raw HTML, pictures and links that leave the allowed schemes, in the order of the text."""
    if tangle := _tangle(text):
        return [tangle]
    visible = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    found = [Refusal(_line(text, m.start()), f"the HTML {m.group()[:60]}") for m in _RAW_HTML.finditer(visible)]
    told, links = {refusal.line for refusal in found}, _links(_convert(text))
    for address in links.addresses:
        if not _allowed(address):
            found.append(Refusal(_line_of_address(text, address), f"a link to {address[:60]}"))
    for address in links.images:
        # Which versions of Markdown leave a tag standing differs; told as HTML it need not be told as a picture.
        if (line := _line_of_address(text, address)) not in told:
            found.append(Refusal(line, f"the picture {address[:60]}"))
    return sorted(found, key=lambda refusal: refusal.line)


def addresses(text: str) -> list[str]:
    """Where the links of a Markdown text lead, in the order of the text; one that stands there twice comes twice."""
    return _links(_convert(text)).addresses


def _tangle(text: str) -> Refusal | None:
    """Something that would take the renderer minutes or its whole stack; an attack or an accident, never an article."""
    if match := _TANGLED.search(text):
        return Refusal(_line(text, match.start()), "more than 12 levels of lists or quotations")
    for paragraph in _PARAGRAPHS.split(text):
        if paragraph.count("[") > _MOST_BRACKETS:
            return Refusal(_line(text, text.find(paragraph)), f"more than {_MOST_BRACKETS} brackets in a paragraph")
    return None


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _line_of_address(text: str, address: str) -> int:
    """The line of an address, which may stand there disguised with entities; the first where it cannot be found."""
    lines = enumerate(text.split("\n"), 1)
    return next((number for number, line in lines if address[:12] in unescape(line)), 1)


def _allowed(address: str) -> bool:
    try:
        scheme = urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return False
    return scheme in SCHEMES or (not scheme and ":" not in address.split("/")[0])


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.images: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        self.images += [value or "" for name, value in attrs if name == "src"]


def _links(html: str) -> _Links:
    parser = _Links()
    parser.feed(html)
    return parser
