"""A brief as text: Markdown for whoever goes on writing, plain lines for the shell.

What people wrote and asked stays words: nothing in it can become a heading, a link or an element.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import fill
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from hub.web.brief_view import (
    BriefView,
    CaseView,
    ConditionView,
    DisagreementView,
    LineView,
    PracticeView,
    QuestionView,
)
from hub.web.reader import Text

_WIDTH: Final = 100
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&@$])")
# At the beginning of an item these would begin a list, a quotation or a rule of their own.
_FIRST: Final = re.compile(r"^(\s*)([-+=>]|\d+(?=[.)]))")


@dataclass(frozen=True)
class Style:
    """How the parts of a text are written; `words` makes what others wrote harmless."""

    words: Callable[[str], str]
    heading: Callable[[int, str], str]
    item: Callable[[list[str], int], str]
    link: Callable[[str, str], str]


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _escaped(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", _one_line(text)).replace("://", ":\\//").replace("www.", "www\\.")
    return _FIRST.sub(lambda found: found[1] + (f"{found[2]}\\" if found[2].isdigit() else f"\\{found[2]}"), escaped)


def _indented(parts: list[str], depth: int) -> str:
    start, rest = "  " * depth + "- ", "  " * (depth + 1)
    begins = [start, *[rest] * (len(parts) - 1)]
    return "\n".join(
        fill(part, _WIDTH, initial_indent=begin, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)
        for begin, part in zip(begins, parts, strict=True)
    )


MARKDOWN: Final = Style(
    words=_escaped,
    heading=lambda level, text: f"\n{'#' * level} {text}\n",
    # Two spaces at the end of a line break it there.
    item=lambda parts, depth: "  " * depth + "- " + ("  \n" + "  " * (depth + 1)).join(parts),
    link=lambda label, url: f"[{label}]({url})",
)
PLAIN: Final = Style(
    words=_one_line,
    heading=lambda level, text: f"\n{fill(text.upper() if level < 3 else text, _WIDTH)}\n",
    item=_indented,
    link=lambda label, url: f"{label} <{url}>",
)


def written(view: BriefView, style: Style, date: str, address: str) -> str:
    """The whole brief; `date` and `address` of a kept one."""
    lines = [line for part in _parts(view, _Writer(style), date, address) for line in part]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _parts(view: BriefView, writer: "_Writer", date: str, address: str) -> Iterator[Iterator[str]]:
    yield writer.head(view, date, address)
    for practice in view.practices:
        yield writer.practice(practice)
    yield writer.disagreements(view.disagreements)
    yield writer.open(view)
    yield writer.cases(view.cases)


class _Writer:
    """Writes the parts of one brief."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def _words(self, text: Text | str) -> str:
        return self._style.words(str(text))

    def head(self, view: BriefView, date: str, address: str) -> Iterator[str]:
        style = self._style
        yield style.heading(1, self._words(view.question))
        for facet, value in view.filters:
            yield style.item([f"{self._words(facet)}: {self._words(value)}"], 0)
        if not view.answered:
            yield str(_("No good answer yet")) + ". " + str(_("Nothing here answers this question well enough."))
        made = _("Made from %(count)s published texts (state %(revision)s).", count=view.corpus, revision=view.revision)
        yield str(_("Kept on %(date)s.", date=date)) + f" {made} {address}" if date else str(made)

    def practice(self, practice: PracticeView) -> Iterator[str]:
        yield self._style.heading(2, self._words(practice.term.label))
        for column in practice.columns:
            for label, _key, lines in column.groups:
                yield self._style.heading(3, f"{column.label}: {label}")
                yield from (self._style.item(self._line(line), 0) for line in lines)
        if practice.depends:
            yield self._style.heading(3, str(_("What it depends on")))
            for each in practice.depends:
                yield from self._condition(each)

    def _line(self, line: LineView) -> list[str]:
        marks = [str(_("our reading"))] if line.reading else []
        marks += [str(_("practice suggested by the hub"))] if line.suggested else []
        known = [line.polarity.label, f"{_('Evidence')} {line.evidence.key} {line.evidence.label}"]
        known += [f"{_('Confidence')}: {line.case.confidence}", *marks]
        return [self._words(line.text), self._source(line.case, line.url), "; ".join(known)]

    def _source(self, case: CaseView, url: str) -> str:
        where = self._words(" · ".join(case.where))
        return ", ".join(filter(None, [self._style.link(self._words(case.title), url), where]))

    def _condition(self, each: ConditionView) -> Iterator[str]:
        reading = f" ({_('our reading')})" if each.reading else ""
        yield self._style.item([f"{self._source(each.case, each.url)}{reading}"], 0)
        yield from (self._style.item([self._words(text)], 1) for text in each.texts)

    def disagreements(self, found: list[DisagreementView]) -> Iterator[str]:
        if found:
            yield self._style.heading(2, str(_("Where experience points in different directions")))
            yield str(
                _("The hub put these side by side because they are close in subject. Read both before you choose.")
            )
            for each in found:
                yield ""
                yield from (self._style.item(self._line(line), 0) for line in (each.worked, each.failed))
                for one in each.differences:
                    sides = ("; ".join(map(self._words, side)) or _("not stated") for side in (one.worked, one.failed))
                    yield self._style.item([f"{one.label}: " + " | ".join(map(str, sides))], 1)

    def open(self, view: BriefView) -> Iterator[str]:
        if view.questions or (view.answered and view.missing):
            yield self._style.heading(2, str(_("What nobody has answered")))
        for each in view.questions:
            yield from self._question(each)
        if view.answered and view.missing:
            labels = ", ".join(self._words(term.label) for term in view.missing)
            missing = ngettext(
                "No lesson was found for this practice:", "No lesson was found for these practices:", len(view.missing)
            )
            yield self._style.item([f"{missing} {labels}"], 0)

    def _question(self, each: QuestionView) -> Iterator[str]:
        yield self._style.item([self._style.link(self._words(each.question), each.url)], 0)
        for title, url in each.raised_by:
            yield self._style.item([f"{_('Raised by')} {self._style.link(self._words(title), url)}"], 1)

    def cases(self, cases: list[CaseView]) -> Iterator[str]:
        if cases:
            yield self._style.heading(2, str(_("The texts quoted here")))
        for each in cases:
            yield self._style.item([f"{self._source(each, each.address)}. {self._words(each.summary)}"], 0)
