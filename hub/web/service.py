"""What the pages stand on: the catalogue and the searcher, opened at the first request of a process."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Protocol

from flask import Flask, current_app

from hub.catalogue.database import Catalogue, open_catalogue
from hub.catalogue.filters import Filters
from hub.documents.folder import ContentFolder
from hub.search.answers import Answer, Material
from hub.search.ask import Searcher
from hub.settings import Settings, load_settings


class Asks(Protocol):
    """What the pages want of a searcher."""

    def ask(
        self,
        question: str,
        *,
        language: str | None = None,
        hint: str | None = None,
        filters: Filters | None = None,
        page: int = 1,
        size: int = 10,
    ) -> Answer:
        """One page of hits."""

    def gather(
        self,
        question: str,
        *,
        language: str | None = None,
        hint: str | None = None,
        filters: Filters | None = None,
    ) -> Material:
        """What a brief can be made of."""

    def related(self, document_id: str, *, limit: int = 4) -> list[str]:
        """Ids of the nearest documents in other languages."""


OpenSearcher = Callable[[Catalogue, Path, str], Asks]


class Hub:
    """Catalogue, searcher and content folder of one process.

    Connections and memory-mapped indexes must not be shared between processes, so nothing is opened before it is
    wanted, which is after a server has forked its workers.
    """

    def __init__(self, settings: Settings, open_searcher: OpenSearcher = Searcher) -> None:
        self.settings = settings
        self.content = ContentFolder(settings.content)
        self._open_searcher = open_searcher
        self._catalogue: Catalogue | None = None
        self._searcher: Asks | None = None
        self._opening = Lock()

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue; CatalogueError while there is none."""
        if self._catalogue is None:
            with self._opening:
                self._catalogue = self._catalogue or open_catalogue(self.settings.database_url, migrate=False)
        return self._catalogue

    @property
    def searcher(self) -> Asks:
        """The searcher over the newest index; a HubError while there is none."""
        catalogue = self.catalogue
        if self._searcher is None:
            with self._opening:
                self._searcher = self._searcher or self._open_searcher(
                    catalogue, self.settings.index, self.settings.encoder
                )
        return self._searcher

    def warm(self) -> None:
        """Answers a question now, so that the first reader does not wait for what is loaded only then."""
        self.searcher.ask("?")

    def close(self) -> None:
        """Gives connections back."""
        if self._catalogue:
            self._catalogue.close()


def init_app(app: Flask, settings: Settings | None) -> None:
    """Puts the hub of this application where `current_hub` finds it."""
    app.extensions["hub"] = Hub(settings or load_settings())


def current_hub() -> Hub:
    """The hub of the application that is answering."""
    hub: Hub = current_app.extensions["hub"]
    return hub
