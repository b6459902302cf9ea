"""What makes the sound is clicked in the picture and followed, mended where it was lost, separated and exported.

SAMSTUDIO_THEMES="dark light" photographs every state in both themes.
"""

import json

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QSettings

from samstudio.audio.files import load_clip
from samstudio.audio.video.video_file import VideoFile
from tests.audio.made_videos import write_video
from tests.e2e.desk import THEMES, Desk, missing_tools
from tests.separation.sam_audio.golden import TINY_MODEL, needs_golden

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())} (run.py test installs them)"),
    pytest.mark.timeout(420),
    needs_golden,
]
WIDTH, HEIGHT, COUNT = 160, 90, 30
FIRST, SECOND = (0.25, 0.5), (0.8, 0.3)
"""Where the thing is, in the first half and in the second."""


@pytest.fixture(params=THEMES or ["dark"])
def desk(tmp_path, request):
    config = tmp_path / "config" / "samstudio"
    config.mkdir(parents=True)
    settings = QSettings(str(config / "samstudio.ini"), QSettings.Format.IniFormat)
    options = {"model": str(TINY_MODEL), "solver": "euler", "steps": 1, "presence_gate": False}
    settings.setValue("theme", request.param)
    settings.setValue("separation", json.dumps({"engine": "sam-audio", "options": {"sam-audio": options}}))
    settings.sync()
    desk = Desk(tmp_path, "1920x1080")
    yield desk
    desk.close()


@pytest.fixture
def film(tmp_path):
    """A disc on noise, which after half of the film is a small square somewhere else: it cannot be followed there."""
    noise = np.random.default_rng(0)
    ground = noise.integers(90, 150, (HEIGHT, WIDTH, 1), np.uint8).repeat(3, 2)
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    frames = []
    for k in range(COUNT):
        frame = ground.copy()
        if k < COUNT // 2:
            frame[np.hypot(x - FIRST[0] * WIDTH, y - FIRST[1] * HEIGHT) < 16] = (220, 30, 30)
        else:
            frame[(abs(x - SECOND[0] * WIDTH) < 5) & (abs(y - SECOND[1] * HEIGHT) < 5)] = (40, 60, 230)
        frames.append(frame)
    sound = 0.1 * noise.standard_normal(COUNT * 48000 // 25).astype(np.float32)
    return write_video(tmp_path / "Film.mkv", frames, sound=sound)


def export_with_video(desk, folder):
    """Two stems, and both together as the sound of the film: the stems of random weights may be beyond full scale."""
    folder.mkdir()
    # The target alone is heard since it came.
    desk.keys("0", "ctrl+shift+e")
    desk.click("Folder")
    desk.keys("ctrl+a")
    desk.type(str(folder))
    desk.keys("Tab")
    desk.click("Show more export options")
    desk.click("Video file")
    desk.keys("Down", "Return")
    desk.click("Export")
    desk.wait(lambda _seen: len([path for path in folder.iterdir() if path.suffix in (".wav", ".mkv")]) == 3, "files")
    desk.wait(lambda seen: "Show in folder" in seen["widgets"], "the report")
    desk.keys("Escape")


def test_click_follow_mend_separate_and_export(desk, film, tmp_path, request):
    theme = request.node.callspec.params["desk"]
    app = desk.start_app(str(film))
    desk.wait(lambda seen: seen["clip"] and not seen["is_reading"] and "Video" in seen["widgets"], "the film")
    desk.click_picture(*FIRST, WIDTH / HEIGHT)
    desk.wait(lambda seen: seen["marks"] == [[1]] and seen["has_mask"], "the mask", 120)
    desk.screenshot(f"video-1-clicked-{theme}")

    # For an engine that looks at the video it is followed by itself.
    seen = desk.wait(lambda seen: seen["followed"] == COUNT and not seen["is_following"], "the track", 240)
    ((start, end),) = seen["unsure"]
    assert (start, end) == (pytest.approx(COUNT / 50, abs=0.15), pytest.approx((COUNT - 1) / 25))
    desk.click("1 place to check")
    desk.wait(lambda seen: seen["position"] > start and not seen["has_mask"], "the lost place")
    desk.screenshot(f"video-2-lost-{theme}")

    desk.click_picture(*SECOND, WIDTH / HEIGHT)
    desk.wait(lambda seen: seen["marks"] == [[1, 1]] and seen["is_following"], "the object being followed again")
    seen = desk.wait(lambda seen: not seen["is_following"] and seen["has_mask"], "the mended track", 240)
    # The end is certain now; the way between two marks that look so different need not be.
    assert all(last < end for _, last in seen["unsure"])
    desk.screenshot(f"video-3-mended-{theme}")

    desk.click("Separate")
    desk.wait(lambda seen: seen["takes"] and not seen["is_running"], "the take", 240)
    assert desk.look()["errors"] == []
    export_with_video(desk, tmp_path / "stems")
    desk.screenshot(f"video-4-exported-{theme}")
    parts = [soundfile.read(path, dtype="float32")[0] for path in sorted((tmp_path / "stems").glob("*.wav"))]
    assert len(parts[0]) == len(parts[1]) == COUNT * 48000 // 25
    (exported,) = (tmp_path / "stems").glob("*.mkv")
    before, after = ([*VideoFile(path).frames_at(k / 25 for k in range(COUNT))] for path in (film, exported))
    assert np.array_equal(before, after)
    heard = load_clip(exported).samples[:]
    np.testing.assert_allclose(heard[:, 0], parts[0] + parts[1], atol=1e-4)
    desk.keys("ctrl+q")
    assert app.wait(30) == 0
    assert "Traceback" not in desk.log()
