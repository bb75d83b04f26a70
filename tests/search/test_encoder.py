"""The bundled encoder serves the vectors that sentence-transformers would, and any other model can take its place."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from hub.search import encoder as encoders
from hub.search import static_encoder
from hub.search.bundled_encoder import BundledEncoder
from hub.search.encoder import BUNDLED, Encoder, EncoderError, TransformersEncoder, load_encoder
from hub.search.static_encoder import StaticEncoder
from training.publish import STATIC_FILES, fingerprint

ENCODER = StaticEncoder(BUNDLED)
TOKENIZER = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))

TEXTS = [
    "How do we get residents on board with district heating?",
    "Hvordan får vi innbyggere med på fjernvarme?",
    "Korleis får vi innbyggjarane med på fjernvarme?",
    "Hoe krijgen we bewoners mee met het warmtenet?",
    "",
    "   \n\t ",
    "🙂🙃",
    "Wind 🌬️ og sol ☀️, 1 000 kWh – «Ærlig talt!» coöperatie ﬁne ＡＢＣ",
    # 3,000 words. Not many more of the same: beyond, the float32 sums of sentence-transformers itself drift past 1e-5.
    "omstilling transitie transition " * 1000,
    "x" * 500,
]

# question, its translation, an unrelated sentence in the translation's language
TRIPLES = [
    (
        "Hvordan får vi innbyggere med på fjernvarme?",
        "Hoe krijgen we bewoners mee met het warmtenet?",
        "De rekenkamer publiceert elk jaar een verslag over de jaarrekening.",
    ),
    (
        "The school opens a new library for children.",
        "Skolen åpner et nytt bibliotek for barn.",
        "Strømnettet har ikke kapasitet til flere vindmøller.",
    ),
    (
        "De gemeente wil minder auto's in de stad.",
        "The municipality wants fewer cars in the city.",
        "Nurses help older people who live at home.",
    ),
]


@pytest.fixture(scope="module", params=["bundled", "static"])
def either(request: pytest.FixtureRequest) -> Encoder:
    """The whole encoder, and its fast mode."""
    return load_encoder(request.param)


@pytest.fixture(scope="module")
def bundled() -> BundledEncoder:
    return BundledEncoder(BUNDLED)


def test_static_vectors_equal_those_of_sentence_transformers() -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    rows, scales = np.load(BUNDLED / "static.npy"), np.load(BUNDLED / "static-scales.npy")
    weights = torch.from_numpy(rows.astype(np.float32) * scales[:, None])
    modules: list[torch.nn.Module] = [StaticEmbedding(TOKENIZER, embedding_weights=weights), Normalize()]
    expected = SentenceTransformer(modules=modules, device="cpu").encode(TEXTS)
    assert np.abs(ENCODER.encode(TEXTS) - expected).max() < 1e-5


def test_vectors_have_unit_length_and_texts_without_a_known_token_get_zeros(either: Encoder) -> None:
    lengths = np.linalg.norm(either.encode(TEXTS), axis=1)
    empty = np.array([not TOKENIZER.encode(text, add_special_tokens=False).ids for text in TEXTS])
    assert empty.sum() == 2
    assert lengths[empty] == pytest.approx(0, abs=1e-9)
    unknown = np.array([text in ("🙂🙃", "x" * 500) for text in TEXTS])
    assert lengths[~empty & ~unknown] == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(either: Encoder) -> None:
    assert either.encode([]).shape == (0, either.dimension)
    assert either.encode([]).dtype == np.float32


def test_a_vector_does_not_depend_on_what_it_is_encoded_with(either: Encoder) -> None:
    together = either.encode(TEXTS * 5)
    alone = np.concatenate([either.encode([text]) for text in TEXTS])
    assert np.array_equal(together[-len(TEXTS) :], alone)


def test_questions_and_passages_are_treated_alike(either: Encoder) -> None:
    assert np.array_equal(either.encode_questions(TEXTS), either.encode(TEXTS))


@pytest.mark.parametrize(("text", "translation", "unrelated"), TRIPLES)
def test_a_translation_is_nearer_than_an_unrelated_sentence(
    either: Encoder, text: str, translation: str, unrelated: str
) -> None:
    question, near, far = either.encode([text, translation, unrelated])
    assert question @ near > question @ far + 0.2


def test_both_parts_share_the_vector_by_the_weight_in_the_config(bundled: BundledEncoder) -> None:
    weight = json.loads((BUNDLED / "config.json").read_text(encoding="utf-8"))["distilled"]["weight"]
    left, right = bundled.encode(TEXTS[:2])
    parts = [part.encode(TEXTS[:2]) for part in (bundled.distilled, bundled.static)]
    cosines = [float(vectors[0] @ vectors[1]) for vectors in parts]
    assert float(left @ right) == pytest.approx(weight * cosines[0] + (1 - weight) * cosines[1], abs=1e-5)


def test_word_order_reaches_the_distilled_part_alone(bundled: BundledEncoder) -> None:
    texts = ["The municipality trusts its residents.", "Its residents trusts the municipality."]
    static, distilled = (part.encode(texts) for part in (bundled.static, bundled.distilled))
    assert static[0] @ static[1] == pytest.approx(1, abs=1e-5)
    assert distilled[0] @ distilled[1] < 0.999


def test_a_long_text_is_read_up_to_the_limit(bundled: BundledEncoder) -> None:
    long = "omstilling " * 5000
    assert np.array_equal(bundled.distilled.encode([long]), bundled.distilled.encode([long + "fiets"]))


def test_words_that_correspond_are_near_across_languages(either: Encoder) -> None:
    norwegian, dutch, other = either.encode(["fjernvarme", "warmtenet", "fietspad"])
    assert norwegian @ dutch > norwegian @ other + 0.3


@pytest.mark.parametrize("text", TEXTS)
def test_the_parts_of_a_text_add_up_to_its_vector(text: str) -> None:
    encoder = ENCODER
    words = encoder.word_vectors(text)
    total = np.sum([word.vector for word in words], axis=0, dtype=np.float64) if words else np.zeros(encoder.dimension)
    mean = total / max(1, len(encoder.token_numbers(text)))
    length = np.linalg.norm(mean)
    assert mean / (length or 1) == pytest.approx(encoder.encode([text])[0], abs=1e-5)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("aB æØ.,  \n\t\u00a0\u0308\u00a8ﬁﾊﾞΣ🙂-0'\x1c\x00"), max_size=30) | st.text(max_size=30))
def test_tokens_remembered_between_spaces_are_those_of_the_whole_text(text: str) -> None:
    expected = TOKENIZER.encode(text, add_special_tokens=False).ids
    assert ENCODER.token_numbers(text) == expected
    assert ENCODER.token_numbers(text) == expected, "the second time, from memory"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_encoder, "_MOST_CHUNKS", 10)
    encoder = StaticEncoder(BUNDLED)
    text = " ".join(f"ord{number}" for number in range(100))
    assert encoder.token_numbers(text) == TOKENIZER.encode(text, add_special_tokens=False).ids
    assert len(encoder._chunks) <= 10


def test_words_know_where_they_stand_in_the_original_text() -> None:
    text = "Får  VI «fjernvarmeprosjekter» 🙂 med?"
    words = StaticEncoder(BUNDLED).word_vectors(text)
    expected = ["Får", "VI", "«", "fjernvarmeprosjekter", "»", "🙂", "med", "?"]
    assert [word.text for word in words] == expected
    assert [text[word.start : word.end] for word in words] == expected


def test_the_fingerprints_in_the_config_are_those_of_the_files(bundled: BundledEncoder) -> None:
    config = json.loads((BUNDLED / "config.json").read_text(encoding="utf-8"))
    assert config["fingerprint"] == fingerprint(BUNDLED) == bundled.fingerprint
    assert config["static"]["fingerprint"] == fingerprint(BUNDLED, STATIC_FILES) == ENCODER.fingerprint
    assert bundled.fingerprint != ENCODER.fingerprint


def test_another_table_has_another_fingerprint(tmp_path: Path) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "encoder")
    rows = np.load(folder / "static.npy")
    rows[7, 0] ^= 1
    np.save(folder / "static.npy", rows)
    assert fingerprint(folder) != fingerprint(BUNDLED)


def test_the_bundled_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= 60_000_000


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("bundled", ["torch", "transformers", "sentence_transformers"]),
        ("static", ["torch", "transformers", "sentence_transformers", "onnxruntime"]),
    ],
)
def test_the_encoder_loads_without_heavy_libraries(name: str, absent: list[str]) -> None:
    program = (
        f"import sys; from hub.search.encoder import load_encoder; load_encoder({name!r}).encode(['fjernvarme']);"
        f"print([name for name in {absent!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_table_that_does_not_fit_its_vocabulary_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "encoder")
    np.save(folder / "static.npy", np.load(folder / "static.npy")[:-1])
    monkeypatch.setattr(encoders, "BUNDLED", folder)
    with pytest.raises(EncoderError, match=r"static\.npy"):
        load_encoder()


def test_input_embeddings_that_do_not_fit_the_vocabulary_are_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "encoder")
    np.save(folder / "words.npy", np.load(folder / "words.npy")[:-1])
    with pytest.raises(EncoderError, match=r"words\.npy"):
        load_encoder(str(folder))


def test_a_damaged_body_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(BUNDLED, tmp_path / "encoder")
    (folder / "body.onnx").write_bytes(b"half a file")
    with pytest.raises(EncoderError, match="python -m training publish"):
        load_encoder(str(folder))


def test_a_folder_of_our_own_making_can_be_the_encoder(bundled: BundledEncoder) -> None:
    assert load_encoder(str(BUNDLED)).fingerprint == bundled.fingerprint


def test_a_missing_bundled_encoder_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "BUNDLED", tmp_path)
    with pytest.raises(EncoderError, match="python -m training publish"):
        load_encoder("bundled")


# --- any other model -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer BERT with random weights, saved as sentence-transformers saves a model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    letters = "abcdefghijklmnopqrstuvwxyzæøå?"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    model = SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


def test_any_sentence_transformers_folder_can_be_the_encoder(tiny_bert: Path) -> None:
    encoder = load_encoder(str(tiny_bert))
    vectors = encoder.encode(["hvor", "", "waar"])
    assert encoder.dimension == 32
    assert vectors.shape == (3, 32)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1], abs=1e-5)


def test_the_same_model_has_the_same_fingerprint_and_a_changed_one_another(tiny_bert: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    first = load_encoder(str(tiny_bert)).fingerprint
    assert load_encoder(str(tiny_bert)).fingerprint == first
    kept = tmp_path / "kept"
    shutil.copytree(tiny_bert, kept)
    tiny = tiny_bert / "model.safetensors"
    weights = load_file(tiny)
    try:
        save_file({name: weight * np.float32(1.5) for name, weight in weights.items()}, tiny, {"format": "pt"})
        assert load_encoder(str(tiny_bert)).fingerprint != first
    finally:
        shutil.copyfile(kept / "model.safetensors", tiny)


class Recorder:
    """Stands in for a sentence-transformers model and keeps what it was asked to encode."""

    def __init__(self, prompts: dict[str, str | None]) -> None:
        self.prompts = prompts
        self.seen: list[str] = []

    def get_embedding_dimension(self) -> int:
        return 2

    def encode(self, texts: list[str], **_: object) -> np.ndarray:
        self.seen = texts
        return np.full((len(texts), 2), 0.5**0.5, dtype=np.float32)


@pytest.mark.parametrize(
    ("name", "prompts", "question", "passage"),
    [
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, "query: a", "passage: a"),
        ("some/model", {"query": "ask: ", "document": "text: "}, "ask: a", "text: a"),
        ("some/e5-model", {"query": "ask: ", "passage": "text: "}, "ask: a", "text: a"),
        ("some/model", {"query": None, "document": None}, "a", "a"),
        ("folder-e5/other", {}, "a", "a"),
    ],
)
def test_questions_and_passages_get_the_prefixes_of_the_model(
    name: str, prompts: dict[str, str | None], question: str, passage: str
) -> None:
    model = Recorder(prompts)
    encoder = TransformersEncoder(model, name)  # type: ignore[arg-type]  # a stand-in
    encoder.encode_questions(["a"])
    assert model.seen == [question]
    encoder.encode(["a"])
    assert model.seen == [passage]


def test_prefixes_change_the_fingerprint() -> None:
    plain, prefixed = (
        TransformersEncoder(Recorder(prompts), "m").fingerprint  # type: ignore[arg-type]  # a stand-in
        for prompts in ({}, {"query": "ask: "})
    )
    assert plain != prefixed


def test_a_model_that_cannot_be_loaded_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="HUB_ENCODER") as caught:
        load_encoder(str(tmp_path / "nothing-here"))
    assert caught.value.expected
    assert caught.value.found


def test_missing_sentence_transformers_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EncoderError, match="pip install sentence-transformers"):
        load_encoder("intfloat/multilingual-e5-small")
