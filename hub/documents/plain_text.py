"""The words of a document without its markup: what a reader reads, with the place where it stands.

Markup, link targets and source numbers are blanked out and not cut out, so that a position in the plain text is the
same position in the file.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from hub.documents import front_matter
from hub.documents.front_matter import FrontMatter
from hub.documents.parse import ParsedDocument, ParsedTranslation

_LINK: Final = re.compile(r"!?\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_ADDRESS: Final = re.compile(r"<?\b(?:https?://|mailto:)[^\s<>]*[^\s<>.,;:)\]]>?")
_NUMBERED: Final = re.compile(r"\[{1,2}\d{1,3}(?:[,;] ?\d{1,3})*\]{1,2}")
# "(3, 10)" and "source 5": references where those numbers are listed.
_LISTED: Final = r"(?P<numbers>\d{1,3}\b(?:(?:\s*[,;]|\s+(?:and|og|en))\s+\d{1,3}\b)*)"
_SOURCE: Final = r"\b(?:sources?|kilden?|kilder|kjelda?|kjelder|bron(?:nen)?)"
_NAMED: Final = rf"{_SOURCE}\s+{_LISTED}"
_REFERENCES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (rf"\((?:{_SOURCE}\s+)?{_LISTED}\)", _NAMED, rf"\((?:{_SOURCE})?(?P<numbers>[\s,;]*)\)")
)
_LIST_NUMBER: Final = re.compile(r"^([ \t]{0,6})(\d{1,2}[.)])(?=[ \t])", re.MULTILINE)
_MARKS: Final = re.compile(r"\*(?! )|`|(?<!\w)_|_(?!\w)")
_NEW_BLOCK: Final = re.compile(r"\s*(?:[-*+>|]\s?)+")
_END: Final = re.compile(r"[.!?…][\"'»”’)\]]*\s+(?=(?P<next>\S))")
# They end in a full stop, and the sentence goes on.
_ABBREVIATIONS: Final = (
    "approx art bl ca cf cirka dr etc evt fig inkl jf jfr kap kl max maks min mill mio mld mln mr mrd mrs no nr nrs "
    "osv par pct pkt pst resp sec sept st vol"
)
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’.,][^\W_]+)*")


@dataclass(frozen=True)
class Piece:
    """A text of a document in one language: the field it stands in, its first line, and its words without markup."""

    field: str
    line: int
    language: str
    text: str

    def line_at(self, position: int) -> int:
        """The line in the file of a position in the text; a field of several lines is told by its first."""
        return self.line + self.text.count("\n", 0, position) if self.field == "body" else self.line


class _InFile:
    """Something that was read from a file and knows the lines it stands in."""

    parsed: ParsedDocument | ParsedTranslation

    def line(self, *path: str | int) -> int:
        """The line of a field in the file, or of the nearest one around it."""
        return self._front_matter.line(path) or 1

    @cached_property
    def _front_matter(self) -> FrontMatter:
        return front_matter.read(self.parsed.source.front_matter, self.parsed.source.front_matter_line)


@dataclass(frozen=True)
class PlainDocument(_InFile):
    """A document as its readers read it; whatever is asked of it is worked out once."""

    parsed: ParsedDocument

    @cached_property
    def pieces(self) -> list[Piece]:
        """Everything that the document says in words of its own: its fields and, last, its body.

        Names, keywords, notes about codes and the titles of sources are not its own words.
        """
        fields = []
        for path, language, text in _texts(self.parsed):
            if text not in ("", "unknown"):
                own = language or self.parsed.data.language
                plain = without_markup(text, self._sources)
                fields.append(Piece(".".join(map(str, path)), self.line(*path), own, plain))
        return [*fields, self.body]

    @cached_property
    def body(self) -> Piece:
        """The text below the front matter."""
        text = without_markup(self.parsed.body, self._sources)
        return Piece("body", self.parsed.source.body_line, self.parsed.data.language, text)

    @cached_property
    def _sources(self) -> set[int]:
        return {source.n for source in self.parsed.data.sources}


@dataclass(frozen=True)
class PlainTranslation(_InFile):
    """A translation as its readers read it, with the original that it translates."""

    parsed: ParsedTranslation
    original: ParsedDocument

    @cached_property
    def pieces(self) -> list[Piece]:
        """Everything that is translated: the fields and, last, the body."""
        data, fields = self.parsed.data, []
        texts: list[tuple[front_matter.Path, str]] = [((name,), getattr(data, name)) for name in _TRANSLATED]
        for i, lesson in enumerate(data.lessons):
            texts.append((("lessons", i, "text"), lesson.text))
            texts += [(("lessons", i, "conditions", j), text) for j, text in enumerate(lesson.conditions)]
        for path, text in texts:
            if text:
                plain = without_markup(text, self._sources)
                fields.append(Piece(".".join(map(str, path)), self.line(*path), data.language, plain))
        return [*fields, self.body]

    @cached_property
    def body(self) -> Piece:
        """The text below the front matter."""
        text = without_markup(self.parsed.source.body, self._sources)
        return Piece("body", self.parsed.source.body_line, self.parsed.data.language, text)

    @cached_property
    def _sources(self) -> set[int]:
        return {source.n for source in self.original.data.sources}


_TRANSLATED: Final = ("title", "summary", "question", "confidence_note")


def _texts(document: ParsedDocument) -> Iterator[tuple[front_matter.Path, str | None, str]]:
    """Where each text of the front matter stands, its language when it says one, and the text."""
    values = document.data.model_dump()
    for name in document.data.localised:
        for language, text in values[name].items():
            yield (name, language), language, text
    for i, lesson in enumerate(values["lessons"]):
        yield ("lessons", i, "text"), None, lesson["text"]
        for j, condition in enumerate(lesson["conditions"]):
            yield ("lessons", i, "conditions", j), None, condition
    for i, result in enumerate(values.get("results", ())):
        yield ("results", i, "text"), None, result["text"]
        yield ("results", i, "date"), None, result["date"]
    if isinstance(values["confidence"], dict):
        yield ("confidence", "note"), None, values["confidence"]["note"]
    yield ("costs",), None, values.get("costs", "")
    for name in ("start", "end"):
        yield ("period", name), None, values.get("period", {}).get(name, "")


def without_markup(text: str, sources: Collection[int] = ()) -> str:
    """A Markdown text with everything blanked that is not read as words; every letter stays where it is.

    `(3, 10)` without links is a reference only when those numbers are in `sources`.
    """
    text = _LINK.sub(_link, text)
    for pattern in (_ADDRESS, _NUMBERED):
        text = pattern.sub(_blank, text)
    for pattern in _REFERENCES:
        text = pattern.sub(partial(_reference, sources=sources), text)
    text = _LIST_NUMBER.sub(lambda m: f"{m[1]}-{' ' * (len(m[2]) - 1)}", text)
    return _MARKS.sub(" ", text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _link(match: re.Match[str]) -> str:
    """The words of a link, without its target; a link on a number is a source."""
    if re.fullmatch(r"[\[\]\d\s,;]*", match["text"]):
        return _blank(match)
    before, after = match.start("text") - match.start(), match.end() - match.end("text")
    return " " * before + match["text"] + re.sub(r"[^\n]", " ", match.group()[-after:])


def _reference(match: re.Match[str], sources: Collection[int]) -> str:
    named = {int(number) for number in re.findall(r"\d+", match["numbers"])}
    return _blank(match) if named <= set(sources) else match.group()


def blocks(plain: str) -> list[str]:
    """The paragraphs, list items and table rows of a plain text, each on one line; headings left out."""
    found: list[list[str]] = [[]]
    for line in plain.split("\n"):
        if line.lstrip().startswith("#"):
            found.append([])
        elif not line.strip() or (item := _NEW_BLOCK.match(line)):
            found.append([line[item.end() :]] if line.strip() and item else [])
        else:
            found[-1].append(line)
    return [text for text in (" ".join(" ".join(lines).replace("|", " ").split()) for lines in found) if text]


def sentences(plain: str) -> list[str]:
    """The sentences of a plain text; a block ends one, whatever it ends in."""
    return [sentence for block in blocks(plain) for sentence in _sentences(block)]


def _sentences(block: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(block):
        before = block[start : end.start()].rsplit(" ", 1)[-1].lower().strip("(«“\"'")
        after = end["next"]
        if (after.isupper() or after.isdigit() or after in "«“\"'(‘") and before.strip(
            "."
        ) not in _ABBREVIATIONS.split():
            yield _tidy(block[start : end.end()])
            start = end.end()
    yield _tidy(block[start:])


def _tidy(sentence: str) -> str:
    return re.sub(r"\s+(?=[.,;:!?])", "", sentence).strip()


def words(plain: str) -> list[str]:
    """The words and figures of a text, as a word processor counts them."""
    return _WORD.findall(plain)
