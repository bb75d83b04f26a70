"""The distilled part of the bundled encoder: a small transformer with int8 weights, run by onnxruntime.

The input embeddings are a memory-mapped table of int8 rows like the static part's, so that several processes
share them; `body.onnx` holds the layers above. Written by `python -m training publish`.

Each text is run by itself, one core a text. Activations are quantised over everything that goes in at once, so
that in a batch a text's vector would depend on the texts beside it; and on a processor without VNNI, where the
product is the slowest, batches of like length were no faster.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tqdm import tqdm

from hub.search.static_encoder import tokenizer_of

Vectors = NDArray[np.float32]

_FEW = 4  # starting threads for fewer texts takes longer than it saves


class DistilledEncoder:
    """Encodes texts with the transformer in a folder written by `python -m training publish`."""

    def __init__(self, folder: Path, most_tokens: int, threads: int | None = None) -> None:
        """Open the encoder in `folder`; of a text, the first `most_tokens` tokens are read.

        :param threads: texts encoded at the same time; the number of cores when None.
        :raises OSError: when a file is missing; `ValueError` when the files do not belong together.
        """
        self._session = _open(folder / "body.onnx")
        self._table: NDArray[np.int8] = np.load(folder / "words.npy", mmap_mode="r").view(np.ndarray)
        self._scales: Vectors = np.load(folder / "words-scales.npy")
        self._tokenizer = tokenizer_of(folder)
        self._first, self._last = (self._tokenizer.token_to_id(sign) for sign in ("[CLS]", "[SEP]"))
        self._most = most_tokens
        self._threads = threads or os.cpu_count() or 1
        self.dimension = int(self._table.shape[1])
        size = self._tokenizer.get_vocab_size()
        if len(self._table) != size or self._scales.shape != (size,):
            found = f"words.npy {self._table.shape}, words-scales.npy {self._scales.shape}"
            raise ValueError(f"{folder}: expected input embeddings of {size} tokens; found {found}.")

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension); a zero row for a text without any token."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        numbers = [encoding.ids[: self._most - 2] for encoding in encodings]
        with ThreadPoolExecutor(self._threads) as pool:
            rows = pool.map(self._run, numbers) if len(numbers) >= _FEW else map(self._run, numbers)
            found = list(tqdm(rows, "encoding", len(numbers), unit="text", disable=not progress))
        return np.stack(found) if found else np.zeros((0, self.dimension), dtype=np.float32)

    def _run(self, numbers: Sequence[int]) -> Vectors:
        """Return the vector of one text's tokens, shape (dimension,)."""
        if not numbers:
            return np.zeros(self.dimension, dtype=np.float32)
        tokens = np.array([self._first, *numbers, self._last])
        embeddings = self._table[tokens] * self._scales[tokens, None]
        return np.asarray(self._session.run(None, {"embeddings": embeddings[None]})[0][0], dtype=np.float32)


def _open(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
