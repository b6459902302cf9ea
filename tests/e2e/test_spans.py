"""Spans marked by keyboard alone, and several changed at once with the mouse."""

import numpy as np
import pytest
import soundfile

from tests.e2e.desk import Desk, missing_tools

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())} (run.py test installs them)"),
    pytest.mark.timeout(240),
]


@pytest.fixture
def desk(tmp_path):
    """The application with ten seconds of noise, so soft that there is no onset to snap to."""
    path = tmp_path / "noise.wav"
    noise = np.random.default_rng(0).normal(0, 0.01, (441000, 2))
    soundfile.write(path, noise, 44100, subtype="FLOAT")
    desk = Desk(tmp_path)
    desk.start_app(str(path))
    desk.wait(lambda seen: seen["clip"] and not seen["is_reading"] and not seen["is_drawing"], "the recording")
    yield desk
    desk.close()


def edges(span: list) -> tuple[float, float]:
    return pytest.approx(tuple(span[:2]), abs=0.002)


def test_spans_by_keyboard_alone_and_several_with_the_mouse(desk):
    mark_find_trim_and_undo(desk)
    choose_move_split_merge_and_delete(desk)
    assert "Traceback" not in desk.log()


def mark_find_trim_and_undo(desk):
    # Selected with [ and ] at the playhead, and by extending from it.
    desk.keys("Right", "bracketleft", "Right", "bracketright", "p")
    desk.keys("Right", *["ctrl+shift+Right"] * 5, "n")
    seen = desk.wait(lambda seen: len(seen["spans"]) == 2, "two spans")
    assert [span[2] for span in seen["spans"]] == ["+", "-"]
    assert edges(seen["spans"][0]) == (1.0, 2.0)
    assert edges(seen["spans"][1]) == (3.0, 3.5)
    # Tab goes on from the last span and leaves; Alt with an arrow goes round.
    desk.keys("alt+Right")
    desk.wait(lambda seen: seen["selected_spans"] == [0], "the first span")
    desk.keys("Tab")
    desk.wait(lambda seen: seen["selected_spans"] == [1], "the next span")
    desk.keys("Return")
    desk.wait(lambda seen: seen["is_editing_span"], "the editing")
    desk.keys("Left", "Left", "ctrl+Left", "shift+Right", "ctrl+shift+Right", "alt+Right")
    desk.screenshot("spans-1-editing")
    desk.keys("Escape")
    seen = desk.wait(lambda seen: not seen["is_editing_span"], "the end of editing")
    assert edges(seen["spans"][1]) == (2.89, 3.62)
    assert seen["selected_spans"] == [1]
    # One step for each run: the whole, the end, the start.
    desk.keys("ctrl+z", "ctrl+z", "ctrl+z")
    seen = desk.wait(lambda seen: edges(seen["spans"][1]) == (3.0, 3.5), "the span of before")
    assert len(seen["spans"]) == 2
    desk.keys("Escape", "ctrl+shift+a", "Delete", "Home")
    desk.wait(lambda seen: not seen["spans"] and seen["selection"] is None, "no spans")


def choose_move_split_merge_and_delete(desk):
    desk.keys("g", "shift+p")
    for start in (1.0, 3.0, 6.0):
        desk.drag(start, start + 1.0)
    desk.keys("v")
    desk.wait(lambda seen: len(seen["spans"]) == 3, "three spans")
    pixel = 2.0 / desk.look()["lanes"][0]["per_second"]
    desk.click_lane(1.5)
    desk.wait(lambda seen: seen["selected_spans"] == [0], "the first span")
    desk.click_lane(6.5, holding="ctrl")
    desk.wait(lambda seen: seen["selected_spans"] == [0, 2], "two spans")
    desk.drag(1.5, 2.0)
    seen = desk.wait(lambda seen: seen["spans"][0][0] > 1.3, "the moved spans")
    assert [span[0] for span in seen["spans"]] == [pytest.approx(start, abs=2 * pixel) for start in (1.5, 3.0, 6.5)]
    desk.screenshot("spans-2-several")
    desk.keys("ctrl+j")
    seen = desk.wait(lambda seen: len(seen["spans"]) == 2, "the merged span")
    desk.keys("shift+Right", "t")
    desk.wait(lambda seen: len(seen["spans"]) == 3, "the pieces")
    desk.keys("ctrl+shift+a", "shift+f")
    desk.wait(lambda seen: {span[2] for span in seen["spans"]} == {"-"}, "the flipped spans")
    desk.click_lane(3.5, button=3)
    desk.screenshot("spans-3-menu")
    desk.keys("Escape", "Delete")
    desk.wait(lambda seen: not seen["spans"], "an empty list")
    desk.keys("ctrl+z")
    desk.wait(lambda seen: len(seen["spans"]) == 3, "the spans again")
