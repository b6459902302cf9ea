"""The bundled recording is what it says it is, and the embedded engine does well on it."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.assets import asset
from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.registry import create_engine
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings

SCRIPT = Path(__file__).parents[1] / "packaging" / "make_demo.py"


@pytest.fixture(scope="module")
def facts() -> dict:
    return json.loads(asset("demo/demo.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def recording(facts) -> tuple[np.ndarray, int]:
    """The shipped samples, int16 (frames, 2), and their rate."""
    return soundfile.read(asset("demo") / facts["file"], dtype="int16", always_2d=True)


@pytest.fixture(scope="module")
def truth() -> tuple[np.ndarray, np.ndarray]:
    """The true target and rest, int16, as the script plays them."""
    spec = importlib.util.spec_from_file_location("make_demo", SCRIPT)
    make_demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_demo)
    return make_demo.render()


@pytest.fixture(scope="module")
def prompt(facts) -> Prompt:
    spans = tuple(Span(start, end, Sign(sign)) for start, end, sign in facts["spans"])
    return Prompt(facts["prompt"], spans)


@pytest.fixture(scope="module")
def stems(recording, prompt) -> tuple[np.ndarray, np.ndarray]:
    """Target and residual as the embedded engine finds them with default settings."""
    samples, rate = recording
    request = SeparationRequest(samples / np.float32(32768), rate, prompt, SeparationSettings(device="cpu"))
    chunks = [step for step in create_engine("spectral").separate(request) if isinstance(step, StemChunk)]
    return np.concatenate([chunk.target for chunk in chunks]), np.concatenate([chunk.residual for chunk in chunks])


def si_sdr(estimate: np.ndarray, truth: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio in dB (Le Roux et al., 2019)."""
    estimate, truth = estimate.astype(np.float64), truth.astype(np.float64)
    aimed = np.sum(estimate * truth) / np.sum(truth * truth) * truth
    return decibels(aimed) - decibels(estimate - aimed)


def decibels(sound: np.ndarray) -> float:
    return 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20)


def within(sound: np.ndarray, span: Span, rate: int) -> np.ndarray:
    return sound[round(span.start * rate) : round(span.end * rate)]


def test_is_a_short_stereo_file_at_a_usual_level(recording, facts):
    samples, rate = recording
    info = soundfile.info(asset("demo") / facts["file"])
    assert (info.format, info.subtype, info.channels, rate) == ("FLAC", "PCM_16", 2, 44100)
    assert 16 <= len(samples) / rate <= 20
    peak = 20 * np.log10(np.abs(samples.astype(np.int32)).max() / 32768)
    assert -6 < peak < -1
    assert -24 < decibels(samples / 32768) < -16
    assert (asset("demo") / facts["file"]).stat().st_size < 2_000_000


def test_begins_and_ends_in_silence(recording):
    samples, rate = recording
    assert np.abs(samples[: rate // 10]).max() <= 16
    assert np.abs(samples[-20:]).max() <= 2


def test_names_a_prompt_a_licence_and_how_it_was_made(facts):
    assert facts["prompt"].strip()
    assert facts["title"].strip()
    assert "MIT" in facts["licence"]
    assert "packaging/make_demo.py" in facts["how"]


def test_spans_lie_inside_apart_and_of_both_signs(prompt, recording):
    samples, rate = recording
    assert {span.sign for span in prompt.spans} == {Sign.PLUS, Sign.MINUS}
    ends = [0.0]
    for span in sorted(prompt.spans, key=lambda span: span.start):
        assert span.start >= ends[-1]
        ends.append(span.end)
    assert ends[-1] <= len(samples) / rate


def test_the_script_plays_the_shipped_samples(recording, truth):
    target, rest = truth
    samples, _ = recording
    # Another processor's sines may round to the neighbouring step, in each of the two.
    difference = np.abs(samples.astype(np.int32) - target - rest)
    assert difference.max() <= 2
    assert np.count_nonzero(difference) < 0.01 * difference.size


def test_spans_tell_the_truth(prompt, truth, recording):
    target, _ = truth
    for span in prompt.spans:
        heard = decibels(within(target, span, recording[1]) / 32768)
        assert heard > -45 if span.sign is Sign.PLUS else heard < -100, span


def test_separate_takes_the_bird_out(recording, truth, stems):
    clip = recording[0] / 32768
    assert si_sdr(stems[0], truth[0]) > si_sdr(clip, truth[0]) + 20
    assert si_sdr(stems[1], truth[1]) > si_sdr(clip, truth[1]) + 12
    assert np.abs(stems[0] + stems[1] - clip).max() < 1e-6


def test_separate_finds_the_phrase_nobody_marked(recording, truth, prompt, stems):
    _, rate = recording
    unmarked = Span(12.4, 14.8)
    assert all(span.end < unmarked.start for span in prompt.spans)
    assert si_sdr(within(stems[0], unmarked, rate), within(truth[0], unmarked, rate)) > 12


def test_separate_is_silent_where_the_spans_say_so(recording, prompt, stems):
    for span in prompt.spans:
        if span.sign is Sign.MINUS:
            inside = Span(span.start + 0.1, span.end - 0.1)
            assert decibels(within(stems[0], inside, recording[1])) < -90
