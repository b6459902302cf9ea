"""A report tells where in the code it happened, and nothing of the user's."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from samstudio import __version__
from samstudio.app.problems.crash_trace import CrashTrace
from samstudio.app.problems.problem_report import code_place, report_of_dump, report_of_error
from samstudio.audio.files import load_clip

FAULT = """
import os, sys, pathlib
from samstudio.app.problems.crash_trace import CrashTrace
def fault():
    os.kill(os.getpid(), int(sys.argv[2]))
trace = CrashTrace(pathlib.Path(sys.argv[1]))
trace.start()
fault()
"""


def raised() -> BaseException:
    try:
        try:
            load_clip(Path("/home/ann/secret song.wav"))
        except Exception as error:
            raise ValueError("the prompt was 'a secret'") from error
    except ValueError as error:
        return error


def test_a_report_has_the_places_and_no_words_of_the_user():
    report = report_of_error(raised())
    assert report.startswith(f"SAM Studio {__version__}: report of a problem\nPython 3.")
    assert "numpy" in report
    lines = report.splitlines()
    assert lines[-1] == "ValueError"
    assert "AudioError" in lines
    assert re.search(r"^  samstudio/audio/files\.py, line \d+, in load_clip$", report, re.MULTILINE)
    assert not any(word in report for word in ("secret", "/ann", str(Path.cwd())))


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("/home/ann/.venv/lib/python3.11/site-packages/torch/nn/x.py", "torch/nn/x.py"),
        (r"C:\Users\ann\samstudio\samstudio\app\main.py", "samstudio/app/main.py"),
        ("/home/ann/samstudio.py", "samstudio.py"),
        ("/usr/lib/python3.11/json/decoder.py", "decoder.py"),
        ("<frozen runpy>", "<frozen runpy>"),
    ],
)
def test_a_place_has_no_folders_of_the_user(file, place):
    assert code_place(file) == place


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_fault_leaves_its_places_for_the_next_start(tmp_path):
    folder = tmp_path / "ann"
    command = [sys.executable, "-c", FAULT, folder, str(int(signal.SIGSEGV))]
    assert subprocess.run(command, check=False).returncode == -signal.SIGSEGV
    trace = CrashTrace(folder)
    report = report_of_dump(trace.take_earlier())
    assert "Fatal Python error: Segmentation fault" in report
    assert "  <string>, line 5, in fault" in report
    assert "ann" not in report
    assert trace.take_earlier() == ""


def test_a_process_that_ends_in_good_order_leaves_nothing(tmp_path):
    trace, other = CrashTrace(tmp_path), tmp_path / "crash-0.txt"
    other.touch()
    trace.start()
    assert trace.take_earlier() == ""
    trace.stop()
    assert list(tmp_path.iterdir()) == [other]
    os.utime(other, (0, 0))
    assert trace.take_earlier() == ""
    assert list(tmp_path.iterdir()) == []
