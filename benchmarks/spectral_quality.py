"""How well the embedded engine separates a benchmark folder, through the command line as a person would run it.

    python benchmarks/spectral_quality.py [BENCH_DIR] [--keep DIR] [--seed N] [--without-minus]

BENCH_DIR (default: the environment variable SAMSTUDIO_BENCH, or ../shared/bench) holds manifest.json, recordings and
score.py. Runs `samstudio batch` with default settings on all cases, scores what it wrote, prints a table per category
in Markdown: improvement of the scale-invariant SDR (SI-SDRi) in dB.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, median
from typing import Any


def arguments(description: str = __doc__) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    default = os.environ.get("SAMSTUDIO_BENCH", "../shared/bench")
    parser.add_argument("bench", nargs="?", type=Path, default=Path(default), metavar="BENCH_DIR")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the stems in DIR")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--without-minus", action="store_true", help="withhold all - spans")
    return parser.parse_args()


def spans_of(case: dict[str, Any], *, without_minus: bool) -> str:
    """The case's spans and box as a manifest's cell."""
    spans = [f"+{start}:{end}" for start, end in case["plus"]]
    if not without_minus:
        spans += [f"-{start}:{end}" for start, end in case["minus"]]
    if case.get("rect"):
        spans.append("+" + ":".join(str(edge) for edge in case["rect"]))
    return " ".join(spans)


def write_manifest(bench: Path, folder: Path, cases: list[dict[str, Any]], *, without_minus: bool) -> Path:
    """A manifest whose inputs are named after their cases, as the scoring wants the stems to be."""
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("input", "prompt", "spans"))
        for case in cases:
            recording = bench / case["mixture"]
            link = folder / (case["id"] + recording.suffix)
            link.symlink_to(recording.resolve())
            writer.writerow((link.name, case["text"], spans_of(case, without_minus=without_minus)))
    return manifest


def print_table(rows: list[dict[str, Any]]) -> None:
    """Markdown: cases, mean and worst per category, then all."""
    print("| category | cases | mean dB | worst dB |\n| --- | ---: | ---: | ---: |")
    for category in sorted({row["category"] for row in rows}):
        gains = [row["SI-SDRi"] for row in rows if row["category"] == category]
        print(f"| {category} | {len(gains)} | {mean(gains):.1f} | {min(gains):.1f} |")
    gains = [row["SI-SDRi"] for row in rows]
    print(f"| **all** | {len(gains)} | **{mean(gains):.2f}** | {min(gains):.1f} |\n")
    worst = min(rows, key=lambda row: row["SI-SDRi"])
    print(f"mean {mean(gains):.2f} dB, median {median(gains):.2f} dB, worst {min(gains):.2f} dB ({worst['id']})")
    print(f"target + residual differs from the clip by {max(row['add'] for row in rows):.1e} at most")


def run(bench: Path, folder: Path, options: argparse.Namespace) -> None:
    cases = json.loads((bench / "manifest.json").read_text(encoding="utf-8"))["cases"]
    manifest = write_manifest(bench, folder, cases, without_minus=options.without_minus)
    stems, scores = options.keep or folder / "stems", folder / "scores.json"
    command = [sys.executable, "-m", "samstudio", "batch", manifest, "-o", stems, "--overwrite"]
    subprocess.run([*command, "--seed", str(options.seed)], check=True)
    score = [sys.executable, bench / "score.py", stems, bench, "--json", scores]
    subprocess.run(score, check=True)
    print_table(json.loads(scores.read_text(encoding="utf-8")))


def main() -> None:
    options = arguments()
    if not (options.bench / "manifest.json").exists():
        sys.exit(f"There is no benchmark in '{options.bench}': name its folder, or set SAMSTUDIO_BENCH.")
    with tempfile.TemporaryDirectory(prefix="samstudio-bench-") as folder:
        run(options.bench.resolve(), Path(folder), options)


if __name__ == "__main__":
    main()
