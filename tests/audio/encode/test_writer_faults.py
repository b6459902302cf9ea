"""A full disk, a limit on file sizes and a kill leave the old files or whole new ones."""

import os
import signal
import subprocess
import sys
import time

import pytest

from samstudio.audio.files import load_clip

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


FULL_DISK = """
import sys
import numpy as np
from pathlib import Path
from samstudio.audio.errors import AudioError
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
folder = Path(sys.argv[1])
(folder / "a").write_bytes(b"mine")
for container in ("wav", "flac"):
    for frames in (1000, 2_000_000):
        try:
            with AudioWriter(folder / "a", 48000, 2, AudioFormat(container, "16"), overwrite=True) as writer:
                writer.write(np.random.default_rng(0).uniform(-0.5, 0.5, (frames, 2)).astype(np.float32))
            (folder / "a").write_bytes(b"mine")
            print("written")
        except AudioError as error:
            print(error)
        assert [path.name for path in folder.iterdir()] == ["a"]
        assert (folder / "a").read_bytes() == b"mine"
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a small disk of its own, made with Linux namespaces")
def test_full_disk(tmp_path):
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    try:
        subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", str(tmp_path)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets no test mount a small disk")
    small_disk = f'mount -t tmpfs -o size=2m none "$0" && exec {sys.executable} -c "$SCRIPT" "$0"'
    done = subprocess.run(
        [*unshare, "sh", "-c", small_disk, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "SCRIPT": FULL_DISK},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    wav_small, wav_large, flac_small, flac_large = done.stdout.splitlines()
    assert wav_small == flac_small == "written"
    assert wav_large.startswith("The disk is full: “a” was not written")
    assert flac_large.startswith("The disk is full: “a” was not written")


FILE_LIMIT = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
""" + FULL_DISK.replace("2_000_000", "100_000")


@posix_only
def test_largest_file_of_a_disk(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FILE_LIMIT, str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == lines[2] == "written"
    assert all("grew larger than this disk allows" in line for line in (lines[1], lines[3]))


WRITE_ON = """
import sys
import numpy as np
from pathlib import Path
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter, AudioWriterGroup
block = np.random.default_rng(0).uniform(-0.5, 0.5, (65536, 2)).astype(np.float32)
print("ready", flush=True)
with AudioWriterGroup() as group:
    paths = [Path(sys.argv[1]) / name for name in ("a.wav", "b.flac")]
    formats = [AudioFormat("wav", "24"), AudioFormat("flac", "16")]
    writers = [group.add(AudioWriter(p, 48000, 2, f, overwrite=True)) for p, f in zip(paths, formats)]
    for _ in range(40):
        for writer in writers:
            writer.write(block)
        print("block", flush=True)
    print("end", flush=True)
print("done", flush=True)
"""


@posix_only
@pytest.mark.parametrize("word", [1, 2, 20, 42])
def test_a_killed_writer_leaves_the_old_files_or_whole_new_ones(tmp_path, word):
    goals = [tmp_path / "a.wav", tmp_path / "b.flac"]
    for goal in goals:
        goal.write_bytes(b"mine")
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_ON, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as writing:
        for _ in range(word):
            writing.stdout.readline()
        # At the end it is about to sync and move: somewhere in there.
        time.sleep(0.01 if word == 42 else 0.0)
        writing.send_signal(signal.SIGKILL)
    for goal in goals:
        assert goal.read_bytes() == b"mine" or load_clip(goal).frames == 40 * 65536
    if word < 40:
        assert all(goal.read_bytes() == b"mine" for goal in goals)
