"""Why this passage: which word of the question met which word of the text, added up to a score."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from babel.numbers import format_decimal, format_percent
from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub import languages
from hub.catalogue import queries
from hub.catalogue.models import DocumentRow, PassageRow
from hub.errors import HubError
from hub.search.answers import Hit
from hub.search.explain import Mark
from hub.search.refresh import indexed_text
from hub.search.why import Pair, Places, Told, Why, bundled, weight_in, why
from hub.web import facets, paging
from hub.web.addresses import link
from hub.web.documents import is_gone
from hub.web.hits import Segment, segments
from hub.web.home import examples
from hub.web.languages import PREFIX
from hub.web.reader import Reader, Text, current_reader
from hub.web.search import Asked, asked_in
from hub.web.service import Hub, current_hub

pages = Blueprint("why", __name__)
_MOST_PAIRS: Final = 12
_DIGITS: Final = 3


@dataclass(frozen=True)
class Line:
    """A line of the sum: two words that met, or in `words` what is told together; `share` is of the longest bar."""

    asked: str
    read: str
    in_title: bool
    words: str
    part: str
    share: int
    takes_away: bool


@dataclass(frozen=True)
class Number:
    """Another number of the hit."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class WhyView:
    """Everything on the page; `lang` is the passage's language where that is not the page's."""

    question: list[Segment]
    title: list[Segment]
    passage: list[Segment]
    lang: str | None
    language: str
    asked_in: str
    document: Text
    lines: list[Line]
    score: str
    numbers: list[Number]
    back: str


def init_app(app: Flask) -> None:
    """Registers the page."""
    app.register_blueprint(pages)


@pages.get(PREFIX + "/why")
def page() -> ResponseReturnValue:
    """Why `passage` was found for `q`; the rest of the address is that of the results it stands among."""
    asked = asked_in(request.args)
    if not asked.question:
        return render_template("ask.html", examples=examples())
    hub, reader = current_hub(), current_reader()
    found = _found(hub, request.args.get("passage", ""))
    if found is None:
        return render_template("why_gone.html", back=_back(asked)), 404
    passage, document = found
    language, hit = _hit(hub, reader, asked, passage.id)
    text = indexed_text(passage, document)
    result = why(bundled(), asked.question, language, text, languages.family(passage.language))
    return render_template("why.html", view=_view(reader, asked, language, passage, document, result, hit))


def _found(hub: Hub, passage_id: str) -> tuple[PassageRow, DocumentRow] | None:
    """The passage and its document, if both are still published."""
    # A database that knows no such letter would answer with an error; no id has one.
    if "\x00" in passage_id:
        return None
    with hub.catalogue.reading() as session:
        passage = queries.passages(session, [passage_id]).get(passage_id)
        document = queries.documents(session, [passage.document_id]).get(passage.document_id) if passage else None
    return (passage, document) if passage and document and not is_gone(document) else None


def _hit(hub: Hub, reader: Reader, asked: Asked, passage_id: str) -> tuple[str, Hit | None]:
    """The question's language, and the hit, where it stands on the page of results that the address tells of.

    Without an index there is no hit, and the words can be told all the same.
    """
    try:
        answer = hub.searcher.ask(
            asked.question,
            language=asked.language,
            hint=reader.interface.code,
            filters=facets.chosen(request.args),
            page=paging.page_of(request.args),
        )
    except HubError:
        return asked.language or reader.interface.code, None
    hits = (hit for hit in chain(answer.hits, answer.near) if hit.passage.id == passage_id)
    return answer.language, next(hits, None)


def _view(
    reader: Reader,
    asked: Asked,
    language: str,
    passage: PassageRow,
    document: DocumentRow,
    result: Why,
    hit: Hit | None,
) -> WhyView:
    text = indexed_text(passage, document)
    start = len(text) - len(passage.text)
    told = result.told(_MOST_PAIRS)
    read = [mark for pair in told.pairs for mark in _marks(pair.read.places, pair.asked.text)]
    return WhyView(
        question=segments(
            asked.question, [mark for pair in told.pairs for mark in _marks(pair.asked.places, pair.read.text)]
        ),
        title=segments(text[:start].removesuffix(". "), [mark for mark in read if mark.end < start]),
        passage=segments(passage.text, [_moved(mark, -start) for mark in read if mark.start >= start]),
        lang=reader.text("", passage.language).lang,
        language=reader.language_label(passage.language),
        asked_in=reader.language_label(language),
        document=reader.best(document.title, document.language),
        lines=_lines(reader, told, start),
        score=_number(reader, told.score),
        numbers=_numbers(reader, told.score, hit) if hit else [],
        back=_back(asked),
    )


def _marks(places: Places, other: str) -> Iterable[Mark]:
    # Marks in one place: the first is shown, and pairs come strongest first.
    return (Mark(start, end, other, 1.0) for start, end in places)


def _moved(mark: Mark, by: int) -> Mark:
    return Mark(mark.start + by, mark.end + by, mark.question_word, mark.strength)


def _lines(reader: Reader, told: Told, title_ends: int) -> list[Line]:
    """The sum line by line, so that what is shown adds up: the last takes what rounding leaves."""
    small, score = round(told.small, _DIGITS), round(told.score, _DIGITS)
    shown = [round(pair.part, _DIGITS) for pair in told.pairs]
    rest = score - sum(shown) - small
    longest = max([*map(abs, shown), abs(small), abs(rest), 10**-_DIGITS])
    together = [(str(_("Small words and punctuation")), small), (str(_("All other pairs of words")), rest)]
    return [
        *(_pair(reader, pair, part, longest, title_ends) for pair, part in zip(told.pairs, shown, strict=True)),
        *(
            Line("", "", False, words, _number(reader, part), _share(part, longest), part < 0)
            for words, part in together
            if round(part, _DIGITS)
        ),
    ]


def _pair(reader: Reader, pair: Pair, part: float, longest: float, title_ends: int) -> Line:
    in_title = all(end < title_ends for _start, end in pair.read.places)
    return Line(
        pair.asked.text, pair.read.text, in_title, "", _number(reader, part), _share(part, longest), takes_away=False
    )


def _share(part: float, longest: float) -> int:
    return round(100 * abs(part) / longest)


def _numbers(reader: Reader, words: float, hit: Hit) -> list[Number]:
    """What else is known of a hit."""
    share = format_percent(hit.lexical, locale=reader.locale)
    return [
        Number(str(_("Likeness in meaning as a whole")), _number(reader, hit.cosine), _in_two(reader, words)),
        Number(str(_("The same words, of all that could be the same")), share),
        Number(str(_("Score by which the answers are ordered")), _number(reader, hit.score, 2)),
    ]


def _in_two(reader: Reader, words: float) -> str:
    """How much of a cosine is by single words; empty for an encoder that has no such part, or no other."""
    weight = weight_in(current_hub().settings.encoder)
    if weight is None or weight == 1:
        return ""
    text = _(
        "%(words)s by single words (the sum above counts %(weight)s), the rest by meaning in context",
        words=_number(reader, weight * words),
        weight=format_percent(weight, locale=reader.locale),
    )
    return str(text)


def _number(reader: Reader, value: float, digits: int = _DIGITS) -> str:
    # Adding zero makes a zero of a negative one.
    return str(format_decimal(round(value, digits) + 0.0, format="0." + "0" * digits, locale=reader.locale))


def _back(asked: Asked) -> str:
    """The page of results that the address tells of."""
    number = paging.page_of(request.args)
    kept = [*asked.kept, *facets.chosen(request.args).pairs(), *([("page", str(number))] if number > 1 else [])]
    return link("search.results", kept)
