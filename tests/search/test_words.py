"""The analysis of words: what is looked up as the same."""

import pytest

from hub.search.words import FAMILIES, normalise, parts, stem, stop_words, tokens


def test_norwegian_keeps_the_letters_that_make_other_words() -> None:
    assert set(tokens("far", "no")).isdisjoint(tokens("får", "no")) or tokens("får", "no") == []
    assert normalise("Åse", "no") == "åse"
    assert normalise("Øy", "no") == "øy"


def test_dutch_and_english_lose_accents() -> None:
    assert normalise("één", "nl") == "een"
    assert normalise("café", "en") == "cafe"


def test_norwegian_loses_accents_of_other_languages() -> None:
    assert normalise("idé", "no") == "ide"


@pytest.mark.parametrize("word", ["gemeente", "gemeenten", "gemeentelijk"])
def test_the_forms_of_gemeente_are_one_word(word: str) -> None:
    assert stem(word, "nl") == "gemeent"


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        ("en", "residents", "resident"),
        ("no", "kommuner", "kommunen"),
        ("no", "avtaler", "avtalen"),
        ("nl", "woningen", "woning"),
    ],
)
def test_inflected_forms_meet(family: str, one: str, other: str) -> None:
    assert stem(one, family) == stem(other, family)


def test_words_that_only_carry_grammar_are_not_looked_up() -> None:
    assert tokens("Hvordan får vi det til?", "no") == []
    assert tokens("Hoe doen we dat?", "nl") == []
    assert tokens("How do we do that?", "en") == []


def test_a_compound_is_found_by_its_parts() -> None:
    assert {"fjernvarm", "varm"} <= set(tokens("fjernvarme", "no"))
    assert stem("net", "nl") not in tokens("warmtenet", "nl"), "parts of three letters would match too much"


def test_a_linking_s_is_not_part_of_the_first_word() -> None:
    assert parts("arbeidsgruppe", "no") == ("arbeid", "gruppe")


def test_english_words_are_not_cut() -> None:
    assert parts("neighbourhood", "en") == ()


def test_short_words_are_not_cut() -> None:
    assert parts("hus", "no") == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_stop_words_in_the_form_they_are_compared_in(family: str) -> None:
    words = stop_words(family)
    assert len(words) > 80
    assert all(word == normalise(word, family) for word in words)


def test_numbers_are_looked_up() -> None:
    assert "2030" in tokens("klimanøytral i 2030", "no")
