"""The bundled recording is what it says it is, and the embedded engine does well on it."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.assets import asset
from samstudio.session.prompt import Prompt, Sign, Span

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


@pytest.fixture
def prompt(facts) -> Prompt:
    spans = tuple(Span(start, end, Sign(sign)) for start, end, sign in facts["spans"])
    return Prompt(facts["prompt"], spans)


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


def test_ends_in_silence(recording):
    samples, _ = recording
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
