import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from samstudio.app.editor import make_container
from samstudio.controllers.persistence import autosave
from samstudio.separation.registry import checked_settings
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings, Stem
from samstudio.storage.session_folder import store_stems
from samstudio.storage.session_reader import open_session
from tests.app.editing import make_window
from tests.session.made_sessions import assert_equal


@pytest.fixture(autouse=True)
def _quick_journal(monkeypatch):
    monkeypatch.setattr(autosave, "DELAY", 50)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "Probe.samstudio"


def separate(window, qtbot):
    with qtbot.waitSignal(window.container.separator.finished):
        window.actions_by_name["separate"].trigger()
    qtbot.waitUntil(lambda: not window.container.separator.is_running)


def mark(window, *spans: Span, text: str = "bell"):
    window.container.document.edit_prompt("Mark", Prompt(text, spans))


def save_as(window, folder, monkeypatch, qtbot):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder), ""))
    with qtbot.waitSignal(window.container.session_saver.saved):
        window.actions_by_name["save_as"].trigger()
    qtbot.waitUntil(lambda: not window.container.session_saver.is_saving)


def reopen(window, path, qtbot):
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(path)
    qtbot.waitUntil(lambda: not window.container.session_state.is_restoring)


def answer(name: str, label: str, qtbot) -> str:
    """Press a button of the question that stands in the window; what it says."""

    def boxes():
        return [w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()]

    qtbot.waitUntil(lambda: bool(boxes()))
    (box,) = boxes()
    said = f"{box.text()} {box.informativeText()}"
    next(button for button in box.buttons() if button.text().replace("&", "") == label).click()
    return said


def answer_next(label: str, monkeypatch) -> list[str]:
    """Answer the next question that waits for its answer."""
    asked = []

    def exec_(box):
        asked.append(box.text())
        next(button for button in box.buttons() if button.text().replace("&", "") == label).click()

    monkeypatch.setattr(QMessageBox, "exec", exec_)
    return asked


def worked_on(window, qtbot) -> tuple:
    """A document with something of everything."""
    container = window.container
    mark(window, Span(0.25, 0.5), Span(0.75, 1.0, Sign.MINUS, 100.0, 900.0, muted=True))
    separate(window, qtbot)
    mark(window, Span(0.1, 0.5), text="horn")
    separate(window, qtbot)
    container.document.leave_suggestions(container.document.takes[0].id, (Span(1.1, 1.2),))
    container.document.leave_suggestions(container.document.takes[1].id, ())
    container.document.rename_take(0, "The bell")
    container.document.select_take(0)
    container.mixing.set_mix(container.mixing.mix.soloed(Stem.TARGET))
    container.selection.select_range((0.5, 0.75))
    container.transport.set_loop((0.5, 0.75))
    container.transport.seek(0.625)
    window.timeline.zoom_to(0.25, 1.25)
    window.timeline.stack.scale_waveforms(4.0)
    window.timeline.stack.setSizes([200, 60, 100, 100])
    window.commands.separation.change_settings(SeparationSettings("sam-audio", seed=11, options={"steps": 9}))
    return state(window)


def state(window) -> tuple:
    container, stack = window.container, window.timeline.stack
    current = container.document.current_take
    return (
        container.document.prompt,
        container.document.takes,
        current and current.id,
        container.mixing.mix,
        window.timeline.visible_range,
        container.selection.range,
        container.transport.position,
        window.commands.view.spectrogram,
        container.transport.loop,
        # The window's other parts take a few pixels more or less.
        {name: round(height / stack.height(), 1) for name, height in stack.heights.items()},
        stack.gain,
        window.commands.separation.settings,
    )


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
    assert opened.container.preferences.separation_settings() == SeparationSettings(), (
        "a session chooses for itself alone"
    )
    assert opened.windowTitle() == "Probe[*] — SAM Studio"
    assert not opened.isWindowModified()
    take = opened.container.document.takes[0]
    assert np.array_equal(take.stems.target + take.stems.residual, tone_clip.samples)
    assert opened.container.preferences.recent_files[0] == folder


def test_looping_sharing_the_height_and_settings_alone_are_not_worth_a_save(opened, folder, monkeypatch, qtbot):
    save_as(opened, folder, monkeypatch, qtbot)
    opened.container.transport.set_loop((0.5, 0.75))
    opened.timeline.stack.setSizes([300, 60, 0, 0])
    opened.commands.separation.change_settings(SeparationSettings(seed=11))
    assert not opened.isWindowModified()


def test_a_session_without_loop_lanes_and_settings_still_opens(opened, folder, monkeypatch, qtbot):
    worked_on(opened, qtbot)
    save_as(opened, folder, monkeypatch, qtbot)
    facts = json.loads((folder / "session.json").read_text())
    for name in ("loop", "lanes", "wave_gain"):
        del facts["view"][name]
    del facts["settings"]
    (folder / "session.json").write_text(json.dumps(facts))
    opened.actions_by_name["close"].trigger()
    settings = opened.commands.separation.settings
    reopen(opened, folder, qtbot)
    assert len(opened.container.document.takes) == 2
    assert opened.container.transport.loop is None
    assert opened.timeline.stack.gain == 1.0
    assert opened.commands.separation.settings == settings


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
    assert opened.commands.separation.settings == SeparationSettings()


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


def test_its_file_opens_it_as_well(opened, folder, monkeypatch, qtbot):
    mark(opened, Span(0.25, 0.5))
    save_as(opened, folder, monkeypatch, qtbot)
    mark(opened)
    asked = answer_next("Don't save", monkeypatch)
    reopen(opened, folder / "session.json", qtbot)
    assert len(asked) == 1
    assert opened.container.document.prompt == Prompt("bell", (Span(0.25, 0.5),))


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


@pytest.mark.parametrize("label", ["Save", "Don't save", "Cancel"])
def test_closing_asks(opened, folder, monkeypatch, qtbot, label):
    save_as(opened, folder, monkeypatch, qtbot)
    mark(opened, Span(0.25, 0.5))
    asked = answer_next(label, monkeypatch)
    opened.actions_by_name["close"].trigger()
    assert asked == ["Save before closing?"]
    assert (opened.container.document.clip is not None) == (label == "Cancel")
    (read,) = open_session(folder)
    assert read.session.prompt == (Prompt("bell", (Span(0.25, 0.5),)) if label == "Save" else Prompt())
    opened.container.document.open(None)


def test_marks_alone_are_worth_a_question_and_an_export_answers_it(opened, monkeypatch, qtbot):
    mark(opened, Span(0.25, 0.5))
    asked = answer_next("Cancel", monkeypatch)
    opened.actions_by_name["close"].trigger()
    assert asked == ["Save before closing?"]
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
    opened.container.document.open(None)


# The recording


def saved_and_closed(window, folder, monkeypatch, qtbot):
    before = worked_on(window, qtbot)
    save_as(window, folder, monkeypatch, qtbot)
    window.actions_by_name["close"].trigger()
    return before


def test_a_recording_moved_along_is_found(opened, folder, tone_file, tmp_path, monkeypatch, qtbot):
    before = saved_and_closed(opened, folder, monkeypatch, qtbot)
    (tmp_path / "new").mkdir()
    tone_file.rename(tmp_path / "new" / tone_file.name)
    folder.rename(tmp_path / "new" / folder.name)
    reopen(opened, tmp_path / "new" / folder.name, qtbot)
    assert_equal(state(opened), before)
    assert not opened.isWindowModified()


def test_a_recording_that_is_gone_is_asked_for(opened, folder, tone_file, tmp_path, monkeypatch, qtbot):
    before = saved_and_closed(opened, folder, monkeypatch, qtbot)
    (tmp_path / "new").mkdir()
    moved = tone_file.rename(tmp_path / "new" / "renamed.wav")
    with qtbot.waitSignal(opened.container.session_opener.recording_missing):
        opened.commands.files.open_path(folder)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(moved), ""))
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        said = answer("session_box", "Locate…", qtbot)
    assert str(tone_file) in said
    assert_equal(state(opened), before)
    assert opened.isWindowModified(), "its new place is worth saving"
    with qtbot.waitSignal(opened.container.session_saver.saved):
        opened.actions_by_name["save"].trigger()
    assert json.loads((folder / "session.json").read_text("utf-8"))["clip"]["path"] == "../new/renamed.wav"


def test_a_recording_with_other_sound_is_noticed(opened, folder, tone_file, tone_clip, monkeypatch, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    soundfile.write(tone_file, tone_clip.samples * 0.5, tone_clip.sample_rate, subtype="FLOAT")
    reopen(opened, folder, qtbot)
    said = answer("session_box", "Continue", qtbot)
    assert "has changed" in said
    assert len(opened.container.document.takes) == 2
    assert opened.isWindowModified()
    with qtbot.waitSignal(opened.container.session_saver.saved):
        opened.actions_by_name["save"].trigger()
    asked = []
    opened.container.clip_hash.found.connect(asked.append)
    opened.actions_by_name["close"].trigger()
    reopen(opened, folder, qtbot)
    qtbot.waitUntil(lambda: bool(asked))
    assert not [w for w in QApplication.topLevelWidgets() if w.objectName() == "session_box" and w.isVisible()]


def test_a_recording_of_another_length_keeps_the_takes_out(opened, folder, tone_file, tone_clip, monkeypatch, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    soundfile.write(tone_file, tone_clip.samples[:-100], tone_clip.sample_rate, subtype="FLOAT")
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(folder)
    opened.actions_by_name["save"].trigger()
    assert not opened.container.session_saver.is_saving, "the takes would have been gone"
    answer("session_box", "Continue with the spans only", qtbot)
    assert opened.container.document.takes == ()
    assert opened.container.document.prompt.text == "horn"
    assert opened.container.session_state.folder is None
    (read,) = open_session(folder)
    assert len(read.session.takes) == 2
    opened.container.document.open(None)


def test_takes_without_sound_are_told_and_their_session_is_left_alone(opened, folder, monkeypatch, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    next(folder.rglob("residual.wav")).unlink()
    with qtbot.waitSignal(opened.container.session_opener.warned) as warned:
        reopen(opened, folder, qtbot)
    assert "could not come back: residual.wav is missing." in warned.args[0]
    assert len(opened.container.document.takes) == 1
    assert opened.container.session_state.folder is None
    assert opened.container.session_state.is_at_risk
    opened.container.document.open(None)


def test_a_session_open_elsewhere_is_saved_under_another_name(opened, folder, monkeypatch, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    other = make_container()
    assert other.session_state._locks.take(folder)
    with qtbot.waitSignal(opened.container.session_opener.warned) as warned:
        reopen(opened, folder, qtbot)
    assert "another window" in warned.args[0]
    assert opened.container.session_state.folder is None
    assert len(opened.container.document.takes) == 2
    other.shut_down()
    opened.container.document.open(None)


# Strangers' sessions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        '{"format": "samstudio-session", "version": 99}',
        '{"format": "samstudio-session", "version": 1}',
        '{"format": "samstudio-session", "version": 1, "clip": {"path": NaN}}',
    ],
)
def test_what_is_no_session_is_one_sentence_and_the_window_lives_on(opened, folder, qtbot, text):
    folder.mkdir()
    (folder / "session.json").write_text(text)
    clip = opened.container.document.clip
    with qtbot.waitSignal(opened.container.session_opener.failed):
        opened.commands.files.open_path(folder)
    box = opened.findChild(QMessageBox, "error_box")
    assert box.text().endswith(".")
    assert opened.container.document.clip is clip


def test_a_strangers_session_is_shown_as_plain_text(opened, folder, monkeypatch, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    facts = json.loads((folder / "session.json").read_text("utf-8"))
    facts["takes"][0]["name"] = '<img src="/dev/zero">'
    facts["clip"]["path"] = facts["clip"]["absolute"] = '<img src="/dev/zero">.wav'
    facts["view"]["spectrogram"]["fft_size"] = 1 << 40
    (folder / "session.json").write_text(json.dumps(facts), "utf-8")
    with qtbot.waitSignal(opened.container.session_opener.recording_missing):
        opened.commands.files.open_path(folder)
    said = answer("session_box", "Cancel", qtbot)
    assert "<img" in said


def test_thousands_of_spans_open(opened, folder, monkeypatch, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    facts = json.loads((folder / "session.json").read_text("utf-8"))
    facts["prompt"]["spans"] = [{"start": i / 1000, "end": (i + 1) / 1000} for i in range(2000)]
    facts["prompt"]["spans"].append({"start": 1e14, "end": 1e15, "low": 1.0, "high": 1e15})
    facts["view"] |= {"start": 1e14, "end": 1e15, "playhead": -1e15, "selection": [0.0, 1e15]}
    facts["view"]["spectrogram"]["fft_size"] = 1 << 40
    (folder / "session.json").write_text(json.dumps(facts), "utf-8")
    reopen(opened, folder, qtbot)
    opened.grab()
    assert len(opened.container.document.prompt.spans) == 2001
    assert opened.commands.view.spectrogram.fft_size == 2048


# Autosave


def journal(window) -> Path:
    return window.container.autosave.folder / "session.json"


def journaled(window, qtbot, spans: int, takes: int = 0):
    def is_there():
        if window.container.autosave.folder is None or not journal(window).exists():
            return False
        facts = json.loads(journal(window).read_text("utf-8"))
        return (len(facts["prompt"]["spans"]), len(facts["takes"])) == (spans, takes)

    qtbot.waitUntil(is_there)


def crashed(window, qtbot):
    """Another window after this one has died: its lock is gone, its journal is not."""
    home = window.container.autosave._journal
    window.container.autosave._timer.stop()
    window.container.saving.shut_down()
    home.lock.unlock()
    window.container.autosave._journal = None
    window.container.session_state.mark_exported()
    window.container.session_state._saved = window.container.session_state.work()
    window.container.session_state._locks.keep_only(None)
    container = make_container()
    again = make_window(container)
    qtbot.addWidget(again, before_close_func=lambda window: window.container.document.open(None))
    with qtbot.waitExposed(again):
        again.show()
    return again


@pytest.fixture
def made_again():
    windows = []
    yield windows.append
    for window in windows:
        window.container.shut_down()


def test_nothing_is_journaled_where_nothing_was_done(opened, qtbot):
    opened.container.mixing.set_mix(opened.container.mixing.mix.soloed(Stem.CLIP))
    qtbot.wait(200)
    assert opened.container.autosave.folder is None


@pytest.fixture
def stored(monkeypatch):
    """The takes whose sound the journal was given, order by order."""
    orders = []

    def store(request):
        orders.append([take.name for take in request.session.takes])
        return store_stems(request)

    monkeypatch.setattr(autosave, "store_stems", store)
    return orders


def test_marks_are_journaled_without_sound_and_the_sound_of_a_take_once(opened, stored, qtbot):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    assert stored == []
    separate(opened, qtbot)
    journaled(opened, qtbot, 1, 1)
    mark(opened, Span(0.25, 0.5), Span(0.75, 0.9))
    journaled(opened, qtbot, 2, 1)
    assert stored == [["Take 1 · bell"]]


def test_marks_and_takes_are_journaled_and_a_save_ends_it(opened, folder, monkeypatch, qtbot):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    separate(opened, qtbot)
    journaled(opened, qtbot, 1, 1)
    place = journal(opened).parent
    save_as(opened, folder, monkeypatch, qtbot)
    qtbot.waitUntil(lambda: not place.exists())
    qtbot.wait(200)
    assert opened.container.autosave.folder is None


def test_undoing_everything_ends_the_journal(opened, qtbot):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    opened.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: opened.container.autosave.folder is None)


def test_a_session_in_order_leaves_no_journal(opened, qtbot):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    root = journal(opened).parents[1]
    opened.container.shut_down()
    assert list(root.iterdir()) == []


def test_after_a_crash_the_work_is_offered_and_comes_back(opened, made_again, qtbot):
    before = worked_on(opened, qtbot)
    journaled(opened, qtbot, 1, 2)
    again = crashed(opened, qtbot)
    made_again(again)
    again.commands.recovery.offer()
    with qtbot.waitSignal(again.container.clip_loader.completed):
        said = answer("recovery_box", "Restore", qtbot)
    assert "1 span and 2 takes" in said
    assert "Ton – 音.wav" in said
    after = state(again)
    assert_equal(after[:4], before[:4])
    assert again.isWindowModified()
    assert again.container.session_state.is_at_risk
    assert again.container.session_state.folder is None
    journaled(again, qtbot, 1, 2)


def test_work_on_a_saved_session_comes_back_to_it(opened, folder, made_again, monkeypatch, qtbot):
    mark(opened, Span(0.25, 0.5))
    separate(opened, qtbot)
    save_as(opened, folder, monkeypatch, qtbot)
    mark(opened, Span(0.25, 0.5), Span(1.0, 1.5))
    separate(opened, qtbot)
    journaled(opened, qtbot, 2, 2)
    takes = opened.container.document.takes
    assert len(list(journal(opened).parent.rglob("*.wav"))) == 2, "what is saved already is not copied"
    again = crashed(opened, qtbot)
    made_again(again)
    again.commands.recovery.offer()
    with qtbot.waitSignal(again.container.clip_loader.completed):
        answer("recovery_box", "Restore", qtbot)
    assert_equal(again.container.document.takes, takes)
    assert again.container.session_state.folder == folder
    assert again.isWindowModified()
    with qtbot.waitSignal(again.container.session_saver.saved):
        again.actions_by_name["save"].trigger()
    (read,) = open_session(folder)
    assert_equal(read.session.takes, takes)


def test_lost_work_can_be_left_or_discarded(opened, made_again, qtbot):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    place = journal(opened).parent
    again = crashed(opened, qtbot)
    made_again(again)
    again.commands.recovery.offer()
    answer("recovery_box", "Decide later", qtbot)
    assert (place / "session.json").exists()
    again.commands.recovery.offer()
    answer("recovery_box", "Discard", qtbot)
    qtbot.waitUntil(lambda: not place.exists())
    assert again.container.autosave.find_lost_work() == ()


def test_the_work_of_a_living_window_is_not_offered(opened, made_again, qtbot):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    other = make_container()
    assert other.autosave.find_lost_work() == ()
    other.shut_down()
    assert journal(opened).exists()


def test_a_disk_too_small_is_told_and_tried_once(opened, stored, monkeypatch, qtbot):
    monkeypatch.setattr(autosave, "LEAST_SPARE", 1 << 60)
    told = []
    opened.container.autosave.warned.connect(told.append)
    mark(opened, Span(0.25, 0.5))
    separate(opened, qtbot)
    qtbot.waitUntil(lambda: bool(told))
    assert "Take 1 · bell" in told[0]
    mark(opened, Span(0.25, 0.75))
    journaled(opened, qtbot, 1, 0)
    qtbot.wait(200)
    assert len(told) == len(stored) == 1


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


def test_stems_that_are_no_numbers_are_drawn_and_mixed_as_far_as_they_are(opened, folder, monkeypatch, caplog, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    for path in folder.rglob("target.wav"):
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        data[-4000:-2000] = np.full(500, np.nan, np.float32).tobytes()
        data[-2000:] = np.full(500, np.inf, np.float32).tobytes()
        path.write_bytes(data)
    reopen(opened, folder, qtbot)
    assert len(opened.container.document.takes) == 2
    qtbot.waitUntil(lambda: not opened.container.timeline_renderer.is_busy)
    opened.grab()
    assert "background work failed" not in caplog.text


def test_a_takes_name_brings_no_markup_to_its_tooltip(opened, folder, monkeypatch, qtbot):
    separate(opened, qtbot)
    opened.container.document.rename_take(0, '<img src="/dev/zero">')
    model = opened.takes_panel.view.model()
    tip = model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert "img" in tip
    assert "<" not in tip
