"""When something is wrong: a page in the reader's language, with all headers, without a traceback."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from hub.errors import HubError
from hub.settings import Settings
from tests.web.conftest import MakeApp, Visit, checked


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/en/nope", "This page does not exist"),
        ("/no/cases/nope", "Denne siden finnes ikke"),
        ("/nl/cases/nope", "Deze pagina bestaat niet"),
        ("/nl/cases/voss-ferje@7", "Deze pagina bestaat niet"),
    ],
)
def test_a_missing_page_says_so_in_the_language_of_its_address(visit: Visit, address: str, heading: str) -> None:
    assert visit(address, 404).heading == heading


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
