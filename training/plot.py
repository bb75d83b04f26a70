"""Quality against size and speed as a picture, from what `evaluate --speed` wrote."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

_QUESTIONS = {"en": "#1b5e8a", "nb": "#b3472d", "nl": "#c98a00"}
_PAIRS = {"en-nb": "#1b5e8a", "en-nl": "#c98a00", "nb-nl": "#6b4c9a"}
_NAMES = ("BM25", "all-MiniLM-L6-v2", "static", "whole")

Values = Mapping[str, Mapping[str, float]]


def draw(results: Path, target: Path) -> None:
    """Write a PNG: development questions (above) and FLORES (below) by size on disk and by sentences a second."""
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    questions: Values = {
        name: {language: sum(values) / len(values) for language, values in one.items()}
        for name, one in found["questions"].items()
    }
    flores: Values = {name: {pair: min(one[pair]) for pair in _PAIRS} for name, one in found["flores"].items()}
    sizes = {name: found["bytes"].get(name, 0) / 1e6 for name in _NAMES}
    speeds = {name: found["speed"].get(f"{name}, sentences a second") for name in _NAMES}
    figure, axes = plt.subplots(2, 2, figsize=(10, 7.5), sharey="row", sharex="col", layout="constrained")
    for row, (values, colours, label) in enumerate(
        ((questions, _QUESTIONS, "nDCG@10, development questions"), (flores, _PAIRS, "FLORES-200, top-1 in per cent"))
    ):
        _panel(axes[row][0], values, sizes, colours)
        _panel(axes[row][1], values, speeds, colours)
        axes[row][0].set_ylabel(label)
        handles = [Line2D([], [], marker="o", linestyle="", color=c, label=name) for name, c in colours.items()]
        axes[row][1].legend(handles=handles, frameon=False, loc="lower center")
    axes[0][0].set_ylim(0, 0.75)
    axes[1][0].set_ylim(0, 110)
    axes[1][0].set_xlabel("size on disk, MB")
    axes[1][1].set_xlabel("sentences a second (log)")
    axes[1][1].set_xscale("log")
    figure.savefig(target, dpi=110)
    plt.close(figure)


def _panel(axes: Axes, values: Values, places: Mapping[str, float | None], colours: Mapping[str, str]) -> None:
    for name, place in places.items():
        if place is None or name not in values:
            continue
        axes.plot([place] * len(colours), list(values[name].values()), color="#bbbbbb", zorder=1)
        for kind, value in values[name].items():
            axes.scatter(place, value, color=colours[kind], zorder=2)
        above = (place, max(values[name].values()))
        axes.annotate(name, above, xytext=(0, 7), textcoords="offset points", ha="center")
    axes.margins(x=0.22)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
