"""A video is one of the files of an export: whole or not at all, like the others."""

from dataclasses import replace

import av
import numpy as np
import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export.export import export
from samstudio.audio.export.export_measures import peak_dbfs
from samstudio.audio.export.export_request import ExportRequest, Normalise, VideoExport, output_paths
from samstudio.audio.files import load_clip
from tests.audio.made_files import noise
from tests.audio.made_videos import grey_frames, write_video


@pytest.fixture
def request_for(tmp_path):
    """An export of both stems, and of the target to the picture."""
    sound = noise(96_000, 1, level=0.5)[:, 0]
    path = write_video(tmp_path / "song.mov", grey_frames(50), sound=sound)
    clip = load_clip(path)
    target = clip.samples * np.float32(0.5)
    (tmp_path / "out").mkdir()
    request = ExportRequest({"target": target, "residual": clip.samples - target}, clip, tmp_path / "out")
    return lambda **changes: replace(request, **{"video": VideoExport(path, "target", target), **changes})


def run(request: ExportRequest):
    *steps, report = export(request)
    done = [step.done for step in steps if step.stage != "Measuring the peak"]
    assert done == sorted(done)
    return report


def test_the_video_stands_among_the_files_and_on_time(request_for):
    report = run(request_for())
    assert [path.name for path in report.paths.values()] == ["song_target.wav", "song_residual.wav", "song_target.mov"]
    heard = load_clip(report.paths["video"]).samples
    assert np.abs(heard - request_for().stems["target"]).max() <= 2.0**-22
    assert report.delay == 0
    with av.open(str(report.paths["video"])) as video:
        assert len(list(video.decode(video=0))) == 50


def test_a_selection_stands_in_its_place_in_the_video(request_for):
    report = run(request_for(start=20_000, stop=40_000, gain_db=-6.0))
    assert report.frames == 20_000
    heard = load_clip(report.paths["video"]).samples
    assert len(heard) == request_for().clip.frames
    assert not heard[:20_000].any()
    expected = request_for().stems["target"][20_000:40_000] * 10 ** (-6 / 20)
    assert np.abs(heard[20_000:40_000] - expected).max() <= 2.0**-22


def test_another_rate_and_level_go_into_the_video_too(request_for):
    report = run(request_for(sample_rate=44100, normalise=Normalise("peak", -12.0), format=AudioFormat("wav", "24")))
    video = load_clip(report.paths["video"])
    assert video.sample_rate == 44100
    assert report.delay == 0


def test_the_video_itself_is_never_replaced(request_for, tmp_path):
    request = request_for(folder=tmp_path, template="{clip}", existing="replace", stems={"target": noise(96_000, 1)})
    before = (tmp_path / "song.mov").read_bytes()
    with pytest.raises(AudioError, match="is the recording itself"):
        run(request)
    assert (tmp_path / "song.mov").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "song.mov"]


def test_what_would_clip_in_the_video_leaves_nothing(request_for, tmp_path):
    loud = request_for().video
    loud = replace(loud, sound=loud.sound * np.float32(8))
    with pytest.raises(AudioError, match="video's sound exceeds"):
        run(request_for(video=loud))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_video_that_is_gone_leaves_nothing(request_for, tmp_path):
    gone = replace(request_for().video, source=tmp_path / "gone.mov")
    with pytest.raises(AudioError):
        run(request_for(video=gone))
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("steps", [2, 4, 8, 10])
def test_cancel_leaves_nothing(request_for, tmp_path, steps):
    work = export(request_for())
    for _ in range(steps):
        next(work)
    work.close()
    assert list((tmp_path / "out").iterdir()) == []


def test_names_are_numbered_together(request_for):
    run(request_for())
    assert output_paths(request_for())["video"].name == "song_target.mov"
    assert run(request_for(existing="number")).paths["video"].name == "song_target (2).mov"


def test_a_rate_that_the_codec_of_the_video_cannot_hold_is_refused_before_anything_is_written(request_for, tmp_path):
    """WAV files beside it could."""
    video = request_for().video
    other = video.source.rename(tmp_path / "song.avi")
    with pytest.raises(AudioError, match="FLAC holds only multiples of 10 Hz above 65535, and not 88201"):
        run(request_for(sample_rate=88_201, video=replace(video, source=other)))
    assert list((tmp_path / "out").iterdir()) == []


def test_beside_floating_point_files_only_the_sound_of_the_video_clips(request_for):
    request = request_for()
    loud = replace(request.video, sound=request.video.sound * np.float32(8.0))
    *_, peak = peak_dbfs(replace(request, video=loud))
    assert peak == pytest.approx(20 * np.log10(np.abs(loud.sound).max()), abs=1e-4)
    assert peak > 0
    assert run(replace(request, video=loud, gain_db=-peak - 0.01)).paths["video"].is_file()
    too_loud = {name: samples * np.float32(50.0) for name, samples in request.stems.items()}
    *_, peak = peak_dbfs(replace(request, stems=too_loud))
    assert peak < 0
    *_, peak = peak_dbfs(replace(request, stems=too_loud, format=AudioFormat("wav", "24")))
    assert peak > 0
