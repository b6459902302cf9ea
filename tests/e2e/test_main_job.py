"""The whole job as a producer does it, with real mouse and keys on a real screen."""

import numpy as np
import pytest
import soundfile

from samstudio.assets import asset
from tests.e2e.desk import THEMES, Desk, missing_tools

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())} (run.py test installs them)"),
    pytest.mark.timeout(420),
]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def recording(tmp_path):
    """The first ten seconds of the demo, under a name that tries the keyboard."""
    samples, rate = soundfile.read(asset("demo/demo.flac"), dtype="int16")
    path = tmp_path / "Field take 07.wav"
    soundfile.write(path, samples[: 10 * rate], rate, subtype="PCM_16")
    return path


def test_open_mark_type_separate_solo_export(desk, recording, tmp_path):
    app = desk.start_app()
    desk.screenshot("1-welcome")

    desk.keys("ctrl+o")
    desk.submit_path(recording, "Open recordings")
    desk.wait(lambda seen: seen["clip"] == [441000, 2, 44100] and not seen["is_reading"], "the recording")

    pixel = 2.0 / desk.look()["lanes"][0]["per_second"]
    desk.keys("g", "shift+p")
    desk.drag(4.1, 5.8)
    desk.keys("shift+n")
    desk.drag(0.4, 3.6, lane=1)
    (plus, minus) = desk.wait(lambda seen: len(seen["spans"]) == 2, "two spans")["spans"]
    assert plus == [pytest.approx(4.1, abs=pixel), pytest.approx(5.8, abs=pixel), "+"]
    assert minus == [pytest.approx(0.4, abs=pixel), pytest.approx(3.6, abs=pixel), "-"]

    desk.keys("ctrl+z")
    desk.wait(lambda seen: len(seen["spans"]) == 1, "the undone span")
    desk.keys("ctrl+shift+z")
    desk.wait(lambda seen: len(seen["spans"]) == 2, "the redone span")

    desk.keys("ctrl+t")
    desk.type("bird singing")
    desk.screenshot("2-marked")

    desk.keys("Return")
    seen = desk.wait(lambda seen: seen["is_running"], "the separation")
    assert seen["text"] == "bird singing"
    assert len(seen["spans"]) == 2, "a letter typed into the field fired a key"
    desk.screenshot("3-separating")
    seen = desk.wait(lambda seen: seen["takes"] and not seen["is_running"], "the take", 240)
    assert "bird singing" in seen["takes"][0]

    desk.click("Timeline", at=(0.6, 0.4))
    desk.keys("2")
    desk.wait(lambda seen: seen["auditioned"] == "target" and not seen["is_drawing"], "the target alone")
    desk.screenshot("4-take")

    export(desk, tmp_path / "stems")
    check_stems(tmp_path / "stems", recording)

    desk.keys("ctrl+q")
    assert app.wait(30) == 0
    assert "Traceback" not in desk.log()


def export(desk, folder):
    folder.mkdir()
    desk.keys("ctrl+shift+e")
    desk.click("Folder")
    desk.keys("ctrl+a")
    desk.type(str(folder))
    desk.keys("Tab")
    desk.screenshot("5-export")
    desk.click("Export")
    desk.wait(lambda _seen: len(list(folder.glob("*.wav"))) == 2, "the files")
    desk.wait(lambda seen: "Show in folder" in seen["widgets"], "the report")
    desk.screenshot("6-exported")
    desk.keys("Escape")


def check_stems(folder, recording):
    clip, rate = soundfile.read(recording, dtype="float32", always_2d=True)
    stems = {}
    for stem, name in (("target", "bird_singing"), ("residual", "rest")):
        stems[stem], stem_rate = soundfile.read(folder / f"Field take 07_{name}.wav", dtype="float32", always_2d=True)
        assert stem_rate == rate
        assert stems[stem].shape == clip.shape
    assert np.array_equal(stems["target"] + stems["residual"], clip)
    marked = slice(int(4.2 * rate), int(5.7 * rate))
    left_out = slice(int(0.6 * rate), int(3.4 * rate))
    assert np.sqrt(np.mean(stems["target"][marked] ** 2)) > 100 * np.sqrt(np.mean(stems["target"][left_out] ** 2))


@pytest.mark.parametrize("theme", THEMES or ["light"])
def test_another_theme_on_a_scaled_screen(tmp_path, recording, theme):
    desk = Desk(tmp_path, "1920x1200", "1.25")
    try:
        config = tmp_path / "config" / "samstudio"
        config.mkdir(parents=True)
        (config / "samstudio.ini").write_text(f"[General]\ntheme={theme}\n")
        desk.start_app(str(recording))
        desk.wait(lambda seen: seen["clip"] and not seen["is_reading"] and not seen["is_drawing"], "the recording")
        desk.screenshot(f"look-{theme}-1.25")
        assert "Traceback" not in desk.log()
    finally:
        desk.close()
