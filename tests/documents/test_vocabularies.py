"""Every term the hub uses has a name in each of its languages."""

import pytest

from hub.documents.schemas import SCHEMAS
from hub.documents.vocabularies import NAMES, vocabulary


@pytest.mark.parametrize("name", NAMES)
def test_every_term_has_a_label_in_every_language(name: str) -> None:
    for key, term in vocabulary(name).items():
        for locale in ("en", "nb", "nl"):
            assert str(term[locale]).strip(), (name, key, locale)
            assert vocabulary(name).label(key, locale) == term[locale]


@pytest.mark.parametrize("name", NAMES)
def test_a_further_text_of_a_term_is_there_in_every_language_or_in_none(name: str) -> None:
    for key, term in vocabulary(name).items():
        endings = {field.removeprefix("en") for field in term if field == "en" or field.startswith("en_")}
        for locale in ("nb", "nl"):
            assert {f"{locale}{ending}" for ending in endings} <= {*term}, (name, key)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("locale", ["en", "nb", "nl"])
def test_no_two_terms_of_a_vocabulary_have_the_same_label(name: str, locale: str) -> None:
    labels = [vocabulary(name).label(key, locale).casefold() for key in vocabulary(name)]
    assert len({*labels}) == len(labels)


def test_there_are_fifteen_themes_five_practices_and_six_kinds() -> None:
    assert len(vocabulary("themes")) == 15
    assert [*vocabulary("practices")] == ["strategy", "governance", "systems", "craft", "learning"]
    assert {*vocabulary("kinds")} == {*SCHEMAS}


def test_a_term_we_do_not_have_is_shown_as_it_stands() -> None:
    assert vocabulary("phases").label("unknown", "nb") == "unknown"


def test_a_vocabulary_we_do_not_have_is_told_with_those_we_have() -> None:
    with pytest.raises(KeyError, match="no vocabulary 'colours'; there are actor_types"):
        vocabulary("colours")
