"""Three languages as equals, and two written forms of one of them."""

import pytest

from hub.documents.vocabularies import vocabulary
from hub.languages import CONTENT_LANGUAGES, INTERFACES, best, family, normalise


@pytest.mark.parametrize(("language", "expected"), [("nb", "no"), ("nn", "no"), ("nl", "nl"), ("en", "en")])
def test_both_written_forms_of_norwegian_are_searched_as_one(language: str, expected: str) -> None:
    assert family(language) == expected


def test_every_content_language_is_found_by_the_filter_of_an_interface_language() -> None:
    assert {family(language) for language in CONTENT_LANGUAGES} == {*INTERFACES}


def test_every_interface_language_has_an_address_a_locale_and_labels() -> None:
    assert [(code, known.code, known.locale) for code, known in INTERFACES.items()] == [
        ("en", "en", "en"),
        ("no", "no", "nb"),
        ("nl", "nl", "nl"),
    ]
    for known in INTERFACES.values():
        assert vocabulary("kinds").label("case", known.locale)


@pytest.mark.parametrize(("written", "read"), [("no", "nb"), ("NO", "nb"), (" No ", "nb"), ("nn", "nn"), ("xx ", "xx")])
def test_no_is_read_as_bokmal(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize(
    ("there", "wanted", "original", "shown"),
    [
        ("nb en nl", "nl", "nb", "nl"),
        ("nn en", "nb", "nl", "nn"),
        ("nb en", "nn", "nl", "nb"),
        ("nb en", "nl", "nb", "nb"),
        ("nl en", "nb", "nl", "nl"),
        ("en", "nl", "nb", "en"),
        ("nl", "nb", "nn", "nl"),
    ],
)
def test_a_reader_is_shown_the_nearest_language_there_is(there: str, wanted: str, original: str, shown: str) -> None:
    assert best(dict.fromkeys(there.split(), "tekst"), wanted, original) == shown


def test_a_text_in_no_language_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="found none"):
        best({}, "en", "en")
