"""What `evaluate` found, as the Markdown of `RESULTS.md`."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.measures import bootstrap_interval

_BASELINES = ("BM25", "all-MiniLM-L6-v2", "static", "distilled")


def results_table(found: Mapping[str, Any]) -> str:
    """Return the Markdown of `RESULTS.md`."""
    sections = [_head(found), _flores(found["flores"])]
    about = "22 development questions over the lines of the fact sheets (title + point, English text)"
    sections.append(_questions(found["questions"], about))
    sections.append(_paired(found["questions"]))
    if found["cases"]:
        count = len(found["cases"]["whole"]["en"])
        about = f"{count} development questions over the published cases in their own languages"
        sections.append(_questions(found["cases"], about))
    if "float32" in found:
        sections.append(_float(found["float32"], found["questions"]["whole"]))
    if "speed" in found:
        sections.append(_speed(found))
    return "\n\n".join(sections) + "\n"


def _head(found: Mapping[str, Any]) -> str:
    sizes = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in found["bytes"].items())
    return (
        "# What the encoder reaches\n\n"
        f"Written by `python -m training evaluate`; fingerprint `{found['fingerprint']}`, as served (int8). "
        f"On disk: {sizes}.\n\n"
        "`static` and `distilled` are the two parts alone, `whole` is both together: what the hub uses. Settings were\n"
        "chosen on the development questions too (`ABLATIONS.md`): they are a development set in the full sense."
    )


def _flores(flores: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    pairs = list(next(iter(flores.values())))
    lines = [
        f"| {name} | " + " | ".join(_both(values[pair]) for pair in pairs) + " |" for name, values in flores.items()
    ]
    title = "## FLORES-200 devtest\n\n1,012 sentences, nearest neighbour by cosine, top-1 in per cent, there / back:"
    return "\n".join([title, "", _header(["", *pairs]), *lines])


def _both(values: Sequence[float]) -> str:
    return f"{values[0]:.1f} / {values[1]:.1f}"


def _header(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n|---|" + "---|" * (len(cells) - 1)


def _questions(values: Mapping[str, Mapping[str, Sequence[float]]], about: str) -> str:
    measure = "One leg alone (no fusion), nDCG@10 over cases with the 95 % bootstrap interval over questions:"
    title = f"## {about[0].upper()}{about[1:]}\n\n{measure}"
    languages = list(next(iter(values.values())))
    lines = [
        f"| {name} | " + " | ".join(_mean(one[language]) for language in languages) + " |"
        for name, one in values.items()
    ]
    return "\n".join([title, "", _header(["", *(f"asked in {language}" for language in languages)]), *lines])


def _mean(values: Sequence[float]) -> str:
    low, high = bootstrap_interval(values)
    return f"{sum(values) / len(values):.3f} ({low:.2f} to {high:.2f})"


def _paired(values: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    title = "Differences, question by question: whole minus each baseline, with the paired 95 % bootstrap interval:"
    languages = list(values["whole"])
    lines = []
    for name in _BASELINES:
        cells = [_difference(values["whole"][language], values[name][language]) for language in languages]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join([title, "", _header(["whole minus", *(f"asked in {language}" for language in languages)]), *lines])


def _difference(ours: Sequence[float], theirs: Sequence[float]) -> str:
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    low, high = bootstrap_interval(differences)
    return f"{sum(differences) / len(differences):+.3f} ({low:+.2f} to {high:+.2f})"


def _float(found: Mapping[str, Any], served: Mapping[str, Sequence[float]]) -> str:
    lines = [
        "## Served in int8 against the trained float32",
        "",
        f"Cosine over 1,000 FLORES sentences of three languages: {found['mean']:.4f} on average, "
        f"{found['least']:.4f} at worst. The development questions:",
        "",
        _header(["asked in", "float32", "int8"]),
    ]
    for language, values in found["questions"].items():
        ours = served[language]
        lines.append(f"| {language} | {sum(values) / len(values):.3f} | {sum(ours) / len(ours):.3f} |")
    return "\n".join(lines)


def _speed(found: Mapping[str, Any]) -> str:
    lines = [
        "## Speed and memory",
        "",
        "Beside all-MiniLM-L6-v2 through sentence-transformers in one run; the same FLORES English texts, all cores:",
        "",
        _header(["what", "measured"]),
        *(f"| {what} | {value:,.2f} |" for what, value in found["speed"].items()),
        *(f"| PSS of a server's {what}, MiB | {value:,.0f} |" for what, value in found["memory"].items()),
    ]
    return "\n".join(lines)
