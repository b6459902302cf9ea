"""A scheduler and two workers as processes on this machine, with certificates."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import run

__all__ = ["run"]

ROOT = Path(__file__).parents[2]


def start(*words: object, **options: object) -> subprocess.Popen[str]:
    """The command with the engine of the tests, started."""
    command = [sys.executable, "-m", "tests.cluster.command", *map(str, words)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, list[str], list[str]]:
    """Exit code, lines on stdout and on stderr."""
    out, err = process.communicate(timeout=240)
    return process.returncode, out.splitlines(), err.splitlines()


@dataclass
class RunningCluster:
    address: str
    certificates: Path
    scheduler: subprocess.Popen[str]
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def words(self) -> tuple[object, ...]:
        return "--scheduler", self.address, "--certificates", self.certificates


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    pytest.importorskip("distributed")
    from samstudio.separation.remote.certificates import make_certificates

    certificates = make_certificates(tmp_path_factory.mktemp("certificates")).folder
    scheduler = start("cluster", "scheduler", "--listen", "tls://127.0.0.1:0", "--certificates", certificates)
    words = scheduler.stdout.readline().split()
    assert words[:2] == ["Listening", "at"], scheduler.communicate()
    running = RunningCluster(words[2].rstrip("."), certificates, scheduler)
    running.workers += [start("worker", *running.words, "--gpus", "none") for _ in range(2)]
    try:
        for worker in running.workers:
            assert worker.stdout.readline().startswith("Connected to"), worker.communicate()
        yield running
    finally:
        for process in (*running.workers, scheduler):
            process.terminate()
        for process in (*running.workers, scheduler):
            process.communicate(timeout=60)


@pytest.fixture
def manifest(tmp_path) -> Callable[..., Path]:
    """Writes recordings of 0.5 s and a manifest of rows `prompt,engine`, one for each recording."""

    def write(*rows: str) -> Path:
        for number, _row in enumerate(rows):
            noise = 0.3 * np.random.default_rng(number).standard_normal((4000, 2))
            soundfile.write(tmp_path / f"r{number}.wav", noise.clip(-0.9, 0.9), 8000, subtype="PCM_24")
        lines = [f"r{number}.wav,+0:0.2,{row}" for number, row in enumerate(rows)]
        path = tmp_path / "manifest.csv"
        path.write_text("\n".join(["input,spans,prompt,engine", *lines]) + "\n", "utf-8")
        return path

    return write


def stems(folder: Path) -> dict[str, bytes]:
    """All finished files by name."""
    return {path.name: path.read_bytes() for path in folder.glob("*.wav")}


def journal(folder: Path) -> list[str]:
    return (folder / ".samstudio-batch.jsonl").read_text("utf-8").split()
