import gc
import sys
import threading
import weakref
from types import ModuleType

import pytest
from PySide6.QtCore import QObject

from samstudio.app.gc_policy import GarbageCollector


@pytest.fixture
def collector(qapp):
    gc.unfreeze()
    collector = GarbageCollector(qapp)
    yield collector
    collector.deleteLater()
    gc.unfreeze()


class Knot(QObject):
    """Holds itself, and notes on which thread it goes."""

    def __init__(self, gone_on):
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: gone_on.append(threading.current_thread()))


def test_nothing_is_collected_on_a_worker_whatever_it_makes(collector):
    gone_on = []
    Knot(gone_on)
    worker = threading.Thread(target=lambda: [[number] for number in range(200_000)])
    worker.start()
    worker.join()
    assert not gone_on
    collector.collect()
    assert gone_on == [threading.main_thread()]


def test_what_grew_old_goes_at_a_full_collection(collector):
    collector.collect()  # passes over no import any more
    gone_on = []
    knot = Knot(gone_on)
    gc.collect()  # now it is of the oldest
    del knot
    collector.collect()
    assert not gone_on
    for _ in range(30):
        collector.collect()
    assert gone_on == [threading.main_thread()]


def test_it_collects_by_itself(collector, qtbot):
    gone_on = []
    Knot(gone_on)
    qtbot.waitUntil(lambda: bool(gone_on))


def test_what_a_large_import_made_is_never_passed_over_as_a_whole(collector, monkeypatch):
    """One such pass takes longer than the window may stand still."""
    for _ in range(30):
        collector.collect()
    frozen = gc.get_freeze_count()
    for _ in range(30):
        collector.collect()
    assert gc.get_freeze_count() <= frozen
    for number in range(300):
        monkeypatch.setitem(sys.modules, f"engine_part_{number}", ModuleType("engine_part"))
    made = [[number] for number in range(5000)]
    collector.collect()
    assert gc.get_freeze_count() > frozen + len(made) - 100
