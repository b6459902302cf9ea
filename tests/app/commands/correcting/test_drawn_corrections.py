"""What a correction changes is seen: lanes keep what they show, and show the change where it is."""

import numpy as np
from PySide6.QtCore import Qt

from samstudio.session.session import LaneContent, LaneView
from samstudio.session.take import Stem
from samstudio.ui.theme import theme
from tests.ui.timeline.whole import is_colour, seen

CTRL = Qt.KeyboardModifier.ControlModifier


def settle(corrected, qtbot):
    renderer = corrected.container.timeline_renderer
    qtbot.waitUntil(lambda: not renderer.is_busy)


def wave(corrected, stem):
    """In which columns of a stem's lane its waveform is higher than a line."""
    canvas = corrected.window.timeline.stack.lanes[stem].canvas
    pixels = seen(canvas)
    colours = [theme().color(f"{kind}_{stem}") for kind in ("wave", "rms")]
    return np.sum([is_colour(pixels, colour, 30) for colour in colours], axis=0).sum(axis=0) > 4


def test_a_moved_area_shows_in_both_stems_and_nothing_else_is_lost(corrected, qtbot):
    timeline = corrected.window.timeline
    corrected.document.edit_prompt("Clear", type(corrected.document.prompt)())
    timeline.show_playhead(None)
    settle(corrected, qtbot)
    before = wave(corrected, Stem.RESIDUAL)
    assert before.mean() > 0.9
    assert not wave(corrected, Stem.TARGET).any()
    corrected.trigger("tool_area_box")
    corrected.drag((0.5, 0.01), (1.0, 0.99))
    corrected.wait_for_step(lambda: corrected.key(Qt.Key.Key_2, CTRL))
    take = corrected.document.current_take
    with qtbot.waitSignal(corrected.container.timeline_renderer.sound_replaced):
        qtbot.waitUntil(lambda: corrected.document.current_take.sound.stems is not take.sound.stems)
    settle(corrected, qtbot)
    corrected.container.areas.clear()
    timeline.show_playhead(None)
    target, residual = wave(corrected, Stem.TARGET), wave(corrected, Stem.RESIDUAL)
    start, end = timeline.visible_range
    x = [round((seconds - start) / (end - start) * len(target)) for seconds in (0.2, 0.4, 0.6, 0.9, 1.1)]
    assert target[x[2] : x[3]].mean() > 0.9
    assert not target[x[0] : x[1]].any()
    assert not residual[x[2] : x[3]].any()
    assert residual[x[0] : x[1]].mean() > 0.9
    assert residual[x[4] :].mean() > 0.8


def test_a_stroke_on_the_targets_own_spectrogram_is_one_of_the_target(corrected, qtbot):
    timeline, layer = corrected.window.timeline, corrected.window.area_layer
    timeline.stack.change_view(Stem.TARGET, LaneView(LaneContent.SPECTROGRAM))
    assert [pad.channel for pad in layer._pads] == [Stem.CLIP, Stem.TARGET]
    corrected.trigger("hear_residual")
    assert [pad.channel for pad in layer._pads] == [Stem.RESIDUAL, Stem.TARGET]
