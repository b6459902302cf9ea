"""Offscreen, private settings, synthetic sound, a fake engine."""

import gc
import os
import shutil
import signal
from collections.abc import Generator
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from itertools import count
from pathlib import Path

if os.environ.setdefault("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    # The platform's own screen has 800 x 800 pixels: too few for the window's usual size.
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screen.json')}"
# Threads of torch that spin while they wait slow each other down on a busy machine. Before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if "PYTEST_XDIST_WORKER" in os.environ:
    # The workers share the cores: one thread each, for torch (OpenMP) and for numpy.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest

from samstudio.separation.engine import Notice, Progress, SeparationRequest, StemChunk
from samstudio.session.clip import AudioClip
from tests.worker_exits import pytest_sessionfinish, pytest_testnodeready

__all__ = ["pytest_sessionfinish", "pytest_testnodeready"]

PATIENCE = 30_000
"""Milliseconds that a test waits for what must happen: pytest-qt's own 5 s are too few for a busy machine."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    """In a fresh checkout each worker makes its own share of the test modules ready, the others find them done.

    pytest rewrites all asserts, 15 s of work, and without this all workers would do the same at the same time.
    """
    # Thousands of tests are made here and little is thrown away; after that each test collects its own garbage.
    gc.disable()
    worker, workers = os.environ.get("PYTEST_XDIST_WORKER"), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if worker is None or workers < 2:
        return
    files = [path for argument in session.config.args for path in _test_files(Path(argument.partition("::")[0]))]
    for path in files[int(worker.removeprefix("gw")) % workers :: workers]:
        # What is wrong with a module is told when it is collected.
        with suppress(Exception, pytest.skip.Exception):
            import_module(".".join(path.resolve().relative_to(Path(__file__).parents[1]).with_suffix("").parts))


def _test_files(path: Path) -> list[Path]:
    return sorted(path.rglob("test_*.py")) if path.is_dir() else [path]


@pytest.fixture
def qtbot(qtbot):
    """pytest-qt's, with more patience; it lets go of Ctrl, Shift and Alt, which Qt remembers from test to test."""
    for wait in ("waitSignal", "waitSignals", "waitUntil", "waitExposed", "waitActive"):
        setattr(qtbot, wait, partial(getattr(qtbot, wait), timeout=PATIENCE))
    yield qtbot
    _release_modifiers()


def _release_modifiers():
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QWindow
    from PySide6.QtTest import QTest

    if QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWindow(), Qt.Key.Key_Control, Qt.KeyboardModifier.NoModifier)


@pytest.fixture(scope="session", autouse=True)
def _interruptible():
    """What a script starts in the background ignores Ctrl+C, and so would the programs that tests interrupt."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory):
    """Where Python is told to keep no compiled modules, the programs that tests start would compile torch each time."""
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        yield
        return
    folder = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE")
        patch.setenv("PYTHONPYCACHEPREFIX", str(folder))
        yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _empty_clipboard():
    """The offscreen platform would let go of what was copied after Python's end, and crash."""
    yield
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is not None:
        QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def _collected_here():
    """As in the window, a test's garbage goes on this thread: on a worker's it would take widgets and timers down."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory):
    """Numbers folders; pytest's own way looks through all that there are, for thousands of tests."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _private_settings(_homes, monkeypatch):
    """Settings and autosaves never come from, nor go to, the user who runs the tests."""
    from PySide6.QtCore import QSettings

    home = next(_homes)
    home.mkdir()
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(home / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "settings"))


@pytest.fixture(autouse=True)
def _unstyled():
    """A test's style sheet goes with it: it would double the time that each window after it takes."""
    yield
    from PySide6.QtCore import QCoreApplication

    app = QCoreApplication.instance()
    if getattr(app, "styleSheet", str)():
        app.setStyleSheet("")


@cache
def _tone() -> np.ndarray:
    time = np.arange(96000) / 48000
    tone = 0.4 * np.stack([np.sin(2 * np.pi * 440 * time), np.sin(2 * np.pi * 660 * time)], axis=1)
    samples = tone.astype(np.float32)
    samples.setflags(write=False)
    return samples


@pytest.fixture
def tone_clip() -> AudioClip:
    """Two seconds of stereo at 48 kHz: 440 Hz on the left, 660 Hz on the right. Nobody may change them."""
    return AudioClip(_tone(), 48000, Path("tone.wav"))


class FakeEngine:
    """Halves what is wanted in four chunks: quick, exact, easy to check. With seed 1 the target is a quarter."""

    def separate(self, request: SeparationRequest) -> Generator[Progress | StemChunk | Notice, None, None]:
        yield Notice("Halved, not separated.")
        first, last = request.wanted
        step = -(-(last - first) // 4)
        for start in range(first, last, step):
            part = request.samples[start : min(start + step, last)]
            target = part * np.float32(0.5 ** (1 + request.settings.seed))
            yield StemChunk(start, target, part - target)
            yield Progress("Halving", min(start + step, last) - first, last - first)


@pytest.fixture
def fake_engine(monkeypatch) -> type[FakeEngine]:
    """Lets every engine name make a FakeEngine."""
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: FakeEngine())
    return FakeEngine
