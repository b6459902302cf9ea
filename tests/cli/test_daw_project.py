"""`separate --daw-project`, read back by others."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.metadata.tags import Metadata
from tests.audio.export.daw.reading import (
    dawproject_markers,
    dawproject_tracks,
    reaper_markers,
    reaper_project,
    reaper_tracks,
    valid_project,
)
from tests.audio.made_videos import grey_frames, write_video


def test_both_stems_are_tracks_of_both_projects(run, recording, engine, tmp_path):
    out = tmp_path / "out"
    words = ("--prompt", "bell & ü", "--span", "+0.5:1", "--span=-1:1.5", "--range", "0.25:1.75", "--daw-project")
    ran = run("separate", recording("a & ü 🎸.wav"), *words, "-o", out)
    names = ("a & ü 🎸_target.wav", "a & ü 🎸_residual.wav", "a & ü 🎸.dawproject", "a & ü 🎸.rpp")
    assert (ran.code, ran.out) == (0, [str(out / name) for name in names])
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    project, reaper = valid_project(out / names[2]), reaper_project(out / names[3])
    group, *tracks = reaper_tracks(reaper)
    assert group.name == "a & ü 🎸"
    assert [replace(track, file=Path(track.file).name) for track in dawproject_tracks(project)] == tracks
    assert [(track.file, track.start, track.seconds) for track in tracks] == [(name, 0.25, 1.5) for name in names[:2]]
    spans = [(0.5, "+ bell & ü"), (1.0, "- bell & ü")]
    assert [marker for marker in reaper_markers(reaper) if marker[1]] == spans
    assert [marker for marker in dawproject_markers(project) if marker in spans] == spans


def test_the_time_stamp_of_the_recording_counts(run, engine, tmp_path):
    source = tmp_path / "song.wav"
    with AudioWriter(source, 8000, 1, AudioFormat(), metadata=Metadata(time_reference=8000 * 3600)) as writer:
        writer.write(np.zeros((8000, 1), np.float32))
    ran = run("separate", source, "--span", "+0:1", "--daw-project", "--json", "-o", tmp_path / "out", "--bits", "16")
    made = json.loads(ran.out[-1])
    assert made["dawproject"] == str(tmp_path / "out/song.dawproject")
    tracks = reaper_tracks(reaper_project(Path(made["rpp"])))[1:]
    assert {(track.start, track.seconds) for track in tracks} == {(3600.0, 1.0)}


def test_a_film_is_the_picture(run, engine, tmp_path):
    film = write_video(tmp_path / "film.mp4", grey_frames(30), sound=np.full(48000, 0.1, np.float32))
    assert run("separate", film, "--span", "+0:1", "--daw-project", "-o", tmp_path / "out").code == 0
    picture = reaper_project(tmp_path / "out/film.rpp").find("TRACK")
    assert picture.find("ITEM").find("SOURCE").find("FILE") == ["FILE", "../film.mp4"]


def test_a_project_that_exists_is_kept_and_a_bad_name_refused_before_the_work(run, recording, engine, tmp_path):
    old = tmp_path / "song.rpp"
    old.write_text("mine")
    ran = run("separate", recording(), "--span", "+0:1", "--daw-project", "-o", tmp_path)
    assert (ran.code, old.read_text()) == (6, "mine")
    assert "song.rpp" in ran.sentence
    ran = run("separate", recording("a\nb.wav"), "--span", "+0:1", "--daw-project", "-o", tmp_path / "out")
    assert ran.code == 6
    assert "“a b_target" in ran.sentence
    assert not (tmp_path / "out").exists()


def test_without_the_option_there_is_none(run, recording, engine, tmp_path):
    ran = run("separate", recording(), "--span", "+0:1", "--json", "-o", tmp_path / "out")
    assert "rpp" not in json.loads(ran.out[-1])
    assert not list((tmp_path / "out").glob("*.rpp"))
