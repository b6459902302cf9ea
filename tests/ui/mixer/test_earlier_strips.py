"""A strip for each earlier take of a chain: names, order, room, keys."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.audio.playback.mixer import Levels
from samstudio.session.mix import Mix, Strip
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take
from samstudio.ui.mixer.mixer_panel import EARLIER

BELL, GUITAR = "Bell", "Take 2 · acoustic guitar, the one behind the door"


def take(name, take_id):
    return Take(name, Prompt(), SeparationSettings(), Sound(Stems(None, None)), 0.0, 0, id=take_id)


@pytest.fixture
def panel(panel):
    """With the strips of two earlier takes."""
    panel.show_earlier((take(BELL, "a"), take(GUITAR, "b")))
    QApplication.processEvents()
    return panel


def lefts(panel):
    strips = (*panel.strips.values(), panel.master)
    return [strip.mapTo(panel, QPoint()).x() for strip in strips]


def drawn_name(strip):
    """Where its name is drawn, and whether all of it is."""
    return strip.name.fontMetrics().horizontalAdvance(strip.name.text()) <= strip.name.width()


def test_they_stand_behind_the_residual_in_the_order_they_were_taken_out_before_the_master(panel):
    assert list(panel.strips) == [*Stem, "a", "b"]
    assert lefts(panel) == sorted(lefts(panel))
    assert panel.strips["a"].isVisible()
    panel.show_earlier((take("Drum", "c"), take(BELL, "a")))
    QApplication.processEvents()
    assert list(panel.strips) == [*Stem, "c", "a"]
    assert lefts(panel) == sorted(lefts(panel))
    panel.show_earlier(())
    assert list(panel.strips) == list(Stem)


def test_the_full_name_is_given_by_the_tooltip_and_to_screen_readers(panel):
    strip = panel.strips["b"]
    assert strip.name.text() == GUITAR.removeprefix("Take ")
    assert not drawn_name(strip)
    assert drawn_name(panel.strips["a"])
    assert strip.name.toolTip() == f"{GUITAR}\n{EARLIER}"
    assert strip.accessibleName() == f"{GUITAR} strip"
    assert strip.accessibleDescription() == EARLIER
    assert strip.mute.toolTip().startswith(f"Mute “{GUITAR}”")
    for control in strip.controls:
        assert GUITAR in control.accessibleName()


def test_a_name_brings_no_markup_into_tooltips(panel):
    panel.show_earlier((take("<b>Bell</b>", "a"),))
    strip = panel.strips["a"]
    for widget in (strip.name, strip.meter, *strip.controls):
        assert "<b>" not in widget.toolTip()


def test_a_renamed_take_renames_its_strip_and_keeps_its_state(panel):
    panel.show_mix(Mix().with_strip("a", Strip(-6.0)))
    panel.show_earlier((take("Glocke", "a"), take(GUITAR, "b")))
    assert panel.strips["a"].name.text() == "Glocke"
    assert panel.strips["a"].fader.level == -6.0
    assert list(panel.strips) == [*Stem, "a", "b"]


def test_by_default_they_are_heard_and_ask_for_their_own_strip_alone(panel):
    assert panel.strips["a"].fader.is_audible
    panel.strips["a"].fader.set_level(-12.0)
    assert panel.wishes[-1] == Mix().with_strip("a", Strip(-12.0))
    panel.show_mix(Mix().soloed(Stem.TARGET))
    assert not panel.strips["a"].fader.is_audible


def test_the_solo_of_a_take_of_another_chain_silences_nothing(panel):
    panel.show_mix(Mix().with_strip("elsewhere", Strip(solo=True)))
    assert all(panel.strips[channel].fader.is_audible for channel in ("target", "residual", "a", "b"))


def test_the_keys_act_on_the_one_touched_last_and_on_the_target_where_that_is_gone(panel):
    QTest.mouseClick(panel.strips["b"], Qt.MouseButton.LeftButton, pos=QPoint(30, 12))
    assert panel.focused_strip == "b"
    panel.toggle_mute_focused()
    panel.toggle_invert_focused()
    panel.toggle_solo_safe_focused()
    assert panel.wishes[-1].strips["b"] == Strip(mute=True, invert=True, solo_safe=True)
    panel.show_earlier((take(BELL, "a"),))
    assert panel.focused_strip is Stem.TARGET
    panel.toggle_solo_focused()
    assert panel.wishes[-1].strips[Stem.TARGET].solo


def test_levels_reach_them(panel):
    panel.show_levels({"b": Levels((0.5, 0.25))})
    assert panel.strips["b"].lamp.peak == pytest.approx(-6.02, abs=0.01)
    assert panel.strips["a"].lamp.peak == float("-inf")


def test_tab_goes_through_the_strips_from_left_to_right_and_on_to_the_master(panel):
    panel.show_earlier((take("Drum", "c"), take(BELL, "a"), take(GUITAR, "b")))
    expected = [control for strip in panel.strips.values() for control in strip.controls]
    expected += [panel.master.lamp, panel.master.fader, panel.master.field, panel.loudness.reset]
    seen, widget = [], panel.strips[Stem.CLIP].lamp
    while widget is not panel.loudness.reset:
        seen.append(widget)
        widget = widget.nextInFocusChain()
        while widget not in expected:
            widget = widget.nextInFocusChain()
    assert [*seen, widget] == expected


def test_on_a_wide_screen_the_strips_stand_together_at_the_left(panel):
    panel.resize(3800, panel.height())
    QApplication.processEvents()
    strips = (*panel.strips.values(), panel.master)
    assert {strip.width() for strip in strips} == {strips[0].maximumWidth()}
    gaps = {right - left - strips[0].width() for left, right in pairwise(lefts(panel))}
    assert gaps == {panel._row.gap}
    assert lefts(panel)[0] == panel.layout().contentsMargins().left()
    last = panel.master.mapTo(panel, QPoint(panel.master.width(), 0)).x()
    assert panel.loudness.mapTo(panel, QPoint()).x() - last == panel._row.gap


def show_six(panel, qtbot):
    panel.show_earlier(tuple(take(f"Take {number}", str(number)) for number in range(6)))
    bar = panel._row.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.isVisible() and panel.strips["5"].width() == panel.strips[Stem.CLIP].width())


def test_few_share_the_width_with_the_master_and_many_scroll_at_the_least_one(panel, qtbot):
    widths = {strip.width() for strip in (*panel.strips.values(), panel.master)}
    assert max(widths) - min(widths) <= 1
    height = panel.sizeHint().height()
    show_six(panel, qtbot)
    bar = panel._row.horizontalScrollBar()
    assert bar.isVisible()
    assert {strip.width() for strip in panel.strips.values()} == {panel.master.minimumWidth()}
    assert panel.sizeHint().height() == height
    # All of a strip is seen above the scroll bar, and the master stays.
    strip = panel.strips[Stem.CLIP]
    assert strip.mapTo(panel, QPoint(0, strip.height())).y() <= bar.mapTo(panel, QPoint()).y()
    assert panel.rect().contains(panel.master.geometry())


def test_what_gets_the_focus_is_scrolled_into_view(panel, qtbot):
    show_six(panel, qtbot)
    viewport = panel._row.viewport()
    for channel in ("5", "clip", "3"):
        panel.strips[channel].fader.setFocus(Qt.FocusReason.TabFocusReason)
        assert panel.focused_strip == channel
        strip = panel.strips[channel]
        assert viewport.rect().contains(strip.rect().translated(strip.mapTo(viewport, QPoint())))


def test_the_wheel_scrolls_sideways_between_the_controls(panel, qtbot):
    show_six(panel, qtbot)
    strip = panel.strips[Stem.CLIP]
    event = QWheelEvent(
        QPointF(30, 12), QPointF(strip.mapToGlobal(QPoint(30, 12))), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel._row.viewport(), event)
    assert panel._row.horizontalScrollBar().value() == 120


def test_without_stems_there_are_only_the_three(panel):
    panel.show_earlier(())
    panel.set_stems_available(False)
    assert list(panel.strips) == list(Stem)
