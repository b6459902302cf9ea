"""The journal of unsaved work, and what a crash leaves of it."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from samstudio.app.editor import make_container
from samstudio.controllers.persistence import autosave
from samstudio.controllers.persistence import recording_journal as journal_module
from samstudio.session.prompt import Span
from samstudio.session.take import Stem
from samstudio.storage.session_folder import store_stems
from samstudio.storage.session_reader import open_session
from tests.app.commands.files.session_work import (
    answer,
    mark,
    save_as,
    separate,
    state,
    worked_on,
)
from tests.app.editing import make_window
from tests.session.made_sessions import assert_equal


@pytest.fixture(autouse=True)
def _quick_journal(monkeypatch):
    monkeypatch.setattr(autosave, "DELAY", 50)


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
    autosave = window.container.autosave
    autosave._timer.stop()
    window.container.saving.shut_down()
    for each in autosave._journals.values():
        if each.place is not None:
            each.place.lock.unlock()
    autosave._journals = {}
    for recording in window.container.document.recordings.all:
        recording.kept = recording.saved = recording.work
    window.container.session_state._locks.keep_only(())
    container = make_container()
    again = make_window(container)
    qtbot.addWidget(again, before_close_func=lambda window: window.container.document.recordings.close_all())
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

    monkeypatch.setattr(journal_module, "store_stems", store)
    return orders


def test_marks_are_journaled_without_sound_the_sound_of_a_take_once_and_a_save_ends_it(
    opened, folder, stored, monkeypatch, qtbot
):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    assert stored == []
    separate(opened, qtbot)
    journaled(opened, qtbot, 1, 1)
    mark(opened, Span(0.25, 0.5), Span(0.75, 0.9))
    journaled(opened, qtbot, 2, 1)
    assert stored == [["Take 1 · bell"]]
    place = journal(opened).parent
    save_as(opened, folder, monkeypatch, qtbot)
    qtbot.waitUntil(lambda: not place.exists())
    qtbot.wait(200)
    assert opened.container.autosave.folder is None


def test_undoing_everything_ends_the_journal_and_a_session_in_order_leaves_none(opened, qtbot):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    opened.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: opened.container.autosave.folder is None)
    # A session in order leaves none.
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
        messages = answer("recovery_box", "Restore", qtbot)
    assert "1 span and 2 takes" in messages
    assert "Ton – 音.wav" in messages
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
        asked = answer("recovery_box", "Restore", qtbot)
    assert f"in the session “{folder.stem}”" in asked
    assert_equal(again.container.document.takes, takes)
    assert again.container.session_state.folder == folder
    assert again.isWindowModified()
    with qtbot.waitSignal(again.container.session_saver.saved):
        again.actions_by_name["save"].trigger()
    (read,) = open_session(folder)
    assert_equal(read.session.takes, takes)


def test_lost_work_whose_recording_is_gone_is_named_after_it_and_looked_for_beside_it(
    opened, tone_file, made_again, monkeypatch, qtbot
):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    kept = journal(opened)
    again = crashed(opened, qtbot)
    made_again(again)
    tone_file.rename(tone_file.with_name("elsewhere.wav"))
    again.commands.recovery.offer()
    with qtbot.waitSignal(again.container.session_opener.recording_missing):
        answer("recovery_box", "Restore", qtbot)
    assert [row.name for row in again.commands.recordings.rows()] == [tone_file.name]
    begun = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *shown: (begun.append(shown[2]), ("", ""))[1])
    asked = answer("session_box", "Locate…", qtbot)
    assert f"The recording of “{tone_file.name}” was not found." in asked
    assert "offered again at the next start" in asked
    assert again.commands.recordings.rows() == ()
    again.container.autosave.shut_down()
    assert kept.exists()
    assert begun == [str(tone_file.parent)]


def test_lost_work_is_not_offered_while_its_window_lives_and_then_left_or_discarded(opened, made_again, qtbot):
    mark(opened, Span(0.25, 0.5))
    journaled(opened, qtbot, 1)
    other = make_container()
    assert other.autosave.find_lost_work() == ()
    other.shut_down()
    assert journal(opened).exists()
    # After a crash it can be left or discarded.
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


def test_a_disk_too_small_is_reported_and_tried_once(opened, stored, monkeypatch, qtbot):
    monkeypatch.setattr(journal_module, "LEAST_SPARE", 1 << 60)
    emitted = []
    opened.container.autosave.warned.connect(emitted.append)
    mark(opened, Span(0.25, 0.5))
    separate(opened, qtbot)
    qtbot.waitUntil(lambda: bool(emitted))
    assert "Take 1 · bell" in emitted[0]
    mark(opened, Span(0.25, 0.75))
    journaled(opened, qtbot, 1, 0)
    qtbot.wait(200)
    assert len(emitted) == len(stored) == 1
