"""The actions of the lanes, in the window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from samstudio.session.session import LaneContent
from samstudio.session.take import Sound, Stem, Stems


@pytest.fixture
def separated(opened, qtbot):
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    qtbot.waitUntil(lambda: not opened.container.separator.is_running)
    with qtbot.waitActive(opened):
        opened.activateWindow()
    opened.timeline.setFocus()
    return opened


def shown(window) -> str:
    return window.timeline.stack.spectrogram.title


def test_the_spectrogram_follows_what_is_heard_until_that_is_switched_off(separated):
    # The target alone is heard; C leaves only the residual.
    QTest.keyClick(separated.timeline, "C")
    assert shown(separated) == "Spectrogram: residual"
    QTest.keyClick(separated.timeline, "C")
    assert shown(separated) == "Spectrogram: target"
    # By the keys that choose it.
    for key, stem in (("1", "clip"), ("2", "target"), ("3", "residual")):
        QTest.keyClick(separated.timeline, key)
        assert shown(separated) == f"Spectrogram: {stem}"
        QTest.keyClick(separated.timeline, "0")
        assert shown(separated) == "Spectrogram: clip"
    # It is switched off, and that is remembered.
    assert separated.actions_by_name["follow_heard"].isChecked()
    QTest.keyClick(separated.timeline, "2")
    QTest.keyClick(separated.timeline, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    assert shown(separated) == "Spectrogram: clip"
    assert not separated.container.preferences.flag("follow_heard", default=True)
    QTest.keyClick(separated.timeline, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    assert shown(separated) == "Spectrogram: target"
    # The target's share is shown by its key.
    QTest.keyClick(separated.timeline, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert separated.status.currentMessage() == "The target's share tints the clip's spectrogram: press 1 to see it."
    QTest.keyClick(separated.timeline, Qt.Key.Key_1)
    assert shown(separated) == "Spectrogram: clip · target's share"


def test_stem_lanes_are_switched_together_or_in_the_menu_of_each(separated):
    stack = separated.timeline.stack
    for content in (LaneContent.SPECTROGRAM, LaneContent.BOTH, LaneContent.WAVEFORM):
        QTest.keyClick(separated.timeline, Qt.Key.Key_W)
        contents = {name: view.content for name, view in stack.views.items()}
        assert contents == {
            "clip": LaneContent.WAVEFORM,
            "spectrogram": LaneContent.SPECTROGRAM,
            "target": content,
            "residual": content,
        }
    # Their menu opens by mouse and by key.
    header = separated.timeline.stack.lanes[Stem.RESIDUAL].header
    QTest.mouseClick(header, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Spectrogram").trigger()
    menu.close()
    assert separated.timeline.stack.lanes[Stem.RESIDUAL].view.content is LaneContent.SPECTROGRAM
    header.setFocus()
    QTest.keyClick(header, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.accessibleName() == "Residual: lane menu"
    menu.close()


def test_a_box_drawn_on_a_stems_spectrogram_is_limited_in_frequency(separated, qtbot):
    timeline = separated.timeline
    QTest.keyClick(timeline, Qt.Key.Key_W)
    QTest.keyClick(timeline, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    canvas = timeline.stack.lanes[Stem.TARGET].canvas
    viewport, height = canvas.viewport(), canvas.height()
    QTest.mouseMove(viewport, viewport.rect().center())
    places = [viewport.rect().center(), viewport.rect().center()]
    places[1].setX(places[1].x() + 90)
    places[1].setY(places[1].y() + height // 4)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[0])
    for step in (1, 2, 3):
        QTest.mouseMove(viewport, places[0] + (places[1] - places[0]) * step / 3)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[1])
    span = separated.container.document.prompt.spans[-1]
    assert span.is_box
    middle = timeline.frequency_scale.hz(0.5)
    assert span.high == pytest.approx(middle, rel=0.2)
    assert span.low < span.high


def test_earlier_takes_of_a_chain_get_lanes_with_peaks(separated, qtbot):
    renderer, document = separated.container.timeline_renderer, separated.container.document
    first = document.current_take
    drawn = []
    renderer.peaks_changed.connect(lambda channel, _peaks: drawn.append(channel))
    rest = first.sound.stems.residual
    document.add_take(replace(first, id="second", source=first.id, sound=Sound(Stems(rest * 0.5, rest * 0.5))))
    assert list(separated.timeline.stack.lanes)[-1] == first.id
    assert separated.timeline.stack.lanes[first.id].isVisible()
    qtbot.waitUntil(lambda: first.id in drawn)
    document.select_take(0)
    assert list(separated.timeline.stack.lanes)[-1] == Stem.RESIDUAL
