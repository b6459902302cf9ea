"""A recording with several sound tracks."""

import pytest

from samstudio.session.prompt import Prompt
from tests.audio.made_tracks import TONES, tone_of, two_tracks


@pytest.fixture
def video(window, tmp_path, qtbot):
    path = two_tracks(tmp_path / "two.mkv")
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(path)
    return window


def shown(window) -> list[tuple[str, bool]]:
    return [(action.text(), action.isChecked()) for action in window.track_menu.actions()]


def test_a_recording_of_one_track_offers_none(opened):
    assert not opened.track_menu.menuAction().isVisible()


def test_another_track_is_a_click_away_and_keeps_the_prompt(video, qtbot):
    assert video.track_menu.menuAction().isVisible()
    assert shown(video) == [("1 Room · ger · mono", False), ("2 Commentary && more · eng · stereo", True)]
    assert tone_of(video.container.document.clip.samples) == TONES[1]
    prompt = Prompt("voice")
    video.container.document.edit_prompt("Text", prompt)
    video.commands.sessions.may_drop_work = lambda _question: True
    with qtbot.waitSignal(video.container.clip_loader.completed):
        video.track_menu.actions()[0].trigger()
    assert tone_of(video.container.document.clip.samples) == TONES[0]
    assert video.container.document.prompt == prompt
    assert [is_open for _, is_open in shown(video)] == [True, False]
    # The one that is open is not opened again.
    with qtbot.assertNotEmitted(video.container.clip_loader.opened, wait=50):
        video.track_menu.actions()[0].trigger()
    assert [is_open for _, is_open in shown(video)] == [True, False]


def test_closing_the_recording_takes_its_tracks_away(video):
    video.actions_by_name["close"].trigger()
    assert not video.track_menu.menuAction().isVisible()
