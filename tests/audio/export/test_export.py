"""Stems go out together, and what the report says of them was measured."""

from dataclasses import replace
from math import inf, log10
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export import export as module
from samstudio.audio.export.export import export
from samstudio.audio.export.export_measures import ExportProgress, peak_dbfs
from samstudio.audio.export.export_request import ExportRequest, FullLength, output_paths
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
def test_integer_stems_of_a_16_bit_clip_sum_to_it(request_for, clip, container, bits):
    report = run(request_for(format=AudioFormat(container, bits)))
    assert report.null_db == -inf
    dtype, shift = ("int16", 15) if bits == "16" else ("int32", 31)
    target, residual = (soundfile.read(path, dtype=dtype)[0].astype(np.int64) for path in report.paths.values())
    assert np.array_equal(target + residual, clip.samples * np.float64(1 << shift))


def test_integer_stems_of_a_finer_clip_null_within_a_step_and_a_half(request_for, clip):
    finer = replace(clip, samples=clip.samples * np.float32(0.7))
    target = finer.samples * np.float32(0.3)
    stems = {"target": target, "residual": finer.samples - target}
    report = run(request_for(stems=stems, clip=finer, format=AudioFormat("wav", "16")))
    assert report.null_db <= 20 * log10(1.5 / (1 << 15))
    target, residual = (load_clip(path).samples for path in report.paths.values())
    assert report.null_db == pytest.approx(20 * log10(np.abs(target + residual - finer.samples).max()))


def test_a_chain_of_three_parts_sums_to_a_16_bit_clip(request_for, clip):
    """The parts by the order in which they were taken out, and another file among them."""
    first = clip.samples * np.float32(0.25)
    rest = clip.samples - first
    second = rest * np.linspace(0, 1, clip.frames, dtype=np.float32)[:, None]
    stems = {"residual": rest - second, "mix": clip.samples[:, :1], "guitar": first, "target": second}
    whole = FullLength(clip.samples, ("guitar", "target", "residual"))
    report = run(request_for(stems=stems, whole=whole, format=AudioFormat("flac", "16")))
    assert report.null_db == -inf
    total = sum(soundfile.read(report.paths[part], dtype="int16")[0].astype(np.int64) for part in whole.parts)
    assert np.array_equal(total, clip.samples * np.float64(1 << 15))


@pytest.mark.parametrize(
    ("container", "bits", "rate", "sentence"),
    [
        ("flac", "24", 88_201, "FLAC holds only multiples of 10 Hz above 65535, and not 88201: choose WAV"),
        ("flac", "16", 705_600, "FLAC holds 655350 Hz at most and not 705600: choose WAV"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_before_anything_is_written(
    request_for, tmp_path, container, bits, rate, sentence
):
    with pytest.raises(AudioError, match=sentence):
        run(
            request_for(sample_rate=rate, format=AudioFormat(container, bits), makes_folder=True, folder=tmp_path / "o")
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rate", [250_000, 352_800, 384_000, 705_600, 768_000])
@pytest.mark.parametrize("container", ["ogg", "mp3", "opus", "m4a"])
def test_lossy_files_of_studio_rates_get_the_highest_rate_there_is(request_for, container, rate):
    report = run(request_for(sample_rate=rate, stop=12_000, format=AudioFormat(container, "lossy")))
    assert report.sample_rate == {"ogg": 192_000, "m4a": 96_000}.get(container, 48_000)
    with av.open(str(report.paths["target"])) as file:
        assert file.streams.audio[0].rate == report.sample_rate


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


def test_existing_files_are_reported_and_spared(request_for, tmp_path):
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
    assert {step.stage for step in writing} == {
        "Writing Song_ one_target.wav, Song_ one_residual.wav",
        "Checking the null",
    }


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


def test_a_disk_without_room_is_reported_before_anything_is_written(request_for, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(AudioError, match="MB left, and"):
        run(request_for())
    assert not list(tmp_path.iterdir())


def test_aiff_refuses_what_its_sizes_cannot_express(request_for, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_AIFF_BYTES", 150_001 * 2 * 3 - 1)
    with pytest.raises(AudioError, match="AIFF holds 4 GB"):
        run(request_for(format=AudioFormat("aiff", "24")))
    assert not list(tmp_path.iterdir())
    assert run(request_for(format=AudioFormat("aiff", "16"))).frames == 150_001


@pytest.mark.parametrize("name", ["n" * 246, "漢" * 83])
def test_a_long_name_is_shortened_and_reported_in_the_report(request_for, clip, name):
    report = run(request_for(clip=replace(clip, path=Path(f"{name}.wav"))))
    assert [path.stem.rpartition("_")[2] for path in report.paths.values()] == ["target", "residual"]
    assert report.note.startswith(f"The name “{name[:40]}…” is longer than 200 bytes")
    assert run(request_for()).note == ""


@pytest.mark.parametrize("fails", [False, True])
def test_a_folder_is_made_with_those_above_it_and_goes_again_if_nothing_is_written(tmp_path, tone_clip, fails):
    folder = tmp_path / "new" / "deep" / "stems"
    half = tone_clip.samples * np.float32(0.5)
    stems = {"target": half * (1 if not fails else 9), "residual": half}
    request = ExportRequest(stems, tone_clip, folder, format=AudioFormat("wav", "16"), makes_folder=True)
    if fails:
        with pytest.raises(AudioError):
            list(export(request))
        assert list(tmp_path.iterdir()) == []
    else:
        list(export(request))
        assert len(list(folder.iterdir())) == 2
