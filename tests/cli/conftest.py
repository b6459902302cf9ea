"""The command run in this process, on small recordings, with an engine that takes no time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.cli.main import main
from samstudio.separation.engine import StemChunk
from tests.audio.made_videos import grey_frames, write_video
from tests.conftest import FakeEngine
from tests.separation.models.hub_fixtures import hub, library

__all__ = ["hub", "library"]

RATE = 8000


@dataclass(frozen=True)
class Ran:
    """What a command left behind: exit code, lines on stdout, lines on stderr."""

    code: int
    out: list[str]
    err: list[str]

    @property
    def sentence(self) -> str:
        """The one line on stderr that an error is."""
        (line,) = self.err
        return line


@pytest.fixture
def run(capsys) -> Callable[..., Ran]:
    """Runs the command with the given words."""

    def run_command(*words: str | Path) -> Ran:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Ran(code, out.splitlines(), err.splitlines())

    return run_command


@pytest.fixture
def recording(tmp_path) -> Callable[..., Path]:
    """Writes noise of 24 bits, 2 s of stereo, and tells where."""

    def record(name: str = "song.wav", seconds: float = 2.0, channels: int = 2, rate: int = RATE) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = 0.3 * np.random.default_rng(1).standard_normal((round(seconds * rate), channels))
        soundfile.write(path, noise.clip(-0.9, 0.9), rate, subtype="PCM_24")
        return path

    return record


@pytest.fixture
def engine(monkeypatch) -> Callable[[object], None]:
    """Puts an engine in the place of the real one; a FakeEngine from the start."""

    def use(engine: object) -> None:
        monkeypatch.setattr("samstudio.cli.job.create_engine", lambda _name: engine)

    use(FakeEngine())
    return use


class NotingEngine:
    """Notes what it is asked, and halves what is wanted."""

    def __init__(self) -> None:
        self.requests = []

    def separate(self, request):
        self.requests.append(request)
        first, end = request.wanted
        target = request.samples[first:end] * np.float32(0.5)
        yield StemChunk(first, target, request.samples[first:end] - target)


@pytest.fixture
def noting(engine) -> NotingEngine:
    asked = NotingEngine()
    engine(asked)
    return asked


@pytest.fixture
def video(tmp_path):
    noise = 0.1 * np.random.default_rng(0).standard_normal(48000).astype(np.float32)
    return write_video(tmp_path / "video.mkv", grey_frames(25), sound=noise)
