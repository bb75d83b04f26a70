"""The model card: what the encoder is, what went in and under which licence, what it reaches, where it fails."""

from collections.abc import Mapping
from typing import Any

from training.settings import HERE

_TEMPLATE = HERE / "templates" / "model_card.md"


def model_card(
    config: Mapping[str, Any], sources: str, rows: Mapping[str, int], figures: Mapping[str, Any] | None
) -> str:
    """Return the Markdown of the card; `sources` is SOURCES.md, `rows` what was read per file.

    `figures` is what `evaluate` found for this very encoder, None when it has not been measured.
    """
    names = ("name", "version", "vocabulary", "dimension", "fingerprint", "static", "distilled")
    kept = config["settings"]["distil"]["layers"]
    head = _TEMPLATE.read_text(encoding="utf-8").format(
        **{key: config[key] for key in names},
        seed=config["settings"]["seed"],
        share=config["distilled"]["weight"],
        layers=len(kept),
        kept=", ".join(str(number + 1) for number in kept),
    )
    return "\n".join([head, _measured(figures), _data(sources, rows)])


def _measured(figures: Mapping[str, Any] | None) -> str:
    if figures is None:
        return "## Measured\n\nNot measured yet: run `python -m training evaluate`, then `publish` again.\n"
    flores = [f"| {pair} | {there:.1f} | {back:.1f} |" for pair, (there, back) in figures["flores"]["whole"].items()]
    asked = figures["questions"]["whole"]
    questions = [f"{language} {sum(values) / len(values):.3f}" for language, values in asked.items()]
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
    own = ("the hub's own (training/texts/), or a deployer's", "EUPL-1.2; a deployer's: as its owner states")
    for name, count in sorted(rows.items()):
        source, licence = stated.get(name, own)
        lines.append(f"| {name} | {source} | {licence} | {count} |")
    return "\n".join(lines) + "\n"
