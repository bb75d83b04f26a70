"""The interface's texts: every one in every language, and compiled wherever the hub may write."""

import os
import re
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from hub.documents.vocabularies import NAMES, vocabulary
from hub.languages import INTERFACES
from hub.web import translations

ROOT: Final = Path(__file__).parent.parent.parent
LOCALES: Final = [interface.locale for interface in INTERFACES.values()]
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[sd]")


def catalogue(locale: str) -> Catalog:
    with (ROOT / "translations" / locale / "LC_MESSAGES" / "messages.po").open("rb") as stream:
        return read_po(stream, locale=locale)


def wanted() -> set[str]:
    """The message ids that code and templates use, as babel.cfg says where they are."""
    methods = [
        (pattern, method) for method, pattern in re.findall(r"\[(\w+): (.+)\]", (ROOT / "babel.cfg").read_text())
    ]
    assert methods
    keywords = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
    found = extract_from_dir(ROOT, method_map=methods, keywords=keywords)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_holds_exactly_what_is_used(locale: str) -> None:
    held = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue(locale) if message.id}
    assert held == wanted()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_is_complete_and_nothing_in_it_is_a_guess(locale: str) -> None:
    for message in catalogue(locale):
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(texts) or not message.id, message.id
        assert not message.fuzzy, message.id
    assert not catalogue(locale).obsolete


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_the_same_in_every_language(locale: str) -> None:
    for message in catalogue(locale):
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            strings = [message.string] if isinstance(message.string, str) else list(message.string)
            for text in (*ids, *strings):
                assert set(_PLACEHOLDER.findall(text)) == set(_PLACEHOLDER.findall(ids[0])), text


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_can_break_out_of_an_attribute(locale: str) -> None:
    for message in catalogue(locale):
        if message.id:
            assert not re.search(r"[\"<>]", str(message.string)), message.string


@pytest.mark.parametrize("name", NAMES)
def test_every_term_has_a_label_in_every_language(name: str) -> None:
    for key in vocabulary(name):
        assert all(vocabulary(name).label(key, locale) for locale in LOCALES)


def test_what_is_missing_or_old_is_compiled(tmp_path: Path) -> None:
    po = tmp_path / "nb" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Ask"\nmsgstr "Spør"\n')
    for word in ("Spør", "Still"):
        assert translations.compiled(tmp_path).path == tmp_path
        with po.with_suffix(".mo").open("rb") as stream:
            assert read_mo(stream)["Ask"].string == word
        po.write_text(po.read_text().replace("Spør", "Still"))
        later = po.with_suffix(".mo").stat().st_mtime + 1
        os.utime(po, (later, later))
    assert [file.name for file in po.parent.iterdir() if file.suffix == ".tmp"] == []


def test_where_nothing_may_be_written_a_folder_of_its_own_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = translations._write
    source = tmp_path / "translations"
    (source / "nl" / "LC_MESSAGES").mkdir(parents=True)
    (source / "nl" / "LC_MESSAGES" / "messages.po").write_bytes(
        (ROOT / "translations" / "nl" / "LC_MESSAGES" / "messages.po").read_bytes()
    )
    monkeypatch.setattr(translations, "_write", lambda po, mo: _refuse_in(source, po, mo, write))
    made = translations.compiled(source)
    assert made.path != source
    assert (made.path / "nl" / "LC_MESSAGES" / "messages.mo").exists()
    assert made.keep is not None
    made.keep.cleanup()


def _refuse_in(source: Path, po: Path, mo: Path, write) -> None:  # type: ignore[no-untyped-def]
    if mo.is_relative_to(source):
        raise PermissionError(mo)
    write(po, mo)
