"""A sound taken out by its name alone: typed, Enter, listened to, exported."""

import numpy as np
import pytest
import soundfile

from tests.e2e.desk import Desk, missing_tools
from tests.e2e.test_main_job import export
from tests.e2e.truth import demo_and_bird, si_sdr

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())} (run.py test installs them)"),
    pytest.mark.timeout(420),
]


def test_the_bird_of_the_demo_by_typing_bird(tmp_path):
    recording, truth = demo_and_bird(tmp_path / "parts")
    desk = Desk(tmp_path)
    try:
        desk.start_app(str(recording))
        desk.wait(lambda seen: seen["clip"] and not seen["is_reading"], "the recording")
        desk.keys("ctrl+t")
        desk.type("bird")
        desk.screenshot("words-1-typed")
        desk.keys("Return")
        seen = desk.wait(lambda seen: seen["takes"] and not seen["is_running"], "the take", 240)
        assert seen["spans"] == []
        desk.click("Timeline", at=(0.6, 0.4))
        desk.keys("2")
        desk.wait(lambda seen: seen["auditioned"] == "target" and not seen["is_drawing"], "the target alone")
        desk.screenshot("words-2-heard")
        export(desk, tmp_path / "stems")
        assert "Traceback" not in desk.log()
    finally:
        desk.close()
    made = next((tmp_path / "stems").glob("*_bird.wav"))
    target, clip, wanted = (soundfile.read(path, always_2d=True)[0] for path in (made, recording, truth))
    rest = next(path for path in (tmp_path / "stems").glob("*.wav") if path != made)
    assert np.array_equal(target + soundfile.read(rest, always_2d=True)[0], clip)
    assert si_sdr(wanted, target) - si_sdr(wanted, clip) > 10
