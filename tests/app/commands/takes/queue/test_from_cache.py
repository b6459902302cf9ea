"""What was separated before comes from the cache, and the take says so."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from samstudio.controllers.separation import engine_thread
from samstudio.separation.cache import kept_files
from samstudio.separation.cache.kept_results import KeptResults
from samstudio.separation.registry import engine_info
from samstudio.session.prompt import Span
from samstudio.ui.takes.take_text import work_line
from tests.app.commands.files.session_work import mark, separate
from tests.conftest import FakeEngine


@pytest.fixture
def keeping(opened, monkeypatch):
    """A window with a recording, whose engine's results are kept."""
    monkeypatch.setattr(engine_thread, "create_engine", lambda name: KeptResults(engine_info(name), FakeEngine()))
    return opened


def test_a_deleted_take_is_back_at_once_and_says_where_it_is_from(keeping, qtbot):
    document, paces = keeping.container.document, keeping.container.separator.paces
    mark(keeping, Span(0.25, 0.75), text="")
    separate(keeping, qtbot)
    first = document.takes[0]
    runs = len(paces._runs["spectral auto"])
    assert not first.from_cache
    keeping.actions_by_name["delete_take"].trigger()
    separate(keeping, qtbot)
    again = document.takes[0]
    assert again.id != first.id
    assert again.from_cache
    for stem in ("target", "residual"):
        assert np.array_equal(getattr(again.sound.stems, stem), getattr(first.sound.stems, stem))
    assert work_line(again, None) == "Spectral · from the cache"
    assert "is ready (from the cache)" in keeping.status.currentMessage()
    shown = keeping.takes_panel.rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "from the cache" in shown
    assert len(paces._runs["spectral auto"]) == runs, "to read it says nothing of the engine's speed"


def test_a_result_that_is_not_kept_is_told_and_the_take_is_there(keeping, monkeypatch, qtbot):
    monkeypatch.setattr(kept_files, "LEAST_FREE", 1 << 60)
    told = []
    keeping.container.separator.notice_added.connect(told.append)
    mark(keeping, Span(0.25, 0.75), text="")
    separate(keeping, qtbot)
    assert "The result was not kept in the cache: the disk is full." in told
    assert len(keeping.container.document.takes) == 1
    assert not any("cache" in notice for notice in keeping.container.document.takes[0].notices)
