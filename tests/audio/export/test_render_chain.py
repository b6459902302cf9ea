"""What is done to the samples on their way into the files: rate, range, fades, gain and normalisation."""

from math import inf, log10

import numpy as np
import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export import render_chain
from samstudio.audio.export.export_measures import peak_dbfs
from samstudio.audio.export.export_request import Normalise
from samstudio.audio.files import load_clip
from samstudio.dsp.loudness import integrated_loudness
from tests.audio.export.run_export import run
from tests.audio.made_files import noise


def test_gain_is_common_and_reported_honestly(request_for, clip):
    report = run(request_for(gain_db=-6.0))
    written = load_clip(report.paths["target"]).samples
    assert np.allclose(written, request_for().stems["target"] * 10 ** (-6 / 20), rtol=1e-6)
    # Two roundings more than without gain.
    assert report.null_db < -140.0


def test_peaks(request_for, clip):
    samples = noise(clip.frames)
    samples[140_000] = -0.5
    *_, whole = peak_dbfs(request_for(stems={"a": samples * 0.1, "b": samples}))
    assert whole == pytest.approx(-6.0206, abs=1e-4)
    *_, part = peak_dbfs(request_for(stems={"b": samples}, stop=140_000))
    assert part < -19.9
    *_, silence = peak_dbfs(request_for(stems={"a": samples * 0}))
    assert silence == -inf


def test_pages_are_let_go_of(request_for, monkeypatch):
    """A disk-backed clip of hours must not pile up in memory while it is written."""
    forgotten = []
    monkeypatch.setattr(render_chain, "forget_pages", lambda samples: forgotten.append(id(samples)))
    monkeypatch.setattr(render_chain, "FORGET_BYTES", 300_000)
    request = request_for()
    run(request)
    for samples in (*request.stems.values(), request.clip.samples):
        assert forgotten.count(id(samples)) >= 2


@pytest.mark.parametrize("rate", [44100, 96000, 32000])
def test_another_rate_keeps_length_place_and_sum(request_for, clip, rate):
    report = run(request_for(sample_rate=rate))
    assert report.sample_rate == rate
    assert report.frames == round(clip.frames * rate / 48000)
    assert report.delay == 0
    assert report.null_db < -120
    target = load_clip(report.paths["target"])
    assert (target.sample_rate, target.frames) == (rate, report.frames)
    assert target.time_reference == round(7_000_000 * rate / 48000)


def test_a_tone_keeps_its_frequency_and_level_at_another_rate(request_for):
    time = np.arange(150_001) / 48000
    tone = (0.5 * np.sin(2 * np.pi * 997 * time))[:, None].repeat(2, 1).astype(np.float32)
    report = run(request_for(stems={"tone": tone}, sample_rate=44100))
    heard = load_clip(report.paths["tone"]).samples[2000:-2000, 0]
    time = np.arange(2000, 2000 + len(heard)) / 44100
    assert np.abs(heard - 0.5 * np.sin(2 * np.pi * 997 * time)).max() < 1e-5


def test_a_selection_in_full_length_is_silent_outside(request_for, clip):
    report = run(request_for(start=1000, stop=91_000, keeps_length=True))
    target = load_clip(report.paths["target"])
    assert (report.frames, target.time_reference) == (clip.frames, 7_000_000)
    assert not target.samples[:1000].any()
    assert not target.samples[91_000:].any()
    assert np.array_equal(target.samples[1000:91_000], request_for().stems["target"][1000:91_000])
    assert report.null_db == -inf


def test_fades_begin_and_end_in_silence_without_a_step(request_for, clip):
    ones = {"target": np.ones((150_001, 2), np.float32)}
    report = run(request_for(stems=ones, start=10_000, stop=100_000, fade_in=0.1, fade_out=0.5))
    samples = load_clip(report.paths["target"]).samples[:, 0]
    assert samples[0] < 1e-5
    assert samples[-1] < 1e-5
    assert np.abs(np.diff(samples)).max() < 0.001
    assert np.all(samples[4800:-24000] == 1.0)
    assert samples[2400] == pytest.approx(0.5, abs=0.001)


def test_the_loudest_peak_comes_to_the_asked_level(request_for):
    report = run(request_for(format=AudioFormat("wav", "24"), normalise=Normalise("peak", -1.0)))
    peaks = [np.abs(load_clip(path).samples).max() for path in report.paths.values()]
    assert 20 * log10(max(peaks)) == pytest.approx(-1.0, abs=0.001)
    assert report.null_db < -120
    stems = request_for().stems
    assert peaks[0] / peaks[1] == pytest.approx(np.abs(stems["target"]).max() / np.abs(stems["residual"]).max(), 1e-4)


def test_the_loudest_stem_comes_to_the_asked_loudness(request_for):
    report = run(request_for(normalise=Normalise("loudness", -23.0)))
    heard = [integrated_loudness(load_clip(path).samples, 48000) for path in report.paths.values()]
    assert max(heard) == pytest.approx(-23.0, abs=0.02)


def test_silence_is_not_normalised(request_for):
    silent = {name: samples * 0 for name, samples in request_for().stems.items()}
    for measure in ("peak", "loudness"):
        assert run(request_for(stems=silent, normalise=Normalise(measure, -1.0), existing="replace")).gain_db == 0.0


@pytest.mark.parametrize("bits", ["16", "24"])
def test_a_peak_brought_to_full_scale_does_not_clip(request_for, bits):
    report = run(request_for(format=AudioFormat("wav", bits), normalise=Normalise("peak", 0.0)))
    peak = max(np.abs(load_clip(path).samples).max() for path in report.paths.values())
    assert peak == pytest.approx(1.0, abs=2.0 ** (2 - int(bits)))
