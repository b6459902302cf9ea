"""Closing the window while long work is under way."""

import pytest

from tests.app.commands.files.session_work import answer_next


@pytest.fixture
def exporting(opened, monkeypatch):
    """The window while all recordings are exported, as far as it is told."""
    monkeypatch.setattr(type(opened.commands.export_all), "is_running", True)
    return opened


def test_an_export_is_stopped_only_if_that_is_the_answer(exporting, monkeypatch):
    asked = answer_next("Cancel", monkeypatch)
    exporting.close()
    assert asked == ["An export is running. Stop it and close?"]
    assert exporting.isVisible()
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
