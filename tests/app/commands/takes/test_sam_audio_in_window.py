"""SAM Audio from the window, with the tiny random model of the golden data: noise, but whole and exact."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from samstudio.app.editor import make_container
from samstudio.session.prompt import Span
from tests.app.editing import make_window
from tests.separation.sam_audio.golden import TINY_MODEL, needs_golden

pytestmark = [needs_golden, pytest.mark.timeout(300)]


@pytest.fixture
def window(qtbot, tmp_path, tone_clip):
    container = make_container()
    window = make_window(container)
    qtbot.addWidget(window, before_close_func=lambda window: window.container.session_state.mark_exported())
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone_clip.samples, tone_clip.sample_rate, subtype="FLOAT")
    with qtbot.waitSignal(container.clip_loader.completed):
        window.commands.files.open_path(path)
    yield window
    container.shut_down()


def test_text_and_a_span_make_a_take_that_sums_to_the_clip(window, tone_clip, qtbot):
    window.commands.model_setup.use_model(str(TINY_MODEL))
    settings = window.commands.separation.settings
    window.commands.separation.change_settings(
        replace(settings, options=settings.options.changed(solver="euler", steps=1, presence_gate=False))
    )
    window.commands.spans.change_text("tone")
    window.commands.spans.add(Span(0.5, 1.0))
    with qtbot.waitSignal(window.container.separator.finished, timeout=240_000):
        window.actions_by_name["separate"].trigger()
    (take,) = window.container.document.takes
    assert take.settings.engine == "sam-audio"
    assert take.frames_done == tone_clip.frames
    assert take.sound.stems.target.any()
    assert np.abs(take.sound.stems.target + take.sound.stems.residual - tone_clip.samples).max() < 1e-6
