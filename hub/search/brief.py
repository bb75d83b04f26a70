"""A brief: the answer to a question on one page, grouped by practice, with everything it says taken from a lesson.

    Brief
    ├── sections        for each practice what was experienced and what research says, as Extracts
    ├── disagreements   pairs of extracts from different places that went opposite ways, and where those places differ
    ├── questions       what others ask about the same and nobody has answered
    └── documents       whatever an extract stands in, so that a kept brief can be shown by itself

`hub.search.brief_making` makes one. It can be written as JSON and read again, and has a name of its own: a digest of
all that it shows.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Final

from hub.errors import HubError

# Raised when a stored brief of the former kind cannot be read any more.
SCHEMA: Final = 1
_DIGITS: Final = 16
# Two briefs that show the same are one, though something else in the corpus has changed between them.
_NOT_SHOWN: Final = ("revision", "corpus")


class BriefError(HubError):
    """A kept brief that this release cannot read."""


@dataclass(frozen=True)
class Place:
    """Where a case was."""

    name: str
    country: str
    level: str = "unknown"


@dataclass(frozen=True)
class Document:
    """What a reader needs to know of the document that an extract stands in, as it was in that version.

    `research` tells what an institute knows from what a place experienced.
    """

    id: str
    version: int
    kind: str
    language: str
    title: dict[str, str]
    summary: dict[str, str]
    research: bool = False
    places: tuple[Place, ...] = ()
    confidence: str = "unknown"
    confirmed: bool = False
    phase: str = "unknown"
    period: dict[str, str] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extract:
    """A lesson, word for word.

    `reading` and `conditions_reading` say that the writer drew it and the source does not say it so; `suggested` that
    the encoder and not the author placed it under its practice.
    """

    document: str
    lesson: str
    text: str
    language: str
    polarity: str
    evidence: str
    reading: bool = False
    conditions: tuple[str, ...] = ()
    conditions_reading: bool = False
    suggested: bool = False


@dataclass(frozen=True)
class Section:
    """One practice: extracts of experience and of research, the author's own before what was suggested."""

    practice: str
    experience: tuple[Extract, ...] = ()
    research: tuple[Extract, ...] = ()

    def __iter__(self) -> Iterator[Extract]:
        yield from self.experience
        yield from self.research


@dataclass(frozen=True)
class Disagreement:
    """Where it worked, where it did not, and in what their contexts differ (`hub.search.brief_making.CONTEXT`)."""

    worked: Extract
    failed: Extract
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asker:
    """A document that leaves a question open."""

    id: str
    version: int
    language: str
    title: dict[str, str]


@dataclass(frozen=True)
class OpenQuestion:
    """A published question that nobody has answered, and who raised it."""

    id: str
    version: int
    language: str
    title: dict[str, str]
    question: dict[str, str]
    raised_by: tuple[Asker, ...] = ()


@dataclass(frozen=True)
class Brief:
    """The whole page.

    `language` is the question's (en, no, nl), `page` that of the interface it was asked in. `missing` are practices
    that no lesson was found for. `total` counts the lessons that answer the question, shown or not. `encoder`,
    `revision` and `corpus` (how many documents) say what it was made with and from.
    """

    question: str
    language: str
    page: str
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    total: int = 0
    sections: tuple[Section, ...] = ()
    missing: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    documents: dict[str, Document] = field(default_factory=dict)
    encoder: str = ""
    revision: int = 0
    corpus: int = 0
    schema: int = SCHEMA

    @property
    def answered(self) -> bool:
        """Whether any lesson was good enough."""
        return bool(self.sections)

    @property
    def extracts(self) -> list[Extract]:
        """All that is shown."""
        return [extract for section in self.sections for extract in section]

    def dump(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits over all that it shows: documents with their versions, lessons, their places."""
        shown = {name: value for name, value in self.dump().items() if name not in _NOT_SHOWN}
        canonical = json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(canonical.encode()).hexdigest()[:_DIGITS]


def load(stored: Mapping[str, Any]) -> Brief:
    """The brief that `dump` gave; BriefError for one of another release, or none at all."""
    # Here, because it takes long to import and whoever only makes briefs does without.
    from pydantic import TypeAdapter, ValidationError

    if stored.get("schema") != SCHEMA:
        raise _unreadable(f"form {stored.get('schema')}")
    try:
        return TypeAdapter(Brief).validate_python(stored)
    except ValidationError as error:
        raise _unreadable(str(error).splitlines()[0]) from error


def _unreadable(found: str) -> BriefError:
    mend = "Run the release that kept it."
    return BriefError("A kept brief cannot be read", expected=f"form {SCHEMA}", found=found, mend=mend)
