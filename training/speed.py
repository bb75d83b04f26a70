"""How fast the encoder is, always beside all-MiniLM-L6-v2 in the same run: only the ratio travels between machines.

One thread each, and texts that neither has seen before: the static encoder remembers how words are tokenised, so a
second pass over the same texts would flatter it.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hub.search.encoder import Encoder, TransformersEncoder
from training.settings import Settings
from training.teacher import teacher_folder

_PARTS = 4


def compare_speed(encoder: Encoder, settings: Settings, shared: Path) -> dict[str, float]:
    """Return texts a second on FLORES English for the encoder and the peer, and one new question's p50 in ms."""
    import torch
    from sentence_transformers import SentenceTransformer

    lines = (shared / "benchmarks" / "flores200-devtest.tsv").read_text(encoding="utf-8").splitlines()[1:]
    english, norwegian = ([line.split("\t")[column] for line in lines] for column in (0, 1))
    folder = str(teacher_folder(settings.teacher))
    torch.set_num_threads(1)
    peer = TransformersEncoder(SentenceTransformer(folder, device="cpu"), folder)
    ours, theirs = _rate(encoder, english), _rate(peer, english)
    return {
        "texts a second": ours,
        "texts a second, all-MiniLM-L6-v2": theirs,
        "ratio": ours / theirs,
        "one question, ms (p50)": _question_ms(encoder, norwegian),
        "one question, all-MiniLM-L6-v2, ms (p50)": _question_ms(peer, norwegian[:50]),
    }


def _rate(encoder: Encoder, texts: Sequence[str]) -> float:
    """Return the best rate over parts of `texts` that are each encoded once; the first part warms up."""
    first, *rest = (texts[part::_PARTS] for part in range(_PARTS))
    encoder.encode(first)
    rates = []
    for part in rest:
        start = time.perf_counter()
        encoder.encode(part)
        rates.append(len(part) / (time.perf_counter() - start))
    return max(rates)


def _question_ms(encoder: Encoder, questions: Sequence[str]) -> float:
    spent = []
    for question in questions:
        start = time.perf_counter()
        encoder.encode_questions([question])
        spent.append(time.perf_counter() - start)
    return float(np.median(spent) * 1000)
