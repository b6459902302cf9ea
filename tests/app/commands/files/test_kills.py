"""The application killed at random moments: what was saved is whole, and what was not is offered.

SAMSTUDIO_KILLS=50 kills it fifty times.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QMessageBox

from samstudio.app.editor import make_container
from samstudio.audio.files import load_clip
from samstudio.storage.session_reader import open_session
from tests.app.driven_app import SESSION
from tests.app.editing import make_window

KILLS = int(os.environ.get("SAMSTUDIO_KILLS", "2"))
RATE, FRAMES = 44100, 3 * 44100


@pytest.fixture
def recording(tmp_path) -> Path:
    rng = np.random.default_rng(5)
    time = np.arange(FRAMES) / RATE
    tone = 0.3 * np.sin(2 * np.pi * 880 * time) * (np.sin(2 * np.pi * time) > 0)
    samples = np.stack([tone, 0.5 * tone], axis=1) + 0.05 * rng.standard_normal((FRAMES, 2))
    soundfile.write(tmp_path / "clip.wav", samples, RATE, subtype="PCM_16")
    return tmp_path / "clip.wav"


def run_and_kill(recording: Path, folder: Path, seed: int, environment: dict[str, str]) -> list[str]:
    """The lines the application wrote before it was killed, a moment after a line of the seed's choice."""
    chance = random.Random(seed)
    lines, last = [], chance.randrange(1, 16)
    command = [sys.executable, "-m", "tests.app.driven_app", str(recording), str(folder), str(seed)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[4],
    ) as process:
        for line in process.stdout:
            lines.append(line.strip())
            if len(lines) >= last:
                break
        time.sleep(chance.uniform(0.0, 0.25))
        process.kill()
        rest, errors = process.communicate()
        assert process.returncode == -9, f"it ended by itself:\n{errors}"
    return lines + rest.splitlines()


def numbers(line: str) -> tuple[int, int]:
    return tuple(map(int, line.split()[1:]))


def assert_saved_is_whole(
    folder: Path, lines: list[str], before: tuple[int, int] | None, clip
) -> tuple[int, int] | None:
    """What the session holds; it must be what was promised last, or what was just being saved."""
    promised, possible = before, set()
    for line in lines:
        if line.startswith("saving"):
            possible.add(numbers(line))
        elif line.startswith("saved"):
            promised, possible = numbers(line), set()
    if promised is None and not (folder / "session.json").exists():
        return None
    (opened,) = open_session(folder)
    assert opened.lost_takes == ()
    assert_takes_are_whole(opened.session.takes, clip)
    held = len(opened.session.prompt.spans), len(opened.session.takes)
    assert held == promised or held in possible
    return held


def assert_takes_are_whole(takes, clip) -> None:
    for take in takes:
        assert np.array_equal(take.sound.stems.target + take.sound.stems.residual, clip.samples)


def offered(lines: list[str]) -> tuple[int, int] | None:
    """Marks and takes that must be offered back; None where they may have been saved or given up meanwhile."""
    must, is_saving = None, False
    for line in lines:
        if line.startswith(("saving", "saved", "opening")):
            must, is_saving = None, line.startswith("saving")
        elif line.startswith("journaled") and not is_saving:
            must = numbers(line)
    return must


def assert_work_comes_back(must: tuple[int, int] | None, clip, qtbot) -> bool:
    """Start the application again and bring back what it offers; whether it offered anything."""
    container = make_container()
    window = make_window(container)
    qtbot.addWidget(window, before_close_func=lambda window: window.container.document.recordings.close_all())
    window.show()
    window.commands.recovery.offer()
    box = window.findChild(QMessageBox, "recovery_box")
    assert box is not None or must is None, f"{must} were journaled and are not offered"
    is_offered = box is not None
    if is_offered:
        with qtbot.waitSignal(container.clip_loader.completed):
            box.defaultButton().click()
        document = container.document
        assert (len(document.prompt.spans), len(document.takes)) >= (must or (0, 0))
        assert_takes_are_whole(document.takes, clip)
        assert window.isWindowModified()
    container.document.recordings.close_all()
    window.close()
    container.shut_down()
    return is_offered


@pytest.mark.timeout(120 + 60 * KILLS)
def test_killed_at_random_moments_nothing_that_was_saved_is_lost(recording, tmp_path, monkeypatch, qtbot):
    folder = tmp_path / "out"
    folder.mkdir()
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "OMP_NUM_THREADS": "1",
    }
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(QMessageBox, "exec", lambda box: pytest.fail(f"nobody answers: {box.text()}"))
    clip = load_clip(recording)
    held, moments, offers = None, Counter(), 0
    for seed in range(KILLS):
        lines = run_and_kill(recording, folder, seed, environment)
        moments[lines[-1].split()[0] if lines else "starting"] += 1
        assert not any(line.startswith("failed") for line in lines), lines
        held = assert_saved_is_whole(folder / SESSION, lines, held, clip)
        for path in folder.glob("clip_*.wav"):
            assert soundfile.info(path).frames == FRAMES
        offers += assert_work_comes_back(offered(lines), clip, qtbot)
    sys.stdout.write(f"{KILLS} kills, {offers} offers of lost work, last words: {dict(moments)}\n")
