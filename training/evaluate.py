"""Stage `evaluate`: what the encoder reaches beside its parts, its teacher and BM25; written as `RESULTS.md`.

It measures what is served (int8), through the same `hub.search.encoder` that the hub uses.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.search.bundled_encoder import BundledEncoder
from hub.search.encoder import TransformersEncoder
from training.judged import (
    LANGUAGES,
    Collection,
    Encode,
    Scorer,
    fact_sheets,
    flores,
    measure_flores,
    measure_questions,
    published_cases,
)
from training.publish import load_student, write_encoder
from training.report import results_table
from training.settings import ROOT, Settings
from training.sources import DataError
from training.speed import compare_speed, serving_memory
from training.teacher import teacher_folder

Vectors = NDArray[np.float32]

_TEXTS = 1000
"""How many texts of three languages the served vectors are compared on with the float32 model's."""


def dense(encode: Encode) -> Scorer:
    """Return a scorer by cosine; passages are encoded once."""
    known: dict[int, Vectors] = {}

    def score(questions: Sequence[str], passages: Sequence[str]) -> Vectors:
        if id(passages) not in known:
            known[id(passages)] = encode(passages)
        return np.asarray(encode(questions) @ known[id(passages)].T)

    return score


def bm25() -> Scorer:
    """Return BM25 (bm25s, its own defaults) with English stop words and stemmer, as in encoder-recipe.md."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")

    def score(questions: Sequence[str], passages: Sequence[str]) -> Vectors:
        index = bm25s.BM25()
        index.index(
            bm25s.tokenize(list(passages), stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False
        )
        words = bm25s.tokenize(list(questions), stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False)
        return np.stack([index.get_scores(question) for question in words])

    return score


def compare_with_float(settings: Settings, work: Path, served: BundledEncoder, shared: Path) -> dict[str, Any]:
    """Return how near the served vectors lie to those of the trained parts in float32."""
    full = FullEncoder(settings, work)
    sentences = flores(shared)
    texts = [sentences[LANGUAGES[place % 3]][place] for place in range(_TEXTS)]
    cosines = (served.encode(texts) * full.encode(texts)).sum(axis=1)
    sheets = fact_sheets(shared)
    return {
        "mean": float(cosines.mean()),
        "least": float(cosines.min()),
        "questions": measure_questions(dense(full.encode), sheets),
    }


class FullEncoder:
    """The trained parts in float32, before quantisation."""

    def __init__(self, settings: Settings, work: Path) -> None:
        """Load the last training."""
        from tokenizers import Tokenizer

        self._student = load_student(settings, work)
        self._static = np.load(work / "static" / "table.npy")
        self._tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
        self._most = settings.distil.max_tokens
        self._weight = settings.publish.weight

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension)."""
        import torch

        from training.student import batch

        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        numbers = [np.asarray(encoding.ids, dtype=np.int32) for encoding in encodings]
        with torch.no_grad():
            distilled = np.concatenate([self._student(*batch([ids], self._most)).numpy() for ids in numbers])
        static = np.stack([self._static[ids].sum(axis=0) for ids in numbers])
        static /= np.maximum(np.linalg.norm(static, axis=1, keepdims=True), 1e-9)
        return np.hstack([self._weight**0.5 * distilled, (1 - self._weight) ** 0.5 * static]).astype(np.float32)


def evaluate(settings: Settings, work: Path, folder: Path | None, shared: Path, out: Path, *, speed: bool) -> str:
    """Measure the encoder in `folder` (None: the last training) and write the table to `out`; returns it.

    :raises DataError: when the test material or the trained parts are absent.
    """
    for needed in ("benchmarks/flores200-devtest.tsv", "questions-dev.jsonl", "facts"):
        if not (shared / needed).exists():
            raise DataError(f"Cannot evaluate: expected {shared / needed}, which is not there; name --shared.")
    if folder is None:
        folder = work / "served"
        write_encoder(settings, work, folder)
    served = BundledEncoder(folder)
    found: dict[str, Any] = {"fingerprint": served.fingerprint, "bytes": _sizes(settings, folder)}
    teacher = _teacher(settings)
    encoders: dict[str, Encode] = {
        "all-MiniLM-L6-v2": teacher.encode,
        "static": served.static.encode,
        "distilled": served.distilled.encode,
        "whole": served.encode,
    }
    found["flores"] = {name: measure_flores(encode, shared) for name, encode in encoders.items()}
    scorers = {"BM25": bm25(), **{name: dense(encode) for name, encode in encoders.items()}}
    found["questions"] = _all(scorers, fact_sheets(shared))
    found["cases"] = _all(scorers, published_cases(ROOT / "content", shared))
    if (work / "distil" / "student.pt").exists():
        found["float32"] = compare_with_float(settings, work, served, shared)
    if speed:
        found["speed"] = compare_speed(served, teacher, shared)
        found["memory"] = serving_memory(folder)
    table = results_table(found)
    out.write_text(table, encoding="utf-8")
    work.mkdir(parents=True, exist_ok=True)
    (work / "results.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    return table


def _all(scorers: dict[str, Scorer], collection: Collection) -> dict[str, dict[str, list[float]]]:
    if not collection.questions:
        return {}
    return {name: measure_questions(scorer, collection) for name, scorer in scorers.items()}


def _teacher(settings: Settings) -> TransformersEncoder:
    from sentence_transformers import SentenceTransformer

    folder = str(teacher_folder(settings.teacher))
    return TransformersEncoder(SentenceTransformer(folder, device="cpu"), folder)


def _sizes(settings: Settings, folder: Path) -> dict[str, int]:
    """Return the bytes on disk of the whole encoder, its static part alone, and the teacher's weights."""

    def of(*names: str) -> int:
        return sum((folder / name).stat().st_size for name in names)

    static = of("tokenizer.json", "static.npy", "static-scales.npy")
    rest = of("words.npy", "words-scales.npy", "body.onnx")
    weights = (teacher_folder(settings.teacher) / "model.safetensors").stat().st_size
    return {
        "whole": static + rest,
        "static": static,
        "distilled": of("tokenizer.json") + rest,
        "all-MiniLM-L6-v2": weights,
    }
