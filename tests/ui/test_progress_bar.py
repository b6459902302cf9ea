import pytest
from PySide6.QtCore import QEvent, QObject

from samstudio.ui import announcements
from samstudio.ui.progress_bar import ProgressBar


@pytest.fixture
def spoken(monkeypatch):
    emitted = []
    monkeypatch.setattr(announcements, "announce", lambda _widget, text: emitted.append(text))
    return emitted


@pytest.fixture
def bar(qtbot):
    bar = ProgressBar("separation")
    qtbot.addWidget(bar)
    return bar


def test_start_quarters_and_end_are_reported_once(bar, spoken):
    for percent in range(101):
        bar.show_fraction(percent / 100)
    assert spoken == [
        "The separation began.",
        "Separation: 25 %",
        "Separation: 50 %",
        "Separation: 75 %",
        "The separation is done.",
    ]


def test_the_next_work_is_reported_again(bar, spoken):
    for fraction in (0.0, 1.0, 0.0, 0.3):
        bar.show_fraction(fraction)
    assert spoken[2:] == ["The separation began.", "Separation: 25 %"]


def test_without_anything_to_count_nothing_is_reported(bar, spoken):
    bar.show_busy()
    bar.show_busy()
    assert spoken == []
    bar.show_fraction(0.6)
    assert spoken == ["The separation began."]


def test_many_steps_are_painted_once(bar, qtbot):
    with qtbot.waitExposed(bar):
        bar.show()
    painted = []

    class Watch(QObject):
        def eventFilter(self, _watched, event):
            if event.type() == QEvent.Type.Paint:
                painted.append(bar.value())
            return False

    watch = Watch()
    bar.installEventFilter(watch)
    for percent in range(101):
        bar.show_fraction(percent / 100)
    qtbot.waitUntil(lambda: bool(painted))
    assert painted == [1000]


def test_it_is_named_by_its_work(bar):
    assert bar.accessibleName() == "Progress of the separation"
