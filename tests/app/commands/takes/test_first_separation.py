"""While the first take is being made: what can be heard, and by which keys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from samstudio.session.mix import Mix
from samstudio.session.take import Stem
from tests.app.commands.takes.gated_engine import GatedEngine


@pytest.fixture
def engine(monkeypatch) -> GatedEngine:
    made = GatedEngine()
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: made)
    yield made
    for gate in made.gates:
        gate.set()


@pytest.fixture
def running(opened, engine, qtbot):
    """The window while its first take is being made, nothing of it computed."""
    with qtbot.waitSignal(opened.container.separator.started):
        opened.actions_by_name["separate"].trigger()
    opened.timeline.setFocus()
    yield opened
    for gate in engine.gates:
        gate.set()
    qtbot.waitUntil(lambda: not opened.container.separator.is_running)


def heard(window, start: int, frames: int) -> np.ndarray:
    mixer = window.container.mixing.mixer
    mixer.snap()
    out = np.zeros((frames, 2), np.float32)
    mixer.render(start, out)
    return out


def test_the_keys_for_what_is_heard_work_as_the_buttons_do(running, qtbot):
    mixing = running.container.mixing
    for key, stem in ((Qt.Key.Key_2, Stem.TARGET), (Qt.Key.Key_3, Stem.RESIDUAL), (Qt.Key.Key_1, Stem.CLIP)):
        qtbot.keyClick(running.timeline, key)
        assert mixing.auditioned is stem
        assert running.transport_bar.segments[stem].isChecked()
    qtbot.keyClick(running.timeline, Qt.Key.Key_0)
    assert mixing.auditioned is None
    qtbot.keyClick(running.timeline, Qt.Key.Key_C)
    assert mixing.mix.strip_of(Stem.TARGET).mute
    qtbot.keyClick(running.timeline, Qt.Key.Key_C)
    assert mixing.mix == Mix().soloed(None)


def test_with_the_target_soloed_the_clip_is_heard_where_there_is_no_target_yet(running, engine, qtbot):
    clip, separator = running.container.document.clip, running.container.separator
    qtbot.keyClick(running.timeline, Qt.Key.Key_2)
    assert np.array_equal(heard(running, 10_000, 5000), clip.samples[10_000:15_000])
    with qtbot.waitSignal(separator.stems_grew):
        engine.gates[0].set()
    assert np.array_equal(heard(running, 10_000, 5000), clip.samples[10_000:15_000] * np.float32(0.5))
    assert np.array_equal(heard(running, 50_000, 5000), clip.samples[50_000:55_000])
    with qtbot.waitSignal(separator.finished):
        engine.gates[1].set()
    assert np.array_equal(heard(running, 50_000, 5000), clip.samples[50_000:55_000] * np.float32(0.5))


def test_the_spectrogram_stays_the_clips_until_there_is_something_of_the_stem(running, engine, qtbot):
    main, separator = running.timeline.stack.spectrogram, running.container.separator
    for key in (Qt.Key.Key_2, Qt.Key.Key_3):
        qtbot.keyClick(running.timeline, key)
        assert main.channel == Stem.CLIP
        assert main.title == "Spectrogram: clip"
    with qtbot.waitSignal(separator.stems_grew):
        engine.gates[0].set()
    assert main.title == "Spectrogram: residual"


def test_without_stems_the_keys_are_off(opened):
    names = ("hear_target", "hear_residual", "hear_mix", "without_target")
    assert not any(opened.actions_by_name[name].isEnabled() for name in names)
