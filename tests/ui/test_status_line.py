"""The status line: messages, and the sound card at its end."""

import numpy as np
import pytest
from PySide6.QtGui import QPalette

from samstudio.ui import theme as themes
from samstudio.ui.status_line import StatusLine


@pytest.fixture
def status(qapp, qtbot):
    themes.apply_theme(qapp, "dark")
    status = StatusLine()
    qtbot.addWidget(status)
    status.resize(1200, 30)
    status.show()
    yield status
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    themes._current.clear()


def test_the_sound_cards_icon_is_whole(status):
    status.show_device("No sound card found.")
    picture = status._device_icon.grab().toImage()
    pixels = np.array([[picture.pixel(x, y) for x in range(picture.width())] for y in range(picture.height())])
    drawn = np.flatnonzero((pixels != pixels[0, 0]).any(axis=0))
    assert np.ptp(drawn) > 8


def test_what_is_said_on_the_left_is_not_said_on_the_right_as_well(status):
    status.show_device("No sound card found.")
    status.show_warning("No sound card found.")
    assert not status._device.isVisible()
    assert not status._device_icon.isVisible()
    status.show_note("Saved.")
    assert status._device.isVisible()
    assert status._device_icon.isVisible()


def test_a_message_that_is_too_long_ends_with_an_ellipsis_and_is_whole_in_the_tooltip(status):
    status.resize(500, 30)
    status.show_clip("44.1 kHz")
    message = "A sentence that is much longer than the status line of a small window is wide, so that its end is cut"
    status.show_note(message)
    long = status.grab().toImage()
    assert status.toolTip() == message
    fitting = next(message[:end] for end in range(len(message), 0, -1) if _is_as(status, f"{message[:end]}…", long))
    assert 20 < len(fitting) < len(message)
    status.show_note("Saved.")
    status.grab()
    assert status.toolTip() == ""


def _is_as(status, message, picture):
    status.show_note(message)
    return status.grab().toImage() == picture and not status.toolTip()


def test_the_parts_on_the_right_give_way_to_a_message_that_has_no_room_beside_them(status):
    status.resize(560, 30)
    status.show_hover("0:07.600 · 2.06 kHz")
    status.show_clip("44.1 kHz · stereo · 0:19.000")
    parts = (status._hover, status._clip)
    assert all(part.isVisible() for part in parts)
    message = "Paint to the target; X, Ctrl or Alt: the other way; [ and ]: size"
    status.show_note(message)
    status.grab()
    assert status.toolTip() == "", "the message is read whole"
    assert not status._clip.isVisible()
    status.clearMessage()
    assert all(part.isVisible() for part in parts)
    status.resize(1200, 30)
    status.show_note(message)
    assert all(part.isVisible() for part in parts)
