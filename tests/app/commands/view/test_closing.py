"""Closing the window while long work is under way."""

import threading

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.app.commands.files.session_work import answer_next


@pytest.fixture
def exporting(worked_in, monkeypatch, tmp_path, qtbot):
    """The window while an export of all recordings is under way that ends when it is let go, and nothing unsaved."""
    gate = threading.Event()

    def writing(_pieces, _choices):
        while not gate.wait(0.01):
            yield None

    monkeypatch.setattr("samstudio.app.commands.files.export_all._writing", writing)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    worked_in.container.session_state.mark_exported()
    worked_in.commands.export_all.export_all()
    yield worked_in
    gate.set()
    qtbot.waitUntil(lambda: not worked_in.commands.export_all.is_running)


def test_an_export_is_stopped_only_if_that_is_the_answer(exporting, monkeypatch):
    asked = answer_next("Cancel", monkeypatch)
    exporting.close()
    assert asked == ["An export is running. Stop it and close?"]
    assert exporting.isVisible()
    assert exporting.commands.export_all.is_running
    answer_next("Stop and close", monkeypatch)
    exporting.close()
    assert not exporting.isVisible()


def test_several_jobs_are_one_question(exporting, monkeypatch):
    monkeypatch.setattr(type(exporting.container.models), "is_running", True)
    asked = answer_next("Cancel", monkeypatch)
    exporting.close()
    assert asked == ["An export is running. A model is being set up. Stop them and close?"]


def test_with_nothing_under_way_nothing_is_asked(opened, monkeypatch):
    asked = answer_next("Cancel", monkeypatch)
    opened.close()
    assert asked == []
    assert not opened.isVisible()
