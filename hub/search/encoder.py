"""Which encoder turns texts into vectors: the bundled one, or any sentence-transformers model
(`HUB_ENCODER`).

    Encoder (Protocol)
    ├── BundledEncoder          hub/encoder, the default: numpy, tokenizers and onnxruntime
    ├── StaticEncoder           its static part alone, the fast mode: numpy and tokenizers only
    └── TransformersEncoder     a sentence-transformers name or folder, imported when asked for

An index belongs to one encoder: `fingerprint` changes when the vectors would.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from hub.errors import HubError
from hub.search.static_encoder import BUNDLED, StaticEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BUNDLED_NAMES = ("", "bundled")
_STATIC_NAME = "static"
PUBLISHED = "body.onnx"
"""The file by which a folder of our own making is known."""
_E5_PREFIXES = ("query: ", "passage: ")
_PROBE = (
    "How do we get residents on board with district heating?",
    "Hvordan får vi innbyggere med på fjernvarme?",
    "Hoe krijgen we bewoners mee met een warmtenet?",
)

Vectors = NDArray[np.float32]


class EncoderError(HubError):
    """An encoder that cannot be loaded."""


class Encoder(Protocol):
    """What search needs of an encoder.

    Vectors are float32 and of unit length, so that their product is the cosine; a text without any token gets
    zeros.
    """

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change when the vectors would."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return the vectors of passages, shape (len(texts), dimension)."""

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of questions, shape (len(texts), dimension); some models prefix them
        differently.
        """


class TransformersEncoder:
    """A sentence-transformers model behind the `Encoder` protocol."""

    def __init__(self, model: "SentenceTransformer", name: str) -> None:
        """Wrap a loaded model; `name` decides about the prefixes of the E5 family and enters the fingerprint."""
        self._model = model
        self._prefixes = _prefixes(model.prompts or {}, name)
        self.dimension = int(model.get_embedding_dimension() or 0)
        # Rounded, and without negative zeros, so that every processor arrives at the same bytes.
        probe = np.round(self.encode(_PROBE), 3) + 0.0
        recipe = json.dumps([name, self._prefixes]).encode()
        self.fingerprint = hashlib.sha256(recipe + probe.tobytes()).hexdigest()[:16]

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return the vectors of passages, shape (len(texts), dimension)."""
        return self._encode(texts, self._prefixes[1], progress)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of questions, shape (len(texts), dimension)."""
        return self._encode(texts, self._prefixes[0], False)

    def _encode(self, texts: Sequence[str], prefix: str, progress: bool) -> Vectors:
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        filled = [place for place, text in enumerate(texts) if text.strip()]
        if filled:
            prefixed = [prefix + texts[place] for place in filled]
            # prompt="": a model's own default prompt would come on top of ours
            vectors = self._model.encode(
                prefixed,
                prompt="",
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=progress,
            )
            result[filled] = np.asarray(vectors, dtype=np.float32)
        return result


def _prefixes(prompts: Mapping[str, str | None], name: str) -> tuple[str, str]:
    """Return what goes before a question and before a passage: the model's own prompts, else those of E5 by
    name.
    """
    question = prompts.get("query") or ""
    passage = prompts.get("document") or prompts.get("passage") or ""
    if not (question or passage) and "e5" in Path(name).name.lower():
        return _E5_PREFIXES
    return question, passage


def load_encoder(name: str = "") -> Encoder:
    """Load the bundled encoder ("" or "bundled"), its static part alone ("static"), a folder that
    `python -m training publish` wrote, else the sentence-transformers model `name` (or folder).

    :raises EncoderError: when it cannot be loaded; the text says what was expected, found, and how to mend
        it.
    """
    if name in _BUNDLED_NAMES or name == _STATIC_NAME:
        return _load_published(BUNDLED, static_alone=name == _STATIC_NAME)
    if (Path(name) / PUBLISHED).is_file():
        return _load_published(Path(name), static_alone=False)
    return _load_transformers(name)


def _load_published(folder: Path, *, static_alone: bool) -> Encoder:
    try:
        if static_alone:
            return StaticEncoder(folder)
        from hub.search.bundled_encoder import BundledEncoder  # brings onnxruntime

        return BundledEncoder(folder)
    except Exception as error:  # onnxruntime has exceptions of its own for a body that it cannot read
        raise EncoderError(
            "The encoder cannot be opened",
            expected=f"config.json, tokenizer.json, body.onnx and four .npy files of one publishing in {folder}",
            found=f"{type(error).__name__}: {error}",
            mend="Restore the folder from the repository, or write it anew: python -m training publish.",
        ) from error


def _load_transformers(name: str) -> TransformersEncoder:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderError(
            f"The encoder {name!r} needs sentence-transformers",
            expected="the package sentence-transformers, or HUB_ENCODER=bundled",
            found="it is not installed",
            mend="Install it: pip install sentence-transformers.",
        ) from error
    try:
        model = SentenceTransformer(name, device="cpu")
    except Exception as error:  # whatever the library, its hub client or a model's own code raises
        raise EncoderError(
            f"The encoder {name!r} cannot be loaded",
            expected="a sentence-transformers model: its name on the Hugging Face hub, or a folder",
            found=f"{type(error).__name__}: {error}".splitlines()[0],
            mend="Check HUB_ENCODER and, for a name, the network; leave it empty for the bundled encoder.",
        ) from error
    return TransformersEncoder(model, name)
