"""Saving sessions and opening them again."""

import json
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from samstudio.separation.registry import checked_settings
from samstudio.session.prompt import Prompt, Span
from samstudio.session.session import LaneContent, LaneView
from samstudio.session.take import SeparationSettings
from samstudio.storage.session_reader import open_session
from tests.app.commands.files.session_work import (
    answer_next,
    mark,
    reopen,
    save_as,
    separate,
    state,
    worked_on,
)
from tests.app.dropping import drop_on
from tests.session.made_sessions import assert_equal


def test_a_session_out_and_in_again_is_equal(opened, folder, tone_clip, monkeypatch, qtbot):
    before = worked_on(opened, qtbot)
    save_as(opened, folder, monkeypatch, qtbot)
    assert not opened.isWindowModified()
    opened.actions_by_name["close"].trigger()
    assert opened.pages.currentWidget() is opened.welcome
    opened.commands.separation.change_settings(SeparationSettings())
    opened.timeline.stack.setSizes([1, 1, 1, 1])
    opened.timeline.scale_waveforms(0.0)
    reopen(opened, folder, qtbot)
    assert_equal(state(opened), before)
    assert opened.container.preferences.separation_settings() == checked_settings(SeparationSettings()), (
        "a session chooses for itself alone"
    )
    assert opened.windowTitle() == "Probe[*] — SAM Studio"
    assert not opened.isWindowModified()
    take = opened.container.document.takes[0]
    assert np.array_equal(take.sound.stems.target + take.sound.stems.residual, tone_clip.samples)
    assert opened.container.preferences.recent_files[0] == folder


def test_looping_sharing_the_height_and_settings_alone_are_not_worth_a_save(opened, folder, monkeypatch, qtbot):
    save_as(opened, folder, monkeypatch, qtbot)
    opened.container.transport.set_loop((0.5, 0.75))
    opened.timeline.stack.setSizes([300, 60, 0, 0])
    opened.commands.separation.change_settings(SeparationSettings(seed=11))
    assert not opened.isWindowModified()


def test_sessions_of_before_there_were_loops_lanes_and_settings_still_open(opened, folder, monkeypatch, qtbot):
    worked_on(opened, qtbot)
    save_as(opened, folder, monkeypatch, qtbot)
    now = (folder / "session.json").read_text()
    facts = json.loads(now)
    for name in ("loop", "lanes", "wave_gain", "lane_views"):
        del facts["view"][name]
    del facts["settings"]
    (folder / "session.json").write_text(json.dumps(facts))
    opened.actions_by_name["close"].trigger()
    settings = opened.commands.separation.settings
    reopen(opened, folder, qtbot)
    assert len(opened.container.document.takes) == 2
    assert opened.container.transport.loop is None
    assert {view.gain for view in opened.timeline.stack.views.values()} == {1.0}
    assert opened.commands.separation.settings == settings
    # Before lanes had views of their own.
    facts = json.loads(now)
    assert facts["view"]["wave_gain"] == 4.0
    del facts["view"]["lane_views"]
    (folder / "session.json").write_text(json.dumps(facts))
    opened.actions_by_name["close"].trigger()
    stack = opened.timeline.stack
    for name in stack.lanes:
        stack.change_view(name, LaneView(LaneContent.BOTH, is_hidden=True, has_spans=False))
    reopen(opened, folder, qtbot)
    wave, spectrogram = LaneView(gain=4.0), LaneView(LaneContent.SPECTROGRAM, gain=4.0)
    assert stack.views == {"clip": wave, "spectrogram": spectrogram, "target": wave, "residual": wave}


def test_a_session_from_elsewhere_leaves_device_and_model_as_they_are_here(opened, folder, monkeypatch, qtbot):
    theirs = SeparationSettings("sam-audio", "cuda:3", 5, options={"model": "/there/large", "steps": 9})
    opened.commands.separation.change_settings(theirs)
    save_as(opened, folder, monkeypatch, qtbot)
    opened.commands.separation.change_settings(SeparationSettings(device="cpu"))
    opened.commands.separation.change_option("sam-audio", "model", "small")
    opened.actions_by_name["close"].trigger()
    reopen(opened, folder, qtbot)
    mine = SeparationSettings("sam-audio", "cpu", 5, options={"model": "small", "steps": 9})
    assert opened.commands.separation.settings == checked_settings(mine)
    facts = json.loads((folder / "session.json").read_text())
    facts["settings"]["engine"] = "from-tomorrow"
    (folder / "session.json").write_text(json.dumps(facts))
    opened.actions_by_name["close"].trigger()
    opened.commands.separation.change_settings(SeparationSettings())
    reopen(opened, folder, qtbot)
    assert opened.commands.separation.settings == checked_settings(SeparationSettings())


def test_a_dismissed_suggestion_is_worth_a_save_and_does_not_come_back(opened, folder, monkeypatch, qtbot):
    separate(opened, qtbot)
    take = opened.container.document.current_take
    opened.container.document.delete_take(0)
    opened.container.document.add_take(replace(take, id="heard", predicted=(Span(0.25, 0.5), Span(1.0, 1.5))))
    save_as(opened, folder, monkeypatch, qtbot)
    opened.container.suggested_spans.dismiss([0])
    assert opened.isWindowModified()
    with qtbot.waitSignal(opened.container.session_saver.saved):
        opened.actions_by_name["save"].trigger()
    opened.actions_by_name["close"].trigger()
    reopen(opened, folder, qtbot)
    assert opened.container.suggested_spans.spans == (Span(1.0, 1.5),)
    assert len(opened.span_list.table.suggestions) == 1
    assert not opened.isWindowModified()


def test_the_title_tells_what_is_not_saved_and_undo_takes_it_back(opened, folder, monkeypatch, qtbot):
    assert not opened.isWindowModified()
    mark(opened, Span(0.25, 0.5))
    assert opened.isWindowModified()
    save_as(opened, folder, monkeypatch, qtbot)
    mark(opened, Span(0.25, 0.75))
    assert opened.isWindowModified()
    opened.actions_by_name["undo"].trigger()
    assert not opened.isWindowModified()
    mark(opened, Span(0.5, 0.75))
    with qtbot.waitSignal(opened.container.session_saver.saved):
        opened.actions_by_name["save"].trigger()
    assert not opened.isWindowModified()


def test_a_name_without_ending_gets_it_and_one_that_is_taken_is_asked_for(opened, tmp_path, monkeypatch, qtbot):
    save_as(opened, tmp_path / "Probe", monkeypatch, qtbot)
    assert opened.container.session_state.folder == tmp_path / "Probe.samstudio"
    save_as(opened, tmp_path / "Other", monkeypatch, qtbot)
    asked = answer_next("Cancel", monkeypatch)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "Probe.samstudio"), ""))
    opened.actions_by_name["save_as"].trigger()
    assert asked == ["A session “Probe” exists already."]
    assert opened.container.session_state.folder == tmp_path / "Other.samstudio"
    answer_next("Replace it", monkeypatch)
    save_as(opened, tmp_path / "Probe", monkeypatch, qtbot)
    assert opened.container.session_state.folder == tmp_path / "Probe.samstudio"


def test_a_name_in_a_sessions_folder_means_the_session(opened, folder, monkeypatch, qtbot):
    save_as(opened, folder, monkeypatch, qtbot)
    mark(opened, Span(0.25, 0.5))
    save_as(opened, folder / folder.name, monkeypatch, qtbot)
    assert opened.container.session_state.folder == folder
    assert [path.name for path in folder.iterdir()] == ["session.json"]


def test_a_folder_of_other_things_is_not_saved_into(opened, folder, monkeypatch, qtbot):
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder), ""))
    opened.actions_by_name["save_as"].trigger()
    assert "is not a session" in opened.findChild(QMessageBox, "error_box").text()
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_closing_asks(opened, folder, monkeypatch, qtbot):
    bell = Prompt("bell", (Span(0.25, 0.5),))
    save_as(opened, folder, monkeypatch, qtbot)

    def close(label: str) -> Prompt:
        """Answer the question; what is on the disk then."""
        asked = answer_next(label, monkeypatch)
        opened.actions_by_name["close"].trigger()
        assert len(asked) == 1
        assert asked[0].startswith("Save “")
        assert (opened.container.document.clip is not None) == (label == "Cancel")
        (read,) = open_session(folder)
        return read.session.prompt

    opened.container.document.edit_prompt("Mark", bell)
    assert close("Cancel") == Prompt()
    assert close("Save") == bell
    # The session's file opens it as well.
    reopen(opened, folder / "session.json", qtbot)
    assert opened.container.document.prompt == bell
    mark(opened)
    assert close("Don't save") == bell


def test_closing_says_that_a_separation_is_stopped(opened, monkeypatch):
    mark(opened, Span(0.25, 0.5))
    queue, asked = opened.container.separation_queue, []
    monkeypatch.setattr(queue, "is_pending", lambda recording: recording is opened.container.document.recording)

    def cancel(box):
        asked.append(box.informativeText())
        box.escapeButton().click()

    monkeypatch.setattr(QMessageBox, "exec", cancel)
    opened.actions_by_name["close"].trigger()
    assert "separation, which is running or queued, would be stopped" in asked[0]
    monkeypatch.undo()
    opened.container.document.recordings.close_all()


def test_marks_alone_are_worth_a_question_and_an_export_answers_it(opened, monkeypatch, qtbot):
    mark(opened, Span(0.25, 0.5))
    asked = answer_next("Cancel", monkeypatch)
    opened.actions_by_name["close"].trigger()
    assert len(asked) == 1
    assert asked[0].startswith("Save “")
    opened.container.session_state.mark_exported()
    opened.actions_by_name["close"].trigger()
    assert len(asked) == 1
    assert opened.container.document.clip is None


def test_an_export_is_no_save_of_a_session(opened, folder, monkeypatch, qtbot):
    save_as(opened, folder, monkeypatch, qtbot)
    mark(opened, Span(0.25, 0.5))
    opened.container.session_state.mark_exported()
    asked = answer_next("Don't save", monkeypatch)
    opened.actions_by_name["close"].trigger()
    assert len(asked) == 1


def test_a_save_that_fails_is_one_sentence_and_the_work_stays(opened, folder, monkeypatch, qtbot):
    save_as(opened, folder, monkeypatch, qtbot)
    mark(opened, Span(0.25, 0.5))
    (folder / "session.json").unlink()
    (folder / "session.json").mkdir()
    with qtbot.waitSignal(opened.container.session_saver.failed) as failed:
        opened.actions_by_name["save"].trigger()
    assert "session.json" in failed.args[0]
    assert opened.isWindowModified()
    opened.container.document.recordings.close_all()


def test_a_save_under_way_is_waited_for_before_the_window_closes(opened, folder, monkeypatch, qtbot):
    mark(opened, Span(0.25, 0.5))
    separate(opened, qtbot)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder), ""))
    opened.actions_by_name["save"].trigger()
    assert opened.container.session_saver.is_saving
    opened.actions_by_name["close"].trigger()
    assert opened.container.document.clip is None
    (read,) = open_session(folder)
    assert len(read.session.takes) == 1
    reopen(opened, folder, qtbot)
    mark(opened, Span(0.25, 0.75))
    separate(opened, qtbot)
    with qtbot.waitSignal(opened.container.session_saver.saved):
        opened.actions_by_name["save"].trigger()


def test_a_session_is_opened_by_its_folder_or_by_dropping_it_and_another_folder_is_none(
    opened, folder, tmp_path, monkeypatch, qtbot
):
    # By its folder.
    mark(opened, Span(0.25, 0.5))
    save_as(opened, folder, monkeypatch, qtbot)
    opened.actions_by_name["close"].trigger()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    with qtbot.waitSignal(opened.container.session_opener.opened):
        opened.activateWindow()
        qtbot.keyClick(opened, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert opened.container.document.prompt.spans == (Span(0.25, 0.5),)
    # By dropping it.
    opened.actions_by_name["close"].trigger()
    with qtbot.waitSignal(opened.container.session_opener.opened):
        drop_on(opened.welcome, folder)
    assert opened.container.document.prompt.spans == (Span(0.25, 0.5),)
    # Another folder is no session.
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    clip = opened.container.document.clip
    opened.actions_by_name["open_session"].trigger()
    box = opened.findChild(QMessageBox, "error_box")
    assert f"“{tmp_path.name}” is not a session" in box.text()
    assert opened.container.document.clip is clip
    box.close()
