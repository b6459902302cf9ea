"""The transport bar: wishes out, facts in."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest

from samstudio.session.take import Stem
from samstudio.ui.mixer.transport_bar import TransportBar
from samstudio.ui.parts import follow_keys


@pytest.fixture
def bar(qtbot):
    made = TransportBar()
    qtbot.addWidget(made)
    made.resize(1200, made.sizeHint().height())
    made.show()
    return made


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("button", "signal"),
    [("play", "play_toggled"), ("to_start", "start_requested"), ("to_end", "end_requested")],
)
def test_buttons_ask(bar, qtbot, button, signal):
    with qtbot.waitSignal(getattr(bar, signal), timeout=500):
        click(getattr(bar, button))


def test_the_loop_button_asks_and_showing_does_not(bar):
    wishes = []
    bar.loop_toggled.connect(wishes.append)
    bar.show_loop(True)
    assert bar.loop.isChecked()
    assert wishes == []
    click(bar.loop)
    assert wishes == [False]


def test_times_are_shown_to_the_millisecond(bar):
    bar.show_position(83.4567)
    assert bar.clock.text() == "1:23.457"
    bar.show_selection((12.5, 15.25))
    assert [field.text() for field in bar.selection_times.values()] == ["0:12.500", "0:15.250", "0:02.750"]
    bar.show_selection(None)
    assert all(field.text() == "–" for field in bar.selection_times.values())


@pytest.mark.parametrize(
    ("speed", "text", "more"),
    [(2.0, "2×", ""), (-4.0, "−4×", "Backwards"), (0.5, "½×", ""), (-0.5, "−½×", "Backwards")],
)
def test_another_speed_is_written_beside_the_clock_and_nothing_moves(bar, qapp, speed, text, more):
    qapp.processEvents()
    before = [part.geometry() for part in (bar.clock, bar.speed, bar.selection_times["Start"], bar.segments[Stem.CLIP])]
    assert (bar.speed.text(), bar.speed.accessibleName()) == ("", "Speed: 1×")
    bar.show_speed(speed)
    qapp.processEvents()
    after = [part.geometry() for part in (bar.clock, bar.speed, bar.selection_times["Start"], bar.segments[Stem.CLIP])]
    assert after == before
    assert bar.speed.fontMetrics().horizontalAdvance(text) <= bar.speed.width()
    assert bar.speed.text() == text
    assert (bar.speed.accessibleName(), bar.speed.accessibleDescription()) == (f"Speed: {text}", more)
    bar.show_speed(1.0)
    assert bar.speed.text() == ""


def test_an_hour_fits_the_clock(bar, qapp):
    bar.show_position(3 * 3600 + 59.999)
    assert bar.clock.text() == "3:00:59.999"
    qapp.processEvents()
    assert bar.clock.fontMetrics().horizontalAdvance(bar.clock.text()) <= bar.clock.width()


def test_a_segment_asks_and_shows_only_what_it_is_given(bar):
    wishes = []
    bar.audition_requested.connect(wishes.append)
    bar.set_stems_available(True)
    click(bar.segments[Stem.TARGET])
    assert wishes == [Stem.TARGET]
    assert not bar.segments[Stem.TARGET].isChecked()
    bar.show_audition(Stem.TARGET)
    assert [segment.isChecked() for segment in bar.segments.values()] == [False, True, False]
    bar.show_audition(None)
    assert not any(segment.isChecked() for segment in bar.segments.values())


def test_without_stems_there_is_only_the_clip(bar):
    wishes = []
    bar.audition_requested.connect(wishes.append)
    click(bar.segments[Stem.RESIDUAL])
    click(bar.segments[Stem.CLIP])
    assert wishes == [Stem.CLIP]
    assert "after the first separation" in bar.segments[Stem.TARGET].toolTip()


def test_play_turns_into_stop(bar):
    bar.show_playing(True)
    assert bar.play.accessibleName() == "Stop"
    bar.show_playing(False)
    assert bar.play.accessibleName() == "Play"


def test_every_button_has_a_name_and_its_key_in_the_tooltip(bar):
    keys = {bar.play: "Space", bar.to_start: "Home", bar.to_end: "End", bar.loop: "L"}
    keys |= {segment: str(key) for key, segment in enumerate(bar.segments.values(), start=1)}
    follow_keys(
        {
            "play": ("Space",),
            "go_start": ("Home",),
            "go_end": ("End",),
            "loop": ("L",),
            **{f"hear_{stem.value}": (str(key),) for key, stem in enumerate(Stem, start=1)},
        }
    )
    for button, key in keys.items():
        assert button.accessibleName()
        assert f"({key})" in button.toolTip()


def test_a_running_clock_lays_nothing_out_again(bar, qapp):
    bar.show_position(1.0)
    qapp.processEvents()
    asked = []

    class Watch(QObject):
        def eventFilter(self, _bar, event):
            if event.type() == QEvent.Type.LayoutRequest:
                asked.append(event)
            return False

    watch = Watch()
    bar.installEventFilter(watch)
    for step in range(10):
        bar.show_position(1.0 + 0.016 * step)
        qapp.processEvents()
    assert not asked
    bar.show_position(3600.0)
    qapp.processEvents()
    assert asked, "there must be room for the hours"
