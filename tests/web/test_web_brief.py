"""The brief: every line with its source, honest when there is none, kept exactly as it was, and safe to download."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub import create_app
from hub.catalogue import briefs
from hub.catalogue.models import BriefRow, DocumentRow
from hub.catalogue.sync import sync
from hub.web.service import Hub
from tests.web.conftest import Visit, checked
from tests.web.page import Page
from tests.web.world import WordSearcher, make_world

# Finds lessons of Tromsø that worked and did not, of Voss, Zaanstad and an institute, and the open question.
ALL = "varmepumpe brev dørbank kulda vertrouwen verken tilskuddet alle."
HOSTILE = [
    "<script>alert(1)</script> varmepumpe",
    '"><img src=x onerror=alert(1)> varmepumpe',
    "[varmepumpe](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "# varmepumpe\n## overskrift\n- punkt",
    "varmepumpe `kode` **fet** | tabell | https://evil.example www.evil.example a@evil.example",
    "varmepumpe \x00\x1b[31m\u202e\u2028 {{ 7 * 7 }} %(question)s",
    "1. varmepumpe " + "x" * 5_000,
]


@dataclass
class Site:
    """A world of one's own, in which things may change."""

    app: Flask
    client: FlaskClient
    content: Path

    @property
    def hub(self) -> Hub:
        hub: Hub = self.app.extensions["hub"]
        return hub

    def page(self, address: str, status: int = 200) -> Page:
        response = self.client.get(address)
        assert response.status_code == status
        return checked(response)

    def keep(self, question: str = ALL, language: str = "en", **fields: str) -> Any:
        return self.client.post(f"/{language}/brief", data={"q": question, **fields})

    def rows(self) -> int:
        with self.hub.catalogue.reading() as session:
            return session.scalar(select(func.count()).select_from(BriefRow)) or 0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    settings = make_world(tmp_path / "world")
    app = create_app(settings)
    hub = app.extensions["hub"] = Hub(settings, WordSearcher)
    yield Site(app, app.test_client(), settings.content)
    hub.close()


def address(form: str = "", **query: str) -> str:
    return f"/en/brief{form}?" + urlencode({"q": ALL, **query})


def test_every_line_says_case_place_evidence_confidence_and_leads_to_its_lesson(visit: Visit) -> None:
    page = visit(address())
    lines = [e for e in page.all("li") if "brief-line" in e.attributes.get("class", "")]
    assert len(lines) >= 5
    for line in lines:
        assert re.search(r"Evidence E\d", line.text)
        assert re.search(r"Confidence (High|Medium|Low|not known)", line.text)
    price = next(line.text for line in lines if "Prisen kom for sent" in line.text)
    assert "District heating in Tromsø · Tromsø, Norway" in price
    assert "Evidence E0 Testimony Confidence Medium" in price
    assert "/id/tromso-fjernvarme@1#pris" in {e.attributes["href"] for e in page.all("a")}


def test_lessons_stand_by_practice_with_experience_and_research_apart(visit: Visit) -> None:
    page = visit(address())
    assert [e.text for e in page.all("h2")][:3] == [
        "Missions that fit the place",
        "Roles agreed beforehand",
        "Mission management as a craft",
    ]
    assert {"Experience of places", "Research and advice"} <= {e.text for e in page.all("h3")}
    research = next(
        e.text for e in page.all("div") if e.attributes.get("class") == "brief-column" and "Verken" in e.text
    )
    assert research.startswith("Research and advice Mixed results and warnings Verken eerst.")
    assert "our reading" in research


def test_a_suggested_practice_is_marked_and_comes_after_the_authors_own(visit: Visit) -> None:
    page = visit(address())
    suggested = [e.text for e in page.all("li") if "practice suggested by the hub" in e.text]
    assert any("Batteria" in text for text in suggested)
    assert not any("Prisen" in text for text in suggested)


def test_quoted_words_keep_their_language_and_titles_are_the_readers(visit: Visit) -> None:
    page = visit("/en/brief?q=vertrouwen")
    assert "A heat network in Zaanstad, with residents" in page.links()
    assert next(e for e in page.all("span") if "Mede-eigendom" in e.text).attributes["lang"] == "nl"


def test_places_that_disagree_stand_side_by_side_with_what_differs(visit: Visit) -> None:
    table = visit(address()).all("table")[0].text
    assert "Worked" in table
    assert "Did not work" in table
    assert re.search(r"Country \w+ \w+|Phase|Themes", table)


def test_what_nobody_has_answered_names_who_raised_it(visit: Visit) -> None:
    page = visit(address())
    assert "What nobody has answered" in page.words
    assert page.links()["Hvem betaler når tilskuddet tar slutt?"] == "/id/hvem-betaler@1"
    assert "Raised by District heating in Tromsø" in page.words


def test_when_nothing_is_good_enough_the_brief_says_so(visit: Visit) -> None:
    page = visit("/nl/brief?q=zebra")
    assert "Nog geen goed antwoord" in page.words
    assert not page.all("table")
    assert "zebra" in visit("/nl/brief?q=zebra").heading


def test_without_an_answer_related_open_questions_are_still_shown(visit: Visit) -> None:
    page = visit("/en/brief?q=tilskuddet")
    assert "No good answer yet" in page.words
    assert "Hvem betaler når tilskuddet tar slutt?" in page.links()


def test_the_results_lead_to_the_brief_with_question_language_and_filters(visit: Visit) -> None:
    links = visit("/en/search?q=varmepumpe&in=no&kind=case").links()
    assert links["Brief for print"] == "/en/brief?q=varmepumpe&in=no&kind=case"
    page = visit(links["Brief for print"])
    assert "Kind of document: Cases" in page.words
    assert page.links()["Download as Markdown"] == "/en/brief.md?q=varmepumpe&in=no&kind=case"
    assert "Brief for print" in visit("/en/search?q=zebra").links()


def test_search_engines_are_asked_to_stay_away(visit: Visit, client: FlaskClient) -> None:
    assert any(e.attributes.get("content") == "noindex" for e in visit(address()).all("meta"))
    assert "Disallow: /nl/brief" in client.get("/robots.txt").text
    assert client.get(address(".md")).headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("language", ["en", "no", "nl"])
@pytest.mark.parametrize(("form", "mimetype"), [("md", "text/markdown"), ("html", "text/html"), ("txt", "text/plain")])
def test_a_download_holds_the_lessons_with_whole_addresses(
    client: FlaskClient, language: str, form: str, mimetype: str
) -> None:
    response = client.get(f"/{language}/brief.{form}?q=varmepumpe")
    assert response.mimetype == mimetype
    assert response.headers["Content-Disposition"].endswith(f'.{form}"')
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "Prisen kom for sent" in " ".join(response.text.split())
    assert "http://localhost/id/tromso-fjernvarme@1#pris" in response.text


def test_the_file_for_word_needs_nothing_from_anywhere(client: FlaskClient) -> None:
    page = Page(client.get(address(".html")).text.replace("<!doctype html>", ""))
    assert {e.tag for e in page.elements} & {"link", "script", "style", "img", "svg"} == set()
    assert page.all("table")
    assert all(e.attributes["href"].startswith("http://localhost/") for e in page.all("a"))


def test_json_names_its_digest(client: FlaskClient) -> None:
    found = client.get(address(".json")).get_json()
    assert re.fullmatch("[0-9a-f]{16}", found["hash"])
    assert {extract["lesson"] for section in found["sections"] for extract in section["experience"]} >= {"pris", "is"}


@pytest.mark.parametrize("form", ["", ".md", ".html", ".txt", ".json"])
def test_without_a_question_there_is_a_box_to_ask(client: FlaskClient, form: str) -> None:
    response = client.get(f"/no/brief{form}", follow_redirects=True)
    assert checked(response).heading == "Hva vil du vite?"


def test_reading_writes_nothing(site: Site) -> None:
    for form in ("", ".md", ".html", ".txt", ".json"):
        assert site.client.get(address(form)).status_code == 200
    assert site.rows() == 0


def test_keeping_leads_to_a_page_with_a_date_and_a_state_of_the_corpus(site: Site) -> None:
    response = site.keep(language="no")
    assert response.status_code == 303
    assert re.fullmatch("/no/brief/[0-9a-f]{16}", response.headers["Location"])
    page = site.page(response.headers["Location"])
    assert re.search(r"Tatt vare på \d+\. \w+ \d{4}\.", page.words)
    assert re.search(r"Laget av \d+ publiserte tekster \(tilstand \d+\)\.", page.words)
    assert not page.all("form")
    assert site.page(page.switch()["Nederlands"]).heading == page.heading


def test_the_reader_is_told_beforehand_who_can_read_what_is_kept(visit: Visit) -> None:
    assert "readable by whoever has the address" in visit(address()).words


def test_keeping_the_same_twice_keeps_it_once(site: Site) -> None:
    assert site.keep().headers["Location"] == site.keep().headers["Location"]
    assert site.rows() == 1
    assert site.keep(kind="case").headers["Location"] != site.keep().headers["Location"]


def test_a_kept_page_stays_the_same_when_texts_change_and_go(site: Site) -> None:
    kept = site.keep().headers["Location"]
    files = [kept, *(f"{kept}.{form}" for form in ("md", "html", "txt", "json"))]
    before = [site.client.get(each).text for each in files]
    file = site.content / "cases" / "tromso-fjernvarme.md"
    file.write_text(file.read_text("utf-8").replace("Prisen kom for sent", "Prisen kom tidlig"), "utf-8")
    (site.content / "cases" / "voss-ferje.md").unlink()
    from hub.documents.folder import ContentFolder

    assert sync(site.hub.catalogue, ContentFolder(site.content)).changed == ["tromso-fjernvarme"]
    assert [site.client.get(each).text for each in files] == before
    with site.hub.catalogue.reading() as session:
        assert session.get_one(DocumentRow, "voss-ferje").withdrawn
    today = site.page(next(url for words, url in Page(before[0]).links().items() if words == "Ask the same today"))
    assert "Prisen kom tidlig" in today.words
    assert "Batteria" not in today.words
    for link in (url for url in Page(before[0]).links().values() if url.startswith("/id/")):
        assert site.client.get(link, follow_redirects=True).status_code in (200, 410), link


def test_more_than_a_hundred_in_an_hour_are_refused_in_words(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(briefs, "PER_HOUR", 2)
    kept = [site.keep(question).headers["Location"] for question in ("varmepumpe", "vertrouwen")]
    for language, heading in (("en", "Too much at once"), ("no", "For mye på én gang"), ("nl", "Te veel tegelijk")):
        refused = site.keep(language=language)
        assert refused.status_code == 429
        assert 3_590 <= int(refused.headers["Retry-After"]) <= 3_601
        assert checked(refused).heading == heading
    assert site.rows() == 2
    assert site.keep("varmepumpe").headers["Location"] == kept[0], "what is kept already costs nothing"


def test_another_site_cannot_make_a_reader_keep_something(site: Site) -> None:
    refused = site.client.post("/en/brief", data={"q": ALL}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert site.rows() == 0


def test_nothing_is_kept_without_a_question_or_of_a_flood(site: Site) -> None:
    assert site.keep(" ").status_code == 303
    assert site.keep("x" * 100_000).status_code == 413
    assert site.rows() == 0


@pytest.mark.parametrize("digest", ["0" * 16, "x" * 16, "0" * 15, "..%2f", "0" * 16 + ".exe"])
def test_what_nobody_kept_is_not_there(visit: Visit, digest: str) -> None:
    visit(f"/en/brief/{digest}", status=404)


@pytest.mark.parametrize("question", HOSTILE)
def test_what_is_asked_stays_words_on_the_page_and_in_the_files(site: Site, question: str) -> None:
    page = site.page("/en/brief?" + urlencode({"q": question}))
    assert "49" not in page.heading
    kept = site.keep(question).headers["Location"]
    assert site.page(kept).heading == page.heading
    word = Page(site.client.get(kept + ".html").text.replace("<!doctype html>", ""))
    assert not {e.tag for e in word.elements} & {"script", "img"}
    first = site.client.get(kept + ".md").text.splitlines()[0]
    assert len(first) < 3_000
    assert first.startswith("# ")
    assert re.search(r"(?<!\\)[<>\[\]`*|]|(?<!:\\/)(?<=:)//|[\x00-\x1f\u202e\u2028]", first[2:]) is None
    assert "www.evil" not in first
    assert site.client.get(kept + ".txt").text.isascii() or "\x1b" not in site.client.get(kept + ".txt").text


def test_a_question_that_is_too_long_is_cut_and_said_so(visit: Visit) -> None:
    page = visit("/en/brief?q=" + "fjernvarme " * 200)
    assert "longer than 1,000 characters" in page.words
    assert len(page.heading) <= 1_000
