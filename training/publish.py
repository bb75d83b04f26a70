"""Stage `publish`: the trained parts as the files that the hub serves."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.card import model_card
from training.export import quantise, write_body
from training.settings import Settings
from training.sources import DataError
from training.student import Student, load_body
from training.teacher import teacher_folder

STATIC_FILES = ("tokenizer.json", "static.npy", "static-scales.npy")
DATA_FILES = (*STATIC_FILES, "words.npy", "words-scales.npy", "body.onnx")
"""What the vectors depend on; a fingerprint is a hash of these, in this order."""


def fingerprint(folder: Path, files: Sequence[str] = DATA_FILES) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 over data files of an encoder folder."""
    digest = hashlib.sha256()
    for name in files:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def load_student(settings: Settings, work: Path) -> Student:
    """Return the trained student.

    :raises DataError: when `distil` has not been run to its end.
    """
    path = work / "distil" / "student.pt"
    if not path.exists():
        raise DataError(f"Nothing to publish: expected {path}; run `python -m training distil` first.")
    state = torch.load(path, weights_only=True, map_location="cpu")
    table = np.concatenate([state["base.weight"].numpy(), state["added.weight"].numpy()])
    folder = teacher_folder(settings.teacher)
    body = load_body(folder, settings.distil.layers, settings.distil.max_tokens)
    student = Student(table, len(state["base.weight"]), body)
    student.load_state_dict(state)
    return student.eval()


def write_encoder(settings: Settings, work: Path, folder: Path) -> dict[str, Any]:
    """Write the data files and config.json of the last training into `folder`; returns the config.

    :raises DataError: when `static` or `distil` has not been run.
    """
    table_path = work / "static" / "table.npy"
    if not table_path.exists():
        raise DataError(f"Nothing to publish: expected {table_path}; run `python -m training static` first.")
    student = load_student(settings, work)
    folder.mkdir(parents=True, exist_ok=True)
    static, words = np.load(table_path), student.table()
    for name, table in (("static", static), ("words", words)):
        rows, scales = quantise(table)
        np.save(folder / f"{name}.npy", rows)
        np.save(folder / f"{name}-scales.npy", scales)
    write_body(student, folder / "body.onnx")
    shutil.copyfile(work / "tokenizer.json", folder / "tokenizer.json")
    config = {
        "name": settings.name,
        "version": settings.version,
        "dimension": words.shape[1] + static.shape[1],
        "vocabulary": len(words),
        "normalisation": "l2",
        "fingerprint": fingerprint(folder),
        "static": {
            "dimension": static.shape[1],
            "pooling": "mean",
            "precision": "int8 rows, float32 scale a row",
            "fingerprint": fingerprint(folder, STATIC_FILES),
        },
        "distilled": {
            "dimension": words.shape[1],
            "pooling": "mean",
            "precision": "input embeddings: int8 rows, float32 scale a row; body: int8 weights a channel",
            "max_tokens": settings.distil.max_tokens,
            "weight": settings.publish.weight,
        },
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
