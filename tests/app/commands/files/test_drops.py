"""Files dropped on the window with real drag events, wherever they fall."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QUrl
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from samstudio.storage.session_folder import SUFFIX
from tests.app.commands.files.session_work import mark, save_as, separate
from tests.app.dropping import drag_over, drop_on, files


def deepest(window: QWidget, place: QPoint) -> QWidget:
    return window.childAt(place) or window


@pytest.fixture
def copies(tone_file):
    """The recording under four names."""
    made = [tone_file.with_name(f"{name}.wav") for name in ("one", "two", "three", "four")]
    for path in made:
        path.write_bytes(tone_file.read_bytes())
    return made


def names(window) -> list[str]:
    return [recording.name for recording in window.container.document.recordings.all]


def all_read(window) -> bool:
    return all(recording.is_complete for recording in window.container.document.recordings.all)


def test_every_part_of_the_window_takes_files(opened, copies, qtbot):
    window, recordings = opened, opened.container.document.recordings
    lane = window.timeline.lane_boxes()[0].scene().views()[0]
    parts = {
        "lane": lane.viewport(),
        "ruler": window.timeline.ruler,
        "prompt text": window.prompt_panel.field,
        "takes": window.takes_panel.view.viewport(),
        "spans": window.span_list,
        "mixer": window.mixer_panel,
        "menu bar": window.menuBar(),
        "toolbar": window.findChild(QWidget, "toolbar"),
        "status bar": window.statusBar(),
    }
    before = window.container.document.prompt
    for name, widget in parts.items():
        drop_on(widget, *copies[:2])
        qtbot.waitUntil(lambda: len(names(window)) == 3 and all_read(window))
        assert names(window) == ["Ton – 音.wav", "one.wav", "two.wav"], name
        assert window.container.document.recording.name == "one.wav", name
        assert recordings.all[0].prompt == before, name
        for recording in recordings.all[1:]:
            recordings.close(recording)


def test_the_welcome_page_takes_them_too(window, copies, qtbot):
    drop_on(deepest(window.welcome, window.welcome.rect().center()), *copies)
    qtbot.waitUntil(lambda: len(names(window)) == 4 and all_read(window))
    assert window.container.document.recording.name == "one.wav"


def test_the_window_lights_up_and_says_what_a_drop_of_files_does(opened, copies):
    cover = opened.drop_area.cover
    assert not cover.isVisible()
    assert drag_over(opened.span_list, files(copies[0]))
    assert cover.isVisible()
    assert cover.text == cover.accessibleName() == "Drop to open"
    assert cover.geometry() == opened.rect()
    assert drag_over(opened.timeline.ruler, files(*copies))
    assert cover.text == "Drop to open 4 files"
    QApplication.sendEvent(opened.timeline.ruler, QDragLeaveEvent())
    assert not cover.isVisible()
    # What is no file is left to the text field.
    data = QMimeData()
    data.setText("bell")
    assert not drag_over(opened.timeline.ruler, data)
    assert not opened.drop_area.cover.isVisible()
    link = QMimeData()
    link.setUrls([QUrl("https://example.org/a.wav")])
    assert not drag_over(opened.timeline.ruler, link)


def test_what_cannot_be_read_is_named_and_the_rest_is_opened(opened, copies, tmp_path, qtbot):
    broken, missing = tmp_path / "broken.wav", tmp_path / "missing.wav"
    broken.write_bytes(b"nothing")
    folder = tmp_path / "plain folder"
    folder.mkdir()
    drop_on(opened.timeline.ruler, broken, copies[0], missing, folder, copies[1])

    def boxes():
        return [w for w in QApplication.topLevelWidgets() if w.objectName() == "error_box" and w.isVisible()]

    qtbot.waitUntil(lambda: bool(boxes()))
    qtbot.waitUntil(lambda: all_read(opened))
    (box,) = boxes()
    assert isinstance(box, QMessageBox)
    lines = box.text().splitlines()
    assert len(lines) == 3
    for name in ("broken.wav", "missing.wav", "plain folder"):
        assert sum(name in line for line in lines) == 1
    assert names(opened) == ["Ton – 音.wav", "one.wav", "two.wav"]
    assert opened.container.document.recording.name == "one.wav", "the first that can be opened is shown"
    box.close()


def test_sessions_and_recordings_come_together(opened, copies, tmp_path, monkeypatch, qtbot):
    folder = tmp_path / f"Work{SUFFIX}"
    mark(opened)
    separate(opened, qtbot)
    save_as(opened, folder, monkeypatch, qtbot)
    opened.actions_by_name["close"].trigger()
    assert names(opened) == []
    drop_on(opened.welcome, folder, copies[0])
    qtbot.waitUntil(lambda: len(names(opened)) == 2 and all_read(opened))
    assert names(opened) == ["Work", "one.wav"]
    assert [len(recording.takes) for recording in opened.container.document.recordings.all] == [1, 0]


def test_labels_go_to_the_recording_that_is_shown_and_a_floating_panel_takes_files(opened, copies, tmp_path, qtbot):
    labels = tmp_path / "labels.txt"
    labels.write_text("0.25\t0.5\t+ bell\n")
    drop_on(opened.span_list, labels, copies[0])
    qtbot.waitUntil(lambda: len(names(opened)) == 2 and all_read(opened))
    first = opened.container.document.recordings.all[0]
    qtbot.waitUntil(lambda: len(first.prompt.spans) == 1)
    assert opened.container.document.recording is not first
    # A panel that floats takes files, too.
    dock = opened.docks["spans"]
    dock.setFloating(True)
    drop_on(opened.span_list, copies[1])
    qtbot.waitUntil(lambda: len(names(opened)) == 3 and all_read(opened))
