"""Asking: answers with marked words, filters, and the honest page when there is no good answer."""

import re

import pytest

from tests.web.conftest import Visit


def test_an_answer_shows_lessons_with_their_place_language_and_evidence(visit: Visit) -> None:
    page = visit("/en/search?q=Hvordan får vi innbyggere med på fjernvarme?&in=no")
    assert "We read your question as Norwegian." in page.words
    assert "Zaanstad, Netherlands" in page.words
    assert "Warmtenet in Zaanstad" not in page.words
    quote = next(e for e in page.all("blockquote") if "Bewoners bezitten" in e.text)
    assert quote.attributes["lang"] == "nl"


def test_corresponding_words_are_marked_and_named(visit: Visit) -> None:
    page = visit("/no/search?q=innbyggere fjernvarme&in=no")
    marked = {e.text: e.attributes["title"] for e in page.all("mark")}
    assert marked["warmtenet"] == "svarer til: fjernvarme"
    assert "Bewoners ≈svarer til innbyggere" in page.words


def test_a_lesson_links_to_its_place_on_the_page(visit: Visit) -> None:
    page = visit("/nl/search?q=kjøpt varmepumpe")
    assert page.links()["Warmtenet in Tromsø"] == "/nl/cases/tromso-fjernvarme#pris"
    assert "Werkte niet" in page.words
    assert "Bewijsniveau E0 Eigen verslag" in page.words


def test_a_passage_of_a_translated_text_links_to_the_original(visit: Visit) -> None:
    page = visit("/en/search?q=kalde vintre")
    assert page.links()["District heating in Tromsø"] == "/en/cases/tromso-fjernvarme?original=1#p_1"


@pytest.mark.parametrize("question", ["kjøpt varmepumpe", "kalde vintre", "ferje ståande isen"])
def test_every_hit_leads_to_something_on_its_page(visit: Visit, question: str) -> None:
    hits = [address for address in visit(f"/en/search?q={question}").links().values() if "#" in address]
    found = [address for address in hits if address.startswith("/en/")]
    assert found
    for address in found:
        assert visit(address).by_id(address.split("#")[1]).text


def test_a_second_value_of_a_chosen_facet_can_be_added(visit: Visit) -> None:
    page = visit("/en/search?q=fjernvarme&kind=case&in=no")
    kinds = {e.text for e in page.all("label") if e.attributes["for"].startswith("kind-")}
    assert {"Insights", "Programmes"} <= kinds, "without a count, which the answer does not know"
    assert any(re.fullmatch(r"Cases \d+", kind) for kind in kinds)
    assert not [e for e in page.all("label") if e.attributes["for"].startswith("theme-")]


def test_no_good_answer_is_said_and_the_nearest_shown_as_such(visit: Visit) -> None:
    page = visit("/en/search?q=zebra crossing")
    assert "No good answer yet" in page.words
    assert "Closest, but probably not what you ask" in page.words
    assert "Look around in all texts" in page.links()


def test_an_empty_question_gets_a_box_and_examples(visit: Visit) -> None:
    page = visit("/no/search?q=%20%20")
    assert page.heading == "Hva vil du vite?"
    assert "Hvordan får vi innbyggere med på fjernvarme?" in page.links()


def test_a_question_that_is_too_long_is_cut_and_said_so(visit: Visit) -> None:
    page = visit("/en/search?q=" + "fjernvarme " * 200)
    assert "longer than 1,000 characters" in page.words
    assert len(page.by_id("question").attributes["value"]) == 1000
    assert "longer than" not in visit("/en/search?q=fjernvarme").words


def test_the_language_of_a_question_can_be_said(visit: Visit) -> None:
    page = visit("/en/search?q=fjernvarme&kind=case")
    assert page.links()["Dutch"] == "/en/search?q=fjernvarme&in=nl&kind=case"
    assert "We read your question as Dutch." in visit(page.links()["Dutch"]).words


def test_filters_keep_the_question(visit: Visit) -> None:
    page = visit("/en/search?q=fjernvarme&in=no&kind=case")
    hidden = {
        (e.attributes["name"], e.attributes["value"]) for e in page.all("input") if e.attributes["type"] == "hidden"
    }
    assert hidden == {("q", "fjernvarme"), ("in", "no")}
    assert page.links()["Remove the filter Kind of document: Cases"] == "/en/search?q=fjernvarme&in=no"


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "²", ""])
def test_a_page_number_that_makes_no_sense_is_no_error(visit: Visit, page: str) -> None:
    visit(f"/en/search?q=fjernvarme&page={page}")
    visit(f"/en/browse?page={page}")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "'onmouseover='alert(1)",
        "{{ 7 * 7 }}",
        "javascript:alert(1)",
        "%(question)s %s",
        "\x00\x1b[31m",
    ],
)
def test_what_is_asked_stays_words(visit: Visit, attack: str) -> None:
    for name in ("q", "theme", "kind", "country", "in", "page", "original"):
        page = visit("/en/search", query_string={"q": "fjernvarme", name: attack})
        assert "49" not in page.words
    visit("/en/browse", query_string={"theme": attack, "kind": attack})
    visit("/en/cases/voss-ferje", query_string={"original": attack})
    for switch in (e for e in page.all("a") if "hreflang" in e.attributes):
        assert switch.attributes["href"].startswith(("/en/", "/no/", "/nl/"))
