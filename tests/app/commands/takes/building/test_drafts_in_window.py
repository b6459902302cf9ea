"""Drafts of the take that is being made, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from samstudio.session.mix import Mix
from samstudio.session.take import Stem
from tests.app.commands.takes.building.drafting_engine import DraftingEngine


@pytest.fixture
def engine(monkeypatch) -> DraftingEngine:
    made = DraftingEngine()
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: made)
    yield made
    for gate in made.gates:
        gate.set()


@pytest.fixture
def solving(opened, engine, qtbot):
    """One of two seconds in view, the playhead in its middle, and a separation that solves."""
    timeline = opened.timeline
    timeline.zoom_to(0.5, 1.5)
    opened.container.transport.seek(1.0)
    with qtbot.waitSignal(opened.container.separator.started):
        qtbot.mouseClick(opened.prompt_panel.separate_button, Qt.MouseButton.LeftButton)
    return opened


def draft(window, engine, qtbot, number: int) -> None:
    with qtbot.waitSignal(window.container.separator.drafted):
        engine.gates[number].set()


def rendered(window, start: int, frames: int) -> np.ndarray:
    """What is played from frame `start` on, after the fades."""
    mixer = window.container.mixing.mixer
    out = np.zeros((frames + 4800, 2), np.float32)
    mixer.render(start - 4800, out)
    return out[4800:]


def test_a_draft_is_heard_drawn_and_told_as_one_and_leaves_nothing_behind(solving, engine, qtbot):
    separator, row = solving.container.separator, solving.takes_panel.running
    clip = solving.container.document.clip
    assert solving.container.audition.is_awaited
    assert not row.draft.isVisible()
    draft(solving, engine, qtbot, 0)
    # From the playhead on, as far as it is in view.
    assert engine.asked == [(48_000, 72_000)]
    assert row.draft.isVisible()
    assert row.draft.text().startswith("Draft 0:01.000 – 0:01.500")
    bands = solving.timeline.stack._drafts
    assert bands[Stem.TARGET]._stretches == bands[Stem.RESIDUAL]._stretches == ((1.0, 1.5),)
    assert bands[Stem.TARGET].isVisible()
    assert "not kept" in bands[Stem.TARGET].toolTip()
    assert not solving.container.audition.is_awaited
    solving.container.mixing.set_mix(Mix().soloed(Stem.TARGET))
    inside, outside = slice(52_000, 66_000), slice(80_000, 90_000)
    np.testing.assert_allclose(rendered(solving, 52_000, 14_000)[:, 0], clip.samples[inside, 0] * 0.125, atol=1e-6)
    np.testing.assert_array_equal(rendered(solving, 80_000, 10_000)[:, 0], clip.samples[outside, 0])
    wave = solving.timeline.stack.lanes[Stem.TARGET].wave
    qtbot.waitUntil(lambda: wave._samples is separator.draft.stems.target)
    with qtbot.waitSignal(separator.finished):
        for gate in engine.gates:
            gate.set()
    assert not row.isVisible()
    assert not bands[Stem.TARGET].isVisible()
    take = solving.container.document.current_take
    np.testing.assert_array_equal(take.sound.stems.target, clip.samples * np.float32(0.5))
    np.testing.assert_array_equal(take.sound.stems.target + take.sound.stems.residual, clip.samples)
    qtbot.waitUntil(lambda: wave._samples is take.sound.stems.target)
    assert "draft" not in " ".join(solving.takes_panel.facts_of(take).values()).lower()


def test_a_better_draft_takes_its_place_without_a_click(solving, engine, qtbot):
    clip = solving.container.document.clip
    solving.container.mixing.set_mix(Mix().soloed(Stem.TARGET))
    draft(solving, engine, qtbot, 0)
    rendered(solving, 52_000, 480)
    mixer, out = solving.container.mixing.mixer, np.zeros((480, 2), np.float32)
    mixer.render(52_480, out)
    before = out[-1].copy()
    draft(solving, engine, qtbot, 1)
    after = np.zeros((4800, 2), np.float32)
    mixer.render(52_960, after)
    steps = np.abs(np.diff(np.concatenate([before[None], after]), axis=0))
    assert steps.max() < 2 * np.abs(np.diff(clip.samples, axis=0)).max() * 0.5
    np.testing.assert_allclose(after[2400:, 0], clip.samples[55_360:57_760, 0] * 0.25, atol=1e-6)


def test_both_stems_sum_to_the_recording_whatever_is_draft_and_whatever_is_finished(solving, engine, qtbot):
    clip = solving.container.document.clip
    for number in range(2):
        draft(solving, engine, qtbot, number)
        np.testing.assert_allclose(rendered(solving, 10_000, 80_000)[:, 0], clip.samples[10_000:90_000, 0], atol=1e-6)
    with qtbot.waitSignal(solving.container.separator.stems_grew):
        engine.gates[2].set()
    np.testing.assert_allclose(rendered(solving, 10_000, 80_000)[:, 0], clip.samples[10_000:90_000, 0], atol=1e-6)
    solving.container.mixing.set_mix(Mix().soloed(Stem.TARGET))
    # What is finished, then the draft, then what stands in for the target.
    heard = rendered(solving, 40_000, 50_000)[:, 0]
    np.testing.assert_allclose(heard[:7000], clip.samples[40_000:47_000, 0] * 0.5, atol=1e-6)
    np.testing.assert_allclose(heard[9500:30_000], clip.samples[49_500:70_000, 0] * 0.25, atol=1e-6)
    np.testing.assert_allclose(heard[34_000:], clip.samples[74_000:90_000, 0], atol=1e-6)


def test_a_draft_that_finished_sound_has_passed_is_told_no_longer(solving, engine, qtbot):
    stack, row, separator = solving.timeline.stack, solving.takes_panel.running, solving.container.separator
    solving.container.transport.seek(0.6)
    draft(solving, engine, qtbot, 0)
    assert stack._drafts[Stem.TARGET]._stretches == ((0.6, 1.5),)
    solving.timeline.zoom_to(1.7, 1.9)
    draft(solving, engine, qtbot, 1)
    assert row.draft.text() == "Drafts of 2 parts can be heard; they are not kept."
    with qtbot.waitSignal(separator.stems_grew):
        engine.gates[2].set()
    # The first one is finished in part, up to 1 s.
    assert stack._drafts[Stem.TARGET]._stretches == ((1.0, 1.5), (1.7, 1.9))
    separator._on_grown(80_000)
    assert row.draft.text().startswith("Draft 0:01.700 – 0:01.900")
    separator._on_grown(95_000)
    assert not row.draft.isVisible()
    assert not stack._drafts[Stem.TARGET].isVisible()


def test_drafts_beyond_what_is_finished_are_drawn_as_they_are_heard(solving, engine, qtbot):
    """Nothing plays: what is in view is drafted, and stays drawn when the sound before it is finished."""
    separator, clip = solving.container.separator, solving.container.document.clip
    stack = solving.timeline.stack
    waves = [stack.lanes[stem].wave for stem in (Stem.TARGET, Stem.RESIDUAL)]
    solving.timeline.zoom_to(1.2, 1.8)
    for number in range(2):
        draft(solving, engine, qtbot, number)
    with qtbot.waitSignal(separator.stems_grew):
        engine.gates[2].set()
    for wave, stem in zip(waves, ("target", "residual"), strict=True):
        qtbot.waitUntil(lambda wave=wave, stem=stem: wave._samples is getattr(separator.draft.stems, stem))
    share = np.ones(len(clip.samples), np.float32)
    share[:48_000], share[48_000:57_600], share[57_600 + 960 : 86_400 - 960] = 0.5, 0.0, 0.25
    for wave, part in zip(waves, (share, 1 - share), strict=True):
        for first, stop in ((0, 48_000), (48_000, 57_600), (57_600 + 960, 86_400 - 960)):
            drawn, expected = wave._samples[first:stop, 0], clip.samples[first:stop, 0] * part[first:stop]
            np.testing.assert_allclose(drawn, expected, atol=1e-6)
    # What lanes draw from: peaks up to the end of the draft.
    qtbot.waitUntil(lambda: waves[0]._peaks is not None and waves[0]._peaks.frames_ready >= 86_400)
    with qtbot.waitSignal(separator.finished):
        engine.gates[3].set()
    take = solving.container.document.current_take
    np.testing.assert_array_equal(take.sound.stems.target, clip.samples * np.float32(0.5))
    qtbot.waitUntil(lambda: waves[0]._samples is take.sound.stems.target)


def test_the_next_draft_is_where_one_has_scrolled(solving, engine, qtbot):
    draft(solving, engine, qtbot, 0)
    ruler = solving.timeline.ruler
    place = ruler.rect().center()
    event = QWheelEvent(
        QPointF(place), QPointF(ruler.mapToGlobal(place)), QPoint(), QPoint(0, 1200),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(ruler, event)
    view = solving.timeline.visible_range
    assert view == (0.0, 1.0), "the playhead is out of view"
    draft(solving, engine, qtbot, 1)
    assert engine.asked[1] == tuple(round(seconds * 48_000) for seconds in view)


def test_a_cancel_while_there_is_only_a_draft_keeps_no_take(solving, engine, qtbot):
    draft(solving, engine, qtbot, 0)
    with qtbot.waitSignal(solving.container.separator.stopped):
        qtbot.mouseClick(solving.takes_panel.running.cancel_button, Qt.MouseButton.LeftButton)
        engine.gates[1].set()
        engine.gates[2].set()
    assert solving.status.currentMessage() == "Cancelled: nothing of “Take 1” was finished, and the draft is not kept."
    assert not solving.timeline.stack._drafts[Stem.TARGET].isVisible()
    assert solving.container.document.takes == ()
    assert solving.container.audition.stems is None
    assert solving.container.separator.draft is None
    clip = solving.container.document.clip
    np.testing.assert_array_equal(rendered(solving, 52_000, 14_000)[:, 0], clip.samples[52_000:66_000, 0])


def test_a_cancel_after_finished_sound_keeps_that_alone(solving, engine, qtbot):
    separator, clip = solving.container.separator, solving.container.document.clip
    for number in range(2):
        draft(solving, engine, qtbot, number)
    with qtbot.waitSignal(separator.stems_grew):
        engine.gates[2].set()
    with qtbot.waitSignal(separator.finished):
        separator.cancel()
        engine.gates[3].set()
    take = solving.container.document.current_take
    assert solving.status.currentMessage() == "Cancelled: Take 1 is finished up to 0:01.000, the rest is untouched."
    assert take.frames_done == 48_000
    assert not take.sound.stems.target[48_000:].any()
    np.testing.assert_array_equal(take.sound.stems.target + take.sound.stems.residual, clip.samples)
