"""A result is seen, corrected with the brush and heard: what the engine left in the wrong stem goes into the right one.

SAMSTUDIO_THEMES="dark light" photographs every state in both themes, SAMSTUDIO_BENCH names a folder of recordings with
their truth, of which the dog's is painted as well.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.desk import THEMES, Desk, missing_tools
from tests.e2e.sound_card import RATE
from tests.e2e.test_main_job import export
from tests.e2e.truth import TO_RESIDUAL, TO_TARGET, Mending, Stroke, demo_and_bird, read, si_sdr

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())} (run.py test installs them)"),
    pytest.mark.timeout(420),
]
SPECTROGRAM = 1
"""The number of its lane."""
BRUSH = 8
"""Pixels."""
BENCH = os.environ.get("SAMSTUDIO_BENCH", "")
BARKS = (1.4, 5.2), (6.6, 10.7)
"""Seconds in p21_dog_music."""


@dataclass(frozen=True)
class Case:
    """A recording, the truth about it, its spans, and where it is looked at closely: (seconds, Hz) from and to."""

    recording: Path
    truth: Path
    spans: dict[str, list[tuple[float, float]]]
    views: list[tuple[tuple[float, float], tuple[float, float]]]
    least: float
    """The part of what is wrong that a stroke must mend at least to be worth its while."""


@pytest.fixture(params=THEMES or ["dark"])
def desk(tmp_path, request):
    config = tmp_path / "config" / "samstudio"
    config.mkdir(parents=True)
    (config / "samstudio.ini").write_text(f"[General]\ntheme={request.param}\n")
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.mark.skipif(not BENCH, reason="on request: SAMSTUDIO_BENCH names the folder")
def test_barks_are_painted_into_the_target_and_chords_out_of_it(desk, tmp_path, request):
    folder = Path(BENCH)
    facts = json.loads((folder / "manifest.json").read_text("utf-8"))["cases"]
    dog = next(case for case in facts if case["id"] == "p21_dog_music")
    case = Case(
        recording=folder / dog["mixture"],
        truth=folder / dog["target"],
        spans={"+": dog["plus"], "-": dog["minus"]},
        views=[((begin, low), (end, high)) for begin, end in BARKS for low, high in ((1000, 8000), (60, 1000))],
        least=0.0002,
    )
    assert _Correcting(desk, tmp_path, case, request.node.callspec.id).gain() > 2


def test_the_piano_is_painted_out_of_the_bird_of_the_demo(desk, tmp_path, request):
    recording, truth = demo_and_bird(tmp_path / "parts")
    case = Case(
        recording=recording,
        truth=truth,
        spans={"+": [(4.1, 5.8)], "-": [(0.4, 3.6)]},
        views=[((3.9, 1000), (7.0, 8000)), ((3.9, 60), (7.0, 1000)), ((7.6, 1000), (9.8, 8000))],
        least=0.002,
    )
    assert _Correcting(desk, tmp_path, case, request.node.callspec.id).gain() > 6


class _Correcting:
    """From opening to the export of the corrected stems; every state can be photographed."""

    def __init__(self, desk: Desk, folder: Path, case: Case, name: str) -> None:
        self._desk, self._folder, self._case, self._name = desk, folder, case, name
        self._session = folder / "Corrected.samstudio"
        self._truth, self._clip = read(case.truth), read(case.recording)
        self._strokes = 0
        self._directions: set[str] = set()

    def gain(self) -> float:
        """By how many dB of SI-SDR the corrected target is nearer to the truth than the engine's."""
        self._open(self._case.recording)
        self._mark()
        self._separate()
        engine = self._export("engine")
        mending = Mending(self._truth, self._clip, engine, self._rate)
        for number, (corner, other) in enumerate(self._case.views):
            self._look_at(corner, other, number)
            self._paint(mending, number)
        assert self._directions == {TO_TARGET, TO_RESIDUAL}
        self._undo_and_redo()
        heard = self._hear()
        self._save_and_reopen()
        corrected = self._export("corrected")
        self._quit()
        assert "Traceback" not in self._desk.log()
        start, end = (round(seconds * RATE) for seconds in heard)
        assert _is_heard(corrected[start:end], self._desk.sound_card.played())
        return si_sdr(self._truth, corrected) - si_sdr(self._truth, engine)

    def _photograph(self, name: str) -> None:
        self._desk.wait(lambda seen: not seen["is_drawing"], "the pictures")
        self._desk.screenshot(f"correct-{self._name}-{name}")

    def _open(self, path: Path) -> None:
        self._desk.start_app(str(path))
        seen = self._desk.wait(lambda seen: seen["active"] and seen["clip"] and not seen["is_reading"], "the recording")
        self._rate = seen["clip"][2]

    def _mark(self) -> None:
        self._desk.keys("g")
        for tool, sign in (("shift+p", "+"), ("shift+n", "-")):
            self._desk.keys(tool)
            for start, end in self._case.spans[sign]:
                self._desk.drag(start, end)
        spans = sum(len(spans) for spans in self._case.spans.values())
        self._desk.wait(lambda seen: len(seen["spans"]) == spans, "the spans")

    def _separate(self) -> None:
        self._desk.keys("ctrl+Return")
        self._desk.wait(lambda seen: seen["takes"] and not seen["is_running"], "the take", 240)
        self._desk.wait(lambda seen: seen["auditioned"] == seen["picture"] == "target", "the target's spectrogram")
        self._photograph("1-target")

    def _export(self, name: str) -> np.ndarray:
        """The target of the files, which sum to the recording exactly."""
        folder = self._folder / name
        export(self._desk, folder)
        (target,) = folder.glob("*_target.wav")
        (residual,) = set(folder.glob("*.wav")) - {target}
        assert np.array_equal(read(target) + read(residual), self._clip)
        return read(target)

    def _place(self, seconds: float, hz: float) -> tuple[float, float]:
        """On the screen."""
        seen = self._desk.look()
        lane, axis = seen["lanes"][SPECTROGRAM], seen["frequencies"]
        height = np.interp(hz, axis, np.linspace(0, 1, len(axis))) * (lane["height"] - 1)
        return lane["x"] + seconds * lane["per_second"], lane["top"] + lane["height"] - 1 - height

    def _look_at(self, corner: tuple[float, float], other: tuple[float, float], number: int) -> None:
        """Frame a part of time and frequency with the Zoom tool."""
        self._desk.keys("v", "ctrl+f", "ctrl+shift+f", "z")
        self._desk.wait(lambda seen: seen["frequencies"][-1] > 20000 and seen["view"][0] == 0, "all of it")
        places = np.linspace(self._place(*corner), self._place(*other), 12)
        self._desk.draw(places)
        self._desk.wait(
            lambda seen: (
                seen["view"] == pytest.approx([corner[0], other[0]], abs=0.05)
                and seen["frequencies"][0] == pytest.approx(corner[1], abs=60)
                and seen["frequencies"][-1] == pytest.approx(other[1], rel=0.05)
            ),
            "the zoom",
        )
        self._photograph(f"2-zoom-{number}")

    def _paint(self, mending: Mending, number: int) -> None:
        """Paint where the truth says that it helps, as seen in this view."""
        self._desk.keys("d")
        self._set_brush(BRUSH)
        seen = self._desk.look()
        strokes = mending.strokes(seen["lanes"][SPECTROGRAM], seen["frequencies"], BRUSH, self._case.least)
        for stroke in strokes:
            self._turn_brush(stroke)
            self._desk.draw(stroke.line)
        self._strokes += len(strokes)
        self._directions |= {stroke.direction for stroke in strokes}
        self._desk.wait(lambda seen: seen["strokes"] == self._strokes, "the strokes")
        self._photograph(f"3-painted-{number}")

    def _set_brush(self, size: int) -> None:
        if self._desk.look()["brush"][0] != size:
            self._desk.click("Brush size", at=(0.3, 0.5))
            self._desk.keys("ctrl+a")
            self._desk.type(str(size))
            self._desk.keys("Return")
            self._desk.wait(lambda seen: seen["brush"][0] == size, "the small brush")

    def _turn_brush(self, stroke: Stroke) -> None:
        if self._desk.look()["brush"][1] != stroke.direction:
            self._desk.keys("x")
            self._desk.wait(lambda seen: seen["brush"][1] == stroke.direction, "the other direction")

    def _undo_and_redo(self) -> None:
        self._desk.keys("ctrl+z")
        self._desk.wait(lambda seen: seen["strokes"] == self._strokes - 1, "the undone stroke")
        self._desk.keys("ctrl+shift+z")
        self._desk.wait(lambda seen: seen["strokes"] == self._strokes, "the redone stroke")

    def _hear(self) -> tuple[float, float]:
        """Play a second of the corrected target."""
        self._desk.keys("v", "ctrl+f", "ctrl+shift+f", "Home", "shift+Right", "Left")
        self._desk.keys("bracketleft", "Right", "bracketright")
        start, end = self._desk.wait(lambda seen: seen["selection"], "the selection")["selection"]
        self._desk.keys("space")
        self._desk.wait(lambda seen: start < seen["position"] < end, "the moving playhead")
        self._photograph("4-heard")
        self._desk.wait(lambda _seen: len(self._desk.sound_card.played()) > 0.95 * (end - start) * RATE, "the sound")
        return start, end

    def _quit(self) -> None:
        self._desk.keys("ctrl+q")
        assert self._desk.app.wait(30) == 0

    def _save_and_reopen(self) -> None:
        self._desk.keys("ctrl+s")
        self._desk.submit_path(self._session, "Save the session")
        self._desk.wait(lambda seen: seen["is_kept"] and (self._session / "session.json").exists(), "the session")
        before = self._desk.look()["takes"]
        self._quit()
        self._open(self._session)
        seen = self._desk.wait(lambda seen: seen["takes"], "the take")
        assert (seen["takes"], seen["strokes"]) == (before, self._strokes)
        self._photograph("5-opened-again")


def _is_heard(sound: np.ndarray, played: np.ndarray) -> bool:
    """Whether what was played has the middle of a sound, on its first channel, in it."""
    wanted = sound[len(sound) // 4 : -len(sound) // 4, 0]
    length = len(wanted) + len(played)
    spectrum = np.fft.rfft(played[:, 0], length) * np.conj(np.fft.rfft(wanted, length))
    place = int(np.argmax(np.fft.irfft(spectrum, length)))
    found = played[place : place + len(wanted), 0]
    return len(found) == len(wanted) and np.allclose(found, wanted, atol=1e-4)
