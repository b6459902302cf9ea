"""Trimmed and gated files: in their place, in step with each other, and honest about what they no longer are."""

import json
from dataclasses import replace
from math import inf, log10
from pathlib import Path

import numpy as np
import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export.export import ExportReport, export
from samstudio.audio.export.export_measures import peak_dbfs, trimmed
from samstudio.audio.export.export_request import ExportRequest, Normalise, Trim, VideoExport
from samstudio.audio.files import load_clip
from samstudio.audio.metadata.cue import CueMarker, markers_in
from samstudio.audio.metadata.riff import read_kept_chunks
from samstudio.dsp.loudness import integrated_loudness
from samstudio.dsp.noise_gate import gated
from samstudio.session.clip import AudioClip
from tests.audio.export.run_export import run
from tests.audio.made_files import noise

FRAMES, FIRST, LAST, PAD = 240_000, 50_000, 180_000, 2_400
GROUND = 1e-4
"""-80 dBFS."""


@pytest.fixture
def clip() -> AudioClip:
    """A 24-bit recording that is nearly silent before FIRST and after LAST."""
    samples = noise(FRAMES, level=GROUND)
    samples[FIRST : LAST + 1] = noise(LAST + 1 - FIRST, level=0.3, seed=1)
    samples[[FIRST, LAST], 1] = 0.3
    return AudioClip(np.round(samples * 2**23) / np.float32(2**23), 48000, Path("song.wav"), {}, 7_000_000)


@pytest.fixture
def request_for(clip, tmp_path):
    """A pair of stems: the target is heard from FIRST to 90000, the residual from 60000 to LAST."""
    target = clip.samples.copy()
    target[60_000:] *= np.float32(0.5)
    target[90_000:] = 0.0
    residual = clip.samples - target

    def make(**changes) -> ExportRequest:
        return replace(ExportRequest({"target": target, "residual": residual}, clip, tmp_path), **changes)

    return make


def written(report: ExportReport) -> list:
    return [load_clip(path) for path in report.paths.values()]


def test_all_files_are_cut_at_the_same_places(request_for, clip):
    request = request_for(trim=Trim(), record={"engine": "spectral"})
    report = run(request)
    part = slice(FIRST - PAD, LAST + 1 + PAD)
    for file, samples in zip(written(report), request.stems.values(), strict=True):
        assert np.array_equal(file.samples, samples[part])
        assert file.time_reference == 7_000_000 + part.start
    assert report.null_db == -inf
    assert report.trimmed == (part.start / 48000, (FRAMES - part.stop) / 48000)
    record = json.loads(report.paths["target"].with_suffix(".json").read_text())["export"]
    assert (record["start"], record["frames"]) == (part.start / 48000, part.stop - part.start)
    assert record["trim_silence"] == {"threshold": -60.0, "pad": 0.05}


def peak_of_trimmed(request: ExportRequest):
    yield from peak_dbfs((yield from trimmed(request)))


@pytest.mark.parametrize(("stem", "part"), [("target", (FIRST, 90_000)), ("residual", (60_000, LAST + 1))])
def test_one_stem_is_cut_to_what_it_holds_itself(request_for, stem, part):
    report = run(request_for(stems={stem: request_for().stems[stem]}, trim=Trim(pad=0.0)))
    (file,) = written(report)
    # Noise itself crosses zero now and then.
    assert file.time_reference - 7_000_000 == pytest.approx(part[0], abs=5)
    assert file.frames == pytest.approx(part[1] - part[0], abs=10)


def test_threshold_pad_and_selection_are_honoured(request_for):
    softer = run(request_for(trim=Trim(-90.0, pad=1.0)))
    assert softer.trimmed == (0.0, 0.0)
    assert softer.frames == FRAMES
    part = run(request_for(start=70_000, stop=200_000, trim=Trim(pad=0.01), template="part_{stem}"))
    assert part.trimmed == (0.0, (200_000 - LAST - 1 - 480) / 48000)
    padded = run(request_for(start=FIRST - 100, trim=Trim(pad=0.5), template="padded_{stem}"))
    assert padded.trimmed == (0.0, (FRAMES - LAST - 1 - 24_000) / 48000)


def test_marks_and_fades_move_along(request_for):
    markers = [CueMarker(0, 100, "before"), CueMarker(FIRST, 1000, "+ voice"), CueMarker(FRAMES - 10, 10, "after")]
    ones = np.zeros((FRAMES, 2), np.float32)
    ones[FIRST : LAST + 1] = 1.0
    report = run(request_for(stems={"a": ones}, trim=Trim(pad=0.0), fade_in=0.1, fade_out=0.5, markers=markers))
    with report.paths["a"].open("rb") as file:
        assert markers_in(read_kept_chunks(file)) == [CueMarker(0, 1000, "+ voice")]
    (file,) = written(report)
    assert file.samples[0, 0] < 1e-5
    assert file.samples[2400, 0] == pytest.approx(0.5, abs=0.001)
    assert file.samples[-12_000, 0] == pytest.approx(0.5, abs=0.001)
    assert file.samples[-1, 0] < 1e-5


def test_at_another_rate_it_is_the_same_part(request_for):
    report = run(request_for(trim=Trim(), sample_rate=96000))
    target, _ = written(report)
    assert target.frames == 2 * (LAST + 1 - FIRST + 2 * PAD)
    assert target.time_reference == 2 * (7_000_000 + FIRST - PAD)
    assert report.null_db < -120
    assert report.delay == 0


@pytest.mark.parametrize("gate", [None, -5.0])
def test_silence_alone_is_refused(request_for, tmp_path, gate):
    threshold = -60.0 if gate else -9.0
    with pytest.raises(AudioError, match=rf"Nothing reaches {threshold:g} dBFS"):
        run(request_for(trim=Trim(threshold), gate=gate, folder=tmp_path / "new", makes_folder=True))
    assert not list(tmp_path.iterdir())


def test_what_keeps_its_length_cannot_be_trimmed(request_for, clip):
    video = VideoExport(Path("video.mp4"), "target", clip.samples)
    for kept in ({"keeps_length": True}, {"video": video}):
        with pytest.raises(AudioError, match="full length"):
            list(trimmed(request_for(trim=Trim(), **kept)))


def test_looking_for_silence_tells_how_far_it_is_and_can_be_cancelled(request_for, tmp_path):
    work = export(request_for(trim=Trim()))
    steps = [next(work) for _ in range(10)]
    assert {step.stage for step in steps} == {"Looking for silence"}
    assert [step.done / step.total for step in steps] == sorted({step.done / step.total for step in steps})
    work.close()
    assert not list(tmp_path.iterdir())
    looking = [step for step in export(request_for(trim=Trim())) if getattr(step, "stage", "") == steps[0].stage]
    assert looking[-1].done == looking[-1].total


@pytest.mark.parametrize("stretch", [{}, {"start": 10_000, "stop": 200_000}])
@pytest.mark.parametrize("kept", [False, True])
def test_each_file_goes_through_a_gate_of_its_own(request_for, stretch, kept):
    request = request_for(gate=-30.0, keeps_length=kept, **stretch)
    report = run(request)
    start, stop = request.start, request.stop or FRAMES
    for file, samples in zip(written(report), request.stems.values(), strict=True):
        meant = np.concatenate(list(gated([samples[start:stop]], -30.0, 48000)))
        assert 0 < np.count_nonzero(meant[:, 0] == 0.0) < len(meant) - 20_000
        assert np.array_equal(file.samples[start:stop] if kept else file.samples, meant)
        assert file.frames == (FRAMES if kept else stop - start)
        assert np.count_nonzero(file.samples[:, 0]) == np.count_nonzero(meant[:, 0])
    assert report.delay == 0


def test_what_was_gated_claims_no_null(request_for):
    report = run(request_for(gate=-30.0, recipe="seed 3", record={"seed": 3}))
    assert (report.null_db, report.gate) == (None, -30.0)
    # The stems are none the worse for it: this is the gate's doing.
    assert run(request_for(existing="replace")).null_db == -inf
    record = json.loads(report.paths["target"].with_suffix(".json").read_text())
    assert record["seed"] == 3
    assert record["export"]["noise_gate"]["threshold"] == -30.0
    assert record["export"]["trim_silence"] is None


def test_silence_is_looked_for_behind_the_gate(request_for, clip):
    samples = clip.samples.copy()
    # A click that is above the threshold for trimming, and below the gate's.
    samples[10_000] = 0.01
    stems = {"mix": samples}
    ungated = run(request_for(stems=stems, trim=Trim(-45.0), template="ungated"))
    assert ungated.trimmed[0] == pytest.approx((10_000 - PAD) / 48000)
    report = run(request_for(stems=stems, trim=Trim(-45.0, pad=0.0), gate=-30.0))
    # The attack lets some of the ground through before the first loud frame, but none that is loud enough.
    assert report.trimmed[0] == FIRST / 48000
    assert written(report)[0].samples[0, 1] == clip.samples[FIRST, 1]


def test_levels_are_those_of_what_is_written(request_for):
    stems = {"mix": request_for().stems["target"].copy()}
    stems["mix"][180_000] = 0.9
    asked = {"stems": stems, "stop": 120_000, "gate": -30.0, "trim": Trim(), "fade_in": 0.2, "fade_out": 0.2}
    report = run(request_for(**asked, normalise=Normalise("peak", -3.0), format=AudioFormat("wav", "24")))
    assert 20 * log10(np.abs(written(report)[0].samples).max()) == pytest.approx(-3.0, abs=0.001)
    *_, peak = peak_of_trimmed(request_for(**asked))
    assert peak == pytest.approx(-3.0 - report.gain_db, abs=0.001)
    loud = run(request_for(**asked, normalise=Normalise("loudness", -20.0), template="loud"))
    assert integrated_loudness(written(loud)[0].samples, 48000) == pytest.approx(-20.0, abs=0.02)


def test_the_comment_tells_what_the_export_did(request_for):
    plain = run(request_for(recipe="seed 3", template="plain_{stem}"))
    assert written(plain)[0].tags["comment"] == "seed 3"
    done = {"gate": -50.5, "trim": Trim(-70.0), "fade_in": 0.1, "fade_out": 0.25, "gain_db": -1.5}
    report = run(request_for(recipe="seed 3", recipes={"residual": "seed 4"}, **done))
    target, residual = written(report)
    rest = "noise gate -50.5 dBFS, silence below -70 dBFS trimmed, fade in 0.1 s, fade out 0.25 s, gain -1.50 dB"
    assert target.tags["comment"] == f"seed 3, {rest}"
    assert residual.tags["comment"] == f"seed 4, {rest}"
