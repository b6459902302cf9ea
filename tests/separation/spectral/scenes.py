"""Synthetic recordings: a target that comes and goes over a background that stays."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from samstudio.separation.engine import Notice, Progress, SeparationRequest, StemChunk
from samstudio.separation.spectral.engine import SpectralEngine
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings

Sound = NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """`target` and `background` float64 (n, channels), each on the grid of 16-bit PCM as their sum is."""

    target: Sound
    background: Sound
    rate: int
    prompt: Prompt

    @property
    def clip(self) -> NDArray[np.float32]:
        return (self.target + self.background).astype(np.float32)

    @property
    def request(self) -> SeparationRequest:
        return SeparationRequest(self.clip, self.rate, self.prompt, SeparationSettings(device="cpu"))

    def with_prompt(self, text: str = "", *spans: Span) -> "Scene":
        return replace(self, prompt=Prompt(text, spans))


def plus(start: float, end: float, low: float | None = None, high: float | None = None) -> Span:
    return Span(start, end, Sign.PLUS, low, high)


def minus(start: float, end: float, low: float | None = None, high: float | None = None) -> Span:
    return Span(start, end, Sign.MINUS, low, high)


def pcm(sound: Sound) -> Sound:
    return np.rint(sound * 32768) / 32768


def harmonics(times: Sound, fundamental: float, count: int) -> Sound:
    return sum(np.sin(2 * np.pi * fundamental * k * times + k) / k for k in range(1, count + 1))


def tone_over_noise(rate: int = 16000, seconds: float = 4.0, channels: int = 1, seed: int = 0) -> Scene:
    """A tone with overtones, heard from 40 % to 90 % of the clip, over noise; panned apart in more channels."""
    count = round(rate * seconds)
    times = np.arange(count) / rate
    heard = (times >= 0.4 * seconds) & (times < 0.9 * seconds)
    tone = 0.1 * harmonics(times, 500.0, 4) * heard
    noise = 0.1 * np.random.default_rng(seed).standard_normal(count)
    places = np.linspace(0.2, 0.8, channels) if channels > 1 else np.array([0.5])
    target, background = np.outer(tone, np.cos(places)), np.outer(noise, np.sin(places))
    prompt = Prompt(spans=(plus(0.5 * seconds, 0.7 * seconds), minus(0.05 * seconds, 0.3 * seconds)))
    return Scene(pcm(target), pcm(background), rate, prompt)


@dataclass(frozen=True)
class Outcome:
    target: NDArray[np.float32]
    residual: NDArray[np.float32]
    progress: list[Progress]
    notices: list[str]
    chunks: int


def separate(request: SeparationRequest) -> Outcome:
    """Walk the engine to its end, checking that its chunks cover what is wanted in order."""
    chunks: list[StemChunk] = []
    progress, notices, reached = [], [], request.wanted[0]
    for step in SpectralEngine().separate(request):
        if isinstance(step, StemChunk):
            assert step.start == reached
            assert step.target.shape == step.residual.shape
            assert step.target.dtype == step.residual.dtype == np.float32
            reached += len(step.target)
            chunks.append(step)
        elif isinstance(step, Notice):
            notices.append(step.text)
        else:
            progress.append(step)
    assert reached == request.wanted[1]
    target, residual = (np.concatenate([getattr(chunk, stem) for chunk in chunks]) for stem in ("target", "residual"))
    return Outcome(target, residual, progress, notices, len(chunks))


def improvement(scene: Scene, outcome: Outcome) -> float:
    """SI-SDR improvement in dB of the target over the untouched clip (Le Roux et al., 2019)."""

    def si_sdr(estimate: Sound) -> float:
        scaled = scene.target * np.sum(scene.target * estimate) / np.sum(scene.target**2)
        return float(10 * np.log10(np.sum(scaled**2) / np.sum((estimate - scaled) ** 2)))

    return si_sdr(outcome.target.astype(np.float64)) - si_sdr(scene.clip.astype(np.float64))
