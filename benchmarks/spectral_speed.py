"""How fast the embedded engine is, and how much memory it takes, each measured in a process of its own.

    python benchmarks/spectral_speed.py [--seconds 60] [--minutes 10 60] [--threads 2]

Synthetic stereo at 48 kHz on the disk, as the window and the command line hold it. Prints a table in Markdown: time to
the first finished chunk, times faster than real time (all included but the import of torch), peak resident memory.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np

RATE = 48000


def synthetic_clip(seconds: int) -> np.ndarray:
    """Disk-backed stereo: a melody that comes and goes on the left of a noise that stays."""
    from samstudio.session.scratch import forget_pages, scratch_array

    samples = scratch_array(seconds * RATE, 2)
    random = np.random.default_rng(1)
    times = np.arange(RATE) / RATE
    for second in range(seconds):
        tone = 220 * 2 ** (random.integers(12) / 12)
        notes = np.sum([np.sin(2 * np.pi * tone * k * times) / k for k in range(1, 6)], axis=0) * ((second // 5) % 2)
        block = 0.05 * random.standard_normal((RATE, 2)) + 0.1 * notes[:, None] * (0.9, 0.4)
        samples[second * RATE : (second + 1) * RATE] = np.rint(block * 32768) / 32768
        if second % 60 == 0:
            forget_pages(samples)
    forget_pages(samples)
    return samples


def measure(seconds: int, threads: int) -> None:
    """Separate in this process and print what it took as JSON."""
    import torch

    from samstudio.separation.engine import SeparationRequest, StemChunk
    from samstudio.separation.spectral.engine import SpectralEngine
    from samstudio.session.prompt import Prompt, Sign, Span
    from samstudio.session.take import SeparationSettings

    torch.set_num_threads(threads)
    samples = synthetic_clip(seconds)
    prompt = Prompt(spans=(Span(5.5, 9.5), Span(15.5, 19.5), Span(0.5, 4.5, Sign.MINUS), Span(10.5, 14.5, Sign.MINUS)))
    request = SeparationRequest(samples, RATE, prompt, SeparationSettings(device="cpu"))
    start, first, longest = time.perf_counter(), 0.0, 0.0
    last = start
    for step in SpectralEngine().separate(request):
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
        if isinstance(step, StemChunk) and not first:
            first = now - start
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"first": first, "took": took, "peak": peak, "longest": longest}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="length of the clip whose speed is measured")
    parser.add_argument("--minutes", type=int, nargs="*", default=[10, 60], help="lengths whose memory is measured")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.threads)
        return
    print("| stereo clip | first chunk after | times real time | longest step | peak memory |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for seconds in (options.seconds, *(60 * minutes for minutes in options.minutes)):
        command = [sys.executable, __file__, "--measure", str(seconds), "--threads", str(options.threads)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        speed = seconds / found["took"]
        print(
            f"| {seconds} s | {found['first']:.1f} s | {speed:.1f} | {found['longest'] * 1000:.0f} ms "
            f"| {found['peak']:.0f} MB |",
            flush=True,
        )


if __name__ == "__main__":
    main()
