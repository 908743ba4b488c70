"""Runs in Rasa's environment, which has matplotlib: how often a confidence of each size is right, as a picture."""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "reliability"  # the same picture for the same figures
from matplotlib import pyplot as plt  # noqa: E402 the backend is chosen first


def draw(bins: list[tuple[float, float, int]], texts: int, path: Path) -> None:
    """Points on the diagonal mean what they say; a point's size is its number of texts."""
    figure, axes = plt.subplots(figsize=(4.6, 4.2))
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--", label="means what it says")
    axes.scatter(
        [sure for sure, _, _ in bins],
        [right for _, right, _ in bins],
        s=[20 + 400 * count / texts for _, _, count in bins],
        color="#0b6e6e",
        zorder=3,
        label="texts, by tenths of confidence",
    )
    for sure, right, count in bins:
        axes.annotate(str(count), (sure, right), textcoords="offset points", xytext=(8, -10), fontsize=8)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="share that is right")
    axes.set_title("How often a confidence is right", fontsize=11)
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    source, target = sys.argv[1:]
    held = json.loads(Path(source).read_text("utf-8"))
    draw(held["reliability"], held["texts"], Path(target))
