"""Memory does not grow with the length of the clip: what does lies in scratch files."""

from pathlib import Path

import numpy as np
import pytest

from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.session.prompt import Prompt, Span
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.take import SeparationSettings
from tests.separation.sam_audio.made_up_model import write_model

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


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells what memory is not mapped from files")
def test_three_minutes_need_no_more_than_one(tmp_path):
    """At 48 kHz, three minutes of one channel are 35 MB, two more than one 23 MB."""
    model = str(write_model(tmp_path, encoder_dim=2, latent_dim=4, decoder_dim=12))
    engine = SamAudioEngine()
    peak(engine, model, 30)
    one = peak(engine, model, 60)
    three = peak(engine, model, 180)
    assert three < one + 12
