"""Areas drawn and sound painted with a real mouse, and the same without one."""

import numpy as np
import pytest
import soundfile

from tests.e2e.desk import Desk, missing_tools

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())} (run.py test installs them)"),
    pytest.mark.timeout(240),
]
SPECTROGRAM = 1
"""The number of its lane."""


@pytest.fixture
def desk(tmp_path):
    """The application with ten seconds of noise, and in the middle of it a tone, separated."""
    path = tmp_path / "noise.wav"
    noise = np.random.default_rng(0).normal(0, 0.01, (441000, 1))
    noise[132300:264600, 0] += 0.2 * np.sin(2 * np.pi * 2000 * np.arange(132300) / 44100)
    soundfile.write(path, noise, 44100, subtype="FLOAT")
    desk = Desk(tmp_path)
    try:
        desk.start_app(str(path))
        desk.wait(lambda seen: seen["clip"] and not seen["is_reading"] and not seen["is_drawing"], "the recording")
        desk.keys("g", "shift+p")
        desk.drag(3.5, 5.5)
        desk.wait(lambda seen: len(seen["spans"]) == 1, "a span")
        desk.keys("ctrl+Return")
        desk.wait(lambda seen: seen["takes"] and not seen["is_running"], "a take", 120.0)
        yield desk
    finally:
        desk.close()


def test_areas_by_keyboard_alone_and_with_the_mouse(desk):
    make_move_and_clear_an_area(desk)
    draw_join_move_and_paint(desk)
    assert "Traceback" not in desk.log()


def make_move_and_clear_an_area(desk):
    desk.keys("Home", "Right", "bracketleft", "Right", "bracketright", "shift+r")
    seen = desk.wait(lambda seen: seen["area"], "an area of the selection")
    assert seen["area"] == [pytest.approx(1.0, abs=0.01), pytest.approx(2.0, abs=0.01), 0.0, 22050.0]
    desk.keys("ctrl+2", "ctrl+3")
    desk.wait(lambda seen: seen["strokes"] == 2, "two steps")
    desk.keys("Escape")
    seen = desk.wait(lambda seen: not seen["area"], "no area")
    assert seen["selection"] is not None
    desk.keys("Escape", "ctrl+z", "ctrl+z")
    desk.wait(lambda seen: seen["strokes"] == 0 and seen["selection"] is None, "the beginning")


def draw_join_move_and_paint(desk):
    desk.keys("r")
    desk.drag(1.0, 2.0, SPECTROGRAM, rise=40)
    seen = desk.wait(lambda seen: seen["area"], "an area")
    assert seen["area"][:2] == [pytest.approx(1.0, abs=0.05), pytest.approx(2.0, abs=0.05)]
    assert 0 < seen["area"][2] < seen["area"][3] < 22050
    desk.drag(6.5, 8.0, SPECTROGRAM, rise=40, holding="shift")
    desk.wait(lambda seen: seen["parts_of_area"] == 2, "an area of two parts")
    desk.screenshot("areas-1-two-boxes")
    desk.keys("ctrl+2")
    desk.wait(lambda seen: seen["strokes"] == 1, "the moved area")
    desk.keys("Escape")
    desk.wait(lambda seen: not seen["area"], "no area")
    desk.keys("d")
    size, direction = desk.look()["brush"]
    desk.drag(3.0, 6.0, SPECTROGRAM, rise=30)
    desk.wait(lambda seen: seen["strokes"] == 2, "the painted stroke")
    desk.keys("x", "bracketright")
    seen = desk.wait(lambda seen: seen["brush"][0] > size and seen["brush"][1] != direction, "another brush")
    assert seen["selection"] is None
    desk.drag(3.0, 6.0, SPECTROGRAM, rise=30)
    desk.wait(lambda seen: seen["strokes"] == 3, "the second stroke")
    desk.screenshot("areas-2-painted")
    desk.keys("ctrl+z", "ctrl+z", "ctrl+z")
    desk.wait(lambda seen: seen["strokes"] == 0, "everything undone")
