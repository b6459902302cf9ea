"""The journal without a window."""

import threading

import pytest

from samstudio.controllers.background import Background
from samstudio.controllers.persistence import autosave as module
from samstudio.controllers.persistence.autosave import Autosave
from samstudio.controllers.persistence.clip_hash import ClipHash
from samstudio.controllers.persistence.session_saver import SessionSaver
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.session.prompt import Prompt, Span
from samstudio.session.session import ViewState
from samstudio.session.take import SeparationSettings
from samstudio.storage.session_reader import open_session


@pytest.fixture
def root(tmp_path):
    return tmp_path / "autosave"


@pytest.fixture
def pool(qapp):
    pool = Background()
    yield pool
    pool.shut_down()


@pytest.fixture
def autosave(document, state, pool, root, monkeypatch):
    monkeypatch.setattr(module, "DELAY", 20)
    stored = StoredStems()
    saver = SessionSaver(document, state, stored, ClipHash(pool), pool)
    made = Autosave(document, state, stored, saver, pool, root)
    yield made
    made.shut_down()


def view():
    return ViewState(0.25, 0.75), SeparationSettings(seed=5)


def mark(document):
    document.edit_prompt("Mark", Prompt("bell", (Span(0.25, 0.5),)))


def waiting(event):
    assert event.wait(10)
    yield


def is_written(autosave):
    return autosave.folder is not None and (autosave.folder / "session.json").exists()


def test_marks_and_view_are_journaled(autosave, document, qtbot):
    autosave.start(view)
    mark(document)
    qtbot.waitUntil(lambda: is_written(autosave))
    (read,) = open_session(autosave.folder, is_autosave=True)
    assert read.session.prompt == document.prompt
    assert (read.session.view.start, read.session.settings.seed) == (0.25, 5)


def test_without_a_window_nothing_is_journaled(autosave, document, root, qtbot):
    mark(document)
    qtbot.wait(100)
    assert not root.exists()


def test_what_was_done_before_the_start_is_journaled_too(autosave, document, qtbot):
    mark(document)
    autosave.start(view)
    qtbot.waitUntil(lambda: is_written(autosave))


def test_while_takes_are_to_come_the_journal_waits(autosave, document, state, root, qtbot):
    autosave.start(view)
    state.begin_restoring(document.recording)
    mark(document)
    qtbot.wait(100)
    assert not root.exists()
    state.detach(document.recording)
    qtbot.waitUntil(lambda: is_written(autosave))


def test_a_removal_that_the_end_of_the_pool_cancelled_is_done_at_the_end(autosave, document, pool, root, qtbot):
    autosave.start(view)
    mark(document)
    qtbot.waitUntil(lambda: is_written(autosave))
    # Both threads are busy until the pool is being shut down: the removal cannot begin before.
    go_on = threading.Event()
    for _ in range(2):
        pool.run(waiting(go_on))
    document.recordings.close_all()
    threading.Timer(0.1, go_on.set).start()
    pool.shut_down()
    assert len(list(root.iterdir())) == 2, "folder and lock"
    autosave.shut_down()
    assert list(root.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_warned_of_once(autosave, document, root, qtbot):
    root.write_text("a file in the way")
    warnings = []
    autosave.warned.connect(warnings.append)
    autosave.start(view)
    mark(document)
    qtbot.waitUntil(lambda: bool(warnings))
    document.edit_prompt("Mark", Prompt("horn", (Span(0.25, 0.5),)))
    qtbot.wait(100)
    assert len(warnings) == 1
    assert warnings[0].endswith("save often.")
    root.unlink()
