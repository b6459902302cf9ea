"""Tries damaged files one after the other, each under limits of time and memory, and says which went wrong."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.originals import WRITERS, write_originals

SECONDS = 10.0
MEMORY = 1 << 30
_START = 180.0
_MOST_CASES = 400
"""Of one process: what they leave behind in it must not add up."""
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Result:
    """One damaged file; `fault` is empty where the program read or refused it as it should."""

    number: int
    kind: str
    file: str
    fault: str
    seconds: float
    memory: int
    """Bytes."""


class Campaign:
    """Works in `folder`, with the same cases for the same numbers."""

    def __init__(self, folder: Path, kinds: Iterable[str] = tuple(WRITERS), seconds: float = SECONDS) -> None:
        made = write_originals(folder / "originals")
        self._kinds = list(kinds)
        self._originals = {kind: [str(path) for path in made[kind]] for kind in self._kinds}
        self._folder, self._seconds = folder, seconds
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._done = 0

    def run(self, numbers: Iterable[int]) -> Iterator[Result]:
        """The result of each case; the process is ended with the generator."""
        try:
            for number in numbers:
                yield self._case(number)
        finally:
            self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def _case(self, number: int) -> Result:
        if self._process is None or self._done >= _MOST_CASES:
            self._start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.write(f"{number}\n")
        process.stdin.flush()
        self._done += 1
        kind = self._kinds[number % len(self._kinds)]
        try:
            answer = self._answers.get(timeout=self._seconds + 2)
        except queue.Empty:
            self.close()
            return Result(number, kind, "", f"no answer within {self._seconds:g} s", self._seconds, 0)
        if not answer:
            code = process.wait()
            self.close()
            reason = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            return Result(number, kind, "", f"the process ended: {reason}", 0.0, 0)
        found = json.loads(answer)
        fault = found["fault"]
        if not fault and found["seconds"] > self._seconds:
            fault = f"took {found['seconds']:.1f} s"
        if not fault and found["memory"] > MEMORY:
            fault = f"took {found['memory'] / 1e6:.0f} MB of memory"
        return Result(number, kind, found["file"], fault, found["seconds"], found["memory"])

    def _start(self) -> None:
        self.close()
        arguments = [json.dumps(self._originals), json.dumps(self._kinds), str(self._folder)]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "TMPDIR": str(self._folder)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
            cwd=_ROOT,
        )  # fmt: skip
        self._answers, self._done = queue.Queue(), 0
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        if self._answers.get(timeout=_START) != "ready\n":
            raise RuntimeError("the process that tries the files did not start")


def _listen(process: subprocess.Popen[str], answers: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except ValueError:
        # Closed by `close`.
        return
    answers.put("")
