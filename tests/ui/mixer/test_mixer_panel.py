"""The console: what it asks for, what it shows, how it moves."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from samstudio.audio.playback.mixer import Levels
from samstudio.session.mix import Mix, Strip
from samstudio.session.take import Stem
from samstudio.ui.mixer.level_scale import deflection
from samstudio.ui.mixer.meter import INSET
from samstudio.ui.theme import theme


def fader_point(fader, level):
    return QPoint(round(INSET + deflection(level) * (fader.width() - 2 * INSET)), fader.height() // 2)


def drag(widget, start, by, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, modifiers, start)
    for step in range(1, 5):
        # QTest.mouseMove carries no modifiers, so the event is made here.
        send_move(widget, start + by * step / 4, modifiers)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, modifiers, start + by)


def send_move(widget, point, modifiers):
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(widget.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        modifiers,
    )
    QApplication.sendEvent(widget, event)


def test_showing_a_mix_asks_for_nothing(panel):
    mix = Mix().with_strip(Stem.TARGET, Strip(-6.0, 0.5, mute=True, solo=True))
    panel.show_mix(replace(mix, master_db=-3.0))
    target = panel.strips[Stem.TARGET]
    assert panel.wishes == []
    assert target.fader.level == -6.0
    assert target.field.text() == "−6.0"
    assert target.mute.isChecked()
    assert target.solo.isChecked()
    assert target.pan.pan == 0.5
    assert target.pan_text.text() == "R50"
    assert panel.master.fader.level == -3.0


def test_a_mute_that_a_solo_overrides_is_on_but_not_filled(panel):
    strip = panel.strips[Stem.CLIP]
    for solo, is_filled in ((False, True), (True, False)):
        panel.show_mix(Mix().with_strip(Stem.CLIP, Strip(mute=True, solo=solo)))
        assert strip.mute.isChecked()
        seen = strip.mute.grab().toImage()
        ground = seen.pixelColor(4, seen.height() // 2)
        assert (ground == theme().color("warning")) == is_filled


def test_a_drag_of_the_fader_asks_for_that_gain_and_no_other_change(panel):
    fader = panel.strips[Stem.RESIDUAL].fader
    start = fader_point(fader, 0.0)
    drag(fader, start, fader_point(fader, -12.0) - start)
    assert panel.wishes[-1].strips[Stem.RESIDUAL].gain_db == pytest.approx(-12.0, abs=0.4)
    assert panel.wishes[-1].strips[Stem.TARGET] == Strip()
    assert panel.wishes[-1].strips[Stem.CLIP] == Strip(mute=True)
    assert panel.wishes[-1].master_db == 0.0


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
def test_with_ctrl_or_shift_a_drag_is_ten_times_finer(panel, modifier):
    fader = panel.strips[Stem.TARGET].fader
    start = fader_point(fader, 0.0)
    drag(fader, start, QPoint(-40, 0), modifier)
    fine = fader.level
    fader.set_level(0.0)
    drag(fader, start, QPoint(-40, 0))
    assert fader.level < -3.0
    assert fine == pytest.approx(fader.level / 10, abs=0.11)


def test_a_click_on_the_groove_brings_the_handle_there(panel):
    fader = panel.strips[Stem.TARGET].fader
    QTest.mouseClick(fader, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, fader_point(fader, -24.0))
    assert fader.level == pytest.approx(-24.0, abs=0.5)


def test_double_clicks_reset_fader_and_pan(panel):
    panel.show_mix(Mix().with_strip(Stem.TARGET, Strip(-20.0, -0.7)))
    strip = panel.strips[Stem.TARGET]
    QTest.mouseDClick(strip.fader, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(30, 10))
    QTest.mouseDClick(strip.pan, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(13, 13))
    assert panel.wishes[-1].strips[Stem.TARGET] == Strip(0.0, 0.0)


def test_the_pan_knob_turns_with_a_drag(panel):
    pan = panel.strips[Stem.TARGET].pan
    drag(pan, QPoint(13, 13), QPoint(20, 0))
    assert panel.wishes[-1].strips[Stem.TARGET].pan == pytest.approx(0.25)
    drag(pan, QPoint(13, 13), QPoint(0, 400))
    assert panel.wishes[-1].strips[Stem.TARGET].pan == -1.0


def test_a_level_can_be_typed_and_nonsense_is_put_back(panel):
    field = panel.strips[Stem.TARGET].field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "-4,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert panel.wishes[-1].strips[Stem.TARGET].gain_db == -4.5
    assert field.text() == "−4.5"
    count = len(panel.wishes)
    for text, key in (("loud", Qt.Key.Key_Return), ("-20", Qt.Key.Key_Escape)):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, key)
        assert field.text() == "−4.5"
    assert len(panel.wishes) == count


def test_shift_click_solos_one_strip_and_nothing_else(panel):
    panel.strips[Stem.TARGET].solo.click()
    QTest.mouseClick(panel.strips[Stem.RESIDUAL].solo, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)
    assert [stem for stem, strip in panel.wishes[-1].strips.items() if strip.solo] == [Stem.RESIDUAL]
    assert not panel.strips[Stem.TARGET].solo.isChecked()


def test_a_click_takes_the_whole_level_and_return_gives_the_keys_back(panel, qtbot):
    field = panel.strips[Stem.TARGET].field
    # On the window: the focus comes before the press, as with a real mouse.
    place = field.mapTo(panel, field.rect().center())
    QTest.mouseClick(panel.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: field.selectedText() == field.text())
    QTest.keyClicks(field, "-6.3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert panel.wishes[-1].strips[Stem.TARGET].gain_db == -6.3
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not field.hasFocus()


def test_arrows_move_a_focused_fader_and_end_does_not_blow_it_up(panel):
    fader = panel.strips[Stem.TARGET].fader
    QTest.keyClick(fader, Qt.Key.Key_Down)
    assert fader.level == -0.5
    QTest.keyClick(fader, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert fader.level == pytest.approx(-0.4)
    QTest.keyClick(fader, Qt.Key.Key_End)
    assert fader.level == pytest.approx(-0.4)
    QTest.keyClick(fader, Qt.Key.Key_Home)
    assert fader.level == 0.0


def test_mute_and_solo_buttons_ask(panel):
    QTest.mouseClick(panel.strips[Stem.TARGET].mute, Qt.MouseButton.LeftButton)
    assert panel.wishes[-1].strips[Stem.TARGET].mute
    QTest.mouseClick(panel.strips[Stem.RESIDUAL].solo, Qt.MouseButton.LeftButton)
    assert panel.wishes[-1].strips[Stem.RESIDUAL].solo
    assert panel.wishes[-1].strips[Stem.TARGET].mute


def test_the_phase_button_asks_for_the_other_polarity(panel):
    panel.strips[Stem.TARGET].invert.click()
    assert panel.wishes[-1].strips[Stem.TARGET] == Strip(invert=True)
    panel.show_mix(Mix())
    assert not panel.strips[Stem.TARGET].invert.isChecked()


def test_the_keys_act_on_the_strip_touched_last(panel):
    assert panel.focused_strip is Stem.TARGET
    panel.toggle_mute_focused()
    assert panel.wishes[-1].strips[Stem.TARGET].mute
    QTest.mouseClick(panel.strips[Stem.RESIDUAL], Qt.MouseButton.LeftButton, pos=QPoint(60, 12))
    assert panel.focused_strip is Stem.RESIDUAL
    panel.toggle_solo_focused()
    assert panel.wishes[-1].strips[Stem.RESIDUAL].solo
    QTest.mouseClick(panel.strips[Stem.CLIP].lamp, Qt.MouseButton.LeftButton)
    assert panel.focused_strip is Stem.CLIP
    panel.strips[Stem.TARGET].fader.setFocus(Qt.FocusReason.TabFocusReason)
    assert panel.focused_strip is Stem.TARGET


def test_a_strip_that_is_not_heard_looks_so(panel):
    assert not panel.strips[Stem.CLIP].fader.is_audible
    assert panel.strips[Stem.TARGET].fader.is_audible
    panel.show_mix(Mix().soloed(Stem.CLIP))
    assert panel.strips[Stem.CLIP].fader.is_audible
    assert not panel.strips[Stem.TARGET].fader.is_audible


def test_without_stems_only_the_clip_can_be_moved_and_it_is_shown_as_heard(panel):
    panel.set_stems_available(False)
    clip = panel.strips[Stem.CLIP]
    assert clip.fader.isEnabled()
    assert clip.fader.is_audible
    assert not clip.mute.isEnabled()
    assert QColor(clip.mute.grab().toImage().pixel(4, 10)) == theme().color("panel")
    assert not panel.strips[Stem.TARGET].isEnabled()
    panel.focus_strip(Stem.CLIP)
    panel.toggle_mute_focused()
    assert panel.wishes == []


def test_moving_the_clip_without_stems_keeps_its_mute_for_the_stems_to_come(panel):
    panel.set_stems_available(False)
    panel.strips[Stem.CLIP].fader.set_level(-6.0)
    assert panel.wishes[-1].strips[Stem.CLIP] == Strip(-6.0, mute=True)


def test_every_control_has_a_name_and_a_tooltip(panel):
    for strip in (*panel.strips.values(), panel.master):
        for control in (strip.fader, strip.field, strip.lamp, strip.mute, strip.solo, strip.pan, strip.meter):
            assert control.accessibleName()
            assert control.toolTip()


def test_levels_reach_their_strips(panel):
    panel.show_levels({Stem.TARGET: Levels((0.5, 0.5)), None: Levels((1.5, 0.5))})
    assert panel.strips[Stem.TARGET].lamp.peak == pytest.approx(-6.02, abs=0.01)
    assert panel.master.lamp.is_lit
    assert panel.strips[Stem.RESIDUAL].lamp.peak == float("-inf")
    panel.show_levels({})


def test_the_fader_is_drawn_in_its_lanes_colour_up_to_the_handle(panel):
    strip = panel.strips[Stem.TARGET]
    image: QImage = strip.fader.grab().toImage()
    middle = image.height() // 2
    assert QColor(image.pixel(20, middle)) == theme().color("wave_target")
    assert QColor(image.pixel(image.width() - 12, middle)) == theme().color("canvas")
