"""The distilled part: the teacher's body, some of its layers left out, under the shared vocabulary.

Two tables of input embeddings: `base`, the teacher's own pieces (kept near what the teacher knows, so that
English stays English), and `added`, everything else. Only the rows a batch touches are updated.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from training.settings import Distil
from training.vocabulary import SPECIAL

CLS, SEP, PAD = SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]"), SPECIAL.index("[PAD]")
_SHARPNESS = 0.1
_NEIGHBOURS = 8
_MOSTLY = 0.5


class Student(nn.Module):
    """Token numbers of the shared vocabulary in, unit vectors out."""

    def __init__(self, table: NDArray[np.float32], base: int, body: BertModel) -> None:
        """Take the input embeddings (V, width), of which the first `base` are the teacher's, and the body."""
        super().__init__()
        self.base = nn.Embedding.from_pretrained(torch.from_numpy(table[:base].copy()), freeze=False, sparse=True)
        self.added = nn.Embedding.from_pretrained(torch.from_numpy(table[base:].copy()), freeze=False, sparse=True)
        self.body = body

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return unit vectors (B, width) of `tokens` (B, L); `mask` (B, L) is 1 where a token stands."""
        states = self.body(inputs_embeds=self.embed(tokens), attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        return functional.normalize((states * weights).sum(1).float() / weights.sum(1).float(), dim=1)

    def embed(self, tokens: Tensor) -> Tensor:
        """Return the input embeddings (B, L, width)."""
        size = self.base.num_embeddings
        known = (tokens < size).unsqueeze(-1)
        own = self.base(tokens.clamp(max=size - 1))
        others = self.added((tokens - size).clamp(min=0))
        return torch.where(known, own, others)

    def table(self) -> NDArray[np.float32]:
        """Return the input embeddings (V, width)."""
        return torch.cat([self.base.weight, self.added.weight]).detach().cpu().numpy()


def load_body(folder: Path, layers: Sequence[int], positions: int) -> BertModel:
    """Return the teacher's body with the chosen layers, without its own word embeddings.

    Without dropout: the targets are exact and no text is seen often.
    """
    body = BertModel.from_pretrained(
        str(folder), add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    body.encoder.layer = nn.ModuleList([body.encoder.layer[number] for number in layers])
    body.config.num_hidden_layers = len(layers)
    embeddings = body.embeddings
    embeddings.word_embeddings = nn.Embedding(1, body.config.hidden_size)  # unused: the student brings its own
    embeddings.word_embeddings.weight.requires_grad_(False)
    embeddings.position_embeddings = nn.Embedding.from_pretrained(
        embeddings.position_embeddings.weight.detach()[:positions].clone(), freeze=False
    )
    body.config.max_position_embeddings = positions
    return body


def batch(texts: Sequence[NDArray[np.int32]], most: int) -> tuple[Tensor, Tensor]:
    """Return padded token numbers with [CLS] and [SEP], at most `most` a row, and their mask."""
    rows = [[CLS, *text[: most - 2].tolist(), SEP] for text in texts]
    longest = max(map(len, rows))
    tokens = torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
    lengths = torch.tensor([len(row) for row in rows])
    return tokens, (torch.arange(longest)[None, :] < lengths[:, None]).long()


def initial_table(
    vocabulary: Sequence[str],
    teacher: tuple[Sequence[str], NDArray[np.float32]],
    static: NDArray[np.float32],
    counts: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Return input embeddings (V, width) for the shared vocabulary, guessed through the static part.

    A piece gets the mean of the teacher's embeddings of the 8 nearest English words in the static space, weighted by
    softmax(cosine / 0.1). A piece of the teacher's own keeps its embedding when it is mostly English, and is
    mixed with its neighbours' otherwise, by how English it is. (encoder-recipe.md)

    :param teacher: the teacher's pieces and its embeddings of them.
    :param static: the static part's table (V, dimension).
    :param counts: how often each piece stands in texts of each language, shape (languages, V), English first.
    """
    pieces, embeddings = teacher
    numbers = {piece: number for number, piece in enumerate(pieces)}
    shares = (counts + 0.5) / counts.sum(axis=1, keepdims=True)
    english = shares[0] / shares.sum(axis=0)
    anchors = np.array(
        [n for n, piece in enumerate(vocabulary) if _is_anchor(piece, numbers, counts[0, n], english[n])]
    )
    known = embeddings[[numbers[vocabulary[n]] for n in anchors]]
    table = _from_neighbours(static, anchors, known)
    for number, piece in enumerate(vocabulary):
        if piece in numbers:
            own = 1.0 if piece in SPECIAL or english[number] >= _MOSTLY else float(english[number])
            table[number] = own * embeddings[numbers[piece]] + (1 - own) * table[number]
    return table


def _is_anchor(piece: str, teacher: dict[str, int], count: float, english: float) -> bool:
    return piece in teacher and piece.isalpha() and len(piece) > 2 and count >= 5 and english >= _MOSTLY


def _from_neighbours(
    static: NDArray[np.float32], anchors: NDArray[np.int64], known: NDArray[np.float32]
) -> NDArray[np.float32]:
    unit = static / np.maximum(np.linalg.norm(static, axis=1, keepdims=True), 1e-9)
    result = np.empty((len(static), known.shape[1]), dtype=np.float32)
    for start in range(0, len(static), 2048):
        scores = unit[start : start + 2048] @ unit[anchors].T
        nearest = np.argpartition(-scores, min(_NEIGHBOURS, len(anchors) - 1), axis=1)[:, :_NEIGHBOURS]
        weights = np.exp((np.take_along_axis(scores, nearest, axis=1) - 1) / _SHARPNESS)
        weights /= weights.sum(axis=1, keepdims=True)
        result[start : start + 2048] = np.einsum("nk,nkd->nd", weights, known[nearest])
    return result


def build_student(
    settings: Distil,
    folder: Path,
    vocabulary: Sequence[str],
    pieces: Sequence[str],
    static: NDArray[np.float32],
    counts: NDArray[np.float64],
) -> Student:
    """Return the untrained student: the teacher's body in `folder` and the initial embeddings."""
    whole = BertModel.from_pretrained(str(folder), add_pooling_layer=False)
    embeddings = whole.embeddings.word_embeddings.weight.detach().numpy()
    table = initial_table(vocabulary, (pieces, embeddings), static, counts)
    known = set(pieces)
    base = next((n for n, piece in enumerate(vocabulary) if piece not in known), len(vocabulary))
    return Student(table, base, load_body(folder, settings.layers, settings.max_tokens))
