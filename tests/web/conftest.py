"""The application on the tiny world, and a visitor who looks at every page as strictly as a reader's browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub import create_app
from hub.settings import Settings
from hub.web.security import HEADERS
from hub.web.service import Hub
from tests.web.page import Page
from tests.web.world import WordSearcher, make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that lead to the tiny world; nothing in it is changed by a test."""
    return make_world(tmp_path_factory.mktemp("world") / "ünicøde")


class MakeApp(Protocol):
    """An application on the world with some settings changed."""

    def __call__(self, **settings: object) -> Flask: ...


@pytest.fixture(scope="session")
def make_app(world: Settings) -> Iterator[MakeApp]:
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        app = create_app(replace(world, **settings))
        app.extensions["hub"] = Hub(replace(world, **settings), WordSearcher)
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["hub"].close()


@pytest.fixture(scope="session")
def app(make_app: MakeApp) -> Flask:
    """The application with settings as they come; tests that change one make their own."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Visit(Protocol):
    """Gets a page, checks what holds for all pages, and gives it back parsed."""

    def __call__(self, address: str, status: int = 200, **options: Any) -> Page: ...


@pytest.fixture
def visit(client: FlaskClient) -> Visit:
    def get(address: str, status: int = 200, **options: Any) -> Page:
        response = client.get(address, **options)
        assert response.status_code == status, f"{address}: {response.status}"
        return checked(response)

    return get


def checked(response: TestResponse) -> Page:
    """The page of an answer, after the checks that every answer must stand."""
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert "Set-Cookie" not in response.headers
    assert len(response.data) < 100_000
    page = Page(response.get_data(as_text=True))
    page.check()
    assert response.headers["Content-Language"] == page.one("html").attributes["lang"]
    return page


@pytest.fixture
def content(world: Settings) -> Path:
    return world.content
