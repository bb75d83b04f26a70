"""Why this: which words met is told so that it adds up, in the reader's language, and says what it leaves out."""

import re
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.catalogue.models import DocumentRow, PassageRow
from hub.errors import HubError
from hub.search.why import bundled, why
from hub.web.service import Hub
from tests.web.conftest import MakeApp, Visit
from tests.web.page import Page
from tests.web.world import WordSearcher

QUESTION = "Hvordan får vi innbyggere med på fjernvarme?"


# A summary, which this world's searcher finds like any passage.
PASSAGE = "zaanstad-warmtenet:summary-nl"
INDEXED = (
    "Warmtenet in Zaanstad, samen met bewoners. "
    "Bewoners bezitten de helft van het warmtenet. Hoe krijgen we bewoners mee met het warmtenet?"
)
ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "%(score)s %s",
    "\x00\x1b[31m x",
    "٣" * 50,
]
GONE = ["", "atlantis#x", "zaanstad-warmtenet#nope", "en-bro:1", "x" * 500, "\x00", "%s {{7*7}}"]


def address(language: str = "en", **query: str) -> str:
    parts = {"q": QUESTION, "in": "no", "passage": PASSAGE} | query
    return f"/{language}/why?" + urlencode({name: value for name, value in parts.items() if value})


def parts(page: Page) -> list[float]:
    """The numbers of the table, the sum last."""
    counts = [e.text for e in page.all("span") if e.attributes.get("class") == "bar-count"]
    return [float(text.replace(",", ".").replace("−", "-")) for text in counts]


def rows(page: Page) -> list[str]:
    return [e.text for e in page.all("tr")]


@pytest.mark.parametrize("language", ["en", "no", "nl"])
def test_what_is_shown_adds_up_to_the_likeness(visit: Visit, language: str) -> None:
    page = visit(address(language))
    *shown, total = parts(page)
    assert sum(shown) == pytest.approx(total, abs=1e-9)
    score = why(bundled(), QUESTION, "no", INDEXED, "nl").score
    assert total == pytest.approx(score, abs=0.0006)


def test_words_that_met_stand_side_by_side_strongest_first(visit: Visit) -> None:
    page = visit(address())
    head, *lines = rows(page)
    assert head == "In your question In the passage Part of the likeness"
    assert lines[0].startswith(("fjernvarme Warmtenet", "innbyggere bewoners"))
    pairs = [float(line.split()[-1]) for line in lines if line.split()[0] in ("fjernvarme", "innbyggere")]
    assert pairs == sorted(pairs, reverse=True)
    assert len([e for e in page.all("svg") if e.attributes["class"].startswith("bar")]) == len(lines) - 1
    marked = {e.text: e.attributes["title"] for e in page.all("mark")}
    assert marked["innbyggere"] == "corresponds to: bewoners"
    assert marked["fjernvarme"].casefold() == "corresponds to: warmtenet"
    assert marked["Bewoners"] == "corresponds to: innbyggere"


def test_words_of_the_title_are_told_to_stand_there(visit: Visit) -> None:
    lines = rows(visit(address(passage="zaanstad-warmtenet#eigendom")))
    assert any(row.startswith("fjernvarme Warmtenet (title)") for row in lines)
    assert any(row.startswith("innbyggere bewoners (title)") for row in lines)
    assert not any("(title)" in row for row in rows(visit(address())) if "Warmtenet" in row or "bewoners" in row)


def test_small_words_are_not_hidden(visit: Visit) -> None:
    assert any(row.startswith("Small words and punctuation") for row in rows(visit(address())))
    assert not any(row.startswith(("vi ", "på ")) for row in rows(visit(address())))


def test_quoted_words_keep_their_language(visit: Visit) -> None:
    page = visit(address("no"))
    assert [e.attributes.get("lang") for e in page.all("blockquote")] == [None, "nl"]
    assert next(e for e in page.all("span") if e.text == "bewoners").attributes["lang"] == "nl"


def test_it_says_what_it_does_not_explain(visit: Visit) -> None:
    assert "It is not the whole ranking" in visit(address()).words
    assert "Det er ikke hele rangeringen" in visit(address("no")).words
    assert "Het is niet de hele rangschikking" in visit(address("nl")).words


def test_the_other_numbers_of_the_answer_are_told_where_they_are_known(visit: Visit) -> None:
    words = visit(address()).words
    assert "Likeness in meaning as a whole 0.500" in words
    assert "(the sum above counts 40%)" in words
    assert "The same words, of all that could be the same 50%" in words
    assert "Score by which the answers are ordered 1.00" in words
    assert "1,00" in visit(address("nl")).words
    assert "The other numbers" not in visit(address(q="ferje ståande")).words


def test_another_encoder_is_not_said_to_have_this_part(make_app: MakeApp) -> None:
    page = Page(make_app(encoder="some/model").test_client().get(address()).get_data(as_text=True))
    assert "Likeness in meaning as a whole 0.500" in page.words
    assert "the sum above counts" not in page.words


def test_every_hit_leads_to_its_explanation_and_back(visit: Visit) -> None:
    results = visit("/en/search?q=innbyggere fjernvarme&in=no&kind=case")
    links = {text: to for text, to in results.links().items() if text.startswith("Why this?")}
    assert links
    assert all(to.startswith("/en/why?q=innbyggere+fjernvarme&in=no&kind=case&passage=") for to in links.values())
    for to in links.values():
        page = visit(to)
        assert page.heading == "Why this passage?"
        assert "The other numbers of this answer" in page.words
        assert page.links()["Back to the answers"] == "/en/search?q=innbyggere+fjernvarme&in=no&kind=case"
    assert any(text.startswith("Why this?") for text in visit("/en/search?q=zebra").links())


def test_the_way_back_leads_to_the_same_page_of_results(visit: Visit) -> None:
    assert visit(address(page="2")).links()["Back to the answers"].endswith("&in=no&page=2")


@pytest.mark.parametrize(
    "gone", ["", "atlantis#x", "zaanstad-warmtenet#nope", "en-bro:1", "x" * 500, "\x00", "%s {{7*7}}"]
)
def test_a_passage_that_is_gone_is_said_to_be_in_words(visit: Visit, gone: str) -> None:
    page = visit(address(passage=gone), 404)
    assert page.heading == "This passage is not here any more"
    assert page.links()["See what answers your question now"].startswith("/en/search?q=Hvordan+")
    assert visit(address("no", passage=gone), 404).heading == "Dette avsnittet finnes ikke lenger her"
    assert visit(address("nl", passage=gone), 404).heading == "Deze passage staat hier niet meer"


def test_a_retired_text_is_not_explained(visit: Visit, client: FlaskClient) -> None:
    hub: Hub = client.application.extensions["hub"]
    with hub.catalogue.reading() as session:
        gone = select(DocumentRow.id).where((DocumentRow.status != "published") | DocumentRow.withdrawn)
        ids = session.scalars(select(PassageRow.id).where(PassageRow.document_id.in_(gone))).all()
    for each in ids:
        visit(address(passage=each), 404)


def test_without_a_question_there_is_a_box_to_ask(visit: Visit) -> None:
    assert visit(address(q="")).heading == "What do you want to know?"


def test_search_engines_are_asked_to_stay_away(visit: Visit, client: FlaskClient) -> None:
    assert any(e.attributes.get("content") == "noindex" for e in visit(address()).all("meta"))
    assert any(e.attributes.get("content") == "noindex" for e in visit(address(passage="x"), 404).all("meta"))
    assert "Disallow: /nl/why" in client.get("/robots.txt").text


class NoIndex(WordSearcher):
    """A searcher whose index is missing."""

    def ask(self, *_arguments: object, **_named: object):  # type: ignore[no-untyped-def]
        raise HubError("There is no index")


def test_without_an_index_the_words_are_told_all_the_same(make_app: MakeApp) -> None:
    app = make_app()
    app.extensions["hub"] = Hub(app.extensions["hub"].settings, NoIndex)
    page = Page(app.test_client().get(address()).get_data(as_text=True))
    app.extensions["hub"].close()
    assert page.heading == "Why this passage?"
    assert "The other numbers" not in page.words


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}",
        "%(score)s %s",
        "\x00\x1b[31m",
        "٣" * 50,
    ],
)
def test_what_is_asked_stays_words(visit: Visit, attack: str) -> None:
    for name in ("q", "in", "page", "kind"):
        page = visit(address(**{name: attack}))
        assert not re.search(r"\b49\b", page.words)
        assert not page.all("img")


def test_a_question_without_words_says_nothing_and_adds_up_to_nothing(visit: Visit) -> None:
    page = visit(address(q="🙂"))
    assert parts(page)[-1] == sum(parts(page)[:-1])


def test_a_long_question_is_explained_within_a_page(visit: Visit) -> None:
    page = visit(address(q="fjernvarme innbyggere kommune varme penger " * 40))
    assert len(rows(page)) <= 1 + 12 + 2 + 1
