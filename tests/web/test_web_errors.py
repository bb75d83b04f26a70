"""When something is wrong: a page in the reader's language, with all headers, without a traceback."""

from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from hub.errors import HubError
from hub.search.answers import Answer
from hub.search.generation import IndexUnusableError
from hub.settings import Settings
from hub.web import server
from hub.web.service import Hub
from tests.web.conftest import MakeApp, Visit, checked
from tests.web.world import WordSearcher


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/en/nope", "This page does not exist"),
        ("/no/cases/nope", "Denne siden finnes ikke"),
        ("/nl/cases/nope", "Deze pagina bestaat niet"),
        ("/nl/cases/voss-ferje@7", "Deze pagina bestaat niet"),
        ("/nl/cases/voss-ferje@0", "Deze pagina bestaat niet"),
        ("/nl/cases/voss-ferje@01", "Deze pagina bestaat niet"),
        ("/id/voss-ferje@01", "This page does not exist"),
        ("/id/voss-ferje@01.md", "This page does not exist"),
        *((f"/en/cases/voss-ferje@{'9' * digits}", "This page does not exist") for digits in (7, 8, 300, 5_000)),
        *((f"/id/voss-ferje@{'9' * digits}", "This page does not exist") for digits in (7, 8, 300, 5_000)),
        *((f"/id/voss-ferje@{'9' * digits}.md", "This page does not exist") for digits in (7, 8, 300, 5_000)),
    ],
)
def test_a_missing_page_says_so_in_the_language_of_its_address(visit: Visit, address: str, heading: str) -> None:
    assert visit(address, 404, headers={"Accept-Language": "en"}).heading == heading


def test_outside_the_languages_the_browser_decides(visit: Visit) -> None:
    page = visit("/wp-login.php", 404, headers={"Accept-Language": "nb"})
    assert page.heading == "Denne siden finnes ikke"
    assert page.links()["Nederlands"] == "/nl/"


def break_home(app: Flask, error: Exception) -> FlaskClient:
    def broken(**_values: object) -> str:
        raise error

    app.view_functions["home.page"] = broken
    return app.test_client()


def test_a_fault_of_ours_is_admitted_and_nothing_is_given_away(make_app: MakeApp) -> None:
    response = break_home(make_app(), RuntimeError("secret /var/path")).get("/nl/")
    assert response.status_code == 500
    assert checked(response).heading == "Er ging hier iets mis"
    assert "secret" not in response.get_data(as_text=True)


def test_a_hub_error_is_a_page_for_the_reader_and_a_line_in_the_log(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    response = break_home(make_app(), HubError("There is no index", mend="Run `hub sync`.")).get("/no/")
    assert response.status_code == 503
    assert checked(response).heading == "Huben er ikke klar ennå"
    assert "Run `hub sync`" in caplog.text


def test_without_a_catalogue_the_pages_say_that_they_are_not_ready(make_app: MakeApp, tmp_path) -> None:  # type: ignore[no-untyped-def]
    response = make_app(database_url=f"sqlite:///{tmp_path}/none.sqlite").test_client().get("/en/")
    assert response.status_code == 503


class SpoiltIndex(WordSearcher):
    """A searcher over an index that somebody's disk has eaten at."""

    def ask(self, *_: object, **_options: object) -> Answer:
        raise IndexUnusableError("The index is spoilt", mend="Run `hub index --rebuild`.")

    def related(self, *_: object, **_options: object) -> list[str]:
        raise IndexUnusableError("The index is spoilt", mend="Run `hub index --rebuild`.")


@pytest.fixture
def spoilt(make_app: MakeApp) -> Flask:
    app = make_app()
    hub: Hub = app.extensions["hub"]
    app.extensions["hub"] = Hub(hub.settings, SpoiltIndex)
    return app


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("en", "is missing or cannot be read"), ("no", "mangler eller kan ikke leses"), ("nl", "kan niet worden gelezen")],
)
def test_over_a_spoilt_index_a_search_says_how_to_mend_it(spoilt: Flask, code: str, sentence: str) -> None:
    response = spoilt.test_client().get(f"/{code}/search?q=fjernvarme")
    assert response.status_code == 503
    assert sentence in checked(response).words
    assert "hub index --rebuild" in checked(response).words


def test_over_a_spoilt_index_texts_can_be_read(spoilt: Flask) -> None:
    response = spoilt.test_client().get("/en/cases/tromso-fjernvarme")
    assert response.status_code == 200
    assert "Close to this, in other languages" not in checked(response).words


def test_over_a_spoilt_index_a_worker_starts_and_logs_why(spoilt: Flask, caplog: pytest.LogCaptureFixture) -> None:
    server.post_worker_init(SimpleNamespace(wsgi=spoilt))
    assert "Run `hub index --rebuild`." in caplog.text


def test_only_trusted_hosts_are_answered(make_app: MakeApp) -> None:
    client = make_app(trusted_hosts="hub.example, localhost").test_client()
    assert client.get("/en/").status_code == 200
    response = client.get("/en/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert response.get_data(as_text=True).startswith("This request cannot be answered.")
    assert response.mimetype == "text/plain"
    assert "evil.example" not in response.get_data(as_text=True)


def test_strict_transport_is_demanded_only_behind_tls(make_app: MakeApp, world: Settings) -> None:
    assert "Strict-Transport-Security" not in make_app().test_client().get("/en/").headers
    assert "max-age" in make_app(https=True).test_client().get("/en/").headers["Strict-Transport-Security"]


def test_a_misspelt_name_in_a_template_fails(make_app: MakeApp) -> None:
    app = make_app()
    with app.test_request_context("/en/"), pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ no_such_name }}").render()
