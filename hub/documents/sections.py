"""A document's body as typed passages: pieces of at most about 120 words that know where they stand and what they
are about.

The pieces are cut from the rendered HTML, so that what is searched is what the page shows, and each knows the anchor
(`p_3`) of the block it begins in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import Final

from hub.documents.render import render
from hub.documents.vocabularies import vocabulary

MAX_WORDS: Final = 120
_VOID: Final = {"br", "hr", "img"}
_BREAKS: Final = {"li", "tr", "p", "br", "td", "th", "pre"}
# "([3](https://…), [10](https://…))" is a reference; on the page it is a link, in a passage only "(3, 10)".
_REFERENCES: Final = re.compile(
    r"\s*\((?:(?:source|sources|kilde|kilder|kjelde|bron|bronnen) )?\d{1,2}(?:[,;] ?\d{1,2})*\)"
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?:;])\s+(?=[\w«“\"'(])")


@dataclass(frozen=True)
class Passage:
    """A piece of body text: its role, the heading above it, and the anchor of the block it begins in."""

    role: str
    heading: str
    anchor: str
    text: str


@dataclass(frozen=True)
class _Block:
    tag: str
    anchor: str
    lines: tuple[str, ...]


def passages(body: str) -> list[Passage]:
    """The typed passages of a Markdown body, in order; none for an empty body."""
    found: list[Passage] = []
    heading, role, pending = "", "other", list[tuple[str, str]]()
    for block in _blocks(render(body)):
        if re.fullmatch(r"h[2-6]", block.tag):
            found += _pack(role, heading, pending)
            pending = []
            heading = " ".join(block.lines)
            role = role_of(heading) if block.tag == "h2" or role_of(heading) != "other" else role
        else:
            pending += [(block.anchor, line) for line in block.lines]
    return found + _pack(role, heading, pending)


def role_of(heading: str) -> str:
    """The role that a section heading gives, in whatever language it stands; `other` where it is not ours."""
    return _headings().get(_bare(heading), "other")


@cache
def _headings() -> dict[str, str]:
    return {
        _bare(heading): role
        for role, term in vocabulary("roles").items()
        for headings in term["headings"].values()
        for heading in headings
    }


def _bare(heading: str) -> str:
    return re.sub(r"^[\d.\s]+|[^\w\s]", "", heading.casefold()).strip()


def _pack(role: str, heading: str, lines: list[tuple[str, str]]) -> list[Passage]:
    """Neighbouring lines joined up to MAX_WORDS; a longer line is cut between sentences."""
    packed: list[Passage] = []
    anchor, parts = "", list[str]()
    for line_anchor, line in lines:
        for piece in _cut(line):
            if parts and _words(" ".join([*parts, piece])) > MAX_WORDS:
                packed.append(Passage(role, heading, anchor, " ".join(parts)))
                parts = []
            anchor = anchor if parts else line_anchor
            parts.append(piece)
    if parts:
        packed.append(Passage(role, heading, anchor, " ".join(parts)))
    return packed


def _cut(line: str) -> Iterator[str]:
    """A line in pieces of at most MAX_WORDS: whole sentences where they fit, by length where one does not."""
    piece: list[str] = []
    for sentence in _SENTENCE_END.split(line):
        if piece and _words(" ".join([*piece, sentence])) > MAX_WORDS:
            yield " ".join(piece)
            piece = []
        words = sentence.split()
        while len(words) > MAX_WORDS:
            yield " ".join(words[:MAX_WORDS])
            words = words[MAX_WORDS:]
        piece.append(" ".join(words))
    yield " ".join(piece)


def _words(text: str) -> int:
    return len(text.split())


def _blocks(html: str) -> list[_Block]:
    parser = _BlockParser()
    parser.feed(html)
    parser.close()
    return parser.blocks


class _BlockParser(HTMLParser):
    """Collects the text of top-level elements; list items, rows and paragraphs inside them are lines of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self._depth = 0
        self._tag = self._anchor = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._depth == 0:
            self._tag, self._anchor, self._text = tag, dict(attrs).get("id") or "", []
        if tag in _BREAKS:
            self._text.append(" " if tag in ("td", "th") else "\n")
        self._depth += tag not in _VOID

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        self._depth = max(0, self._depth - 1)
        if self._depth == 0:
            text = _REFERENCES.sub("", "".join(self._text))
            lines = tuple(" ".join(line.split()) for line in text.split("\n") if line.strip())
            if lines:
                self.blocks.append(_Block(self._tag, self._anchor, lines))
            self._text = []

    def handle_data(self, data: str) -> None:
        # Inside a <pre> a line break is a line break; elsewhere it is a space.
        self._text.append(data if self._tag == "pre" else data.replace("\n", " "))
