"""Why this: the parts that are told add up to the static score, and quick marks are the same marks as before."""

import re
import threading
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import languages
from hub.search.explain import CORRESPONDS, Correspondence
from hub.search.static_encoder import BUNDLED, StaticEncoder
from hub.search.why import Why, bundled, weight_in, why
from hub.search.words import FAMILIES, normalise, stem, stop_words

CONTENT: Final = Path(__file__).parents[2] / "content"
QUESTIONS: Final = {
    "en": "How do we get residents to join a heat network?",
    "no": "Hvordan får vi innbyggere med på fjernvarme?",
    "nl": "Hoe krijgen we bewoners mee met een warmtenet?",
}
_WORDS: Final = re.findall(
    r"[^ ]+",
    "residents heat network the of and volunteers pilot costs council it's CO2 2030 "
    "innbyggere fjernvarme og på frivillige kommunen å få blåbærsyltetøy Tromsø "
    "bewoners warmtenet de het van één financiële vrijwilligers 's-Hertogenbosch gemeente "
    "? , . … – ﬁ ß İ x 東京 🙂 \u0301 \u00a0 \n",
)
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(_WORDS), max_size=60).map(" ".join))
families = st.sampled_from(FAMILIES)


def passages() -> list[tuple[str, str]]:
    """Some hundred paragraphs of the hub's own content, in its three languages, with their family."""
    found = []
    for file in sorted(CONTENT.glob("cases/*.md"))[::3]:
        text = file.read_text("utf-8")
        language = re.search(r"^language: (\w+)", text, re.MULTILINE)
        paragraphs = [p for p in text.split("\n---\n", 1)[1].split("\n\n") if len(p) > 80]
        if language:
            found += [(paragraph, languages.family(language[1])) for paragraph in paragraphs[:2]]
    return found


def cosine(question: str, text: str) -> float:
    one, two = bundled().encode([question, text]).astype(np.float64)
    return float(one @ two)


def assert_adds_up(found: Why) -> None:
    assert sum(word.part for word in found.words) + found.small == pytest.approx(found.score, abs=1e-6)
    for word in found.words:
        assert sum(met.part for met in word.met) + word.small + word.rest == pytest.approx(word.part, abs=1e-6)
    for most in (0, 1, 5, 1000):
        told = found.told(most)
        assert len(told.pairs) == min(most, len(found.pairs))
        assert sum(pair.part for pair in told.pairs) + told.small + told.rest == pytest.approx(told.score, abs=1e-6)


@given(texts, families, texts, families)
def test_the_parts_add_up_to_the_static_score(question: str, asked: str, text: str, read: str) -> None:
    found = why(bundled(), question, asked, text, read)
    assert_adds_up(found)
    assert found.score == pytest.approx(cosine(question, text), abs=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_parts_add_up_on_real_passages(family: str) -> None:
    real = passages()
    assert {read for _, read in real} == set(FAMILIES)
    for text, read in real:
        found = why(bundled(), QUESTIONS[family], family, text, read)
        assert_adds_up(found)
        assert found.score == pytest.approx(cosine(QUESTIONS[family], text), abs=1e-6)


@given(texts, families, texts, families)
def test_what_is_told_stands_where_it_is_said_to_stand(question: str, asked: str, text: str, read: str) -> None:
    for word in why(bundled(), question, asked, text, read).words:
        assert word.text == question[slice(*word.places[0])]
        for met in word.met:
            assert met.text == text[slice(*met.places[0])]
            assert len({normalise(text[start:end], read) for start, end in met.places}) == 1


def test_fjernvarme_meets_warmtenet() -> None:
    found = why(bundled(), QUESTIONS["no"], "no", "De bewoners kozen voor het warmtenet, niet voor gas.", "nl")
    assert {(pair.asked.text, pair.read.text) for pair in found.pairs[:2]} == {
        ("fjernvarme", "warmtenet"),
        ("innbyggere", "bewoners"),
    }
    assert found.pairs == sorted(found.pairs, key=lambda pair: -pair.part)


def test_words_that_carry_only_grammar_are_told_together_and_not_by_name() -> None:
    found = why(bundled(), "Hvordan får vi fjernvarme til?", "no", "Het warmtenet is er nog niet.", "nl")
    assert [word.text for word in found.words] == ["fjernvarme"]
    assert [met.text for met in found.words[0].met] == ["warmtenet"]
    assert found.small != 0
    assert found.words[0].small != 0
    assert found.told(5).small == pytest.approx(found.small + found.words[0].small)


def test_a_number_is_a_word_that_says_something() -> None:
    found = why(bundled(), "utslipp 2030", "no", "uitstoot in 2030", "nl")
    assert ("2030", "2030") in {(pair.asked.text, pair.read.text) for pair in found.pairs}


def test_a_word_that_stands_several_times_is_told_once_with_all_it_gives() -> None:
    once = why(bundled(), "fjernvarme", "no", "Warmtenet", "nl")
    twice = why(bundled(), "fjernvarme", "no", "Warmtenet, warmtenet", "nl")
    assert [met.text for met in once.words[0].met] == ["Warmtenet"]
    assert [met.places for met in twice.words[0].met] == [((0, 9), (11, 20))]


@pytest.mark.parametrize(("question", "text"), [("", ""), ("fjernvarme", ""), ("", "warmtenet"), (" \n", "🙂")])
def test_where_there_is_nothing_to_compare_the_score_is_zero(question: str, text: str) -> None:
    found = why(bundled(), question, "no", text, "nl")
    assert (found.score, found.pairs) == (0.0, [])


def test_the_static_part_counts_what_the_encoder_says() -> None:
    from hub.search.encoder import load_encoder

    weight = weight_in("")
    assert weight is not None
    whole, text = load_encoder(), "De bewoners kozen voor het warmtenet."
    question, passage = whole.encode([QUESTIONS["no"], text])
    size = bundled().dimension
    static = float(question[-size:] @ passage[-size:])
    assert static == pytest.approx(weight * why(bundled(), QUESTIONS["no"], "no", text, "nl").score, abs=1e-5)
    assert (weight_in("static"), weight_in("intfloat/multilingual-e5-small")) == (1.0, None)


Marked = list[tuple[int, int, str, float]]


def plainly(question: str, asked: str, text: str, read: str) -> Marked:
    """Marks as they are meant, word by word and without anything remembered."""

    def meaningful(text: str, family: str) -> list[tuple[int, int, str, str, np.ndarray]]:
        found = []
        for word in bundled().word_vectors(text):
            plain = normalise(word.text, family)
            if plain.isalpha() and len(plain) > 1 and plain not in stop_words(family):
                length = np.linalg.norm(word.vector) or 1
                found.append((word.start, word.end, word.text, stem(plain, family), word.vector / length))
        return found

    marks: Marked = []
    words = meaningful(question, asked)
    for start, end, _, own_stem, direction in meaningful(text, read) if words else []:
        same = [word for _, _, word, other, _ in words if other == own_stem]
        cosines = [float(direction @ other) for *_, other in words]
        best = (same[0], 1.0) if same else (words[int(np.argmax(cosines))][2], max(cosines))
        if best[1] >= CORRESPONDS:
            marks.append((start, end, *best))
    return marks


@pytest.fixture(scope="module")
def correspondence() -> Correspondence:
    return Correspondence(StaticEncoder(BUNDLED))


def assert_same_marks(found: Correspondence, question: str, asked: str, text: str, read: str) -> None:
    marks = found.marks(question, asked, text, read)
    expected = plainly(question, asked, text, read)
    assert [(mark.start, mark.end) for mark in marks] == [(start, end) for start, end, *_ in expected]
    for mark, (_, _, word, strength) in zip(marks, expected, strict=True):
        assert mark.strength == pytest.approx(strength, abs=1e-5)
        assert mark.question_word == word


@given(texts, families, texts, families)
def test_marks_do_not_depend_on_what_was_read_before(
    correspondence: Correspondence, question: str, asked: str, text: str, read: str
) -> None:
    for _ in range(2):
        assert_same_marks(correspondence, question, asked, text, read)


def test_marks_of_real_passages_are_those_of_every_word_for_itself(correspondence: Correspondence) -> None:
    for text, read in passages():
        for asked, question in QUESTIONS.items():
            assert_same_marks(correspondence, question, asked, text, read)


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.search.explain._REMEMBERED", 5)
    small = Correspondence(bundled())
    for text in ("een twee drie", "bewoners kozen warmtenet", "a b c d e f g h i j bewoners"):
        small.marks("innbyggere", "no", text, "nl")
        assert len(small._chunks) <= 5 or len(text.split()) > 5
    assert_same_marks(small, QUESTIONS["no"], "no", "De bewoners kozen voor het warmtenet, niet voor gas.", "nl")


def test_several_threads_read_at_once(correspondence: Correspondence) -> None:
    wrong: list[BaseException] = []

    def read() -> None:
        try:
            for text, family in passages()[:20]:
                assert_same_marks(correspondence, QUESTIONS["no"], "no", text, family)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
