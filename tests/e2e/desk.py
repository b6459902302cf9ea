"""A screen of its own with a window manager, a mouse and a keyboard: Xvfb, openbox, xdotool."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tests.e2e.sound_card import SoundCard

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
NEEDED = ("Xvfb", "openbox", "xdotool", "import")
THEMES = os.environ.get("SAMSTUDIO_THEMES", "").split()
"""The themes in which people want to see screenshots; without any none is taken."""
PHOTOGRAPHED = bool(THEMES)


def missing_tools() -> list[str]:
    return [tool for tool in NEEDED if shutil.which(tool) is None]


class Desk:
    """Runs the application on a virtual screen and does to it what a user does."""

    def __init__(self, folder: Path, size: str = "1600x1000", scale: str = "1") -> None:
        self._folder, self._notes = folder, folder / "notes.json"
        self.sound_card = SoundCard(folder)
        self._processes: list[subprocess.Popen] = []
        self._seen: tuple[int, dict] = (0, {"widgets": {}})
        self._environment = self._start_screen(size) | {
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": scale,
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_DATA_HOME": str(folder / "data"),
            "PYTHONUNBUFFERED": "1",
            # The screen, the window manager and the window need cores too.
            "OMP_NUM_THREADS": "1",
            **self.sound_card.environment,
        }

    def _start_screen(self, size: str) -> dict[str, str]:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
        self._run(command, pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as pipe:
            display = pipe.readline().strip()
        environment = {**os.environ, "DISPLAY": f":{display}"}
        self._run(["openbox"], env=environment)
        return environment

    def _run(self, command: list[str], **options) -> subprocess.Popen:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, **{**quiet, **options})
        self._processes.append(process)
        return process

    def start_app(self, *arguments: str) -> subprocess.Popen:
        # Nothing is believed of what an application before this one showed.
        self._notes.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.e2e.watched_app", str(self._notes), *arguments]
        with (self._folder / "app.log").open("w") as log:
            self.app = self._run(command, env=self._environment, stdout=log, stderr=log, cwd=Path(__file__).parents[2])
        self.wait(lambda seen: "main_window" in seen["widgets"], "the window")
        return self.app

    def close(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    # What is seen

    def look(self) -> dict:
        """The latest notes of the application, which are read once only."""
        try:
            written = self._notes.stat().st_mtime_ns
        except FileNotFoundError:
            return {"widgets": {}}
        if written != self._seen[0]:
            self._seen = written, json.loads(self._notes.read_text("utf-8"))
        return self._seen[1]

    def wait(self, seen, what: str, seconds: float = 60.0) -> dict:
        """Look until `seen(notes)` is true, and return these notes."""
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            if getattr(self, "app", None) is not None and self.app.poll() is not None:
                raise AssertionError(f"the application ended while waiting for {what}:\n{self.log()}")
            notes = self.look()
            if notes["widgets"] and seen(notes):
                return notes
            time.sleep(0.02)
        raise AssertionError(f"waited in vain for {what}; last seen: {self.look()}\n{self.log()}")

    def _settle(self) -> None:
        """Wait until the application has handled the input before, however busy the machine is, or has ended.

        It writes its notes in the same event loop: what came before the first of two more notes is done by the second.
        """
        number, last = self.look().get("number", 0), time.monotonic() + 60.0
        while self.app.poll() is None and 0 <= self.look().get("number", 0) - number < 2:
            assert time.monotonic() < last, f"the application does not respond:\n{self.log()}"
            time.sleep(0.02)

    def log(self) -> str:
        return (self._folder / "app.log").read_text()

    def screenshot(self, name: str) -> None:
        """Save what the screen shows for people to look at, if that was asked for."""
        if not PHOTOGRAPHED:
            return
        SCREENSHOTS.mkdir(exist_ok=True)
        time.sleep(0.3)
        command = ["import", "-window", "root", str(SCREENSHOTS / f"{name}.png")]
        subprocess.run(command, env=self._environment, check=True, timeout=30)

    # What is done

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._environment, check=True, timeout=60)

    def keys(self, *keys: str) -> None:
        self._xdotool("key", "--clearmodifiers", "--delay", "30", *keys)
        self._settle()

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "8", text)
        self._settle()

    def submit_path(self, path: Path, title: str) -> None:
        """Replace the path in the file dialog of that title, and confirm it until the dialog is gone.

        Its list of completions appears whenever the folder has been read: it takes the Return that comes just then, or
        puts another name into the field. The dialog may be active before its field has the focus.
        """
        self.wait(lambda seen: seen["active"] == title, f"the dialog “{title}”")
        for _ in range(5):
            self.click("fileNameEdit", (0.9, 0.5))
            self.keys("ctrl+a")
            self.type(str(path))
            for _ in range(3):
                self.keys("Return")
                if title not in self.look()["dialogs"]:
                    return
        raise AssertionError(f"the dialog “{title}” does not close; last seen: {self.look()}")

    def _place(self, widget: str) -> tuple[int, int, int, int]:
        """Left, top, width and height of a widget on the screen, once two notes in a row agree on them."""
        before: dict = {"number": 0, "widgets": {}}

        def is_at_rest(seen: dict) -> bool:
            nonlocal before
            if seen["number"] == before["number"]:
                return False
            place = seen["widgets"].get(widget)
            rests = place is not None and place == before["widgets"].get(widget)
            before = seen
            return rests

        return self.wait(is_at_rest, f"{widget} at rest")["widgets"][widget]

    def click(self, widget: str, at: tuple[float, float] = (0.5, 0.5)) -> None:
        x, y, width, height = self._place(widget)
        place = str(round(x + at[0] * width)), str(round(y + at[1] * height))
        self._xdotool("mousemove", *place, "sleep", "0.05", "click", "1")
        self._settle()

    def click_picture(self, x: float, y: float, aspect: float) -> None:
        """Click in the video at fractions of its picture, whose width is `aspect` times its height."""
        *_, width, height = self._place("Video")
        wide, high = min(width, height * aspect), min(height, width / aspect)
        self.click("Video", (0.5 + (x - 0.5) * wide / width, 0.5 + (y - 0.5) * high / height))

    def point(self, seconds: float, lane: int = 0) -> tuple[int, int]:
        place = self.look()["lanes"][lane]
        return round(place["x"] + seconds * place["per_second"]), round(place["y"])

    def click_lane(self, seconds: float, lane: int = 0, holding: str = "", button: int = 1) -> None:
        """Click in a lane at a time, with a key held down if one is named; never so soon that it is a double click."""
        x, y = self.point(seconds, lane)
        click = ["click", str(button)]
        held = ["keydown", holding, *click, "keyup", holding] if holding else click
        self._xdotool("mousemove", str(x), str(y), "sleep", "0.05", *held)
        time.sleep(0.4)

    def drag(self, start: float, end: float, lane: int = 0, rise: int = 0, holding: str = "") -> None:
        """Drag in a lane from one time to another, in small moves as a hand makes them.

        `rise` is by how many pixels it goes up, half of it above the middle; a key may be held down.
        """
        (from_x, y), (to_x, _) = self.point(start, lane), self.point(end, lane)
        moves: list[str] = []
        for step in range(1, 21):
            x, height = from_x + (to_x - from_x) * step / 20, y + rise * (0.5 - step / 20)
            moves += ["mousemove", str(round(x)), str(round(height)), "sleep", "0.005"]
        drag = ["mousedown", "1", *moves, "sleep", "0.05", "mouseup", "1"]
        held = ["keydown", holding, *drag, "keyup", holding] if holding else drag
        self._xdotool("mousemove", str(from_x), str(round(y + rise / 2)), *held)
        self._settle()

    def draw(self, line: Iterable[tuple[float, float]]) -> None:
        """Press the mouse at the first of these places on the screen, go through the others, and release it."""
        (first_x, first_y), *others = ([str(round(x)), str(round(y))] for x, y in line)
        moves = [word for place in others for word in ("mousemove", *place, "sleep", "0.004")]
        press = ["mousemove", first_x, first_y, "sleep", "0.02", "mousedown", "1", "sleep", "0.02"]
        self._xdotool(*press, *moves, "sleep", "0.02", "mouseup", "1")
