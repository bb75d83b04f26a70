"""The hub's encoder as one module of sentence-transformers: two models side by side in a unit vector."""

import json
import math
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule


class HubEncoder(InputModule):
    """Joins the vectors of the folders `distilled` and `static`; `weight` is the first one's share of the cosine."""

    config_file_name = "hub_encoder.json"
    config_keys = ["weight", "dimension"]

    def __init__(self, folder: str, weight: float, dimension: int) -> None:
        super().__init__()
        self.weight, self.dimension = weight, dimension
        self.distilled = SentenceTransformer(str(Path(folder) / "distilled"), device="cpu")
        self.static = SentenceTransformer(str(Path(folder) / "static"), device="cpu")

    def preprocess(self, inputs: list[str], prompt: str | None = None, **kwargs: Any) -> dict[str, torch.Tensor]:
        texts = [f"{prompt or ''}{text}" for text in inputs]
        parts = {"distilled": self.distilled.preprocess(texts), "static": self.static.preprocess(texts)}
        return {
            f"{part}.{name}": value
            for part, features in parts.items()
            for name, value in features.items()
            if isinstance(value, torch.Tensor)
        }

    def forward(self, features: dict[str, torch.Tensor], **kwargs: Any) -> dict[str, torch.Tensor]:
        distilled = self._part("distilled", features) * math.sqrt(self.weight)
        static = self._part("static", features) * math.sqrt(1 - self.weight)
        joined = torch.cat([distilled, static], dim=1)
        return {"sentence_embedding": torch.nn.functional.normalize(joined, dim=1)}

    def _part(self, part: str, features: dict[str, torch.Tensor]) -> torch.Tensor:
        own = {name.removeprefix(f"{part}."): value for name, value in features.items() if name.startswith(f"{part}.")}
        return getattr(self, part)(own)["sentence_embedding"]

    def get_embedding_dimension(self) -> int:
        return self.dimension

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        self.save_config(output_path)
        self.distilled.save(str(Path(output_path) / "distilled"))
        self.static.save(str(Path(output_path) / "static"))

    @classmethod
    def load(cls, model_name_or_path: str, **kwargs: Any) -> "HubEncoder":
        config = json.loads((Path(model_name_or_path) / cls.config_file_name).read_text(encoding="utf-8"))
        return cls(model_name_or_path, **config)
