"""Hits as cards: where each stands, what it says, and which of its words correspond to which of the question's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from hub import languages
from hub.catalogue.models import PassageRow
from hub.search.answers import Hit
from hub.search.explain import Mark
from hub.web.addresses import link
from hub.web.presenting import LessonView, document_url, lesson, places
from hub.web.reader import Reader, Term, Text


@dataclass(frozen=True)
class Segment:
    """A stretch of text; `word` is the question's word it corresponds to, None where it is not marked."""

    text: str
    word: str | None = None


@dataclass(frozen=True)
class HitView:
    """One hit: a lesson with all that makes it usable, or a passage with its role; `why` leads to its explanation."""

    url: str
    why: str
    kind: Term
    title: Text
    where: list[str]
    role: Term
    lesson: LessonView | None
    heading: str
    segments: list[Segment]
    lang: str | None
    language: Term
    correspondences: list[tuple[str, str]]
    more: int


def hit_view(
    reader: Reader, hit: Hit, asked_in: str, translated: Collection[str], kept: Sequence[tuple[str, str]]
) -> HitView:
    """A hit as a card.

    `translated` are ids of documents that the reader will see in a translation, `kept` what the page's address says.

    The places of passages are numbered in the original, so the link to one leads there. Which words correspond is
    told in words only across languages: within one, the mark itself says it.
    """
    passage, row = hit.passage, hit.document
    found = lesson(reader, row.id, row.language, passage.lesson) if passage.lesson else None
    foreign = languages.family(passage.language) != asked_in
    query = {"original": "1"} if row.id in translated and not found else {}
    return HitView(
        url=document_url(row, anchor=_anchor(passage), **query),
        why=link("why.page", [*kept, ("passage", passage.id)]),
        kind=reader.term("kinds", row.kind),
        title=reader.best(row.title, row.language),
        where=places(reader, row.data),
        role=Term(passage.role, "" if found else reader.label("roles", passage.role)),
        lesson=found,
        heading=passage.heading,
        segments=segments(passage.text, hit.marks),
        lang=reader.text("", passage.language).lang,
        language=Term(passage.language, reader.language_label(passage.language)),
        correspondences=correspondences(passage.text, hit.marks) if foreign else [],
        more=hit.more,
    )


def _anchor(passage: PassageRow) -> str:
    """Where on the page it stands: ids of sections have an underscore, so that every lesson may have its own id."""
    return "section_summary" if passage.role == "summary" else passage.anchor


def hit_views(
    reader: Reader,
    hits: Iterable[Hit],
    asked_in: str,
    translated: Collection[str],
    kept: Sequence[tuple[str, str]],
) -> list[HitView]:
    """Hits as cards; see `hit_view`."""
    return [hit_view(reader, hit, asked_in, translated, kept) for hit in hits]


def segments(text: str, marks: Sequence[Mark]) -> list[Segment]:
    """The text cut at its marks; a mark that overlaps an earlier one is left out."""
    found: list[Segment] = []
    end = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if mark.start < end or mark.end <= mark.start:
            continue
        if mark.start > end:
            found.append(Segment(text[end : mark.start]))
        found.append(Segment(text[mark.start : mark.end], mark.question_word))
        end = mark.end
    if end < len(text):
        found.append(Segment(text[end:]))
    return found


def correspondences(text: str, marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """Pairs (word of the text, word of the question) that are not the same word, each once, strongest first."""
    ranked = sorted(marks, key=lambda mark: -mark.strength)
    pairs = [(text[mark.start : mark.end], mark.question_word) for mark in ranked]
    different = [(word, asked) for word, asked in pairs if word.casefold() != asked.casefold()]
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for word, asked in different:
        seen.setdefault((word.casefold(), asked.casefold()), (word, asked))
    return list(seen.values())
