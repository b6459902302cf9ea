"""The projects of an export, read back by others."""

import errno
import shutil
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export.daw.daw_project import COLORS, EARLIER_COLOR, DawMix
from samstudio.audio.export.export import export
from samstudio.audio.export.export_request import VideoExport
from samstudio.audio.files import load_clip
from samstudio.session.labels.label import Label
from samstudio.session.mix import Strip
from samstudio.ui.theme import load_theme
from tests.audio.export.daw.reading import (
    dawproject_markers,
    dawproject_tracks,
    reaper_markers,
    reaper_project,
    reaper_tracks,
    valid_project,
)
from tests.audio.export.run_export import run
from tests.audio.made_videos import grey_frames, write_video

STRIPS = {"first": Strip(-6.0, -0.5, mute=True), "target": Strip(3.0, 1.0), "residual": Strip(-60.0, invert=True)}
LABELS = (
    Label(0.5, 1.5, "+ bell"),
    Label(1.5, 2.0, "- a \"b\" 'c' `d`"),
    Label(1.25, 1.25, "take\u2028two \x07"),
    Label(0.1, 0.2, "+ before"),
)


@pytest.fixture
def project_of(request_for, clip):
    """An export of three parts with projects; the clip's time stamp is 7 000 000 frames."""
    target = clip.samples * np.float32(0.25)
    stems = {"first": clip.samples * np.float32(0.5), "target": target, "residual": target}

    def make(**changes):
        mix = changes.pop("daw", DawMix(STRIPS, -3.0, LABELS))
        return request_for(**{"stems": stems, "daw": mix, **changes})

    return make


def both(report):
    """The tracks of both projects, without what only one of them has."""
    daw = dawproject_tracks(valid_project(report.paths["dawproject"]))
    folder, *tracks = reaper_tracks(reaper_project(report.paths["rpp"]))
    assert (folder.name, folder.volume, folder.mute, folder.file) == ("Song: one", 1.0, False, "")
    return [replace(track, file=Path(track.file).name) for track in daw], tracks


def test_both_have_the_same_tracks_in_the_same_places(project_of):
    report = run(project_of(start=24_000, stop=96_001, fade_in=0.25, fade_out=0.5))
    daw, reaper = both(report)
    assert daw == reaper
    assert [track.name for track in reaper] == ["Song_ one_first", "Song_ one_target", "Song_ one_residual"]
    assert [track.file for track in reaper] == [f"{track.name}.wav" for track in reaper]
    assert [track.color for track in reaper] == [EARLIER_COLOR, COLORS["target"], COLORS["residual"]]
    assert [(track.volume, track.pan, track.mute) for track in reaper] == [
        (10.0 ** (-6.0 / 20.0), -0.5, True),
        (10.0 ** (3.0 / 20.0), 1.0, False),
        (0.0, 0.0, False),
    ]
    for track in reaper:
        # To the sample, after the time stamp of the recording; the file's own says the same.
        assert track.start * 48000 == pytest.approx(7_024_000, abs=1e-3)
        assert track.seconds * 48000 == pytest.approx(72_001, abs=1e-6)
        assert load_clip(report.paths["target"]).time_reference == 7_024_000
        assert track.fades == (0.25, 0.5)


def test_the_fades_of_the_tracks_are_not_in_the_files_too(project_of, clip):
    report = run(project_of(start=24_000, stop=96_000, fade_in=0.25, recipe="made"))
    sound, _ = soundfile.read(report.paths["first"], dtype="float32")
    assert np.array_equal(sound, clip.samples[24_000:96_000] * np.float32(0.5))
    assert load_clip(report.paths["first"]).tags["comment"] == "Take 3\nmade"


def test_in_files_of_the_full_length_the_fades_stay(project_of, clip):
    report = run(project_of(start=24_000, stop=96_000, keeps_length=True, fade_in=0.25))
    daw, reaper = both(report)
    assert daw == reaper
    sound, _ = soundfile.read(report.paths["first"], dtype="float32")
    assert np.abs(sound[24_000:24_100]).max() < 1e-3
    for track in reaper:
        assert track.start * 48000 == pytest.approx(7_000_000, abs=1e-3)
        assert track.seconds * 48000 == pytest.approx(clip.frames, abs=1e-6)
        assert track.fades == (0.0, 0.0)


def test_a_recording_without_time_stamp_begins_at_nought_at_any_rate(project_of, clip):
    plain = replace(clip, time_reference=None)
    for rate, start in ((None, 0), (44100, 12_345)):
        report = run(project_of(clip=plain, start=start, sample_rate=rate, existing="number"))
        daw, reaper = both(report)
        assert daw == reaper
        assert {track.start for track in reaper} == {start / 48000}
        assert {track.seconds for track in reaper} == {report.frames / report.sample_rate}


def test_spans_are_regions_and_markers_inside_the_range(project_of):
    report = run(project_of(start=24_000, stop=81_600))
    at = 7_000_000 / 48000
    # A region ends with a line that has no name; a DAWproject has no regions, so there the end is a marker.
    expected = [
        (at + 0.5, "+ bell"),
        (at + 1.25, "take two"),
        (at + 1.5, "- a \"b\" 'c' `d`"),
        (at + 1.5, "+ bell (end)"),
        (at + 1.7, "- a \"b\" 'c' `d` (end)"),
    ]
    daw = dawproject_markers(valid_project(report.paths["dawproject"]))
    assert sorted(daw) == [(pytest.approx(time, abs=1e-9), name) for time, name in sorted(expected)]
    # Of the three quotation marks a REAPER text lacks the one that it stands in.
    assert reaper_markers(reaper_project(report.paths["rpp"])) == [
        (pytest.approx(time, abs=1e-9), name)
        for time, name in (
            (at + 0.5, "+ bell"),
            (at + 1.5, ""),
            (at + 1.25, "take two"),
            (at + 1.5, "- a \"b\" 'c' 'd'"),
            (at + 1.7, ""),
        )
    ]


def test_seconds_hold_whatever_tempo_the_user_sets(project_of):
    report = run(project_of())
    reaper = reaper_project(report.paths["rpp"])
    assert reaper.find("TIMELOCKMODE") == ["TIMELOCKMODE", "0"]
    assert float(reaper.find("TEMPO")[1]) == 120.0
    assert float(valid_project(report.paths["dawproject"]).find("Transport/Tempo").get("value")) == 120.0


def test_gains_of_the_master_and_polarity(project_of):
    report = run(project_of())
    master = pytest.approx(10.0 ** (-3.0 / 20.0))
    reaper, daw = reaper_project(report.paths["rpp"]), valid_project(report.paths["dawproject"])
    assert float(reaper.find("MASTER_VOLUME")[1]) == master
    assert float(daw.find("Structure/Track/Channel[@role='master']/Volume").get("value")) == master
    assert [track.find("IPHASE")[1] for track in reaper.findall("TRACK")] == ["0", "0", "0", "1"]
    assert [track.find("ISBUS")[1:] for track in reaper.findall("TRACK")] == [
        ["1", "1"],
        ["0", "0"],
        ["0", "0"],
        ["2", "-1"],
    ]


@pytest.mark.parametrize("container", ["wav", "flac", "aiff"])
def test_the_files_are_found_after_the_folder_was_moved(project_of, tmp_path, container):
    report = run(project_of(folder=tmp_path / "made", makes_folder=True, format=AudioFormat(container, "16")))
    moved = Path(shutil.move(tmp_path / "made", tmp_path / "moved"))
    tracks = reaper_tracks(reaper_project(moved / report.paths["rpp"].name))[1:]
    written = {path.name: path.read_bytes() for path in moved.iterdir()}
    assert [moved / track.file in moved.iterdir() for track in tracks] == [True] * 3
    with ZipFile(moved / report.paths["dawproject"].name) as archive:
        for track in dawproject_tracks(valid_project(moved / report.paths["dawproject"].name)):
            assert archive.read(track.file) == written[Path(track.file).name]
    kinds = {item.find("SOURCE").attrib[0] for item in reaper_project(moved / report.paths["rpp"].name).iter("ITEM")}
    assert kinds == {"FLAC" if container == "flac" else "WAVE"}


@pytest.mark.parametrize("name", ["a & b – ü 🎸👩‍👩‍👧", 'say "hi" <now> it\'s', "ü" * 125, "a\nb\x07c", "`&amp;'"])
def test_names_of_all_kinds(project_of, clip, name):
    report = run(project_of(clip=replace(clip, path=Path(f"{name}.wav"), tags={"title": f"\x00{name}"})))
    project = valid_project(report.paths["dawproject"])
    reaper = reaper_tracks(reaper_project(report.paths["rpp"]))
    stems = ("first", "target", "residual")
    assert [track.name for track in dawproject_tracks(project)] == [report.paths[stem].stem for stem in stems]
    assert [track.file for track in reaper[1:]] == [report.paths[stem].name for stem in stems]
    assert reaper[0].name == project.find("Structure/Track").get("name")
    assert reaper[0].name == " ".join(name.replace("\x07", "").split())


def test_the_film_is_a_track_with_its_own_sound_turned_down(project_of, clip, tmp_path):
    film = write_video(tmp_path / "film.mp4", grey_frames(50), sound=clip.samples[:, 0])
    plain = replace(clip, time_reference=48_000 * 10)
    out = tmp_path / "out"
    out.mkdir()
    report = run(project_of(clip=plain, folder=out, start=24_000, daw=DawMix(picture=film)))
    picture, folder, *_ = reaper_project(report.paths["rpp"]).findall("TRACK")
    item = picture.find("ITEM")
    assert item.find("SOURCE").attrib == ["VIDEO"]
    assert item.find("SOURCE").find("FILE") == ["FILE", "../film.mp4"]
    assert float(item.find("POSITION")[1]) == pytest.approx(10.0, abs=0.05)
    assert float(item.find("LENGTH")[1]) == pytest.approx(clip.duration, abs=0.2)
    assert (picture.find("VOLPAN")[1], picture.find("MUTESOLO")[1:]) == ("0.0", ["0", "0", "1"])
    assert (picture.find("ISBUS")[1], folder.find("ISBUS")[1]) == ("0", "1")
    with_copy = project_of(clip=plain, folder=out, daw=DawMix(picture=film), existing="replace")
    report = run(replace(with_copy, video=VideoExport(film, "first", clip.samples)))
    picture = reaper_project(report.paths["rpp"]).find("TRACK")
    assert picture.find("ITEM").find("SOURCE").find("FILE") == ["FILE", report.paths["video"].name]


def test_a_recording_that_is_no_film_has_no_picture(project_of, tmp_path):
    report = run(project_of(daw=DawMix(picture=tmp_path / "gone.mp4")))
    assert len(reaper_tracks(reaper_project(report.paths["rpp"]))) == 4


def test_lossy_files_are_refused_before_anything_is_written(project_of, tmp_path):
    with pytest.raises(AudioError, match="needs WAV, FLAC or AIFF"):
        run(project_of(format=AudioFormat("mp3", "lossy")))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_there_before_all_is_whole(project_of, tmp_path):
    work = export(project_of())
    for step in work:
        if "dawproject" in step.stage:
            break
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".samstudio-")] == []
    assert step.done <= step.total
    work.close()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_at_the_archive_leaves_nothing(project_of, tmp_path, monkeypatch):
    def fill(*_):
        raise OSError(errno.ENOSPC, "full")
        yield

    monkeypatch.setattr("samstudio.audio.export.daw.project_files._copy", fill)
    with pytest.raises(AudioError, match=r"The disk is full: “Song_ one\.dawproject” was not written"):
        run(project_of(folder=tmp_path / "out", makes_folder=True))
    assert list(tmp_path.iterdir()) == []


def test_projects_that_exist_are_asked_about_and_numbered_with_the_files(project_of):
    first = run(project_of())
    with pytest.raises(AudioError, match="exists already"):
        run(replace(project_of(), template="{clip}-{stem}"))
    second = run(project_of(existing="number"))
    assert {path.stem for path in second.paths.values()} == {f"{path.stem} (2)" for path in first.paths.values()}


def test_solos_and_what_they_silence(project_of):
    strips = {"first": Strip(mute=True, solo=True), "target": Strip(solo_safe=True), "residual": Strip()}
    daw, reaper = both(run(project_of(daw=DawMix(strips))))
    assert daw == reaper
    assert [(track.mute, track.solo) for track in reaper] == [(False, True), (False, True), (False, False)]
    safe = {**strips, "first": Strip(), "residual": Strip(mute=True, solo_safe=True)}
    daw, reaper = both(run(project_of(daw=DawMix(safe), existing="replace")))
    assert daw == reaper
    assert [(track.mute, track.solo) for track in reaper] == [(False, False), (False, False), (True, False)]


def test_the_colours_are_those_of_the_lanes():
    roles = {"target": "wave_target", "residual": "wave_residual", "mix": "wave_clip"}
    dark = load_theme("dark")
    assert {stem: dark.color(role).name() for stem, role in roles.items()} == COLORS
    assert dark.color("rms_target").name() == EARLIER_COLOR
