import numpy as np
import pytest
import torch

from samstudio.separation.spectral import masks, plan
from samstudio.separation.spectral.pitch.single_pitch import is_single_pitch
from samstudio.separation.spectral.pitch.track import PitchTrack, comb, find_pitch, pitch_evidence, pitched_bins
from samstudio.separation.stft import StftGrid
from tests.separation.spectral.scenes import Scene, improvement, minus, pcm, plus, separate

CPU = torch.device("cpu")
RATE, SECONDS = 16000, 6.0
TIMES = np.arange(round(RATE * SECONDS)) / RATE


def _tone(pitches: np.ndarray, count: int) -> np.ndarray:
    """A tone of `count` harmonics below 4 kHz whose pitch in Hz is given for every sample."""
    phase = 2 * np.pi * np.cumsum(pitches) / RATE
    return sum(np.sin(k * phase) / k * (k * pitches < 4000) for k in range(1, count + 1))


def _notes(random: np.random.Generator, low: int, high: int, seconds: float) -> np.ndarray:
    """Pitches of random notes (MIDI numbers) of this length."""
    numbers = random.integers(low, high, round(SECONDS / seconds))
    held = np.repeat(numbers, round(RATE * seconds))
    return 440 * 2 ** ((np.resize(held, len(TIMES)) - 69) / 12)


def _over_chords(target: np.ndarray) -> Scene:
    """The target, heard from 2 s to 5.5 s, over changing chords."""
    random = np.random.default_rng(3)
    chords = sum(_tone(_notes(random, 45, 72, 0.4), 8) for _ in range(4))
    heard = (TIMES > 2.0) & (TIMES < 5.5)
    prompt = Scene(target[:, None], target[:, None], RATE, None).with_prompt("", plus(2.5, 4.5), minus(0.1, 1.8)).prompt
    return Scene(pcm(0.1 * target * heard)[:, None], pcm(0.04 * chords)[:, None], RATE, prompt)


def _melody() -> Scene:
    vibrato = 1 + 0.008 * np.sin(2 * np.pi * 5 * TIMES)
    return _over_chords(_tone(_notes(np.random.default_rng(4), 64, 80, 0.5) * vibrato, 10))


def _magnitude(sound: np.ndarray, grid: StftGrid) -> torch.Tensor:
    return grid.stft(torch.from_numpy(sound.astype(np.float32))[None])[0, : pitched_bins(grid)].abs()


@pytest.mark.parametrize("rate", [RATE, 48000])
def test_the_pitch_of_what_is_kept_is_followed(rate):
    grid = StftGrid(rate, CPU)
    times = np.arange(2 * rate) / rate
    pitches = 200 * 2 ** (times / 2)
    phase = 2 * np.pi * np.cumsum(pitches) / rate
    glide = sum(np.sin(k * phase) / k for k in range(1, 9))
    other = 2 * sum(np.sin(2 * np.pi * 311 * k * times) / k for k in range(1, 9))
    parts = [_magnitude(sound, grid) for sound in (glide, other)]
    mask = parts[0] ** 2 / (parts[0] ** 2 + parts[1] ** 2 + 1e-9)
    track = find_pitch(_magnitude(glide + other, grid), mask, grid)
    inner = slice(8, -8)
    expected = torch.from_numpy(np.interp(np.arange(len(track.pitch)) * grid.hop, np.arange(len(times)), pitches))
    assert track.voiced[inner].all()
    assert ((track.pitch / expected - 1).abs()[inner] < 0.015).float().mean() > 0.95


def test_what_is_not_kept_has_no_pitch():
    grid = StftGrid(RATE, CPU)
    tone = _magnitude(_tone(np.full(RATE, 440.0), 5), grid)
    assert not find_pitch(torch.zeros_like(tone), torch.ones_like(tone), grid).voiced.any()
    assert not find_pitch(tone, torch.full_like(tone, 0.02), grid).voiced.any()
    assert find_pitch(tone, torch.ones_like(tone), grid).voiced.all()


def test_one_frame_is_enough():
    grid = StftGrid(RATE, CPU)
    frame = _magnitude(_tone(np.full(RATE, 440.0), 5), grid)[:, 20:21]
    evidence = pitch_evidence(frame, torch.ones_like(frame), grid, single_pitch=True)
    assert evidence[round(440 * grid.size / RATE), 0] > 0
    assert evidence[round(660 * grid.size / RATE), 0] < -1


def test_the_comb_lies_on_the_harmonics():
    grid = StftGrid(RATE, CPU)
    near = comb(PitchTrack(torch.tensor([500.0]), torch.tensor([True])), grid)[:, 0]
    bins = round(500 * grid.size / RATE)
    assert near[bins] == near[4 * bins] == 1
    assert near[bins + bins // 2] < 0.01


@pytest.fixture
def answers(monkeypatch) -> list[bool]:
    """What the spans said of the target, as often as they were asked."""
    given = []

    def asked(*what):
        given.append((yield from is_single_pitch(*what)))
        return given[-1]

    monkeypatch.setattr(plan, "is_single_pitch", asked)
    return given


def test_a_melody_over_chords_gains_by_its_pitch(answers, monkeypatch):
    scene = _melody()
    gained = improvement(scene, separate(scene.request))
    assert answers == [True]
    monkeypatch.setattr(masks, "pitch_evidence", lambda magnitude, *_rest, **_more: torch.zeros_like(magnitude))
    assert gained > improvement(scene, separate(scene.request)) + 1


def test_chords_are_not_a_single_pitch(answers):
    random = np.random.default_rng(5)
    chords = sum(_tone(_notes(random, 55, 80, 0.5), 8) for _ in range(5))
    separate(_over_chords(chords).request)
    assert answers == [False]
