"""The small world, synced and indexed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.catalogue.database import Catalogue, open_catalogue
from hub.catalogue.sync import sync
from hub.documents.folder import ContentFolder
from hub.search.ask import Searcher
from hub.search.encoder import Encoder
from hub.search.question_language import LanguageDetector
from hub.search.refresh import refresh
from tests.search.world import DictionaryEncoder, write_world


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return write_world(tmp_path / "content")


@pytest.fixture
def small_catalogue(tmp_path: Path, world: Path) -> Iterator[Catalogue]:
    catalogue = open_catalogue(f"sqlite:///{tmp_path}/catalogue.sqlite")
    assert sync(catalogue, ContentFolder(world)).rejected == []
    yield catalogue
    catalogue.close()


@pytest.fixture
def encoder() -> DictionaryEncoder:
    return DictionaryEncoder()


@pytest.fixture(scope="session")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("language-model")
    LanguageDetector(folder).keep_small_model()
    return next(folder.iterdir())


@pytest.fixture
def index_folder(tmp_path: Path, language_model: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    # Unpacking the library's model takes a second; once for all tests is enough.
    (folder / language_model.name).symlink_to(language_model)
    return folder


@pytest.fixture
def searcher(
    small_catalogue: Catalogue, encoder: Encoder, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Searcher:
    refresh(small_catalogue, index_folder, encoder)
    monkeypatch.setattr("hub.search.find.load_encoder", lambda name: encoder)
    return Searcher(small_catalogue, index_folder)
