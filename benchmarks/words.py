"""Words against a benchmark folder and a long clip: the other sound of each mixture, and how soon a word is heard.

    python benchmarks/words.py [BENCH_DIR ...] [--minutes M] [--skip-other]

The first table asks each mixture for the sound that is not its target, by words that come with this file: what is
found is compared with the residual. A refusal counts 0 dB. The second repeats a mixture to a clip of some minutes and
tells the seconds from the request to the spans and to the first stem, on the clock and of the processors together, and
the peak of memory: a fresh process for each length. SAMSTUDIO_BENCH names the folder where none is given.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import soundfile

from samstudio.separation.engine import Predicted, SeparationError, SeparationRequest, StemChunk
from samstudio.separation.registry import create_engine, engines
from samstudio.session.clip import Samples
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.take import SeparationSettings

OTHER = {
    "p01": "music", "p02": "music", "p03": "speech", "p06": "piano", "p07": "guitar", "p08": "strings", "p09": "wind",
    "p10": "traffic", "p11": "guitar", "p12": "music", "p13": "speech", "p14": "music", "p15": "piano", "p16": "speech",
    "p17": "strings", "p18": "speech", "p19": "speech", "p20": "speech", "p22": "ship", "p23": "music", "p24": "speech",
    "d01": "music", "d03": "music", "d05": "music", "d07": "speech", "d09": "dialogue", "d11": "speech",
    "d13": "speech", "d15": "music", "d17": "music", "d19": "speech", "d21": "wind", "d23": "engine", "d29": "music",
    "d31": "speech", "d33": "drone",
}  # fmt: skip
"""The sound beside the target, by the beginning of a case's name."""
LENGTHS = (10.0, 60.0)
"""Minutes."""


def improvement(wanted: Samples, found: Samples, mixture: Samples) -> float:
    """SI-SDR (Le Roux et al. 2019) of what was found, less that of the mixture, in dB."""

    def si_sdr(estimate: Samples) -> float:
        source, made = (sound.ravel().astype(np.float64) for sound in (wanted, estimate))
        part = (source @ made) / (source @ source + 1e-20) * source
        return float(10 * np.log10((part @ part + 1e-12) / ((made - part) @ (made - part) + 1e-12)))

    return si_sdr(found) - si_sdr(mixture)


def separated(samples: Samples, rate: int, text: str) -> Samples:
    """The target of words alone. Raises SeparationError."""
    settings = SeparationSettings(engines()[0].name, "cpu")
    target = np.zeros_like(samples)
    for step in create_engine(settings.engine, keeps=False).separate(
        SeparationRequest(samples, rate, Prompt(text), settings)
    ):
        if isinstance(step, StemChunk):
            target[step.start : step.start + len(step.target)] = step.target
    return target


def tell_other(bench: Path) -> None:
    """The other sound of each mixture of a folder."""
    gains = []
    print(f"\n{bench.name}: the other sound\n| case | words | SI-SDRi dB |\n| --- | --- | --- |")
    for case in json.loads((bench / "manifest.json").read_text(encoding="utf-8"))["cases"]:
        words = OTHER.get(case["id"][:3])
        if words is None:
            continue
        mixture, rate = soundfile.read(bench / case["mixture"], dtype="float32", always_2d=True)
        residual, _ = soundfile.read(bench / case["residual"], dtype="float32", always_2d=True)
        try:
            gains.append(improvement(residual, separated(mixture, rate, words), mixture))
            told = f"{gains[-1]:.2f}"
        except SeparationError:
            gains.append(0.0)
            told = "refused"
        print(f"| {case['id']} | {words} | {told} |", flush=True)
    above, below, refused = (
        sum(map(test, gains)) for test in (lambda gain: gain > 3.0, lambda gain: gain < 0.0, lambda gain: gain == 0.0)
    )
    print(f"mean {np.mean(gains):.2f} dB, median {np.median(gains):.2f}, worst {min(gains):.2f}; "
          f"{above} of {len(gains)} above 3 dB, {below} below 0, {refused} refused")  # fmt: skip


def tell_listening(bench: Path, minutes: float) -> None:
    """How soon a word is heard in a mixture that is repeated to so many minutes."""
    case = next(case for case in json.loads((bench / "manifest.json").read_text())["cases"] if case["text"] == "siren")
    mixture, rate = soundfile.read(bench / case["mixture"], dtype="float32", always_2d=True)
    samples = scratch_array(round(minutes * 60 * rate), mixture.shape[1])
    for start in range(0, len(samples), len(mixture)):
        there = samples[start : start + len(mixture)]
        there[:] = mixture[: len(there)]
        # A recording that was opened lies on the disk, not in memory.
        forget_pages(samples)
    settings = SeparationSettings(engines()[0].name, "cpu")
    request = SeparationRequest(samples, rate, Prompt(case["text"]), settings)
    engine, began, worked = create_engine(settings.engine, keeps=False), time.perf_counter(), time.process_time()
    heard = ""

    def passed() -> str:
        return f"{time.perf_counter() - began:.1f} s ({time.process_time() - worked:.1f} s)"

    for step in engine.separate(request):
        if isinstance(step, Predicted):
            heard = heard or passed()
        if isinstance(step, StemChunk):
            break
    first = passed()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    print(f"| {minutes:g} min | {heard} | {first} | {peak:.2f} GB |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benches", nargs="*", type=Path, default=[Path(os.environ.get("SAMSTUDIO_BENCH", "bench"))])
    parser.add_argument(
        "--minutes", type=float, help="tell only how soon a word is heard, in a clip of so many minutes"
    )
    parser.add_argument("--skip-other", action="store_true", help="tell only how soon a word is heard")
    options = parser.parse_args()
    for bench in options.benches:
        if not (bench / "manifest.json").exists():
            sys.exit(f"There is no benchmark in '{bench}': name its folder, or set SAMSTUDIO_BENCH.")
    if options.minutes:
        tell_listening(options.benches[0], options.minutes)
        return
    if not options.skip_other:
        for bench in options.benches:
            tell_other(bench)
    print(
        "\n| clip | to the spans (processors) | to the first stem (processors) | peak of memory |",
        "| --- | --- | --- | --- |",
        sep="\n",
        flush=True,
    )
    for minutes in LENGTHS:
        subprocess.run([sys.executable, __file__, options.benches[0], "--minutes", str(minutes)], check=True)


if __name__ == "__main__":
    main()
