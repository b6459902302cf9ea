"""A sound taken out by its name alone: typed, Enter, listened to, exported."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.e2e.desk import Desk, missing_tools
from tests.e2e.test_main_job import export
from tests.e2e.truth import ROOT, demo_and_bird, si_sdr

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())} (run.py test installs them)"),
    pytest.mark.timeout(420),
]
BENCH = Path(os.environ.get("SAMSTUDIO_BENCH", ROOT.parent / "shared" / "bench"))


def gain_by_word(tmp_path, recording, truth, word):
    """How much clearer the sound is in the exported target than in the recording, in dB."""
    desk = Desk(tmp_path)
    try:
        desk.start_app(str(recording))
        desk.wait(lambda seen: seen["clip"] and not seen["is_reading"], "the recording")
        desk.keys("ctrl+t")
        desk.type(word)
        desk.screenshot(f"words-{word}-1-typed")
        desk.keys("Return")
        seen = desk.wait(lambda seen: seen["takes"] and not seen["is_running"], "the take", 240)
        assert seen["spans"] == []
        desk.click("Timeline", at=(0.6, 0.4))
        desk.keys("2")
        desk.wait(lambda seen: seen["auditioned"] == "target" and not seen["is_drawing"], "the target alone")
        desk.screenshot(f"words-{word}-2-heard")
        export(desk, tmp_path / "stems")
        assert "Traceback" not in desk.log()
    finally:
        desk.close()
    made = next((tmp_path / "stems").glob(f"*_{word}.wav"))
    target, clip, wanted = (soundfile.read(path, always_2d=True)[0] for path in (made, recording, truth))
    rest = next(path for path in (tmp_path / "stems").glob("*.wav") if path != made)
    assert np.array_equal(target + soundfile.read(rest, always_2d=True)[0], clip)
    return si_sdr(wanted, target) - si_sdr(wanted, clip)


def test_the_bird_of_the_demo_by_typing_bird(tmp_path):
    assert gain_by_word(tmp_path, *demo_and_bird(tmp_path / "parts"), "bird") > 10


@pytest.mark.skipif(not (BENCH / "manifest.json").exists(), reason="the benchmark is not here (SAMSTUDIO_BENCH)")
def test_a_siren_in_traffic_by_typing_siren(tmp_path):
    recording, truth = (BENCH / f"p10_siren_traffic_{part}.flac" for part in ("mixture", "target"))
    assert gain_by_word(tmp_path, recording, truth, "siren") > 15
