"""A day's work: several takes, a session, a crash and the recovery, with real mouse and keys.

SAMSTUDIO_THEMES="dark light" photographs every state in both themes.
"""

import json
import signal

import pytest
import soundfile

from samstudio.assets import asset
from tests.e2e.desk import THEMES, Desk, missing_tools

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())} (run.py test installs them)"),
    pytest.mark.timeout(600),
]


@pytest.fixture
def recording(tmp_path):
    """The first six seconds of the demo."""
    samples, rate = soundfile.read(asset("demo/demo.flac"), dtype="int16")
    path = tmp_path / "Field take 07.wav"
    soundfile.write(path, samples[: 6 * rate], rate, subtype="PCM_16")
    return path


@pytest.mark.parametrize("theme", THEMES or ["dark"])
def test_a_days_work(tmp_path, recording, theme):
    config = tmp_path / "config" / "samstudio"
    config.mkdir(parents=True)
    (config / "samstudio.ini").write_text(f"[General]\ntheme={theme}\n")
    desk = Desk(tmp_path)
    try:
        _Day(desk, recording, theme).work()
    finally:
        desk.close()


class _Day:
    """From opening to the recovery; every state can be photographed."""

    def __init__(self, desk: Desk, recording, theme: str) -> None:
        self._desk, self._recording, self._theme = desk, recording, theme
        self._session = recording.with_name("Day.samstudio")

    def work(self) -> None:
        self._desk.start_app(str(self._recording))
        self._desk.wait(lambda seen: seen["clip"] and not seen["is_reading"] and not seen["is_drawing"], "the file")
        self._mark()
        self._separate_twice()
        self._compare()
        self._continue_from_the_residual()
        self._redo_a_stretch()
        self._save()
        self._crash_and_recover()
        assert "Traceback" not in self._desk.log()

    def _photograph(self, name: str) -> None:
        self._desk.wait(lambda seen: not seen["is_drawing"], "the pictures")
        self._desk.screenshot(f"day-{self._theme}-{name}")

    def _mark(self) -> None:
        self._desk.keys("g")
        self._mark_spans()
        self._photograph("01-two-spans")

    def _mark_spans(self) -> None:
        self._desk.keys("shift+p")
        self._desk.drag(4.1, 5.8)
        self._desk.keys("shift+n")
        self._desk.drag(0.4, 3.6)
        self._desk.keys("v")
        self._desk.wait(lambda seen: [span[2] for span in seen["spans"]] == ["+", "-"], "two spans")

    def _separate(self, keys: str, takes: int) -> dict:
        self._desk.keys(keys)
        return self._desk.wait(
            lambda seen: len(seen["takes"]) == takes and not seen["is_running"], f"take {takes}", 240
        )

    def _separate_twice(self) -> None:
        self._desk.keys("ctrl+t")
        self._desk.type("bird singing")
        self._separate("Return", 1)
        self._photograph("02-first-take")
        self._separate("ctrl+shift+Return", 2)
        self._photograph("03-second-take")

    def _compare(self) -> None:
        self._desk.keys("2", "b")
        self._desk.wait(lambda seen: seen["current"].startswith("Take 1"), "the other take")
        assert self._desk.look()["auditioned"] == "target"
        self._photograph("04-a-or-b")
        self._desk.keys("b")
        self._desk.wait(lambda seen: seen["current"].startswith("Take 2"), "the take before")

    def _continue_from_the_residual(self) -> None:
        self._desk.keys("ctrl+alt+Return")
        seen = self._desk.wait(lambda seen: not seen["spans"], "the question for the next sound")
        assert seen["focus"] == "What is the sound?"
        assert seen["auditioned"] == "residual"
        self._desk.keys("Escape")
        self._mark_spans()
        seen = self._separate("ctrl+Return", 3)
        assert seen["sources"] == ["", "", seen["ids"][1]]
        self._photograph("05-from-the-residual")
        self._desk.keys("ctrl+Prior")
        self._desk.wait(lambda seen: seen["current"].startswith("Take 2"), "the take above")

    def _redo_a_stretch(self) -> None:
        self._desk.keys("Home", "Right", "bracketleft", "Right", "Right", "bracketright")
        seen = self._separate("ctrl+shift+r", 4)
        assert seen["parts"] == [0, 0, 0, 1]
        assert seen["current"].endswith("redone")
        self._photograph("06-a-stretch-anew")

    def _save(self) -> None:
        self._desk.keys("ctrl+s")
        self._desk.wait(lambda seen: "Save the session" in seen["dialogs"], "the save dialog")
        self._photograph("07-saving")
        self._desk.submit_path(self._session, "Save the session")
        self._desk.wait(lambda seen: seen["is_kept"] and (self._session / "session.json").exists(), "the session")

    def _crash_and_recover(self) -> None:
        before = self._desk.look()
        # Something that is not saved: one more span, which the journal gets within seconds.
        self._desk.keys("Home", "bracketleft", "ctrl+Right", "ctrl+Right", "bracketright", "p")
        self._desk.wait(lambda seen: len(seen["spans"]) == 3, "an unsaved span")
        self._desk.wait(lambda _seen: self._journalled(), "the journal")
        self._desk.app.send_signal(signal.SIGKILL)
        self._desk.app.wait(30)
        self._desk.start_app()
        seen = self._desk.wait(lambda seen: "recovery_box" in seen["widgets"], "the offer")
        self._desk.screenshot(f"day-{self._theme}-08-recovery")
        self._desk.keys("Return")
        seen = self._desk.wait(lambda seen: len(seen["takes"]) == 4 and not seen["is_reading"], "the work")
        assert len(seen["spans"]) == 3
        assert seen["takes"] == before["takes"]
        assert seen["current"] == before["current"]
        self._photograph("09-recovered")

    def _journalled(self) -> bool:
        """Whether the unsaved span is on the disk."""
        journals = self._recording.parent.glob("data/**/session.json")
        return any(len(json.loads(journal.read_text("utf-8"))["prompt"]["spans"]) == 3 for journal in journals)
