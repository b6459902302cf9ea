"""An export that meets a full disk, a kill, a cancel: whole files or the old ones, never half, and one sentence."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export.export import export
from tests.audio.as_nobody import as_nobody, public_folder
from tests.audio.export.driven_export import FORMATS, POSITIONS, contents, request_into

ROOT = Path(__file__).parents[3]
posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
ONE_SENTENCE = r"[^\n]+[:;] [^\n]+\."


def driven(*command: str) -> list[str]:
    """The lines it prints."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a small disk of its own, made with Linux namespaces")
def test_a_disk_that_is_full_at_any_position_leaves_the_old_files(tmp_path):
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    try:
        subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", str(tmp_path)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets no test mount a small disk")
    script = (
        f'mount -t tmpfs -o size=8m none "$0" && exec {sys.executable} -m tests.audio.export.driven_export full "$0"'
    )
    lines = driven(*unshare, "sh", "-c", script, str(tmp_path))
    full = [line for line in lines if not line.startswith("filling")]
    assert len(full) == POSITIONS * len(FORMATS) + 2 * (POSITIONS // 4)
    for line in full:
        assert "The disk is full: “song_" in line, line
        assert re.fullmatch(ONE_SENTENCE, line)
    filling = [line for line in lines if line.startswith("filling")]
    assert len(filling) > 3
    assert all("The disk is full" in line for line in filling), filling


@posix_only
def test_a_process_that_is_killed_at_any_position_leaves_whole_files_only(tmp_path):
    lines = driven(sys.executable, "-m", "tests.audio.export.driven_export", "kill", str(tmp_path))
    for container in ("wav", "flac"):
        mine = [line.split(" ", 3)[2:] for line in lines if line.startswith(container)]
        assert len(mine) >= POSITIONS
        # Before the first move nothing has changed; there are kills between the moves, too.
        changes = [int(outcome.split()[0]) for _, outcome in mine]
        assert {0, 1, 2} <= set(changes)


@pytest.mark.parametrize("audio_format", [FORMATS[0], FORMATS[2]], ids=["wav", "flac"])
def test_a_cancel_at_any_position_leaves_the_old_files(tmp_path, audio_format):
    *steps, _ = export(request_into(tmp_path, audio_format))
    before = contents(tmp_path)
    writing = [number for number, step in enumerate(steps) if not step.stage.startswith("Checking")]
    for number in writing[:: max(1, len(writing) // POSITIONS)]:
        work = export(request_into(tmp_path, audio_format, level=0.1))
        for _ in range(number + 1):
            next(work)
        work.close()
        assert contents(tmp_path) == before, number


@posix_only
def test_a_folder_that_vanishes_meanwhile(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    work = export(request_into(folder, AudioFormat()))
    for _ in range(5):
        next(work)
    shutil.rmtree(folder)
    with pytest.raises(AudioError, match="There is no folder") as refused:
        list(work)
    assert re.fullmatch(ONE_SENTENCE, str(refused.value))
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_a_folder_that_may_not_be_written():
    with public_folder() as folder:
        (folder / "song_target.wav").write_bytes(b"mine")
        folder.chmod(0o555)
        with as_nobody(), pytest.raises(AudioError, match="may not be written"):
            list(export(request_into(folder, AudioFormat())))
        with as_nobody(), pytest.raises(AudioError, match="may not be written"):
            list(export(replace(request_into(folder / "own", AudioFormat()), makes_folder=True)))
        folder.chmod(0o755)
        assert contents(folder) == {"song_target.wav": b"mine"}


@posix_only
def test_a_name_that_is_too_long_is_shortened_and_a_folder_s_is_reported(tmp_path):
    request = replace(request_into(tmp_path, AudioFormat()), template="{stem}" + "n" * 300)
    *_, report = export(request)
    assert all(path.exists() and len(path.name) < 256 for path in report.paths.values())
    with pytest.raises(AudioError, match="too long"):
        list(export(replace(request, folder=tmp_path / ("n" * 300), makes_folder=True)))
