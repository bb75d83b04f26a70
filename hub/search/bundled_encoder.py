"""The bundled encoder: the static and the distilled part side by side in one vector.

The cosine of two texts is `weight` times that of the distilled part (meaning) plus 1 - `weight` times that of
the static part (words and their translations).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.search.distilled_encoder import DistilledEncoder
from hub.search.static_encoder import StaticEncoder

Vectors = NDArray[np.float32]


class BundledEncoder:
    """Encodes texts with both parts in a folder written by `python -m training publish`."""

    def __init__(self, folder: Path) -> None:
        """Open the encoder in `folder`.

        :raises OSError: when a file is missing; `ValueError` or `KeyError` when the files do not belong together.
        """
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.name: str = config["name"]
        self.fingerprint: str = config["fingerprint"]
        self.static = StaticEncoder(folder)
        self.distilled = DistilledEncoder(folder, config["distilled"]["max_tokens"])
        weight = float(config["distilled"]["weight"])
        self._factors = (np.float32(np.sqrt(weight)), np.float32(np.sqrt(1 - weight)))
        self.dimension = self.distilled.dimension + self.static.dimension

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return the unit vectors of passages, shape (len(texts), dimension); zeros for a text without any token."""
        return self._join(self.distilled.encode(texts, progress=progress), self.static.encode(texts))

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the unit vectors of questions, shape (len(texts), dimension)."""
        return self.encode(texts)

    def _join(self, distilled: Vectors, static: Vectors) -> Vectors:
        joined = np.hstack([self._factors[0] * distilled, self._factors[1] * static])
        lengths = np.linalg.norm(joined, axis=1, keepdims=True)
        return np.asarray(joined / np.where(lengths > 0, lengths, 1), dtype=np.float32)
