"""Objects in the video, from the command line."""

import json
from argparse import ArgumentTypeError

import pytest

from samstudio.cli.objects import parse_click
from samstudio.session.video.objects import Click, Mark, VideoObject
from samstudio.storage.mask_files import MaskFiles

NOT_THERE = Click(0.9, 0.1, positive=False)


def test_clicks_at_one_time_are_one_mark(run, video, noting, tmp_path):
    clicks = ("--click", "0.5:0.25:0.5", "--click", "0:0.1:.2:+", "--click", "0.5:0.9:0.1:-")
    ran = run("separate", video, *clicks, "-o", tmp_path / "o")
    assert ran.code == 0, ran.err
    (request,) = noting.requests
    marks = (Mark(0.0, (Click(0.1, 0.2),)), Mark(0.5, (Click(0.25, 0.5), NOT_THERE)))
    assert request.prompt.objects == (VideoObject(marks),)
    assert request.video is not None
    assert isinstance(request.tracks, MaskFiles)


def test_objects_come_from_files_as_a_session_has_them(run, video, noting, tmp_path):
    one = {"marks": [{"time": 0.2, "box": [0.1, 0.2, 0.3, 0.4]}, {"time": 0.6, "absent": True}], "name": "drum"}
    (tmp_path / "one.json").write_text(json.dumps(one))
    (tmp_path / "two.json").write_text(json.dumps([{"muted": True}]))
    files = ("--object", tmp_path / "one.json", "--object", tmp_path / "two.json")
    ran = run("separate", video, *files, "-o", tmp_path / "o")
    assert ran.code == 0, ran.err
    drum = VideoObject((Mark(0.2, box=(0.1, 0.2, 0.3, 0.4)), Mark(0.6, absent=True)), "drum")
    assert noting.requests[0].prompt.objects == (drum, VideoObject(muted=True))


@pytest.mark.parametrize(
    ("content", "part"),
    [("{", "no JSON"), ('{"colour": 1}', "object 1.colour"), ('[{"marks": [{"time": 1}]}]', "needs a click")],
)
def test_a_file_that_holds_no_object(run, video, noting, tmp_path, content, part):
    (tmp_path / "bad.json").write_text(content)
    ran = run("separate", video, "--object", tmp_path / "bad.json", "-o", tmp_path / "o")
    assert ran.code != 0
    assert part in ran.sentence
    assert not noting.requests


def test_a_negative_click_alone_says_nothing(run, video, noting, tmp_path):
    ran = run("separate", video, "--click", "1:0.5:0.5:-", "-o", tmp_path / "o")
    assert ran.code == 2
    assert "at 1 s" in ran.sentence


@pytest.mark.parametrize("text", ["1:0.5", "1:0.5:1.5", "-1:0.5:0.5", "1:0.5:0.5:x", "1:0.5:0.5:+:"])
def test_what_is_no_click_is_refused(text):
    with pytest.raises(ArgumentTypeError):
        parse_click(text)


def test_a_click_after_the_end_of_the_picture_is_refused(run, video, noting, tmp_path):
    ran = run("separate", video, "--click", "99:0.5:0.5", "-o", tmp_path / "o")
    assert ran.code == 2
    assert ran.err == ["samstudio: The click at 99 s lies after the end of the picture at 1.00 s."]
    assert noting.requests == []


def test_a_click_on_a_file_without_a_picture_is_refused(run, recording, noting, tmp_path):
    ran = run("separate", recording(), "--click", "0:0.5:0.5", "-o", tmp_path / "o")
    assert ran.code == 3
    assert ran.err == ["samstudio: There is no video in “song.wav”: choose a video file, or remove the object."]
