"""The trained student as what the hub serves: an int8 table of input embeddings and an int8 ONNX body."""

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.student import Student

_OPSET = 17
_FLOAT = 1  # onnx.TensorProto.FLOAT: the fused operators of onnxruntime carry no type that the quantiser could read


class Body(nn.Module):
    """The student without its tables: input embeddings in, unit vectors out."""

    def __init__(self, student: Student) -> None:
        """Take the body of `student`, which afterwards computes attention step by step so that it can be exported."""
        super().__init__()
        self.body = student.body
        self.body.set_attn_implementation("eager")

    def forward(self, embeddings: Tensor) -> Tensor:
        """Return unit vectors (B, width) of `embeddings` (B, L, width): texts of one length, which need no mask."""
        return functional.normalize(self.body(inputs_embeds=embeddings).last_hidden_state.mean(1), dim=1)


def quantise(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows (V, D) and their scales (V,): row = int8 row * scale, symmetric, the largest number at
    127.
    """
    scales = (np.abs(table).max(axis=1) / 127).astype(np.float32)
    divisors = np.where(scales > 0, scales, 1)[:, None]
    return np.rint(table / divisors).astype(np.int8), scales


def write_body(student: Student, path: Path, *, quantised: bool = True) -> None:
    """Write the body as ONNX with fused attention and, if asked, int8 weights a channel.

    Input `embeddings` (B, L, width) float32; output `vectors` (B, width) float32 of unit length.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as name:
        exported, fused = Path(name) / "exported.onnx", Path(name) / "fused.onnx"
        _export(student, exported)
        _fuse(student, exported, fused)
        if not quantised:
            path.write_bytes(fused.read_bytes())
            return
        with _quiet():
            quantize_dynamic(
                fused,
                path,
                per_channel=True,
                weight_type=QuantType.QInt8,
                extra_options={"DefaultTensorType": _FLOAT},
            )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the quantiser's advice, which it gives through the root logger, out of the log."""
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _export(student: Student, path: Path) -> None:
    width = student.base.embedding_dim
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of every Python number; the shapes are checked by tests
        torch.onnx.export(
            Body(student).eval(),
            (torch.randn(2, 8, width),),
            str(path),
            input_names=["embeddings"],
            output_names=["vectors"],
            dynamic_axes={"embeddings": {0: "texts", 1: "tokens"}, "vectors": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def _fuse(student: Student, source: Path, target: Path) -> None:
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False  # the input is embeddings already
    config = student.body.config
    model = optimizer.optimize_model(
        str(source),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        optimization_options=options,
        opt_level=0,
    )
    model.save_model_to_file(str(target))
