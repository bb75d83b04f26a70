"""The model card: what the encoder is, what went in and under which licence, what it reaches, where it fails."""

from collections.abc import Mapping
from typing import Any

_HEAD = """# {name} {version}: the hub's bundled encoder (static part)

Sentence vectors for English, Norwegian (Bokmål, Nynorsk) and Dutch in one space, so that a Norwegian question finds
a Dutch lesson. {vocabulary:,} WordPieces, {dimension} numbers each, kept as int8 with one scale a row; a text is the
mean of its pieces' vectors, made unit length. Fingerprint `{fingerprint}`.

* **Use**: `hub.search.encoder.load_encoder()`; needs numpy and tokenizers only. As a sentence-transformers folder:
  `python -m training publish --sentence-transformers FOLDER`.
* **Made by**: `python -m training prepare`, `static`, `publish`; every number is in `config.json`, seed {seed}.
* **Recipe**: symmetric InfoNCE on translation pairs with token dropout on both sides, and contrastive distillation
  of English meaning from all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0; weights checked by SHA-256 before use);
  then smooth inverse frequency, whose strength was chosen on the development questions below.
* **Licence**: EUPL-1.2 like the hub; the attributions below go with it.

## Limits

* **A bag of words.** Word order and negation are not seen: "the network was built" and "the network was not built"
  are near neighbours. Who did what to whom is lost.
* **Numbers and names** are cut into pieces and carry little; the lexical leg of the search is there for them.
* **Rare words.** Most of the training texts are software and product documentation (largely machine-translated),
  word lists and Bible verses in old spelling; running policy prose is scarce. Terms of the hub's themes come from a
  glossary of {glossary} rows written for this purpose by a language model (`training/glossary.tsv`), not yet read by
  native speakers. What stands in none of these is guessed from its pieces.
* **The development questions are tuned on.** The frequency weight was chosen on them. And the glossary's author had
  seen two of the 22 (q003, q006): every row that shared a word with those two was taken out before training, but for
  two that name the hub's own example (district heating, heat network: fjernvarme, warmtenet). FLORES-200 is untouched.
* **Words with several meanings** have one vector (Dutch "bank", Norwegian "rett").
* **Long texts** blur: the mean of many words is near everything. It is meant for passages of up to 120 words.
* **Spelling without æ ø å** ("raad" for "råd") is another word to it. Other languages than the three are not
  covered.
* The associations of Bible, software texts and word lists are in the vectors; nobody has filtered them.
"""


def model_card(
    config: Mapping[str, Any], sources: str, rows: Mapping[str, int], figures: Mapping[str, Any] | None
) -> str:
    """Return the Markdown of the card; `sources` is SOURCES.md, `rows` what was read per file.

    `figures` is what `evaluate` found for this very encoder, None when it has not been measured.
    """
    head = _HEAD.format(
        **{key: config[key] for key in ("name", "version", "vocabulary", "dimension", "fingerprint")},
        seed=config["settings"]["seed"],
        glossary=rows.get("glossary.tsv", 0),
    )
    return "\n".join([head, _measured(figures), _data(sources, rows)])


def _measured(figures: Mapping[str, Any] | None) -> str:
    if figures is None:
        return "## Measured\n\nNot measured yet: run `python -m training evaluate`, then `publish` again.\n"
    flores = [f"| {pair} | {there:.1f} | {back:.1f} |" for pair, (there, back) in figures["flores"].items()]
    questions = [f"{language} {sum(values) / len(values):.3f}" for language, values in figures["questions"].items()]
    lines = [
        "## Measured",
        "",
        "FLORES-200 devtest (CC BY-SA 4.0; never trained on), 1,012 sentences, nearest neighbour by cosine,",
        "top-1 in per cent:",
        "",
        "| pair | there | back |",
        "|---|---:|---:|",
        *flores,
        "",
        "22 development questions over the lines of 146 fact sheets, dense only, nDCG@10 by the question's language: "
        f"{', '.join(questions)} (one standard error is about 0.05).",
        "",
    ]
    return "\n".join(lines)


def _data(sources: str, rows: Mapping[str, int]) -> str:
    """Return the table of what went in, with source and licence as SOURCES.md states them."""
    lines = [
        "## What it was trained on",
        "",
        "Nothing under a copyleft software licence (`.gpl.` files). Attribution as the licences ask for it: the rows",
        "marked CC BY, CC BY-SA and Unicode belong to the sources named; texts were cleaned, cut and paired. Tatoeba",
        "sentences (CC BY 2.0 FR) are by the authors listed sentence by sentence in",
        "`model-data/tatoeba-nob.ATTRIBUTION.txt.gz` (tatoeba.org). Microsoft documentation is © Microsoft, CC BY 4.0.",
        "The weights hold no text. The two large groups count in part: see `settings` in `config.json`.",
        "",
        "| file | source | licence | rows |",
        "|---|---|---|---:|",
    ]
    stated = {}
    for line in sources.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) >= 3 and ".tsv" in cells[0]:
            stated[cells[0]] = (cells[1], cells[2])
    own = ("the deployer's own, or the hub's", "as its owner states; glossary.tsv: EUPL-1.2")
    for name, count in sorted(rows.items()):
        source, licence = stated.get(name, own)
        lines.append(f"| {name} | {source} | {licence} | {count} |")
    return "\n".join(lines) + "\n"
