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

_COLOURS = {"en": "#1b5e8a", "nb": "#b3472d", "nl": "#c98a00"}
_NAMES = ("BM25", "all-MiniLM-L6-v2", "static", "whole")


def draw(results: Path, target: Path) -> None:
    """Write a PNG of two panels: development questions by size on disk, and by sentences a second."""
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.4), sharey=True, layout="constrained")
    speeds = {name: found["speed"].get(f"{name}, sentences a second") for name in _NAMES}
    sizes = {name: found["bytes"].get(name, 0) / 1e6 for name in _NAMES}
    _panel(left, found["questions"], sizes, "size on disk, MB")
    _panel(right, found["questions"], speeds, "sentences a second (log)")
    right.set_xscale("log")
    left.set_ylabel("nDCG@10, development questions")
    left.set_ylim(0, 0.75)
    handles = [Line2D([], [], marker="o", linestyle="", color=c, label=f"asked in {n}") for n, c in _COLOURS.items()]
    left.legend(handles=handles, frameon=False, loc="lower right")
    figure.savefig(target, dpi=130)
    plt.close(figure)


def _panel(axes: Axes, questions: Mapping[str, Any], places: Mapping[str, float | None], label: str) -> None:
    for name, place in places.items():
        if place is None:
            continue
        means = {language: sum(values) / len(values) for language, values in questions[name].items()}
        axes.plot([place] * len(means), list(means.values()), color="#bbbbbb", zorder=1)
        for language, mean in means.items():
            axes.scatter(place, mean, color=_COLOURS[language], zorder=2)
        axes.annotate(name, (place, max(means.values())), xytext=(0, 7), textcoords="offset points", ha="center")
    axes.set_xlabel(label)
    axes.margins(x=0.15)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
