"""The pictures of docs/performance.md; each shows what stands there as a table, too."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

Results = Mapping[int, Mapping[str, Any]]
_COLOURS: Final = ("#1b5e8a", "#b3472d", "#c98a00", "#6b4c9a", "#3b7a57")
_MARKS: Final = ("o", "s", "^", "D", "v")
_TARGET: Final = "#999999"


def draw(found: Results, folder: Path) -> None:
    """Writes the PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    _sizes(found, folder / "performance-sizes.png")
    _peers(found, folder / "performance-peers.png")
    _recall(found, folder / "performance-recall.png")


def _sizes(found: Results, target: Path) -> None:
    lines = {
        "dense leg": ("no filter", "dense"),
        "lexical leg": ("no filter", "lexical"),
        "index: both legs, fused": ("no filter", "index"),
        "inside the server (find)": ("parts", "find"),
        "with texts and marks (ask)": ("parts", "ask"),
    }
    sizes = [size for size, one in found.items() if "ask" in one]
    figure, panels = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True, layout="constrained")
    for panel, percentile in zip(panels, ("p50", "p95"), strict=True):
        for (name, (first, second)), colour, mark in zip(lines.items(), _COLOURS, _MARKS, strict=True):
            times = [found[size]["ask"][first][second][percentile] for size in sizes]
            panel.plot(sizes, times, marker=mark, color=colour, label=name)
        _plain(panel, "passages", f"milliseconds, {percentile}")
        panel.set_xscale("log")
        panel.set_yscale("log")
    panels[0].legend(frameon=False)
    _save(figure, target)


def _peers(found: Results, target: Path) -> None:
    shown = {size: _engines(one) for size, one in found.items()}
    shown = {size: engines for size, engines in shown.items() if len(engines) > 1}
    if not shown:
        return
    figure, panels = plt.subplots(1, len(shown), figsize=(4.4 * len(shown), 4), squeeze=False, layout="constrained")
    for panel, (size, engines) in zip(panels[0], shown.items(), strict=True):
        names, places = list(engines), range(len(engines))
        colours = [_COLOURS[1] if place == 0 else _COLOURS[0] for place in places]
        panel.barh(places, [engines[name]["p50"] for name in names], color=colours)
        for place, name in enumerate(names):
            panel.plot(engines[name]["p95"], place, marker="|", color="black", markersize=12)
            panel.annotate(f" {engines[name]['p50']:.2f}", (engines[name]["p95"], place), va="center", fontsize=8)
        panel.set_yticks(places, names, fontsize=8)
        panel.invert_yaxis()
        panel.margins(x=0.15)
        panel.set_title(f"{size:,} passages")
        _plain(panel, "milliseconds: bar p50, line p95", "")
    _save(figure, target)


def _engines(one: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    engines = {"the hub: both legs, fused": one["ask"]["no filter"]["index"]} if "ask" in one else {}
    for key, peer in one.items():
        if key.startswith("peer-") and "given_up" not in peer:
            for setting in ("as it comes", "equal recall"):
                if setting in peer:
                    engines[peer["name"] + (f",\n{setting}" if setting == "equal recall" else "")] = peer[setting][
                        "k=10"
                    ]
    return engines


def _recall(found: Results, target: Path) -> None:
    sizes = [size for size, one in found.items() if "curves" in one]
    if not sizes:
        return
    figure, panels = plt.subplots(1, len(sizes), figsize=(4.4 * len(sizes), 4), squeeze=False, layout="constrained")
    for panel, size in zip(panels[0], sizes, strict=True):
        forms = found[size]["curves"]["forms"]
        for name, colour, mark in zip(dict.fromkeys(form["form"] for form in forms), _COLOURS, _MARKS, strict=False):
            points = [(form["p50"], form["recall"]) for form in forms if form["form"] == name]
            panel.plot(*zip(*points, strict=True), marker=mark, color=colour, label=name)
        panel.axhline(0.95, color=_TARGET, linestyle="--", linewidth=1)
        panel.set_xscale("log")
        panel.set_title(f"{size:,} passages")
        _plain(panel, "milliseconds, p50 (log)", "recall@10")
    panels[0][0].legend(frameon=False, fontsize=8)
    _save(figure, target)


def _plain(panel: Axes, across: str, up: str) -> None:
    panel.set_xlabel(across)
    panel.set_ylabel(up)
    panel.grid(alpha=0.3)
    panel.spines[["top", "right"]].set_visible(False)


def _save(figure: Any, target: Path) -> None:
    figure.savefig(target, dpi=110)
    plt.close(figure)
