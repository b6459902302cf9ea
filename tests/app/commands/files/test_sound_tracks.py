"""A recording with several sound tracks."""

import pytest

from samstudio.session.prompt import Prompt
from tests.audio.made_tracks import TONES, tone_of, two_tracks


@pytest.fixture
def film(window, tmp_path, qtbot):
    path = two_tracks(tmp_path / "two.mkv")
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(path)
    return window


def shown(window) -> list[tuple[str, bool]]:
    return [(action.text(), action.isChecked()) for action in window.track_menu.actions()]


def test_a_recording_of_one_track_offers_none(opened):
    assert not opened.track_menu.menuAction().isVisible()


def test_another_track_is_a_click_away_and_keeps_the_prompt(film, qtbot):
    assert film.track_menu.menuAction().isVisible()
    assert shown(film) == [("1 Room · ger · mono", False), ("2 Commentary && more · eng · stereo", True)]
    assert tone_of(film.container.document.clip.samples) == TONES[1]
    prompt = Prompt("voice")
    film.container.document.edit_prompt("Text", prompt)
    film.commands.sessions.may_drop_work = lambda _question: True
    with qtbot.waitSignal(film.container.clip_loader.completed):
        film.track_menu.actions()[0].trigger()
    assert tone_of(film.container.document.clip.samples) == TONES[0]
    assert film.container.document.prompt == prompt
    assert [is_open for _, is_open in shown(film)] == [True, False]
    # The one that is open is not opened again.
    with qtbot.assertNotEmitted(film.container.clip_loader.opened, wait=50):
        film.track_menu.actions()[0].trigger()
    assert [is_open for _, is_open in shown(film)] == [True, False]


def test_closing_the_recording_takes_its_tracks_away(film):
    film.actions_by_name["close"].trigger()
    assert not film.track_menu.menuAction().isVisible()
