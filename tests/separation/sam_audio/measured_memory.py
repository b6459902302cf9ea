"""Prints as JSON how much memory a separation of 30 s and one of 120 s take, in MB, in a process of its own.

python -m tests.separation.sam_audio.measured_memory MODEL
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.session.prompt import Prompt, Span
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.take import SeparationSettings

STATUS = Path("/proc/self/status")
RATE = 48000


def memory() -> float:
    """What this process holds that is not mapped from files, in MB."""
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) / 1024


def peak(engine: SamAudioEngine, model: str, seconds: int) -> float:
    """The most memory above that at the first step, in MB, while a clip of noise is separated."""
    samples = scratch_array(seconds * RATE, 1)
    second = 0.1 * np.random.default_rng(1).standard_normal((RATE, 1)).astype(np.float32)
    for start in range(0, len(samples), RATE):
        samples[start : start + RATE] = second
        forget_pages(samples)
    choices = {"model": model, "solver": "euler", "steps": 1, "watermark": False}
    settings = SeparationSettings("sam-audio", "cpu", options=choices)
    prompt = Prompt("man", (Span(seconds - 2, seconds - 1),))
    used, frames = [], 0
    for step in engine.separate(SeparationRequest(samples, RATE, prompt, settings)):
        used.append(memory())
        frames += len(step.target) if isinstance(step, StemChunk) else 0
    assert frames == len(samples)
    return max(used) - used[0]


def main() -> None:
    torch.set_num_threads(1)
    engine, model = SamAudioEngine(), sys.argv[1]
    # The first separation loads libraries and fills caches.
    peak(engine, model, 15)
    sys.stdout.write(json.dumps([peak(engine, model, 30), peak(engine, model, 120)]))


if __name__ == "__main__":
    main()
