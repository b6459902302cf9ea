"""Stems go out together, and what the report says of them was measured."""

import json
from dataclasses import replace
from math import inf, log10
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.audio.decode.clip_reader import load_clip
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.export import export as module
from samstudio.audio.export import render_chain
from samstudio.audio.export.export import ExportReport, export
from samstudio.audio.export.export_measures import ExportProgress, peak_dbfs
from samstudio.audio.export.export_request import ExportRequest, Normalise, goal_paths
from samstudio.audio.export.verify import delay_of, measure_null
from samstudio.audio.metadata.cue import Marker, markers_in
from samstudio.audio.metadata.riff import read_notes
from samstudio.audio.metadata.tags import Metadata, metadata_of
from samstudio.dsp.loudness import integrated_loudness
from samstudio.session.clip import AudioClip
from tests.audio.made_files import noise


@pytest.fixture
def clip() -> AudioClip:
    """A 16-bit recording of 150001 frames, with a time reference and tags."""
    samples = np.round(noise(150_001, level=0.4) * 2**15).astype(np.float32) / 2**15
    return AudioClip(samples, 48000, Path("Song: one.wav"), {"title": "Song", "comment": "Take 3"}, 7_000_000)


@pytest.fixture
def request_for(clip, tmp_path):
    """An export of an exact pair of stems."""
    target = clip.samples * np.linspace(0, 1, clip.frames, dtype=np.float32)[:, None]
    stems = {"target": target, "residual": clip.samples - target}

    def make(**changes) -> ExportRequest:
        return replace(ExportRequest(stems, clip, tmp_path), **changes)

    return make


def run(request: ExportRequest) -> ExportReport:
    *_, report = export(request)
    assert isinstance(report, ExportReport)
    return report


def test_float_stems_null_to_the_last_bit(request_for, clip, tmp_path):
    report = run(request_for())
    assert (report.null_db, report.frames, report.sample_rate) == (-inf, 150_001, 48000)
    assert [path.name for path in report.paths.values()] == ["Song_ one_target.wav", "Song_ one_residual.wav"]
    target, residual = (load_clip(path).samples for path in report.paths.values())
    assert np.array_equal(target + residual, clip.samples)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(("container", "bits"), [("wav", "16"), ("wav", "24"), ("flac", "16"), ("flac", "24")])
def test_integer_stems_null_within_one_step(request_for, clip, container, bits):
    report = run(request_for(format=AudioFormat(container, bits)))
    step_db = -20 * log10(1 << (int(bits) - 1))
    assert report.null_db <= step_db + 0.001
    target, residual = (load_clip(path).samples for path in report.paths.values())
    assert report.null_db == pytest.approx(20 * log10(np.abs(target + residual - clip.samples).max()))


def test_the_null_is_measured_not_claimed(request_for, clip):
    request = request_for()
    wrong = request.stems["residual"].copy()
    wrong[100_000, 1] += 0.01
    report = run(replace(request, stems={**request.stems, "residual": wrong}))
    assert report.null_db == pytest.approx(-40.0, abs=0.001)


def test_null_depth_from_files(request_for, clip):
    report = run(request_for(start=1000, stop=90_000))
    paths = report.paths["target"], report.paths["residual"]
    assert measure_null(clip.samples, *paths, start=1000) == -inf
    assert measure_null(clip.samples, *paths, start=1001) > -40.0
    with pytest.raises(AudioError, match="differ in length"):
        measure_null(clip.samples[:50_000], *paths)
    paths[1].write_bytes(b"RIFF")
    with pytest.raises(AudioError, match="cannot be read back"):
        measure_null(clip.samples, *paths)


def test_a_selection_keeps_its_place_in_time(request_for, clip):
    report = run(request_for(start=1000, stop=91_000))
    written = load_clip(report.paths["target"])
    assert report.frames == written.frames == 90_000
    assert np.array_equal(written.samples, request_for().stems["target"][1000:91_000])
    assert written.time_reference == 7_001_000


def test_a_selection_past_the_end_is_cut(request_for):
    assert run(request_for(start=150_000, stop=10**9)).frames == 1


@pytest.mark.parametrize("bounds", [{"start": 5, "stop": 5}, {"start": 10, "stop": 5}, {"start": 10**9}])
def test_nothing_to_export(request_for, bounds, tmp_path):
    with pytest.raises(AudioError, match="nothing to export"):
        run(request_for(**bounds))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("container", ["wav", "flac"])
def test_tags_and_recipe_travel(request_for, container):
    recipe = "spectral; 'voice'; +1.00:2.00; seed 0"
    report = run(request_for(format=AudioFormat(container, "24"), recipe=recipe))
    tags = load_clip(report.paths["residual"]).tags
    assert tags["title"] == "Song"
    assert tags["comment"] == f"Take 3\n{recipe}"
    assert tags["software"].startswith("SAM Studio")


def test_gain_is_common_and_reported_honestly(request_for, clip):
    report = run(request_for(gain_db=-6.0))
    written = load_clip(report.paths["target"]).samples
    assert np.allclose(written, request_for().stems["target"] * 10 ** (-6 / 20), rtol=1e-6)
    # Two roundings more than without gain.
    assert report.null_db < -140.0


def test_clipping_is_refused_by_its_highest_peak_and_leaves_nothing(request_for, clip, tmp_path):
    # The first peak that is too high is not the highest.
    loud = {name: samples * np.float32(4) for name, samples in request_for().stems.items()}
    loud["residual"][-5] = 3.0
    *_, peak = peak_dbfs(request_for(stems=loud))
    assert peak == pytest.approx(20 * log10(max(np.abs(samples).max() for samples in loud.values())))
    with pytest.raises(AudioError, match=rf"{peak:.2f} dB beyond full scale"):
        run(request_for(stems=loud, format=AudioFormat("wav", "16")))
    assert not list(tmp_path.iterdir())
    assert run(request_for(stems=loud, format=AudioFormat("wav", "16"), gain_db=-peak)).frames == 150_001
    assert run(request_for(stems=loud, existing="replace")).frames == 150_001


def test_peaks(request_for, clip):
    samples = noise(clip.frames)
    samples[140_000] = -0.5
    *_, whole = peak_dbfs(request_for(stems={"a": samples * 0.1, "b": samples}))
    assert whole == pytest.approx(-6.0206, abs=1e-4)
    *_, part = peak_dbfs(request_for(stems={"b": samples}, stop=140_000))
    assert part < -19.9
    *_, silence = peak_dbfs(request_for(stems={"a": samples * 0}))
    assert silence == -inf


def test_existing_files_are_told_and_spared(request_for, tmp_path):
    (tmp_path / "Song_ one_residual.wav").write_bytes(b"mine")
    assert goal_paths(request_for())["residual"] == tmp_path / "Song_ one_residual.wav"
    with pytest.raises(AudioError, match=r"“Song_ one_residual\.wav” exists already"):
        run(request_for())
    assert [path.name for path in tmp_path.iterdir()] == ["Song_ one_residual.wav"]
    report = run(request_for(existing="number"))
    assert [path.name for path in report.paths.values()] == ["Song_ one_target (2).wav", "Song_ one_residual (2).wav"]
    assert (tmp_path / "Song_ one_residual.wav").read_bytes() == b"mine"
    run(request_for(existing="replace"))
    assert load_clip(tmp_path / "Song_ one_residual.wav").frames == 150_001


def test_the_recording_itself_is_never_replaced(request_for, clip, tmp_path):
    source = tmp_path / "Song.wav"
    source.write_bytes(b"the only copy")
    request = request_for(clip=replace(clip, path=source), existing="replace", template="{clip}")
    with pytest.raises(AudioError, match=r"“Song\.wav” is the recording itself"):
        run(replace(request, stems={"target": request.stems["target"]}))
    assert source.read_bytes() == b"the only copy"
    assert [path.name for path in tmp_path.iterdir()] == ["Song.wav"]


def test_templates(request_for):
    report = run(request_for(template="{take} of {clip}, {stem}", take="Take 2: voice"))
    assert report.paths["target"].name == "Take 2_ voice of Song_ one, target.wav"
    with pytest.raises(AudioError, match=r"put \{stem\} into it"):
        run(request_for(template="{clip}"))
    with pytest.raises(AudioError, match=r"knows no \{number\}"):
        run(request_for(template="{number}_{stem}"))


def test_a_single_stem_has_no_null(request_for, clip):
    report = run(request_for(stems={"mix": clip.samples}, template="{clip}"))
    assert report.null_db is None
    assert report.paths["mix"].name == "Song_ one.wav"


@pytest.mark.parametrize("steps", [0, 1, 3, 5])
def test_cancel_leaves_nothing(request_for, tmp_path, steps):
    work = export(request_for())
    for _ in range(steps):
        assert isinstance(next(work), ExportProgress)
    work.close()
    assert not list(tmp_path.iterdir())


def test_progress_is_real(request_for):
    *progress, _ = export(request_for(format=AudioFormat("wav", "16")))
    writing = [step for step in progress if step.stage != "Measuring the peak"]
    assert [step.done for step in writing] == sorted(step.done for step in writing)
    assert writing[-1].done == writing[-1].total
    assert len({step.stage for step in writing}) == 3


def test_missing_folder(request_for, tmp_path):
    with pytest.raises(AudioError, match=r"There is no folder “.*/no”"):
        run(request_for(folder=tmp_path / "no"))


def test_pages_are_let_go_of(request_for, monkeypatch):
    """A disk-backed clip of hours must not pile up in memory while it is written."""
    forgotten = []
    monkeypatch.setattr(render_chain, "forget_pages", lambda samples: forgotten.append(id(samples)))
    monkeypatch.setattr(render_chain, "FORGET_BYTES", 300_000)
    request = request_for()
    run(request)
    for samples in (*request.stems.values(), request.clip.samples):
        assert forgotten.count(id(samples)) >= 2


def test_what_stands_there_is_read_by_others(request_for):
    report = run(request_for(format=AudioFormat("wav", "24")))
    info = soundfile.info(report.paths["target"])
    assert (info.frames, info.samplerate, info.channels, info.subtype) == (150_001, 48000, 2, "PCM_24")


def test_what_was_written_is_on_time(request_for):
    for audio_format in (AudioFormat(), AudioFormat("flac", "16"), AudioFormat("ogg", "lossy")):
        assert run(request_for(format=audio_format, start=70_000)).delay == 0
    silent = {name: samples * 0 for name, samples in request_for().stems.items()}
    assert run(request_for(stems=silent, existing="replace")).delay is None


def test_a_late_channel_is_told_where_the_first_is_silent(tmp_path):
    centre = np.zeros((48000, 3), np.float32)
    centre[:, 2] = noise(48000, channels=1)[:, 0]
    path = tmp_path / "late.wav"
    soundfile.write(path, np.roll(centre, 7, axis=0), 48000, "FLOAT")
    assert delay_of(path, iter([centre])) == 7


def test_a_silent_stem_leaves_the_delay_to_the_others(request_for, clip):
    stems = {"target": np.zeros_like(clip.samples), "residual": clip.samples}
    assert run(request_for(stems=stems)).delay == 0
    assert run(request_for(stems={"target": stems["target"]}, existing="replace")).delay is None


def test_the_report_knows_the_format(request_for):
    report = run(request_for(format=AudioFormat("flac", "24")))
    assert (report.format, report.record) == (AudioFormat("flac", "24"), None)


def test_a_late_file_is_told(request_for, monkeypatch):
    blocks = render_chain.RenderChain.blocks
    shift = {"frames": 7}

    def late(self, samples):
        moved = np.roll(samples, shift["frames"], 0)
        # Only what is written is late; what it is compared with later is not.
        shift["frames"] = 0
        return blocks(self, moved)

    monkeypatch.setattr(render_chain.RenderChain, "blocks", late)
    assert run(request_for(stems={"mix": noise(150_001)})).delay == 7


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


def test_spans_travel_as_markers_and_the_recipe_beside(request_for, tmp_path):
    markers = [Marker(500, 1000, "+ voice"), Marker(80_000, 50_000, "- voice"), Marker(140_000, 10, "+ late")]
    report = run(request_for(start=1000, stop=91_000, markers=markers, record={"engine": "spectral"}))
    with report.paths["target"].open("rb") as file:
        assert markers_in(read_notes(file)) == [Marker(0, 500, "+ voice"), Marker(79_000, 11_000, "- voice")]
    assert report.record == tmp_path / "Song_ one_target.json"
    record = json.loads(report.record.read_text())
    assert record["engine"] == "spectral"
    assert (record["export"]["start"], record["export"]["frames"]) == (1000 / 48000, 90_000)


def test_markers_of_the_recording_go_on(request_for, clip, tmp_path):
    source, slate, line = tmp_path / "source.wav", Marker(2000, 0, "slate"), Marker(50_000, 4000, "line 3")
    with AudioWriter(source, 48000, 2, AudioFormat(), metadata=Metadata(markers=[slate, line])) as writer:
        writer.write(clip.samples)
    opened = replace(clip, notes=load_clip(source).notes)
    report = run(request_for(clip=opened, start=1000, markers=[line, Marker(3000, 10, "+")]))
    with report.paths["target"].open("rb") as file:
        assert markers_in(read_notes(file)) == [
            Marker(1000, 0, "slate"),
            Marker(49_000, 4000, "line 3"),
            Marker(2000, 10, "+"),
        ]


def test_history_and_a_recorders_notes_are_carried_on(request_for, clip, tmp_path):
    ixml = b"<BWFXML><SCENE>12A</SCENE></BWFXML>"
    source = tmp_path / "source.wav"
    with AudioWriter(source, 48000, 2, AudioFormat(), metadata=Metadata(ixml=ixml)) as writer:
        writer.write(clip.samples)
    report = run(request_for(clip=replace(clip, notes=load_clip(source).notes), recipe="spectral, seed 3"))
    data = report.paths["target"].read_bytes()
    assert metadata_of(load_clip(report.paths["target"])).ixml == ixml
    assert b"spectral, seed 3\r\n" in data[: data.index(b"fmt ")]


def test_a_disk_without_room_is_told_before_anything_is_written(request_for, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(AudioError, match="MB left, and"):
        run(request_for())
    assert not list(tmp_path.iterdir())


def test_aiff_refuses_what_its_sizes_cannot_tell(request_for, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_AIFF_BYTES", 150_001 * 2 * 3 - 1)
    with pytest.raises(AudioError, match="AIFF holds 4 GB"):
        run(request_for(format=AudioFormat("aiff", "24")))
    assert not list(tmp_path.iterdir())
    assert run(request_for(format=AudioFormat("aiff", "16"))).frames == 150_001


@pytest.mark.parametrize("bits", ["16", "24"])
def test_a_peak_brought_to_full_scale_does_not_clip(request_for, bits):
    report = run(request_for(format=AudioFormat("wav", bits), normalise=Normalise("peak", 0.0)))
    peak = max(np.abs(load_clip(path).samples).max() for path in report.paths.values())
    assert peak == pytest.approx(1.0, abs=2.0 ** (2 - int(bits)))
