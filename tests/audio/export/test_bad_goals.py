"""Goals that cannot be written, and ends that come too early: one sentence, and nothing that existed is changed."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from samstudio.audio.atomic_file import PREFIX, STALE_SECONDS, SUFFIX
from samstudio.audio.decode.clip_reader import load_clip
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter, AudioWriterGroup
from samstudio.audio.errors import AudioError
from tests.audio.export.as_nobody import as_nobody, public_folder
from tests.audio.made_files import noise

WAV, FLAC = AudioFormat("wav", "16"), AudioFormat("flac", "16")
posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


def refusal(path: Path, overwrite: bool = False, audio_format: AudioFormat = WAV, frames: int = 200_000) -> str:
    """The sentence with which writing is refused; nothing in the folder has changed."""
    folder = path.parent
    before = contents(folder)
    with pytest.raises(AudioError) as refused, AudioWriter(path, 48000, 2, audio_format, overwrite=overwrite) as writer:
        writer.write(noise(frames))
    assert contents(folder) == before
    text = str(refused.value)
    assert re.fullmatch(r"[^\n]+[:;] [^\n]+\.", text), "one sentence: what is wrong, and what to do"
    return text


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()} if folder.is_dir() else {}


def test_missing_folder(tmp_path):
    assert "There is no folder" in refusal(tmp_path / "no" / "a.wav")
    assert not (tmp_path / "no").exists()


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "a").write_bytes(b"mine")
    assert "There is no folder" in refusal(tmp_path / "a" / "a.wav")


def test_goal_that_is_a_folder(tmp_path):
    (tmp_path / "a.wav").mkdir()
    assert "is a folder" in refusal(tmp_path / "a.wav", overwrite=True)


def test_goal_that_exists(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"mine")
    assert "exists already" in refusal(tmp_path / "a.wav")


def write(
    folder: Path, names: str, then=lambda: None, overwrite: bool = False, audio_format: AudioFormat = WAV
) -> None:
    """Files named by one letter each, written as a group; `then` something happens before the end."""
    with AudioWriterGroup() as group:
        for name in names:
            group.add(AudioWriter(folder / name, 48000, 2, audio_format, overwrite=overwrite)).write(noise(100_000))
        then()


def test_goal_that_comes_to_exist_meanwhile(tmp_path):
    with pytest.raises(AudioError, match="exists already"):
        write(tmp_path, "a", lambda: (tmp_path / "a").write_bytes(b"mine"))
    assert contents(tmp_path) == {"a": b"mine"}


def test_disk_without_links(tmp_path, monkeypatch):
    """FAT and some network disks: the same behaviour by other means."""
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "no links")))
    with AudioWriter(tmp_path / "a.wav", 48000, 2, WAV) as writer:
        writer.write(noise(100))
    assert load_clip(tmp_path / "a.wav").frames == 100
    assert "exists already" in refusal(tmp_path / "a.wav")
    with pytest.raises(AudioError, match="exists already"):
        write(tmp_path, "b", lambda: (tmp_path / "b").write_bytes(b"mine"))
    assert (tmp_path / "b").read_bytes() == b"mine"


@posix_only
def test_read_only_folder():
    with public_folder() as folder:
        (folder / "a.wav").write_bytes(b"mine")
        folder.chmod(0o555)
        with as_nobody():
            assert "may not be written" in refusal(folder / "a.wav", overwrite=True)
            assert "may not be written" in refusal(folder / "b.wav")
        folder.chmod(0o755)


@posix_only
def test_write_protected_file():
    with public_folder() as folder:
        folder.chmod(0o777)
        (folder / "a.wav").write_bytes(b"mine")
        (folder / "a.wav").chmod(0o444)
        with as_nobody():
            assert "may not be written" in refusal(folder / "a.wav", overwrite=True)


@pytest.mark.parametrize("name", ["n" * 300 + ".wav", "漢" * 100 + ".wav"])
@posix_only
def test_name_too_long(tmp_path, name):
    assert "too long" in refusal(tmp_path / name)


def test_the_longest_name_works(tmp_path):
    path = tmp_path / ("n" * 251 + ".wav")
    with AudioWriter(path, 48000, 2, WAV) as writer:
        writer.write(noise(100))
    assert load_clip(path).frames == 100


def test_impossible_name(tmp_path):
    assert "no possible file name" in refusal(tmp_path / "a\0b.wav")


def test_rate_that_flac_cannot_hold(tmp_path):
    with pytest.raises(AudioError, match="FLAC cannot hold 2 channels at 1000000 Hz"):
        AudioWriter(tmp_path / "a.flac", 1_000_000, 2, FLAC)
    assert not list(tmp_path.iterdir())


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.parametrize("audio_format", [WAV, FLAC], ids=["wav", "flac"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_an_exception_leaves_nothing(tmp_path, audio_format, error, capfd):
    (tmp_path / "a").write_bytes(b"mine")

    def fail():
        raise error

    with pytest.raises(error):
        write(tmp_path, "a", fail, overwrite=True, audio_format=audio_format)
    assert contents(tmp_path) == {"a": b"mine"}
    assert capfd.readouterr().err == ""


def test_a_group_fails_together(tmp_path, monkeypatch):
    """The second file cannot be moved (it is open in a DAW on Windows): the first one is taken back."""
    for name in "ab":
        (tmp_path / name).write_bytes(b"mine")
    move = Path.replace

    def refuse_b(self, target):
        if Path(target).name == "b" and self.name.endswith(SUFFIX):
            raise PermissionError(13, "is open elsewhere")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", refuse_b)
    with pytest.raises(AudioError, match="“b” may not be written"):
        write(tmp_path, "ab", overwrite=True)
    assert contents(tmp_path) == {"a": b"mine", "b": b"mine"}


def test_a_group_of_new_files_fails_together(tmp_path):
    with pytest.raises(AudioError, match="“b” exists already"):
        write(tmp_path, "ab", lambda: (tmp_path / "b").write_bytes(b"mine"))
    assert contents(tmp_path) == {"b": b"mine"}


def test_a_group_whose_second_member_is_refused_leaves_nothing(tmp_path):
    (tmp_path / "b").write_bytes(b"mine")
    with pytest.raises(AudioError, match="exists"):
        write(tmp_path, "ab")
    assert contents(tmp_path) == {"b": b"mine"}


@posix_only
def test_links_stay_links_and_files_get_the_usual_mode(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "real.wav").write_bytes(b"mine")
    (tmp_path / "a.wav").symlink_to(tmp_path / "there" / "real.wav")
    with AudioWriter(tmp_path / "a.wav", 48000, 2, WAV, overwrite=True) as writer:
        writer.write(noise(100))
    assert (tmp_path / "a.wav").is_symlink()
    assert load_clip(tmp_path / "there" / "real.wav").frames == 100
    (tmp_path / "usual").touch()
    assert (tmp_path / "there" / "real.wav").stat().st_mode == (tmp_path / "usual").stat().st_mode


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


@pytest.mark.slow
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


@posix_only
def test_leavings_of_a_killed_writer_are_swept_and_a_living_one_s_are_not(tmp_path):
    dead = tmp_path / f"{PREFIX}dead{SUFFIX}"
    young = tmp_path / f"{PREFIX}young{SUFFIX}"
    dead.write_bytes(b"half")
    young.write_bytes(b"half")
    long_ago = time.time() - 2 * STALE_SECONDS
    os.utime(dead, (long_ago, long_ago))
    with AudioWriter(tmp_path / "a.wav", 48000, 2, WAV) as living:
        os.utime(living.atomic_file._part, (long_ago, long_ago))
        with AudioWriter(tmp_path / "b.wav", 48000, 2, WAV) as other:
            other.write(noise(10))
        living.write(noise(10))
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "a.wav", "b.wav"]


def test_memory_stays_small(tmp_path, monkeypatch):
    """However much is written at once, it is converted in blocks."""
    lengths = []
    with AudioWriter(tmp_path / "a.wav", 48000, 1, WAV) as writer:
        write = writer._sink.write
        monkeypatch.setattr(writer._sink, "write", lambda values: (lengths.append(len(values)), write(values)))
        writer.write(np.zeros((300_000, 1), np.float32))
    assert max(lengths) <= 65536
    assert sum(lengths) == 300_000
