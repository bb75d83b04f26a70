"""Every address of the application has its place: who may use it, and from where it is reached."""

from typing import Final

import pytest
from flask.testing import FlaskClient

from hub import create_app
from hub.settings import Settings
from tests.web.conftest import MakeApp, Visit, checked
from tests.web.page import Page

EVERYBODY: Final = "everybody"
# endpoint -> (who may use it, where a reader meets it)
PLACES: Final = {
    "static": (EVERYBODY, "in every page"),
    "home.choose": (EVERYBODY, "the bare host name"),
    "home.page": (EVERYBODY, "the name at the top of every page"),
    "search.results": (EVERYBODY, "main menu"),
    "why.page": (EVERYBODY, "each hit of the results"),
    "brief.page": (EVERYBODY, "results"),
    "brief.download": (EVERYBODY, "a brief"),
    "brief.keep": (EVERYBODY, "a brief"),
    "brief.kept": (EVERYBODY, "a brief that was kept leads to it"),
    "brief.kept_download": (EVERYBODY, "a kept brief"),
    "browse.page": (EVERYBODY, "main menu"),
    "about.page": (EVERYBODY, "main menu"),
    "about.accessibility": (EVERYBODY, "foot of every page"),
    "about.privacy": (EVERYBODY, "foot of every page"),
    "documents.page": (EVERYBODY, "lists and results"),
    "documents.version": (EVERYBODY, "a document's page"),
    "permanent.document": (EVERYBODY, "a document's page"),
    "permanent.version": (EVERYBODY, "a document's page"),
    "permanent.markdown": (EVERYBODY, "a document's page"),
    "permanent.version_markdown": (EVERYBODY, "the page of a version or of what is gone"),
    "plain.alive": (EVERYBODY, "for machines"),
    "plain.robots": (EVERYBODY, "for machines"),
}
PAGES: Final = [
    "/",
    "/search",
    "/search?q=fjernvarme",
    "/search?q=zebra",
    "/why",
    "/why?q=fjernvarme&passage=tromso-fjernvarme%23pris",
    "/brief",
    "/brief?q=fjernvarme",
    "/brief?q=zebra",
    "/browse",
    "/browse?kind=case&polarity=did_not_work",
    "/cases/tromso-fjernvarme",
    "/cases/tromso-fjernvarme?original=1",
    "/cases/voss-ferje",
    "/cases/zaanstad-warmtenet",
    "/cases/as-sykkelvei",
    "/cases/as-sykkelvei@1",
    "/insights/missies",
    "/questions/hvem-betaler",
    "/programmes/nordlys",
    "/agreements/klimakontrakt",
    "/organisations/tromso-kommune",
    "/about",
    "/accessibility",
    "/privacy",
]


def test_every_endpoint_has_its_place(world: Settings) -> None:
    endpoints = {rule.endpoint for rule in create_app(world).url_map.iter_rules()}
    assert endpoints == set(PLACES)


def test_nothing_can_be_sent_to_the_hub_but_the_wish_to_keep_a_brief(world: Settings) -> None:
    for rule in create_app(world).url_map.iter_rules():
        expected = {"POST", "OPTIONS"} if rule.endpoint == "brief.keep" else {"GET", "HEAD", "OPTIONS"}
        assert rule.methods == expected, rule


@pytest.mark.parametrize("language", ["en", "no", "nl"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_in_every_language(visit: Visit, language: str, address: str) -> None:
    page = visit(f"/{language}{address}")
    tag = {"en": "en", "no": "nb", "nl": "nl"}[language]
    assert page.one("html").attributes["lang"] == tag


@pytest.mark.parametrize("language", ["en", "no", "nl"])
@pytest.mark.parametrize("address", PAGES)
def test_the_language_switch_keeps_the_page(visit: Visit, language: str, address: str) -> None:
    links = visit(f"/{language}{address}").switch()
    for name, code in (("English", "en"), ("Norsk", "no"), ("Nederlands", "nl")):
        assert links[name] == f"/{code}{address}"


@pytest.mark.parametrize("public", ["", "https://hub.example/hub/"])
def test_under_a_prefix_every_address_has_it_once(make_app: MakeApp, public: str) -> None:
    client = make_app(base_url=public).test_client()
    home = public or "http://localhost/hub/"
    page = Page(client.get("/nl/browse?kind=case", base_url="http://localhost/hub").get_data(as_text=True))
    whole = [e.attributes["href"] for e in page.all("link") if e.attributes["rel"] in ("canonical", "alternate")]
    assert whole == [f"{home}{code}/browse" for code in ("nl", "en", "no", "nl")]
    assert page.switch()["Norsk"] == "/hub/no/browse?kind=case"
    assert [e.text for e in page.all("a") if e.attributes.get("aria-current") == "page"] == ["Verkennen"]
    assert all(address.startswith(("/hub/", "#")) for address in page.links().values())
    document = Page(client.get("/en/cases/voss-ferje", base_url="http://localhost/hub").get_data(as_text=True))
    assert document.links()[f"{home}id/voss-ferje"] == f"{home}id/voss-ferje"


def test_all_pages_are_reached_from_the_home_page(visit: Visit) -> None:
    links = visit("/en/").links()
    assert links["Ask a question"] == "/en/search"
    assert links["Browse"] == "/en/browse"
    assert links["About"] == "/en/about"
    assert links["Accessibility"] == "/en/accessibility"
    assert links["Privacy"] == "/en/privacy"


@pytest.mark.parametrize(
    "address", ["/healthz", "/robots.txt", "/", "/id/voss-ferje", "/id/voss-ferje.md", "/static/hub.css", "/static/no"]
)
def test_security_headers_are_on_answers_that_are_no_pages(client: FlaskClient, address: str) -> None:
    response = client.get(address, buffered=True)
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_static_files_are_kept_for_good_only_under_their_own_version(client: FlaskClient, visit: Visit) -> None:
    style = next(e.attributes["href"] for e in visit("/en/").all("link") if e.attributes["rel"] == "stylesheet")
    assert "immutable" in client.get(style, buffered=True).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/hub.css?v=old", buffered=True).headers.get("Cache-Control", "")


def test_what_cannot_be_sent_is_refused_in_words(client: FlaskClient) -> None:
    response = client.post("/no/search")
    assert response.status_code == 405
    assert checked(response).heading == "Denne siden kan bare leses"
