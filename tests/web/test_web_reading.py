"""Reading: the home page, lists, documents, their versions, and what is gone."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from hub.web import document_view, documents
from hub.web.reader import current_reader
from tests.web.conftest import Visit


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.8", "no"),
        ("nn", "no"),
        ("no", "no"),
        ("nl-BE,fr;q=0.5", "nl"),
        ("de,fr;q=0.8", "en"),
        ("de,nl;q=0.3,en;q=0.2", "nl"),
        ("", "en"),
    ],
)
def test_the_bare_address_leads_to_the_readers_language(client: FlaskClient, header: str, code: str) -> None:
    response = client.get("/", headers={"Accept-Language": header})
    assert (response.status_code, response.location) == (302, f"/{code}/")
    assert response.vary.to_header() == "Accept-Language"


def test_home_offers_a_question_three_doors_and_five_practices(visit: Visit) -> None:
    page = visit("/nl/")
    assert page.heading == "Leer van wie het al heeft geprobeerd"
    assert "Ik weet niet waar ik moet beginnen" in page.words
    assert "Het loopt vast in de uitvoering" in page.words
    assert "Het gaat te langzaam" in page.words
    assert "Hoe krijgen we bewoners mee met een warmtenet?" in page.links()
    assert "Missiemanagement als vak" in page.links()


def test_home_asks_the_catalogue_for_no_more_than_it_shows(app: Flask, visit: Visit) -> None:
    visit("/en/")
    asked: list[str] = []
    engine = app.extensions["hub"].catalogue.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    page = visit("/en/")
    event.remove(engine, "before_cursor_execute", note)
    selects = [statement for statement in asked if statement.lstrip().startswith("SELECT")]
    assert len(selects) == 1 + 3 + 1, "facets, three doors, latest cases"
    assert all("LIMIT" in statement for statement in selects if "documents.data" in statement)
    for link in (e for e in page.all("a") if "/browse?" in e.attributes["href"]):
        if count := re.search(r"(\d+) texts?|\b(\d+)$", link.text):
            total = count.group(1) or count.group(2)
            assert visit(link.attributes["href"]).words.count(f"{total} text") == 1, link.text


def test_a_page_after_the_last_leads_to_the_last(client: FlaskClient) -> None:
    for address in ("/en/browse?kind=case", "/en/search?q=fjernvarme&in=no&kind=case"):
        response = client.get(f"{address}&page=1000")
        assert (response.status_code, response.location) == (302, f"{address}&page=1")
        assert client.get(response.location).status_code == 200


def test_a_text_is_rendered_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    document_view._html.cache_clear()
    rendered: list[str] = []
    monkeypatch.setattr(document_view, "render", lambda body: rendered.append(body) or "<p>made</p>")
    for language in ("en", "nl", "nl"):
        assert "<p>made</p>" in client.get(f"/{language}/cases/voss-ferje").get_data(as_text=True)
    assert len(rendered) == 1
    document_view._html.cache_clear()


def test_browsing_narrows_down_and_can_be_widened_again(visit: Visit) -> None:
    page = visit("/en/browse?kind=case&polarity=did_not_work")
    assert "2 texts" in page.words
    assert "Fjernvarme" not in page.words
    assert "District heating in Tromsø" in page.words
    assert page.links()["Remove the filter Kind of document: Cases"] == "/en/browse?polarity=did_not_work"
    boxes = {e.attributes["id"]: "checked" in e.attributes for e in page.all("input") if "id" in e.attributes}
    assert boxes["polarity-did_not_work"]
    assert not boxes["polarity-worked"]


def test_filters_that_nothing_matches_say_so(visit: Visit) -> None:
    page = visit("/no/browse?kind=agreement&country=SE")
    assert "Ingen tekst passer med alle disse filtrene" in page.words


def test_a_case_shows_who_speaks_and_what_went_wrong(visit: Visit) -> None:
    page = visit("/no/cases/tromso-fjernvarme")
    assert page.heading == "Fjernvarme på Tromsøya: naboene ville ikke"
    assert "Hva som gikk galt Prisen kom for sent" in page.words
    assert "Skrevet av Åse Østbø ut fra egen erfaring" in page.words
    assert "Bekreftet av ingen ennå" in page.words
    assert "De teksten handler om, har ikke bekreftet den." in page.words
    assert page.links()["Tromsø kommune"] == "/no/organisations/tromso-kommune"
    assert page.by_id("pris").tag == "li"
    assert page.links()["1"] in ("#source_1", "#sources_list")
    assert page.by_id("source_1").text.startswith("Sluttrapport")


def test_lessons_may_be_called_like_parts_of_the_page(visit: Visit) -> None:
    page = visit("/nl/agreements/klimakontrakt")
    for name in ("summary", "parties", "commitments"):
        assert page.by_id(name).tag == "li"
        assert page.by_id(f"section_{name}").tag != "li"


def test_no_part_of_a_documents_page_has_an_id_that_a_lesson_can_have() -> None:
    folder = Path(documents.__file__).parent / "templates"
    for name in ("layout.html", "document.html", "document_parts.html"):
        for found in re.findall(r'\bid="([^"]+)"', (folder / name).read_text("utf-8")):
            assert "_" in found, f"{name}: {found}"


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ("full", "hele teksten"),
        ("full text", "hele teksten"),
        ("full text without its figure", "hele teksten uten figuren"),
        ("beginning of the page", "begynnelsen av siden"),
        ("excerpt", "et utdrag"),
        ("unknown", "ikke kjent"),
        ("the second chapter", "the second chapter"),
    ],
)
def test_how_much_of_a_source_was_read_is_told_in_the_readers_language(app: Flask, read: str, words: str) -> None:
    with app.test_request_context("/no/"):
        assert document_view._source(current_reader(), {"n": 1, "title": "Kilde", "read": read}).read == words


def test_a_text_from_public_sources_says_so(visit: Visit) -> None:
    page = visit("/en/cases/voss-ferje")
    assert (
        "Compiled from public sources with the help of language models. Those it is about have not confirmed it."
        in page.words
    )


def test_a_foreign_text_is_marked_and_announced(visit: Visit) -> None:
    page = visit("/nl/cases/voss-ferje")
    assert "Deze tekst is in het Noors (Nynorsk)." in page.words
    body = next(e for e in page.elements if "body" in e.attributes.get("class", "").split())
    assert body.attributes["lang"] == "nn"
    assert "Ferja låg ved kai" in body.text


def test_a_foreign_text_with_title_and_summary_in_the_readers_language_says_so(visit: Visit) -> None:
    words = visit("/no/insights/missies").words
    assert "Denne teksten er på nederlandsk; tittel og sammendrag er gjengitt på norsk." in words


def test_confirmation_is_named_with_its_date(visit: Visit) -> None:
    page = visit("/en/cases/bekreftet")
    assert "Confirmed by Ås kommune 2 May 2025" in page.words
    assert "have not confirmed" not in page.words


def test_a_kept_version_that_cannot_be_read_any_more_is_given_as_text(client: FlaskClient) -> None:
    response = client.get("/en/cases/bekreftet@1")
    assert (response.status_code, response.location) == (303, "/id/bekreftet@1.md")
    assert client.get(response.location).get_data(as_text=True) == "an old form\n"


def test_a_translation_is_shown_with_the_way_to_the_original(visit: Visit) -> None:
    page = visit("/en/cases/tromso-fjernvarme")
    assert "This is a translation of version 1; the original is in Norwegian." in page.words
    assert "Tromsøya has cold winters." in page.words
    assert "The price came too late." in page.words
    original = visit(page.links()["Read the original"])
    assert "Tromsøya har kalde vintre" in original.words
    assert original.links()["Read the translation"] == "/en/cases/tromso-fjernvarme"


def test_kinds_show_what_only_they_have(visit: Visit) -> None:
    assert "The first cohort" in visit("/en/programmes/nordlys").words
    agreement = visit("/en/agreements/klimakontrakt").words
    assert "Signed May 2023" in agreement
    assert "Kutte utslippene i havna." in agreement
    assert "due: 2030" in agreement
    assert "District heating in Tromsø" in visit("/en/organisations/tromso-kommune").links()
    assert "Hvem betaler når tilskuddet tar slutt?" in visit("/no/questions/hvem-betaler").words


def test_neighbours_in_other_languages_are_shown(visit: Visit) -> None:
    page = visit("/no/cases/tromso-fjernvarme")
    assert "Beslektet, på andre språk" in page.words
    assert page.links()["Warmtenet in Zaanstad, samen met bewoners"] == "/no/cases/zaanstad-warmtenet"


@pytest.mark.parametrize("address", ["/en/insights/tromso-fjernvarme", "/en/cases/tromso-varme"])
def test_a_wrong_folder_or_former_id_leads_to_the_right_address(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.location) == (301, "/en/cases/tromso-fjernvarme")


def test_permanent_addresses_lead_to_the_readers_language(client: FlaskClient) -> None:
    dutch = {"Accept-Language": "nl"}
    response = client.get("/id/tromso-varme", headers=dutch)
    assert (response.status_code, response.location) == (303, "/nl/cases/tromso-fjernvarme")
    assert "Accept-Language" in response.vary
    assert client.get("/id/as-sykkelvei@1", headers=dutch).location == "/nl/cases/as-sykkelvei@1"
    for unknown in ("/id/none", "/id/as-sykkelvei@9", "/id/none.md", "/id/as-sykkelvei@9.md", "/id/../x"):
        assert client.get(unknown).status_code == 404


def test_an_earlier_version_is_kept_and_says_that_it_is_one(visit: Visit, client: FlaskClient) -> None:
    now = visit("/no/cases/as-sykkelvei")
    assert "Den andre teksten" in now.words
    then = visit(now.links()["Versjon 1"])
    assert "Dette er versjon 1" in then.words
    assert "Den første teksten" in then.words
    assert then.links()["Les gjeldende versjon"] == "/no/cases/as-sykkelvei"
    assert client.get("/no/cases/as-sykkelvei@2").location == "/no/cases/as-sykkelvei"


def test_the_markdown_is_the_file_itself(client: FlaskClient, content: Path) -> None:
    response = client.get("/id/voss-ferje.md")
    assert response.get_data(as_text=True) == (content / "cases/voss-ferje.md").read_text("utf-8")
    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="voss-ferje.md"'
    assert "Den første teksten" in client.get("/id/as-sykkelvei@1.md").get_data(as_text=True)


@pytest.mark.parametrize(("document_id", "title"), [("fartsgrense", "Fartsgrense"), ("en-bro", "En bro")])
def test_what_is_gone_says_so_and_keeps_its_text(
    visit: Visit, client: FlaskClient, document_id: str, title: str
) -> None:
    page = visit(f"/en/cases/{document_id}", 410)
    assert page.heading == title
    assert "This text was withdrawn on" in page.words
    assert title in client.get(page.links()["Version 1 as Markdown"]).get_data(as_text=True)
    old = visit(page.links()["Version 1 as a page"])
    assert "The text has been withdrawn since" in old.links()
    assert title not in visit("/en/browse").words


def test_alternates_and_canonical_use_the_public_address(make_app) -> None:  # type: ignore[no-untyped-def]
    client = make_app(base_url="https://hub.example/").test_client()
    html = client.get("/nl/browse").get_data(as_text=True)
    assert '<link rel="canonical" href="https://hub.example/nl/browse">' in html
    assert '<link rel="alternate" hreflang="nb" href="https://hub.example/no/browse">' in html


def test_statements_name_the_operator_or_say_that_there_is_none(make_app, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    assert "has not said who they are" in visit("/en/privacy").words
    named = make_app(operator="Gemeente Utrecht", contact="hub@example.org").test_client()
    html = named.get("/nl/accessibility").get_data(as_text=True)
    assert "Gemeente Utrecht" in html
    assert 'href="mailto:hub@example.org"' in html
