"""The window's beginning and its end, in a process of its own."""

import os
import subprocess
import sys

import pytest

CLOSED_AT_WORK = """
import sys, time
from PySide6.QtCore import QTimer
import samstudio.app.container, samstudio.app.main as main

samstudio.app.container.SHUT_DOWN_LIMIT = 200
made = main.make_container

def at_work():
    time.sleep(600)
    yield

def make_container():
    container = made()
    def begin():
        getattr(container, sys.argv[1]).run(at_work())
        QTimer.singleShot(100, main.QApplication.quit)
    QTimer.singleShot(50, begin)
    return container

main.make_container = make_container
sys.exit(main.run_window())
"""


@pytest.mark.slow
def test_a_closed_window_ends_its_process_though_a_thread_is_inside_a_library(tmp_path):
    home = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    command = [sys.executable, "-c", CLOSED_AT_WORK, "saving"]
    env = {**os.environ, **home, "QT_QPA_PLATFORM": "offscreen"}
    assert subprocess.run(command, env=env, timeout=200, check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_more_files_may_be_open_than_a_shell_allows():
    code = (
        "import resource; _, most = resource.getrlimit(resource.RLIMIT_NOFILE);"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, most));"
        "from samstudio.app.main import allow_open_files; allow_open_files();"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 1024
