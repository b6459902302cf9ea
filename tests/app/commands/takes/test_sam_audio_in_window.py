"""SAM Audio from the window, with the tiny random model of the golden data: noise, but whole and exact."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from samstudio.app.container import Studio
from samstudio.app.main import make_window
from samstudio.session.prompt import Span
from tests.separation.sam_audio.golden import TINY_MODEL, needs_golden

pytestmark = [needs_golden, pytest.mark.timeout(300)]


@pytest.fixture
def window(qtbot, tmp_path, tone_clip):
    studio = Studio()
    window = make_window(studio)
    qtbot.addWidget(window, before_close_func=lambda window: window.studio.session_state.mark_exported())
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone_clip.samples, tone_clip.sample_rate, subtype="FLOAT")
    with qtbot.waitSignal(studio.clip_loader.completed):
        window.files.open_path(path)
    yield window
    studio.shut_down()


def test_text_and_a_span_make_a_take_that_sums_to_the_clip(window, tone_clip, qtbot):
    window.setup.use_model(str(TINY_MODEL))
    settings = window.separation.settings
    window.separation.change_settings(
        replace(settings, sam_audio=replace(settings.sam_audio, solver="euler", steps=1, presence_gate=False))
    )
    window.marks.change_text("tone")
    window.marks.add(Span(0.5, 1.0))
    with qtbot.waitSignal(window.studio.separator.finished, timeout=240_000):
        window.actions_by_name["separate"].trigger()
    (take,) = window.studio.document.takes
    assert take.settings.engine == "sam-audio"
    assert take.frames_done == tone_clip.frames
    assert take.stems.target.any()
    assert np.abs(take.stems.target + take.stems.residual - tone_clip.samples).max() < 1e-6
