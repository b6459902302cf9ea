import time

import numpy as np
import pytest

from samstudio.audio.decode.video_file import FilmInfo, FilmReader
from samstudio.controllers.analysis.video_frames import Projector
from tests.audio.made_films import grey_frames, write_film


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    return write_film(folder / "film.mkv", grey_frames(50), sound=np.zeros(96000, np.float32))


@pytest.fixture
def projector(qapp):
    projector = Projector()
    projector.frames = []
    projector.frame_changed.connect(lambda frame, at: projector.frames.append((at, int(frame[0, 0, 0]))))
    projector.set_watched(True)
    yield projector
    projector.shut_down()


def shade(number: int) -> int:
    return int(grey_frames(50)[number][0, 0, 0])


def open_film(projector, film, qtbot) -> None:
    with qtbot.waitSignal(projector.film_changed, check_params_cb=lambda info: info is not None) as changed:
        projector.set_film(film)
    assert changed.args == [FilmInfo(32, 32, 25.0, pytest.approx(2.0, abs=0.05))]


def test_a_film_shows_its_first_frame_and_then_what_is_asked(projector, film, qtbot):
    open_film(projector, film, qtbot)
    assert projector.has_film
    qtbot.waitUntil(lambda: projector.frames == [(0.0, shade(0))])
    projector.seek(1.0)
    qtbot.waitUntil(lambda: projector.frames[1:] == [(1.0, shade(25))])
    projector.seek(0.2)
    qtbot.waitUntil(lambda: projector.frames[2:] == [(0.2, shade(5))])


def test_the_newest_wish_wins(projector, film, qtbot):
    open_film(projector, film, qtbot)
    for number in range(50):
        projector.seek(number / 25)
    qtbot.waitUntil(lambda: bool(projector.frames) and projector.frames[-1] == (49 / 25, shade(49)))
    assert len(projector.frames) <= 3


def test_a_recording_without_picture(projector, film, tmp_path, qtbot):
    open_film(projector, film, qtbot)
    told = []
    projector.film_changed.connect(told.append)
    (tmp_path / "sound.wav").write_bytes(b"RIFF")
    with qtbot.waitSignal(projector.film_changed):
        projector.set_film(tmp_path / "sound.wav")
    assert told == [None]
    assert not projector.has_film
    frames = len(projector.frames)
    projector.seek(1.0)
    qtbot.wait(150)
    assert len(projector.frames) == frames


def test_nothing_is_decoded_while_nobody_watches(projector, film, qtbot, monkeypatch):
    asked = []
    frame_at = FilmReader.frame_at
    monkeypatch.setattr(FilmReader, "frame_at", lambda self, at: (asked.append(at), frame_at(self, at))[1])
    projector.set_watched(False)
    open_film(projector, film, qtbot)
    projector.seek(1.0)
    qtbot.wait(150)
    assert asked == []
    projector.set_watched(True)
    qtbot.waitUntil(lambda: projector.frames == [(1.0, shade(25))])


def test_a_late_frame_of_the_film_before_is_not_shown(projector, film, tmp_path, qtbot, monkeypatch):
    other = write_film(tmp_path / "other.mkv", [np.full((32, 32, 3), 255, np.uint8)] * 50)
    open_film(projector, film, qtbot)
    qtbot.waitUntil(lambda: len(projector.frames) == 1)
    frame_at = FilmReader.frame_at
    monkeypatch.setattr(FilmReader, "frame_at", lambda self, at: (time.sleep(0.1), frame_at(self, at))[1])
    qtbot.wait(100)
    projector.seek(1.0)
    projector.set_film(other)
    qtbot.waitUntil(lambda: len(projector.frames) > 1)
    assert projector.frames[1:] == [(0.0, 255)]


def test_a_film_that_vanishes_shows_nothing_and_breaks_nothing(projector, film, tmp_path, qtbot):
    copy = tmp_path / "copy.mkv"
    copy.write_bytes(film.read_bytes())
    open_film(projector, copy, qtbot)
    qtbot.waitUntil(lambda: len(projector.frames) == 1)
    copy.unlink()
    # Going back is where a reader may have to open its file anew.
    projector.seek(1.5)
    qtbot.wait(150)
    projector.seek(0.0)
    qtbot.wait(150)
    projector.set_film(film)
    qtbot.waitUntil(lambda: projector.frames[-1] == (0.0, shade(0)))
