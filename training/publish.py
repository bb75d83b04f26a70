"""Stage `publish`: the trained table as the files that the hub serves, and as a sentence-transformers folder."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.card import model_card
from training.settings import Settings
from training.sources import DataError

DATA_FILES = ("tokenizer.json", "static.npy", "scales.npy")
"""What the vectors depend on; the fingerprint is a hash of these, in this order."""


def quantise(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows (V, D) and their scales (V,): row = int8 row * scale, symmetric, the largest number at
    127.
    """
    scales = (np.abs(table).max(axis=1) / 127).astype(np.float32)
    divisors = np.where(scales > 0, scales, 1)[:, None]
    return np.rint(table / divisors).astype(np.int8), scales


def fingerprint(folder: Path) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 over the data files of an encoder folder."""
    digest = hashlib.sha256()
    for name in DATA_FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def write_encoder(settings: Settings, work: Path, folder: Path) -> dict[str, Any]:
    """Write the data files and config.json of the last training into `folder`; returns the config.

    :raises DataError: when `static` has not been run.
    """
    table_path = work / "static" / "table.npy"
    if not table_path.exists():
        raise DataError(f"Nothing to publish: expected {table_path}; run `python -m training static` first.")
    folder.mkdir(parents=True, exist_ok=True)
    rows, scales = quantise(np.load(table_path))
    np.save(folder / "static.npy", rows)
    np.save(folder / "scales.npy", scales)
    shutil.copyfile(work / "tokenizer.json", folder / "tokenizer.json")
    config = {
        "name": settings.name,
        "version": settings.version,
        "dimension": int(rows.shape[1]),
        "vocabulary": int(rows.shape[0]),
        "pooling": "mean",
        "normalisation": "l2",
        "precision": "int8 rows, float32 scale a row",
        "fingerprint": fingerprint(folder),
        "settings": settings.model_dump(),
    }
    text = json.dumps(config, indent=1, ensure_ascii=False) + "\n"
    (folder / "config.json").write_text(text, encoding="utf-8")
    return config


def publish(settings: Settings, work: Path, folder: Path, data: Path) -> str:
    """Write the served encoder with its model card; returns its fingerprint.

    The card takes its figures from the last `evaluate`, if that measured this very encoder.

    :raises DataError: when `static` has not been run, or `data` lacks SOURCES.md.
    """
    if not (data / "SOURCES.md").exists():
        raise DataError(f"The model card needs the licences: expected {data / 'SOURCES.md'}; pass --data.")
    config = write_encoder(settings, work, folder)
    results = work / "results.json"
    found = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    figures = found if found.get("fingerprint") == config["fingerprint"] else None
    rows = json.loads((work / "sources.json").read_text(encoding="utf-8"))
    sources = (data / "SOURCES.md").read_text(encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text(model_card(config, sources, rows, figures), encoding="utf-8")
    return str(config["fingerprint"])


def write_sentence_transformers(folder: Path, target: Path) -> None:
    """Write a folder that `SentenceTransformer(target)` loads, with the vectors of the encoder in `folder`."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer

    rows, scales = np.load(folder / "static.npy"), np.load(folder / "scales.npy")
    weights = torch.from_numpy(rows.astype(np.float32) * scales[:, None])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    modules: list[torch.nn.Module] = [StaticEmbedding(tokenizer, embedding_weights=weights), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(target))
    shutil.copyfile(folder / "MODEL_CARD.md", target / "README.md")
