"""The encoder as folders for sentence-transformers, in float32.

`FOLDER/distilled` and `FOLDER/static` hold nothing but standard modules. The whole encoder joins the two, for
which sentence-transformers has no module: `FOLDER` brings a small one of its own and is loaded with
`SentenceTransformer(FOLDER, trust_remote_code=True)`.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, StaticEmbedding, Transformer
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from training.publish import load_student
from training.settings import HERE, Settings
from training.student import CLS, PAD, SEP, Student

_MODULE = "hub_encoder.py"


def write_sentence_transformers(settings: Settings, work: Path, target: Path) -> None:
    """Write `target` and its two parts from the last training.

    :raises DataError: when `distil` has not been run to its end.
    """
    student = load_student(settings, work)
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    table = torch.from_numpy(np.load(work / "static" / "table.npy"))
    static: list[torch.nn.Module] = [StaticEmbedding(tokenizer, embedding_weights=table), Normalize()]
    SentenceTransformer(modules=static, device="cpu").save(str(target / "static"))
    _write_distilled(student, tokenizer, settings.distil.max_tokens, target / "distilled")
    shutil.copyfile(HERE / "templates" / _MODULE, target / _MODULE)
    kind = f"{Path(_MODULE).stem}.HubEncoder"
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (target / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    joined = {"weight": settings.publish.weight, "dimension": student.base.embedding_dim + table.shape[1]}
    (target / "hub_encoder.json").write_text(json.dumps(joined), encoding="utf-8")


def _write_distilled(student: Student, tokenizer: Tokenizer, most: int, target: Path) -> None:
    """Write a standard BERT with the student's weights, mean pooling and normalisation."""
    config = BertConfig(**{**student.body.config.to_dict(), "vocab_size": tokenizer.get_vocab_size()})
    model = BertModel(config, add_pooling_layer=False)
    weights = student.body.state_dict()
    weights["embeddings.word_embeddings.weight"] = torch.from_numpy(student.table())
    model.load_state_dict(weights)
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)]
    )
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=most, pad_token_id=PAD, **names)
    plain = target.with_name("plain")
    model.save_pretrained(str(plain))
    fast.save_pretrained(str(plain))
    transformer = Transformer(str(plain), max_seq_length=most)
    modules: list[torch.nn.Module] = [transformer, Pooling(student.base.embedding_dim, "mean"), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(target))
    shutil.rmtree(plain)
