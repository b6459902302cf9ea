"""Stems leave the window as files."""

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest

from samstudio.controllers.persistence import stem_drag_out
from samstudio.session.take import Stem


@pytest.fixture
def separated(opened, qtbot):
    with qtbot.waitSignal(opened.container.separator.finished):
        opened.actions_by_name["separate"].trigger()
    opened.timeline.stem_handles[Stem.TARGET].window().show()
    return opened


@pytest.fixture
def drags(monkeypatch):
    """What was dragged: whether the file was there when the drag began, its path, and what may be done with it."""
    begun = []

    def take(self, actions):
        path = self.mimeData().urls()[0].toLocalFile()
        begun.append((soundfile.info(path).frames, path, actions))
        return Qt.DropAction.IgnoreAction

    monkeypatch.setattr(QDrag, "exec", take)
    return begun


def drag(handle) -> None:
    """Move the mouse away from it with the button down."""
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    place = QPointF(60, 5)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        handle.mapToGlobal(place),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QGuiApplication.sendEvent(handle, event)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(60, 5))


def dragged(handle, drags, qtbot) -> str:
    """The path, at the first try or when the file was ready."""
    count = len(drags)
    qtbot.waitUntil(lambda: (drag(handle), len(drags) > count)[1])
    return drags[-1][1]


def test_a_stem_is_copied_by_key_and_by_click_and_a_full_disk_is_one_sentence(separated, qtbot, monkeypatch):
    clipboard = QGuiApplication.clipboard()
    separated.mixer_panel.focus_strip(Stem.RESIDUAL)
    for act, stem in (
        (separated.actions_by_name["copy_stem"].trigger, "residual"),
        (separated.timeline.stem_handles[Stem.TARGET].click, "target"),
    ):
        clipboard.clear()
        with qtbot.waitSignal(
            separated.commands.stem_drag_out.noted, check_params_cb=lambda text: "is on the clipboard" in text
        ):
            act()
        (url,) = clipboard.mimeData().urls()
        assert url.toLocalFile().endswith(f"_{stem}.wav")
        assert clipboard.mimeData().data("x-special/gnome-copied-files").data().startswith(b"copy\nfile:///")
    # A full disk is one sentence, for a stem that is not written yet.
    separated.container.document.rename_take(0, "Other")

    def refuse(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with qtbot.waitSignal(
        separated.container.stem_drag_out.failed, check_params_cb=lambda text: "The disk is full" in text
    ):
        separated.actions_by_name["copy_stem"].trigger()


def test_a_stem_is_dragged_out_as_a_whole_file_under_the_name_of_its_take_and_not_in_the_making(
    separated, drags, qtbot, tone_clip
):
    # Stems in the making are not handed over.
    take = separated.container.document.current_take
    separated.container.audition.stems_changed.emit(None)
    with qtbot.waitSignal(separated.commands.stem_drag_out.noted, check_params_cb=lambda text: "not complete" in text):
        drag(separated.timeline.stem_handles[Stem.TARGET])
    assert drags == []
    separated.container.audition.stems_changed.emit(take.sound.stems)
    QGuiApplication.clipboard().setText("mine")
    handle = separated.timeline.stem_handles[Stem.RESIDUAL]
    path = dragged(handle, drags, qtbot)
    frames, _, actions = drags[-1]
    assert frames == tone_clip.frames
    assert actions == Qt.DropAction.CopyAction
    assert path.endswith("/Ton – 音_Take 1_residual.wav")
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == 48000
    assert np.array_equal(samples, separated.container.document.current_take.sound.stems.residual)
    # No click: the clipboard is left alone. A second drag takes the same file.
    assert QGuiApplication.clipboard().text() == "mine"
    assert dragged(handle, drags, qtbot) == path
    # A renamed take gets a file of its new name.
    handle = separated.timeline.stem_handles[Stem.TARGET]
    dragged(handle, drags, qtbot)
    separated.container.document.rename_take(0, "Lead: {vox}")
    assert dragged(handle, drags, qtbot).endswith("/Ton – 音_Lead_ {vox}_target.wav")


def test_the_oldest_files_go_where_there_are_too_many(separated, drags, qtbot, monkeypatch):
    first = dragged(separated.timeline.stem_handles[Stem.TARGET], drags, qtbot)
    monkeypatch.setattr(stem_drag_out, "MOST_BYTES", 100_000)
    second = dragged(separated.timeline.stem_handles[Stem.RESIDUAL], drags, qtbot)
    with pytest.raises(soundfile.LibsndfileError):
        soundfile.info(first)
    assert soundfile.info(second).frames
    # What is gone is written again.
    assert dragged(separated.timeline.stem_handles[Stem.TARGET], drags, qtbot) == first
