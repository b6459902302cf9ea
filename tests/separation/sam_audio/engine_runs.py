"""Runs of the engine on the made-up model, and fixtures for them."""

import numpy as np
import pytest
import torch

from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings
from tests.separation.sam_audio.made_up_model import write_model

PROMPT = Prompt("man speaking", (Span(0.5, 1.5), Span(2.0, 2.4, Sign.MINUS)))


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> str:
    return str(write_model(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="session")
def engine() -> SamAudioEngine:
    """Windows of 2 s that share 0.4 s."""
    return SamAudioEngine(window=50, overlap=10, dtype=torch.float32)


def sound(seconds: float = 3.0, rate: int = 11025, channels: int = 2) -> np.ndarray:
    """On the grid of 24-bit PCM, so that sums can be exact."""
    noise = 0.1 * np.random.default_rng(2).standard_normal((round(seconds * rate), channels))
    return (np.rint(noise * 2**23) / 2**23).astype(np.float32)


def request(
    model: str, samples: np.ndarray, rate: int = 11025, prompt: Prompt = PROMPT, **choices
) -> SeparationRequest:
    """Without the watermark, which takes a third of the time, unless it is asked for."""
    seed = choices.pop("seed", 0)
    settings = {"model": model, "steps": 2, "presence_gate": False, "watermark": False, **choices}
    return SeparationRequest(samples, rate, prompt, SeparationSettings("sam-audio", "cpu", seed, options=settings))


def run(engine: SamAudioEngine, asked: SeparationRequest) -> tuple[np.ndarray, np.ndarray, list]:
    """The first candidate's target and residual, and all steps."""
    steps = list(engine.separate(asked))
    first = next(step.candidate for step in steps if isinstance(step, StemChunk))
    target, residual, _ = stems_of(steps, first, asked)
    return target, residual, steps


def stems_of(steps: list, candidate: int, asked: SeparationRequest) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A candidate's target, residual and what was withheld; its chunks must come in order and cover what is wanted."""
    chunks = [step for step in steps if isinstance(step, StemChunk) and step.candidate == candidate]
    place, stop = asked.wanted
    for chunk in chunks:
        assert chunk.start == place
        assert chunk.target.shape == chunk.residual.shape
        assert chunk.target.dtype == chunk.residual.dtype == np.float32
        place += len(chunk.target)
    withheld = np.concatenate([np.zeros_like(c.target) if c.withheld is None else c.withheld for c in chunks])
    target, residual = (np.concatenate([getattr(c, name) for c in chunks]) for name in ("target", "residual"))
    assert place == stop
    assert target.shape == withheld.shape == asked.samples[slice(*asked.wanted)].shape
    return target, residual, withheld
