"""Evaluation: how good the search is on judged questions, asked in three languages.

A judged question is a JSON object with `id`, its text in `en`, `nb` and `nl`, and `relevant`: case id -> grade 1 to 3,
empty when no case answers it. Cases are ranked by their best hit.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.errors import HubError
from hub.search.fusion import Weights
from hub.search.ranking import ALL_STEPS, Ranking, Steps

DEPTH: Final = 10
GRADES: Final = {grade: grade for grade in (1, 2, 3)}
LANGUAGES: Final = {"en": "en", "nb": "no", "nl": "nl"}
# The ways of ranking that can be measured beside each other; each but the last leaves something out.
VARIANTS: Final[Mapping[str, Steps]] = {
    "lexical": Steps(Weights(0.0, 1.0, 1.0, 1.0, 0.0), coverage=0.0, feedback=0.0, variety=0.0),
    "dense": Steps(Weights(1.0, 0.0, 0.0, 0.0, 0.0), coverage=0.0, feedback=0.0, variety=0.0),
    "equal": Steps(Weights(1.0, 10.0, 10.0, 10.0, 0.0), coverage=0.0, feedback=0.0, variety=0.0),
    "dense-summaries": Steps(Weights(1.0, 0.0, 0.0, 0.0), coverage=0.0, feedback=0.0, variety=0.0),
    "fusion": Steps(coverage=0.0, feedback=0.0, variety=0.0),
    "fusion-coverage": Steps(feedback=0.0, variety=0.0),
    "without-variety": Steps(variety=0.0),
    "all": ALL_STEPS,
}
_DRAWS: Final = 2_000

Values = NDArray[np.float64]
# A question and its family in, its ranking out.
Rank = Callable[[str, str, Steps], Ranking]


@dataclass(frozen=True)
class Question:
    """A judged question; `relevant` is empty for one that no case answers."""

    id: str
    texts: Mapping[str, str]
    relevant: Mapping[str, int]


@dataclass(frozen=True)
class Asked:
    """A question in one language: the cases in their order, and those of them that are shown as answers."""

    question: Question
    language: str
    cases: Sequence[str]
    shown: Sequence[str]
    confidence: float

    @property
    def ndcg(self) -> float:
        """nDCG of the first ten cases: gain 2^grade - 1, discount log2(rank + 1), ideal over all graded ones."""
        return ndcg(self.cases, self.question.relevant)

    @property
    def recall(self) -> float:
        """The part of the relevant cases that is among the first ten."""
        return len({*self.cases[:DEPTH]} & {*self.question.relevant}) / len(self.question.relevant)


def read_questions(file: Path) -> list[Question]:
    """The questions of a file of JSON lines; HubError for the first that is none."""
    found = []
    for number, line in enumerate(_lines(file), 1):
        try:
            stored = json.loads(line)
            texts = {language: str(stored[language]) for language in LANGUAGES}
            relevant = {str(case): GRADES[grade] for case, grade in stored["relevant"].items()}
            found.append(Question(str(stored["id"]), texts, relevant))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            expected = "an object with id, en, nb, nl and relevant (case id -> grade 1, 2 or 3)"
            message = f"Line {number} of {file} is no judged question"
            raise HubError(message, expected=expected, found=line[:80], mend="Correct the line.") from error
    return found


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read"
        mend = "Give a file of JSON lines in UTF-8."
        raise HubError(message, expected="text in UTF-8", found=str(error), mend=mend) from error


def ask_all(questions: Sequence[Question], rank: Rank, steps: Steps = ALL_STEPS) -> list[Asked]:
    """Every question in every language."""
    asked = []
    for question in questions:
        for language, family in LANGUAGES.items():
            ranking = rank(question.texts[language], family, steps)
            cases, shown = _cases(ranking, ranking.order), _cases(ranking, ranking.accepted)
            asked.append(Asked(question, language, cases, shown, ranking.confidence))
    return asked


def _cases(ranking: Ranking, places: Sequence[int]) -> list[str]:
    """The cases among the hits, each once, at the place of its best hit."""
    is_case, documents = ranking.candidates.has("kind", "case"), ranking.candidates.documents
    first: dict[int, int] = {}
    for place in places:
        if is_case[place]:
            first.setdefault(int(documents[place]), place)
    return [ranking.candidates.document_id(place) for place in list(first.values())[: 5 * DEPTH]]


def ndcg(cases: Sequence[str], relevant: Mapping[str, int]) -> float:
    """See Asked.ndcg (Järvelin & Kekäläinen, 2002)."""
    gains = [2 ** relevant.get(case, 0) - 1 for case in cases[:DEPTH]]
    ideal = [2**grade - 1 for grade in sorted(relevant.values(), reverse=True)[:DEPTH]]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Sequence[int]) -> float:
    return float(sum(gain / np.log2(rank + 1) for rank, gain in enumerate(gains, 1)))


@dataclass(frozen=True)
class Estimate:
    """A mean over questions with its 95 % interval (percentile bootstrap over questions)."""

    mean: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of values, one of each question; paired when they are differences."""
    array = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(0).integers(len(array), size=(_DRAWS, len(array)))
    low, high = np.percentile(array[draws].mean(axis=1), [2.5, 97.5])
    return Estimate(float(array.mean()), float(low), float(high))


def report(asked: Sequence[Asked], language_of: Mapping[str, str]) -> dict[str, Any]:
    """All figures; `language_of` tells in which language (en, no, nl) a case is written."""
    answerable = [one for one in asked if one.question.relevant]
    found: dict[str, Any] = {"questions": len({one.question.id for one in asked})}
    if answerable:
        found |= {
            "ndcg@10": vars(estimate(by_question(answerable, lambda one: one.ndcg))),
            "recall@10": vars(estimate(by_question(answerable, lambda one: one.recall))),
            "query_language": {name: _of_language(answerable, name) for name in LANGUAGES},
            "case_language": {name: _of_cases(answerable, language_of, name) for name in ("en", "no", "nl")},
            "overlap@10": vars(estimate(overlaps(answerable))),
        }
    return found | {"no_good_answer": refusals(asked)}


def by_question(asked: Sequence[Asked], value: Callable[[Asked], float]) -> list[float]:
    """For each question the mean of a value over its languages."""
    values: dict[str, list[float]] = {}
    for one in asked:
        values.setdefault(one.question.id, []).append(value(one))
    return [float(np.mean(each)) for each in values.values()]


def overlaps(asked: Sequence[Asked]) -> list[float]:
    """For each question how many of the first ten cases two languages share, as a part of ten, over all pairs."""
    cases: dict[str, list[set[str]]] = {}
    for one in asked:
        cases.setdefault(one.question.id, []).append({*one.cases[:DEPTH]})
    return [float(np.mean([len(a & b) / DEPTH for a, b in combinations(each, 2)])) for each in cases.values()]


def refusals(asked: Sequence[Asked]) -> dict[str, Any]:
    """How often "no good answer" is right: parts refused of both kinds, and the area under the ROC curve."""
    none = [one for one in asked if not one.question.relevant]
    others = [one for one in asked if one.question.relevant]
    found: dict[str, Any] = {
        "unanswerable_refused": _part(none, lambda one: not one.shown),
        "answerable_refused": _part(others, lambda one: not one.shown),
    }
    if none and others:
        found["roc_auc"] = area_under_roc([one.confidence for one in others], [one.confidence for one in none])
    return found


def area_under_roc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The probability that one of the positive lies above one of the negative, ties halved (Mann & Whitney, 1947)."""
    above = np.asarray(positive)[:, None] - np.asarray(negative)[None, :]
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def _part(asked: Sequence[Asked], holds: Callable[[Asked], bool]) -> float | None:
    return float(np.mean([holds(one) for one in asked])) if asked else None


def _of_language(asked: Sequence[Asked], language: str) -> dict[str, Any]:
    own = [one for one in asked if one.language == language]
    return {
        "ndcg@10": float(np.mean([one.ndcg for one in own])),
        "recall@10": float(np.mean([one.recall for one in own])),
        "ndcg@10 of what is shown": float(np.mean([ndcg(one.shown, one.question.relevant) for one in own])),
    }


def _of_cases(asked: Sequence[Asked], language_of: Mapping[str, str], family: str) -> dict[str, Any]:
    """How many of the relevant cases in a language are among the first ten, by the language of the question."""
    found = {}
    for language in LANGUAGES:
        hits = [
            case in one.cases[:DEPTH]
            for one in asked
            if one.language == language
            for case in one.question.relevant
            if language_of.get(case) == family
        ]
        found[language] = float(np.mean(hits)) if hits else None
    return {"recall@10": found}


def compare(one: Sequence[Asked], other: Sequence[Asked]) -> dict[str, Any]:
    """What the second way gains over the first in nDCG, paired: over all languages, and in each."""

    if not any(asked.question.relevant for asked in one):
        mend = "Give judged questions that a case answers."
        raise HubError(
            "There is nothing to compare", expected="a question with relevant cases", found="none", mend=mend
        )

    def gains(first: Iterator[Asked], second: Iterator[Asked]) -> list[float]:
        pairs = zip(
            by_question(list(first), lambda one: one.ndcg),
            by_question(list(second), lambda one: one.ndcg),
            strict=True,
        )
        return [after - before for before, after in pairs]

    def judged(asked: Sequence[Asked], language: str | None = None) -> Iterator[Asked]:
        return (one for one in asked if one.question.relevant and language in (None, one.language))

    return {
        "pooled": vars(estimate(gains(judged(one), judged(other)))),
        **{name: vars(estimate(gains(judged(one, name), judged(other, name)))) for name in LANGUAGES},
    }
