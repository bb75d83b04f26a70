"""The measures of the search, against figures worked out by hand."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import HubError
from hub.search.contract import Candidates
from hub.search.evaluate import (
    DEPTH,
    LANGUAGES,
    VARIANTS,
    Asked,
    Question,
    area_under_roc,
    ask_all,
    by_question,
    compare,
    estimate,
    ndcg,
    overlaps,
    read_questions,
    refusals,
    report,
)
from hub.search.ranking import ALL_STEPS, Ranking, Steps
from hub.search.rows import Row, RowTable


def question(name: str = "q1", **relevant: int) -> Question:
    return Question(name, {"en": f"{name} in en", "nb": f"{name} in nb", "nl": f"{name} in nl"}, relevant)


def asked(
    of: Question, cases: Sequence[str], language: str = "en", *, shown: Sequence[str] | None = None, sure: float = 1.0
) -> Asked:
    return Asked(of, language, cases, cases if shown is None else shown, sure)


def in_all(of: Question, cases: Sequence[str]) -> list[Asked]:
    return [asked(of, cases, language) for language in LANGUAGES]


def test_ndcg_worked_out_by_hand() -> None:
    # Gains 2^1 - 1 = 1 at rank 1 and 2^3 - 1 = 7 at rank 2, ideally the other way round; log2(3) = 1.584963.
    assert ndcg(["minor", "major"], {"major": 3, "minor": 1}) == pytest.approx((1 + 7 / 1.584963) / (7 + 1 / 1.584963))
    # Alone at rank 4, log2(5) = 2.321928; what is not found counts in the ideal.
    assert ndcg(["x", "y", "z", "a"], {"a": 2, "b": 2}) == pytest.approx((3 / 2.321928) / (3 + 3 / 1.584963))
    assert ndcg(["a", "b"], {"a": 2, "b": 1}) == 1
    assert ndcg(["x"], {"a": 1}) == 0
    assert ndcg([], {"a": 1}) == 0


def test_ndcg_and_recall_look_at_the_first_ten_only() -> None:
    others = [f"x{n}" for n in range(DEPTH - 1)]
    tenth, eleventh = asked(question(a=1), [*others, "a"]), asked(question(a=1), [*others, "x", "a"])
    assert tenth.ndcg == pytest.approx(1 / np.log2(11))
    assert (tenth.recall, eleventh.recall, eleventh.ndcg) == (1, 0, 0)


def test_the_ideal_is_over_ten_cases_when_more_are_relevant() -> None:
    relevant = {f"case{n}": 1 for n in range(15)}
    assert ndcg(list(relevant)[:10], relevant) == pytest.approx(1)


def test_recall_is_the_part_of_the_relevant_cases_that_is_found() -> None:
    assert asked(question(a=3, b=1, c=1, d=1), ["b", "x", "a", "y"]).recall == 0.5


def test_overlap_is_the_mean_over_pairs_of_languages_as_a_part_of_ten() -> None:
    of = question(a=1)
    same = ["a", "b", "c"]
    en, nb, nl = asked(of, same), asked(of, same[::-1], "nb"), asked(of, ["a", "x", "y"], "nl")
    assert overlaps([en, nb, nl]) == pytest.approx([(0.3 + 0.1 + 0.1) / 3])
    ten = [f"c{n}" for n in range(DEPTH)]
    assert overlaps([asked(of, [*ten, "p"]), asked(of, [*ten, "p"], "nb")]) == [1]
    assert len(overlaps([en, nb, asked(question("q2", a=1), same), asked(question("q2", a=1), same, "nl")])) == 2


def test_refusals_are_told_apart_by_whether_there_was_an_answer() -> None:
    none, some = question("none"), question("some", a=1)
    found = refusals(
        [
            asked(none, ["a"], shown=[], sure=-3),
            asked(none, ["a"], "nb", shown=["a"], sure=2),
            asked(some, ["a"], shown=["a"], sure=3),
            asked(some, ["a"], "nb", shown=["a"], sure=1),
            asked(some, ["a"], "nl", shown=["a"], sure=2),
            asked(some, ["a"], "nl", shown=[], sure=-1),
        ]
    )
    # Above -3 lie all four, above 2 one of four, and one is equal.
    expected = {"unanswerable_refused": 0.5, "answerable_refused": 0.25, "roc_auc": (4 + 1.5) / 8}
    assert found == pytest.approx(expected)


def test_of_one_kind_alone_no_curve_is_drawn() -> None:
    assert refusals([asked(question(a=1), ["a"])]) == {"unanswerable_refused": None, "answerable_refused": 0}


def test_the_area_under_the_curve_worked_out_by_hand() -> None:
    # 3 > 2, 3 > 1, 1 < 2, 1 = 1: two and a half of four.
    assert area_under_roc([3, 1], [2, 1]) == 0.625
    assert area_under_roc([2, 3], [0, 1]) == 1
    assert area_under_roc([0, 1], [2, 3]) == 0
    assert area_under_roc([1, 1], [1]) == 0.5


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_an_interval_holds_the_mean(values: list[float]) -> None:
    found = estimate(values)
    assert found.mean == pytest.approx(np.mean(values))
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    assert min(values) - 1e-9 <= found.low
    assert found.high <= max(values) + 1e-9


@given(st.floats(-1, 1), st.integers(1, 30))
def test_equal_values_have_an_interval_of_no_width(value: float, number: int) -> None:
    found = estimate([value] * number)
    assert (found.low, found.high) == pytest.approx((value, value))


def test_an_interval_is_as_wide_as_the_values_and_their_number_make_it() -> None:
    # A coin thrown 100 times: mean 0.5, standard error 0.05, so 1.96 times that to either side.
    found = estimate([0.0, 1.0] * 50)
    assert (found.low, found.high) == pytest.approx((0.402, 0.598), abs=0.015)
    assert estimate([0.0, 1.0] * 200).high - 0.5 == pytest.approx(0.049, abs=0.008)
    assert estimate([0.0, 1.0] * 50) == found


def test_a_value_of_a_question_is_its_mean_over_languages() -> None:
    first, second = question("one", a=1), question("two", a=1)
    both = [asked(first, ["a"]), asked(second, ["a"]), asked(first, ["x"], "nb")]
    assert by_question(both, lambda one: one.ndcg) == [0.5, 1]


def test_a_comparison_is_paired_by_question() -> None:
    easy, hard = ([question(f"{kind}{n}", a=1) for n in range(10)] for kind in ("easy", "hard"))
    before = [one for q in easy for one in in_all(q, ["a"])] + [one for q in hard for one in in_all(q, ["x"])]
    nothing = compare(before, before)
    assert set(nothing) == {"pooled", "en", "nb", "nl"}
    # Not paired, the difference of two means of such different values would lie between -0.3 and 0.3.
    assert all(gain == {"mean": 0, "low": 0, "high": 0} for gain in nothing.values())


def test_a_gain_is_what_the_second_way_has_more_in_each_language() -> None:
    of = question("q", a=1)
    before, after = in_all(of, ["x"]), [asked(of, ["a"]), asked(of, ["x"], "nb"), asked(of, ["x", "a"], "nl")]
    gains = {name: gain["mean"] for name, gain in compare(before, after).items()}
    third = 1 / np.log2(3)
    assert gains == pytest.approx({"pooled": (1 + third) / 3, "en": 1, "nb": 0, "nl": third})
    assert compare(after, before)["en"]["mean"] == -1


def test_questions_without_an_answer_are_left_out_of_a_comparison() -> None:
    of, none = question("q", a=1), question("none")
    gain = compare([*in_all(of, ["x"]), *in_all(none, ["x"])], [*in_all(of, ["a"]), *in_all(none, ["a"])])
    assert gain["pooled"]["mean"] == 1


def test_a_comparison_of_questions_that_all_have_no_answer_is_no_accident() -> None:
    with pytest.raises(HubError):
        compare(in_all(question("none"), ["x"]), in_all(question("none"), ["x"]))


def test_a_report_has_each_language_of_questions_and_of_cases() -> None:
    of, none = question("q", a=1, b=1), question("none")
    answers = [asked(of, ["a", "b"]), asked(of, ["a"], "nb", shown=[]), asked(of, ["x", "b"], "nl")]
    found = report([*answers, *in_all(none, ["a"])], {"a": "en", "b": "no", "x": "nl"})
    assert found["questions"] == 2
    assert {name: own["recall@10"] for name, own in found["query_language"].items()} == {"en": 1, "nb": 0.5, "nl": 0.5}
    assert found["query_language"]["nb"]["ndcg@10"] == pytest.approx(1 / (1 + 1 / np.log2(3)))
    assert found["query_language"]["nb"]["ndcg@10 of what is shown"] == 0
    assert found["case_language"] == {
        "en": {"recall@10": {"en": 1, "nb": 1, "nl": 0}},
        "no": {"recall@10": {"en": 1, "nb": 0, "nl": 1}},
        "nl": {"recall@10": {"en": None, "nb": None, "nl": None}},
    }
    assert found["recall@10"]["mean"] == pytest.approx(2 / 3)
    assert found["no_good_answer"]["answerable_refused"] == pytest.approx(1 / 3)


def test_a_report_on_questions_without_an_answer_tells_only_of_refusals() -> None:
    assert set(report(in_all(question("none"), ["a"]), {})) == {"questions", "no_good_answer"}


def ranking(*hits: tuple[str, str], scores: Sequence[float], confidence: float = 1.0) -> Ranking:
    """Hits as (document, kind), best first, and their scores."""
    rows = [Row(f"{document}#{n}", document, "en", "done", {"kind": [kind]}) for n, (document, kind) in enumerate(hits)]
    numbers = {document: None for document, _ in hits}
    together = [row for document in numbers for row in rows if row.document_id == document]
    zeros = np.zeros(len(rows))
    vectors = np.zeros((len(rows), 1), dtype=np.float32)
    found = Candidates(RowTable.of(together), np.arange(len(rows)), vectors, zeros.astype(np.float32), zeros)
    order = [together.index(row) for row in rows]
    of_each = np.zeros(len(rows))
    of_each[order] = scores
    return Ranking(found, of_each, order, confidence)


def test_cases_are_ranked_by_their_best_hit_and_other_documents_left_out() -> None:
    hits = [("leeds", "case"), ("why", "question"), ("ås", "case"), ("leeds", "case"), ("york", "case")]
    found = ranking(*hits, scores=[30, 29, 25, 24, 1])
    calls: list[tuple[str, str, Steps]] = []

    def rank(text: str, family: str, steps: Steps) -> Ranking:
        calls.append((text, family, steps))
        return found

    answers = ask_all([question("q", leeds=1)], rank, VARIANTS["dense"])
    assert [(one.language, one.cases, one.shown) for one in answers] == [
        (language, ["leeds", "ås", "york"], ["leeds", "ås"]) for language in ("en", "nb", "nl")
    ]
    assert calls == [(f"q in {name}", family, VARIANTS["dense"]) for name, family in LANGUAGES.items()]
    assert {one.confidence for one in answers} == {1.0}


def test_a_refused_question_shows_nothing_but_is_ranked_all_the_same() -> None:
    found = ranking(("leeds", "case"), scores=[3.0], confidence=-1.0)
    (answer, *_) = ask_all([question("q", leeds=1)], lambda *_: found)
    assert (answer.cases, answer.shown, answer.ndcg) == (["leeds"], [], 1)


def test_the_last_variant_leaves_nothing_out_and_no_two_are_the_same() -> None:
    assert VARIANTS["all"] == ALL_STEPS
    assert len(set(VARIANTS.values())) == len(VARIANTS)


GOOD = {"id": "q1", "en": "Heat?", "nb": "Varme?", "nl": "Warmte?", "relevant": {"leeds": 3, "ås": 1}}


def write(folder: Path, *lines: str) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def without(name: str, **changes: object) -> str:
    stored: Mapping[str, object] = {key: value for key, value in GOOD.items() if key != name} | changes
    return json.dumps(stored)


def test_judged_questions_are_read(tmp_path: Path) -> None:
    second = without("relevant", id="q2", relevant={}, theme="more may stand there")
    read = read_questions(write(tmp_path, json.dumps(GOOD, ensure_ascii=False), second))
    assert read[0] == Question("q1", {"en": "Heat?", "nb": "Varme?", "nl": "Warmte?"}, {"leeds": 3, "ås": 1})
    assert (read[1].id, read[1].relevant) == ("q2", {})


BAD = {
    "no JSON": "{",
    "an empty line": "",
    "a list": "[1, 2]",
    "no id": without("id"),
    "no Dutch": without("nl"),
    "no judgements": without("relevant"),
    "a list of cases": without("relevant", relevant=["leeds"]),
    "a grade in words": without("relevant", relevant={"leeds": "good"}),
    "no grade": without("relevant", relevant={"leeds": None}),
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD.keys())
def test_a_bad_line_is_named_with_what_was_expected(line: str, tmp_path: Path) -> None:
    file = write(tmp_path, json.dumps(GOOD), line, json.dumps(GOOD))
    with pytest.raises(HubError) as caught:
        read_questions(file)
    assert f"Line 2 of {file}" in str(caught.value)
    assert "expected an object with id, en, nb, nl and relevant (case id -> grade 1, 2 or 3)" in str(caught.value)
    assert line[:80] in str(caught.value)


@pytest.mark.parametrize("grade", [0, -1, 4])
def test_a_grade_that_there_is_not_is_a_bad_line(grade: int, tmp_path: Path) -> None:
    with pytest.raises(HubError, match="Line 1"):
        read_questions(write(tmp_path, without("relevant", relevant={"leeds": grade})))


def test_a_file_that_is_no_text_is_told_as_such(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b"\xff\xfe{}")
    with pytest.raises(HubError):
        read_questions(file)
