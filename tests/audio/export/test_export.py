"""Stems go out together, and what the report says of them was measured."""

from dataclasses import replace
from math import inf, log10

import numpy as np
import pytest
import soundfile

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export import export as module
from samstudio.audio.export.export import export
from samstudio.audio.export.export_measures import ExportProgress, peak_dbfs
from samstudio.audio.export.export_request import output_paths
from samstudio.audio.files import load_clip
from tests.audio.export.run_export import run


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


def test_existing_files_are_told_and_spared(request_for, tmp_path):
    (tmp_path / "Song_ one_residual.wav").write_bytes(b"mine")
    assert output_paths(request_for())["residual"] == tmp_path / "Song_ one_residual.wav"
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
    with pytest.raises(AudioError, match=r"has no field \{number\}"):
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


def test_what_stands_there_is_read_by_others(request_for):
    report = run(request_for(format=AudioFormat("wav", "24")))
    info = soundfile.info(report.paths["target"])
    assert (info.frames, info.samplerate, info.channels, info.subtype) == (150_001, 48000, 2, "PCM_24")


def test_the_report_knows_the_format(request_for):
    report = run(request_for(format=AudioFormat("flac", "24")))
    assert (report.format, report.record) == (AudioFormat("flac", "24"), None)


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
