"""How well words alone separate a benchmark folder, through the command line as a person would run it.

    python benchmarks/text_only.py [BENCH_DIR] [--keep DIR] [--seed N]

The words are those of the manifest, no span is given, all settings are the defaults. What the engine refuses, since it
cannot find the sound by its name, counts 0 dB. See spectral_quality.py.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.spectral_quality import arguments, print_table, write_manifest

GOOD = 3.0
"""dB of improvement that can be heard at once."""


def run(bench: Path, folder: Path, keep: Path | None, seed: int) -> None:
    cases = json.loads((bench / "manifest.json").read_text(encoding="utf-8"))["cases"]
    wordy = [{**case, "plus": [], "minus": [], "rect": None} for case in cases]
    manifest = write_manifest(bench, folder, wordy, without_minus=True)
    stems, scores = keep or folder / "stems", folder / "scores.json"
    command: list[str | Path] = [sys.executable, "-m", "samstudio", "batch", manifest, "-o", stems, "--overwrite"]
    # It exits with an error where rows are refused.
    subprocess.run([*command, "--seed", str(seed)], check=False)
    made = {path.name.removesuffix("_target.wav") for path in stems.glob("*_target.wav")}
    (folder / "bench").mkdir()
    for path in bench.iterdir():
        (folder / "bench" / path.name).symlink_to(path)
    (folder / "bench" / "manifest.json").unlink()
    found = {"cases": [case for case in cases if case["id"] in made]}
    (folder / "bench" / "manifest.json").write_text(json.dumps(found), encoding="utf-8")
    subprocess.run([sys.executable, bench / "score.py", stems, folder / "bench", "--json", scores], check=True)
    rows = json.loads(scores.read_text(encoding="utf-8"))
    refused = [case for case in cases if case["id"] not in made]
    rows += [{"id": case["id"], "category": case["category"], "SI-SDRi": 0.0, "add": 0.0} for case in refused]
    print_table(rows)
    gains = [row["SI-SDRi"] for row in rows]
    print(f"{sum(gain > GOOD for gain in gains)} of {len(gains)} above {GOOD:g} dB, {sum(gain < 0 for gain in gains)} "
          f"below 0; refused: {', '.join(case['id'] for case in refused) or 'none'}")  # fmt: skip


def main() -> None:
    options = arguments(__doc__)
    if not (options.bench / "manifest.json").exists():
        sys.exit(f"There is no benchmark in '{options.bench}': name its folder, or set SAMSTUDIO_BENCH.")
    with tempfile.TemporaryDirectory(prefix="samstudio-bench-") as folder:
        run(options.bench.resolve(), Path(folder), options.keep, options.seed)


if __name__ == "__main__":
    main()
