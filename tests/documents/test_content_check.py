"""A case says what its sources say, has the parts that a case has, and is written for a reader."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.documents.content_check import check, written_norwegian
from hub.documents.fact_sheets import FactSheet, fact_sheet, read_fact_sheets
from hub.documents.figures import Facts, entry, figures
from hub.documents.parse import ParsedDocument, parse
from hub.documents.plain_text import PlainDocument, sentences, without_markup
from hub.documents.readability import readability
from hub.errors import HubError
from tests.tiny_world import case

REPORT = "https://example.org/rapport"
SOURCES = f"\n  - {{n: 1, title: Rapport, url: '{REPORT}'}}"
LESSON = "\n  - {id: asfalt, text: Asfalt virker., polarity: mixed, evidence: E1, sources: [1]}"
SHEET = {
    "title": "A cycle path",
    "period": "2017-2019",
    "done": ["The path of 12,500 metres was opened in April 2019 [1]", "Six households sold land"],
    "results": [{"what": "94 per cent were content; it cost 1.5 million kroner [1]", "date": "17 June 2020"}],
    "sources": [{"n": "1", "title": "Rapport", "url": REPORT}],
}
# 22 words without a figure; about twenty of them, each a little different, are a body of ordinary length.
PARAGRAPH = "Naboene ble spurt {0} i god tid. De var ikke enige {0}. Noen ville ha vei, andre ville ha en park {0}.\n\n"


def long_enough(words: int = 400) -> str:
    return "".join(PARAGRAPH.format(f"ord{chr(97 + i)}") for i in range(words // 24 + 1))


def body(extra: str = "Her.") -> str:
    return f"## Bakgrunn\n\n{extra}\n\n## Hva vi gjorde\n\n{long_enough()}\n\n## Hva som virket\n\nVeien er i bruk.\n"


def document(text: str | None = None, path: str = "cases/sykkelvei.md", **entries: str | None) -> PlainDocument:
    fields = {"sources": SOURCES, "lessons": LESSON, "written_by": "[{name: R, basis: public_sources}]", **entries}
    parsed = parse(path, case(body() if text is None else text, **fields).encode())
    assert isinstance(parsed, ParsedDocument)
    return PlainDocument(parsed)


def in_norwegian(text: str) -> str:
    return "no"


def found(
    *documents: PlainDocument, sheet: dict[str, Any] | None = SHEET, detect: Any = in_norwegian
) -> list[tuple[str, str]]:
    """What is wrong, as (expected, found)."""
    sheets: dict[str, FactSheet] | None = None
    if sheet is not None:
        sheets = {one.parsed.name.id: fact_sheet(sheet, "nb") for one in documents}
    return [(problem.expected, problem.found) for problem in check(documents, sheets, detect)]


def figures_not_found(text: str, sheet: str, language: str = "en") -> list[str]:
    facts = Facts((entry(sheet),))
    return [figure.text for figure in figures(text, language) if not facts.hold(figure)]


def test_a_case_that_says_what_its_sheet_says_is_in_order() -> None:
    told = "Veien på 12 500 meter åpnet i april 2019 og kostet 1,5 millioner kroner ([1](https://example.org/rapport))."
    assert found(document(body(told))) == []


# 1. Figures


@pytest.mark.parametrize(
    ("text", "language", "sheet"),
    [
        ("12 500 boliger", "nb", "12,500 homes"),
        ("12\u00a0500 boliger og 3,50 kroner", "nn", "12,500 homes and 3.5 kroner"),
        ("12.500 woningen en 3,5 procent", "nl", "12,500 homes and 3.5 per cent"),
        ("12 500 homes", "en", "12,500 homes"),
        ("1.234.567,8", "nl", "1,234,567.8"),
        ("1,5 millioner", "nb", "1.5 million"),
        ("1,5 mln euro", "nl", "1.5 million"),
        ("1 500 000 kroner", "nb", "1.5 million"),
        ("1.5 million", "en", "1,500,000"),
        ("£34.4m", "en", "34.4 million pounds"),
        ("6,9 miljoen, later 7,3 miljoen", "nl", "6.9 or 7.3 million"),
        ("tussen 1,2 en 1,7 miljoen", "nl", "between 1.2 million and 1.7 million"),
        ("10.000 woningen", "nl", "about ten thousand homes"),
        ("tienduizend woningen", "nl", "about 10,000 homes"),
        ("tjuefem møter", "nb", "twenty-five meetings"),
        ("vijfentwintig en tweeëntwintig", "nl", "25 and 22"),
        ("over 100 foreninger", "nb", "more than a hundred associations"),
        ("2,5 år", "nb", "two and a half years"),
        ("den 3. klassen, 3e klas, 3rd grade", "nb", "the third grade"),
        ("2018/19", "en", "2018-2019"),
        ("2018–2019", "nb", "2018/19"),
        ("2011-12", "en", "December 2011"),
        ("2011-12", "en", "2011 to 2012"),
        ("jaren 80 en jaren 1980", "nl", "the 1980s"),
        ("1800-tallet", "nb", "the 19th century"),
        ("i 2019 500 boliger", "nb", "in 2019, 500 homes"),
        ("20 500 kroner", "nb", "20 projects got 500 kroner"),
        ("klokka 18.30", "nb", "at 18:30"),
        ("a ratio of 1:3", "en", "1 to 3"),
        ("CO2, E39, TRD3.0 and NO092", "en", "nothing"),
        ("Bygda 2.0", "en", "Bygda2.0"),
        ("kr 50 og kr50", "nb", "NOK50"),
        ("twee van de tien, drie keer", "nl", "nothing"),
        ("flere hundre", "nb", "several hundreds"),
        ("15-20%", "en", "15 to 20 per cent"),
        ("175 m kade", "nl", "175 metres of quay"),
    ],
)
def test_a_figure_is_found_however_the_language_writes_it(text: str, language: str, sheet: str) -> None:
    assert figures_not_found(text, sheet, language) == []


@pytest.mark.parametrize(
    ("text", "language", "sheet", "missing"),
    [
        ("12 501 boliger", "nb", "12,500 homes", ["12 501"]),
        ("1,276 woningen", "nl", "1,276 homes", ["1,276"]),
        ("1,5 milliarder", "nb", "1.5 million", ["1,5"]),
        ("1 million", "en", "1.5 million", ["1"]),
        ("veertig procent", "nl", "14 per cent", ["veertig"]),
        ("fire hundre", "nb", "300", ["fire hundre"]),
        ("3", "en", "CO2 and 13", ["3"]),
        ("2018-20", "en", "2018-2019", ["2018-20"]),
    ],
)
def test_a_figure_that_the_sheet_does_not_have_is_noticed(
    text: str, language: str, sheet: str, missing: list[str]
) -> None:
    assert figures_not_found(text, sheet, language) == missing


@pytest.mark.parametrize("sheet", ["opened on 17 April 2019", "opened 2019-04-17", "April 17, 2019", "17.04.2019"])
@pytest.mark.parametrize(
    ("text", "language"),
    [("2019-04-17", "nb"), ("17. april 2019", "nn"), ("17 april", "nl"), ("April 2019", "en"), ("17.4.2019", "nb")],
)
def test_a_date_is_found_however_it_is_written(text: str, language: str, sheet: str) -> None:
    assert figures_not_found(text, sheet, language) == []


@pytest.mark.parametrize("text", ["2019-05", "May 2019", "18 April 2019", "April 2020", "2019-04-18"])
def test_another_month_day_or_year_is_noticed(text: str) -> None:
    assert figures_not_found(text, "opened on 17 April 2019") == [text]


def test_a_date_must_stand_in_one_statement_of_the_sheet() -> None:
    facts = Facts((entry("Begun in 2018"), entry("Opened in April 2019")))
    assert [facts.hold(figure) for figure in figures("April 2019, April 2018", "en")] == [True, False]


def test_the_verb_may_is_no_month() -> None:
    assert figures_not_found("30 may follow", "30 homes") == []


CONVENTIONS = {"en": (",", "."), "nl": (".", ","), "nb": ("\u00a0", ","), "nn": (" ", ",")}
NUMBERS = st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False)


def written(number: Decimal, language: str, *, grouped: bool) -> str:
    thousands, decimal = CONVENTIONS[language]
    whole, _, fraction = f"{number:{',' if grouped else ''}.2f}".partition(".")
    fraction = fraction.rstrip("0")
    return whole.replace(",", thousands) + (decimal + fraction if fraction else "")


@given(NUMBERS, st.sampled_from(sorted(CONVENTIONS)), st.booleans(), st.booleans())
def test_any_number_is_found_again_in_any_language(
    number: Decimal, language: str, grouped: bool, grouped_in_sheet: bool
) -> None:
    text = f"Det var {written(number, language, grouped=grouped)} av dem."
    assert figures_not_found(text, f"There were {written(number, 'en', grouped=grouped_in_sheet)}.", language) == []


@given(NUMBERS, st.sampled_from(["en", "nl", "nb"]))
def test_a_number_is_read_as_itself_and_nothing_else(number: Decimal, language: str) -> None:
    (figure,) = figures(written(number, language, grouped=True), language)
    assert [reading.numbers for reading in figure.readings] == [{number}]


@given(st.text(), st.sampled_from(["en", "nl", "nb", "nn"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    plain = without_markup(text)
    assert len(plain) == len(text)
    assert figures_not_found(plain, plain, language) == [] or language != "en"
    assert readability(plain).words >= 0


def test_a_figure_is_looked_for_in_every_text_of_the_case() -> None:
    one = document(
        body("Det var 31 møter."),
        title="Sykkelvei for 32",
        summary="Det tok 33 dager.",
        question="{nb: Hva nå?, nl: Waarom 3.400?}",
        lessons=LESSON.replace("Asfalt virker.", "Be 35 om råd.").replace("[1]", "[1], conditions: [36 kroner]"),
        results="\n  - {text: 37 kom, date: 2019-05, sources: [1]}",
        costs="38 kroner",
        confidence="{level: low, note: Sett 39 ganger}",
        period="{start: 2016, end: 2019-04}",
    )
    problems = check([one], {"sykkelvei": fact_sheet(SHEET, "nb")}, in_norwegian)
    told = {problem.field: problem.found.split(",")[0] for problem in problems}
    assert told == {
        "title.nb": "32",
        "summary.nb": "33",
        "question.nl": "3.400",
        "lessons.0.text": "35",
        "lessons.0.conditions.0": "36",
        "results.0.text": "37",
        "results.0.date": "2019-05",
        "costs": "38",
        "confidence.note": "39",
        "period.start": "2016",
        "body": "31",
    }
    lines = one.parsed.source.text.split("\n")
    assert all(problem.found.split(",")[0] in lines[(problem.line or 0) - 1] for problem in problems)


def test_source_numbers_and_link_targets_are_no_figures() -> None:
    text = f"Slik ble det ([1]({REPORT})) (1), se kilde 1 og [rapporten]({REPORT}).\n\n1. Ring på.\n"
    assert found(document(body(text))) == []
    assert without_markup("[7](https://x.no/8) og [side ni](https://x.no/(10)) [[3]]").split() == ["og", "side", "ni"]


def test_a_number_in_brackets_that_is_no_listed_source_is_a_figure() -> None:
    assert found(document(body("Deltakerne (12) kom."))) == [
        ("a figure of the fact sheet", "12, in “Deltakerne (12) kom.”")
    ]


def test_the_numbers_of_sources_are_no_facts_of_the_sheet() -> None:
    sheet = fact_sheet({"done": ["It rained [3][4, 5]"], "sources": [{"n": "6", "url": "https://x.no/7"}]}, "nb")
    assert all(not sheet.facts.hold(figure) for figure in figures("3 4 5 6 7", "en"))


def test_without_fact_sheets_no_figure_is_compared() -> None:
    assert found(document(body("Det var 31 møter.")), sheet=None) == []


def test_a_case_from_public_sources_needs_a_sheet_and_one_of_own_experience_does_not() -> None:
    assert [p.expected for p in check([document()], {}, in_norwegian)] == ["a fact sheet sykkelvei.yaml"]
    assert check([document(written_by="[{name: Ås, basis: own_experience}]")], {}, in_norwegian) == []


# 2. Links


def test_a_link_that_is_no_listed_source_is_refused() -> None:
    text = f"Les [mer]({REPORT}/), [enda mer](https://example.org/annet) eller [skriv](mailto:a@example.org)."
    assert found(document(body(text)), sheet=None) == [("the address of a listed source", "https://example.org/annet")]


def test_a_source_that_the_sheet_does_not_have_is_refused() -> None:
    sources = SOURCES + "\n  - {n: 2, title: Annet, url: 'https://example.org/annet'}"
    assert found(document(sources=sources)) == [("an address of the fact sheet", "https://example.org/annet")]


def test_an_address_may_be_written_with_or_without_escapes() -> None:
    sheet = {**SHEET, "sources": [{"n": "1", "url": "https://example.org/a(1)"}]}
    text = "Se ([1](https://example.org/a%281%29))."
    assert (
        found(document(body(text), sources="\n  - {n: 1, title: A, url: 'https://example.org/a(1)'}"), sheet=sheet)
        == []
    )


# 3. Lessons


def test_a_lesson_needs_a_source_unless_it_is_ones_own() -> None:
    lessons = "\n  - {id: asfalt, text: Asfalt virker., polarity: mixed, evidence: E0}"
    assert found(document(lessons=lessons)) == [("a source number", "none in the lesson asfalt")]
    assert found(document(lessons=lessons, written_by="[{name: Ås, basis: own_experience}]")) == []


def test_a_lesson_of_an_insight_needs_a_source_too() -> None:
    lessons = "\n  - {id: asfalt, text: Asfalt virker., polarity: mixed, evidence: E0}"
    one = document("", "insights/asfalt.md", lessons=lessons, question=None)
    assert found(one) == [("a source number", "none in the lesson asfalt")]


# 4. Sections


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Bakgrunn", "a section of the role context"),
        ("Hva vi gjorde", "a section of the role done"),
        ("Hva som virket", "a section of the role worked or did_not_work"),
    ],
)
def test_a_case_without_one_of_its_sections_is_refused(heading: str, expected: str) -> None:
    assert found(document(body().replace(heading, "Noe annet"))) == [(expected, "none")]


def test_a_case_must_tell_what_did_not_work_in_a_lesson_or_a_section() -> None:
    all_well = LESSON.replace("mixed", "worked")
    expected = [("something that did not work, in a section or a lesson", "none")]
    assert found(document(body(), lessons=all_well)) == expected
    told = body() + "\n## Hva som ikke virket\n\nVi vet ikke om noe.\n"
    assert found(document(told, lessons=all_well)) == []


# 5. Length and 6. readability


@pytest.mark.parametrize(
    ("words", "severity"), [(200, "error"), (260, "notice"), (600, None), (705, "notice"), (730, "error")]
)
def test_a_body_is_neither_too_short_nor_too_long(words: int, severity: str | None) -> None:
    start = "## Bakgrunn\n\nHer.\n\n## Hva vi gjorde\n\nDet.\n\n## Hva som virket\n\n"
    text = start + "".join(
        f"Den {'abcdefghij'[i % 10]}{'abcdefghij'[i // 10 % 10]} kom.\n\n" for i in range((words - 2) // 3)
    )
    problems = check([document(text)], None, in_norwegian)
    assert [problem.severity for problem in problems] == ([severity] if severity else [])


def test_lix_is_words_a_sentence_and_the_share_of_long_words() -> None:
    # Eleven words, two sentences and a colon, two words of more than six letters.
    plain = "## Ikke denne overskriften\n\nDet gikk slik: kommunene ville, men ingen kom.\n\n- Kommunen ga seg\n"
    assert readability(plain).lix == pytest.approx(11 / 3 + 100 * 2 / 11)
    assert readability(plain).words == 11
    assert readability("").lix == 0


def test_a_text_of_endless_sentences_and_long_words_is_refused() -> None:
    hard = "Kommunestyrets saksbehandlingsrutiner forutsetter dokumentasjonskrav uten unntak " * 60
    text = body().replace(long_enough(), hard)
    ((expected, lix),) = found(document(text))
    assert expected == "a LIX of at most 60"
    assert int(lix) > 60


def test_a_sentence_does_not_end_after_an_abbreviation_a_date_or_a_small_letter() -> None:
    text = "Det kom ca. 500 den 1. april, bl.a. fra Ås. «Kom!» sa han. 12 kom.\nSlik\n- er det\n- Ja"
    assert sentences(text) == [
        "Det kom ca. 500 den 1. april, bl.a. fra Ås.",
        "«Kom!» sa han.",
        "12 kom.",
        "Slik",
        "er det",
        "Ja",
    ]


# 7. Language


def test_a_text_in_another_language_than_it_says_is_refused() -> None:
    assert found(document(), detect=lambda text: "nl") == [("a text in nb", "one in nl")]


def test_a_few_words_may_be_in_any_language() -> None:
    assert found(document("Amsterdam.", "insights/asfalt.md", question=None), detect=lambda text: "nl") == []


NYNORSK = "Dei visste ikkje kva dei skulle gjere, og eg fekk brev frå kommunen. Det vart eit møte. "
BOKMAAL = "De visste ikke hva de skulle gjøre, og jeg fikk brev fra kommunen. Det ble et møte. "


def test_nynorsk_is_told_from_bokmaal_by_its_small_words() -> None:
    assert (written_norwegian(NYNORSK), written_norwegian(BOKMAAL)) == ("nn", "nb")
    assert written_norwegian("Kommunen er stor.") is None
    assert written_norwegian(NYNORSK + BOKMAAL) is None


def test_nynorsk_that_says_it_is_bokmaal_is_refused_and_the_other_way_round() -> None:
    text = body().replace(long_enough(), NYNORSK * 24)
    assert found(document(text)) == [("a text in nb", "one in nn")]
    names = dict.fromkeys(("title", "summary", "question"), "{nn: Vegen}")
    assert found(document(text, language="nn", **names)) == []
    assert found(document(language="nn", **names)) == [("a text in nn", "one in nb")]


# 8. Repeated sentences

STOCK = "Kommunen inviterte alle naboene til et stort møte på rådhuset."


def unlike(text: str, path: str, extra: str) -> PlainDocument:
    """A document of another kind, whose text is its own but for `extra`."""
    return document(f"{text}\n\n{extra}\n", path, question=None)


def test_a_sentence_that_stands_in_two_documents_is_told_for_both() -> None:
    in_capitals = STOCK.upper().replace(" NABOENE", "\n  naboene").replace(".", f" ([1]({REPORT})).")
    one = document(f"Først ble det stille.\n\n{STOCK}\n", "insights/en.md", question=None, summary="En.")
    other = document(f"Så kom de.\n\n{in_capitals}\n", "programmes/to.md", question=None, summary="To.")
    problems = check([one, other], None, in_norwegian)
    assert [(problem.path, problem.line, problem.field) for problem in problems] == [
        ("insights/en.md", one.body.line + 2, "body"),
        ("programmes/to.md", other.body.line + 2, "body"),
    ]
    assert problems[0].found == f"“{STOCK}”, also in programmes/to.md"


def test_short_sentences_and_notes_may_be_the_same() -> None:
    note = f"{{level: low, note: {STOCK}}}"
    one = document("Ingen kom på det første møtet.", "insights/en.md", question=None, confidence=note, summary="En.")
    other = document("Ingen kom på det første møtet.", "insights/to.md", question=None, confidence=note, summary="To.")
    assert found(one, other) == []


def test_a_retired_document_is_not_looked_at() -> None:
    assert found(document(body("Det var 31 møter."), status="retired")) == []


# Fact sheets


def test_a_folder_without_fact_sheets_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="There are no fact sheets"):
        read_fact_sheets(tmp_path)


def test_a_fact_sheet_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "nb").mkdir()
    (tmp_path / "nb" / "as.yaml").write_text("done: [", "utf-8")
    with pytest.raises(HubError, match=r"as\.yaml cannot be read"):
        read_fact_sheets(tmp_path)
