"""Where drafts are wanted: what is heard or seen next."""

import pytest

from samstudio.controllers.separation.listening_focus import ListeningFocus


@pytest.fixture
def focus(document, tone_clip) -> ListeningFocus:
    document.open(tone_clip)
    made = ListeningFocus(document)
    made.follow(document.recording, 100)
    made.show_view((2.0, 6.0))
    return made


def test_the_view_from_the_playhead_on_where_it_is_in_view(focus):
    assert focus.frames() == (200, 600)
    focus.show_position(3.0)
    assert focus.frames() == (300, 600)
    # Behind it there is little to see.
    focus.show_position(5.9)
    assert focus.frames() == (200, 600)
    focus.show_position(7.0)
    assert focus.frames() == (200, 600)


def test_what_plays_next(focus):
    focus.show_playing(playing=True)
    focus.show_position(5.0)
    assert focus.frames() == (500, 900)
    focus.show_position(1.0)
    assert focus.frames() == (100, 600)
    focus.show_loop((0.5, 1.5))
    assert focus.frames() == (50, 150)
    focus.show_position(3.0)
    assert focus.frames() == (300, 700)
    focus.show_playing(playing=False)
    assert focus.frames() == (300, 600)


def test_of_a_recording_that_is_not_shown_nothing(focus, document, tone_clip):
    first = document.recording
    document.open(tone_clip)
    assert focus.frames() is None
    document.recordings.show(first)
    assert focus.frames() == (200, 600)
