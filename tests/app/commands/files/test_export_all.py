"""The export of several recordings: it goes on after a failure, and is cancelled without leaving half of a file."""

import threading

import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from samstudio.app.commands.files.export_form_request import ExportFormRequest
from samstudio.ui.export.export_all_dialog import ExportAllDialog
from tests.app.commands.files.session_work import mark, separate


@pytest.fixture
def three(opened, tone_file, tone_clip, qtbot, monkeypatch, tmp_path):
    """Three separated recordings, the second too loud for what is exported to."""
    paths = [tone_file.with_name(name) for name in ("loud.wav", "last.wav")]
    for path, gain in zip(paths, (8.0, 1.0), strict=True):
        soundfile.write(path, tone_clip.samples * gain, tone_clip.sample_rate, subtype="FLOAT")
    opened.commands.files.open_paths(paths)
    document = opened.container.document
    qtbot.waitUntil(lambda: [each.is_complete for each in document.recordings.all] == [True] * 3)
    for recording in document.recordings.all:
        document.recordings.show(recording)
        mark(opened)
        separate(opened, qtbot)
    opened.container.preferences.set_text("export/format", "FLAC, 24-bit")
    opened.goal = tmp_path / "stems"
    opened.goal.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(opened.goal))
    return opened


def written(window) -> set[str]:
    return {path.name for path in window.goal.iterdir()}


def test_it_goes_on_after_a_failure_and_says_what_failed(three, qtbot):
    three.container.preferences.set_flag("export/daw_project", value=True)
    with qtbot.waitSignal(three.commands.export_all.noted) as noted:
        three.actions_by_name["export_all"].trigger()
    assert noted.args[0] == "2 of 3 recordings exported to “stems”."
    done = "Ton – 音", "last"
    stems = {f"{clip}_{stem}.flac" for clip in done for stem in ("bell", "rest")}
    assert written(three) == stems | {f"{clip} Take 1 · bell.{key}" for clip in done for key in ("dawproject", "rpp")}
    dialog = three.findChild(ExportAllDialog)
    assert dialog.isVisible()
    assert dialog.summary.text() == noted.args[0]
    sentence, *lines = dialog.failures.text().split("\n")
    assert [line.rpartition(" −")[0] for line in lines] == [f"“{name}.wav”: 4 files, null" for name in done]
    assert sentence.startswith("“loud.wav”: ")
    assert "beyond full scale" in sentence
    recordings, state = three.container.document.recordings.all, three.container.session_state
    assert [state.would_lose(recording) for recording in recordings] == [False, True, False]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_cancel_leaves_whole_recordings_only(three, qtbot, monkeypatch):
    held, goes_on, write = threading.Event(), threading.Event(), ExportFormRequest.write

    def holding(request, choices):
        for number, step in enumerate(write(request, choices)):
            if request.clip.name == "loud" and number == 0:
                held.set()
                assert goes_on.wait(30)
            yield step

    monkeypatch.setattr(ExportFormRequest, "write", holding)
    three.container.preferences.set_text("export/format", "WAV, 32-bit float (exact)")
    three.actions_by_name["export_all"].trigger()
    assert held.wait(30)
    dialog = three.findChild(ExportAllDialog)
    qtbot.waitUntil(lambda: dialog.summary.text() == "2 of 3: loud.wav")
    assert 0.3 < dialog.bar.value() / dialog.bar.maximum() < 0.7
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    goes_on.set()
    with qtbot.waitSignal(three.commands.export_all.noted) as noted:
        pass
    assert noted.args[0] == "Cancelled: 1 of 3 recordings exported to “stems”."
    assert written(three) == {"Ton – 音_bell.wav", "Ton – 音_rest.wav"}


def test_all_parts_of_a_chain_are_written(three, qtbot):
    document = three.container.document
    document.recordings.show(document.recordings.all[0])
    three.actions_by_name["continue_from_residual"].trigger()
    mark(three, text="horn")
    separate(three, qtbot)
    with qtbot.waitSignal(three.commands.export_all.noted):
        three.actions_by_name["export_all"].trigger()
    names = {name for name in written(three) if name.startswith("Ton")}
    assert names == {f"Ton – 音_{part}.flac" for part in ("bell", "horn", "rest")}
