"""A place in the picture, from the command line."""

import numpy as np

from samstudio.audio.video.video_file import VideoFile
from samstudio.session.region import Region
from tests.audio.made_videos import grey_frames
from tests.separation.sam_audio.made_up_video import write_seeing_model


def test_the_place_and_the_video_reach_the_engine(run, video, noting, tmp_path):
    ran = run("separate", video, "--region", "0.1:0.2:0.5:0.4", "-o", tmp_path / "o")
    assert ran.code == 0, ran.err
    (request,) = noting.requests
    assert request.prompt.regions == (Region(0.1, 0.2, 0.5, 0.4),)
    assert request.prompt.text == ""
    assert request.video == VideoFile(video)
    assert len(list((tmp_path / "o").iterdir())) == 2


def test_a_part_of_the_video_is_looked_at_on_the_time_of_the_whole(run, video, noting, tmp_path):
    moving = ("--region", "0@0:0:0.5:0.5", "--region", "1@0.5:0:0.5:0.5")
    ran = run("separate", video, *moving, "--range", "0.5:0.75", "-o", tmp_path / "o")
    assert ran.code == 0, ran.err
    (request,) = noting.requests
    assert request.wanted == (24000, 36000)
    assert request.prompt.regions == (Region(0, 0, 0.5, 0.5), Region(0.5, 0, 0.5, 0.5, time=1.0))
    (frame,) = request.video.frames_at([0.6])
    np.testing.assert_array_equal(frame, grey_frames(25)[15])


def test_without_a_region_no_video_is_opened(run, video, noting, tmp_path):
    assert run("separate", video, "--prompt", "bell", "-o", tmp_path / "o").code == 0
    assert noting.requests[0].video is None


def test_two_places_at_one_time(run, video, noting, tmp_path):
    ran = run("separate", video, "--region", "0:0:1:1", "--region", "0:0:0.5:1", "-o", tmp_path / "o")
    assert ran.code == 2
    assert "two regions are at the same time" in ran.sentence
    assert not noting.requests


def test_a_recording_without_video(run, recording, noting, tmp_path):
    ran = run("separate", recording(), "--region", "0:0:1:1", "-o", tmp_path / "o")
    assert ran.code == 3
    assert "video of “song.wav” cannot be read" in ran.sentence or "no video in “song.wav”" in ran.sentence
    assert not (tmp_path / "o").exists()


def test_a_region_that_is_none(run, video, tmp_path):
    ran = run("separate", video, "--region", "10:20:30:40", "-o", tmp_path / "o")
    assert ran.code == 2
    assert "must lie inside" in ran.sentence


def test_a_manifest_may_name_regions(run, video, noting, tmp_path):
    manifest = tmp_path / "jobs.csv"
    manifest.write_text(f"input,region\n{video.name},0@0:0:0.5:1 0.5@0.5:0:0.5:1\n{video.name},nonsense\n")
    ran = run("batch", manifest, "-o", tmp_path / "o")
    assert ran.code == 5
    assert any("Row 2" in line and "a region is written X:Y:W:H" in line for line in ran.err)
    (request,) = noting.requests
    assert [region.time for region in request.prompt.regions] == [0.0, 0.5]
    assert run("batch", manifest, "-o", tmp_path / "o").out == ["0 done, 1 had been done before, 1 failed."]
    manifest.write_text(f"input,region\n{video.name},0:0:1:1\n")
    assert run("batch", manifest, "-o", tmp_path / "o").out == ["1 done, 0 had been done before, 0 failed."]


def test_the_spectral_engine_cannot_see(run, video, tmp_path):
    ran = run("separate", video, "--region", "0:0:1:1", "-o", tmp_path / "o")
    assert ran.code == 5
    assert "does not use the video" in ran.sentence


def test_sam_audio_from_video_to_stems(run, video, tmp_path):
    model = write_seeing_model(tmp_path / "model")
    words = ("--engine", "sam-audio", "--model", model, "--device", "cpu", "--steps", 1, "--solver", "euler")
    made = []
    for number, region in enumerate(["0:0:1:1", "0:0:0.5:1", "0:0:1:1"]):
        ran = run("separate", video, "--region", region, "-o", tmp_path / str(number), *words)
        assert ran.code == 0, ran.err
        made.append((tmp_path / str(number) / "video_target.wav").read_bytes())
    assert made[0][-4000:] == made[2][-4000:]
    assert made[0][-4000:] != made[1][-4000:]
