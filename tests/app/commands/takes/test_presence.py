"""The presence gate overruled in the window."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from samstudio.app.commands.takes.presence import chosen_stretch
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take

ABSENT = ((0.5, 1.0), (1.5, 2.0))


@pytest.mark.parametrize(
    ("selection", "playhead", "chosen"),
    [
        (None, 0.7, (0.5, 1.0)),
        (None, 1.0, None),
        (None, 1.5, (1.5, 2.0)),
        ((0.6, 1.6), 0.0, (0.6, 1.6)),
        ((1.1, 1.4), 0.7, (0.5, 1.0)),
        ((1.0, 1.5), 0.0, None),
    ],
)
def test_which_stretch_is_meant(selection, playhead, chosen):
    assert chosen_stretch(ABSENT, selection, playhead) == chosen


@pytest.fixture
def gated(opened):
    """The window with a take whose target was silenced in two stretches."""
    clip = opened.container.document.clip
    silence = 0 * clip.samples
    sound = Sound(Stems(silence, clip.samples), ABSENT, clip.samples * np.float32(0.5))
    take = Take("take", Prompt("tone"), SeparationSettings("sam-audio"), sound, 1.0, clip.frames)
    opened.container.document.add_take(take)
    return opened


def test_the_key_lets_the_target_through_at_the_playhead(gated, qtbot):
    # Elsewhere it is reported where that can be done.
    gated.container.transport.seek(1.2)
    with qtbot.waitSignal(gated.commands.presence.noted) as noted:
        gated.actions_by_name["let_through"].trigger()
    assert "hatched" in noted.args[0]
    document = gated.container.document
    gated.container.transport.seek(0.75)
    gated.timeline.setFocus()
    with qtbot.waitSignal(gated.container.presence_override.finished):
        QTest.keyClick(gated.timeline, Qt.Key.Key_H)
    assert document.current_take.sound.absent == ABSENT[1:]
    assert document.current_take.sound.stems.target.any()
    gated.actions_by_name["undo"].trigger()
    assert document.current_take.sound.absent == ABSENT
    gated.actions_by_name["let_through_everywhere"].trigger()
    qtbot.waitUntil(lambda: document.current_take.sound.absent == ())
    assert not gated.actions_by_name["let_through"].isEnabled()


def test_the_menu_of_the_band_selects_its_stretch_and_another_take_shows_its_own(gated, qtbot):
    canvas = gated.timeline.stack.lanes[Stem.TARGET].canvas.viewport()
    start, end = gated.timeline.visible_range
    x = round((0.75 - start) / (end - start) * canvas.width())
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=QPoint(x, canvas.height() // 2))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()][:2] == [
        gated.actions_by_name[name].text() for name in ("let_through", "let_through_everywhere")
    ]
    menu.close()
    assert gated.container.selection.range == ABSENT[0]
    # Another take shows its own.
    clip, document = gated.container.document.clip, gated.container.document
    band = gated.timeline.presence
    assert band.stretch_at(0.75 / clip.duration * band.boundingRect().width()) == ABSENT[0]
    plain = replace(document.current_take, id="other", sound=Sound(Stems(clip.samples, clip.samples)))
    document.add_take(plain)
    assert band.stretch_at(0.75 / clip.duration * band.boundingRect().width()) is None
    assert not gated.actions_by_name["let_through"].isEnabled()
    document.select_take(0)
    assert band.stretch_at(0.75 / clip.duration * band.boundingRect().width()) == ABSENT[0]
