import errno
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from samstudio.session.scratch import (
    ScratchError,
    ScratchFile,
    forget_pages,
    kept_file,
    map_of,
    read_only,
    scratch_array,
    silent_array,
)


@pytest.mark.parametrize(("frames", "channels"), [(0, 1), (1, 1), (48000, 2), (1000, 8)])
def test_scratch_array_is_zero_and_writable(frames, channels, tmp_path):
    array = scratch_array(frames, channels, tmp_path)
    assert array.shape == (frames, channels)
    assert array.dtype == np.float32
    assert not array.any()
    array[:] = 0.5
    assert (array == 0.5).all()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows shows the file until it is closed")
def test_nothing_is_left_in_the_folder_even_while_the_array_lives(tmp_path):
    array = scratch_array(1000, 2, tmp_path)
    assert array.size == 2000
    assert list(tmp_path.iterdir()) == []


def test_samples_survive_that_their_pages_are_forgotten():
    array = scratch_array(300_000, 2)
    array[:] = np.arange(600_000, dtype=np.float32).reshape(-1, 2)
    forget_pages(array)
    forget_pages(read_only(array)[100:200])
    assert (array.ravel() == np.arange(600_000)).all()


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's account of memory")
def test_forgotten_pages_hold_no_memory():
    array = scratch_array(8 << 20, 1)
    before = resident_bytes()
    array[:] = 1.0
    assert resident_bytes() - before > 30e6
    forget_pages(array[:100])
    assert resident_bytes() - before < 5e6


def resident_bytes() -> int:
    line = next(line for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if line.startswith("Rss"))
    return int(line.split()[1]) * 1024


def test_what_is_written_to_the_file_is_in_its_array(tmp_path):
    samples = np.arange(600, dtype=np.float32).reshape(300, 2)
    with ScratchFile(400, 2, tmp_path) as file:
        file.write(0, samples[:100])
        file.write(100, np.asfortranarray(samples[100:]))
        file.write(300, samples[:0])
        array = file.samples
    assert np.array_equal(array[:300], samples)
    assert not array[300:].any()
    array[300:] = 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "pwrite"), reason="writes to the array instead")
def test_short_writes_go_on_and_a_disk_full_after_all_is_told(tmp_path, monkeypatch):
    write, samples = os.pwrite, np.arange(1000, dtype=np.float32)[:, None]
    with ScratchFile(1000, 1, tmp_path) as file:
        monkeypatch.setattr(os, "pwrite", lambda number, data, position: write(number, data[:999], position))
        file.write(0, samples)
        assert np.array_equal(file.samples, samples)
        monkeypatch.setattr(os, "pwrite", _disk_full)
        with pytest.raises(ScratchError, match="has no room for"):
            file.write(0, samples)


def _disk_full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's account of memory")
def test_what_is_written_to_the_file_holds_no_memory():
    with ScratchFile(8 << 20, 1) as file:
        before = resident_bytes()
        for start in range(0, 8 << 20, 1 << 16):
            file.write(start, np.ones((1 << 16, 1), np.float32))
        assert resident_bytes() - before < 5e6
        assert file.samples.all()


def test_an_ordinary_array_is_left_alone():
    array = np.ones((10, 2), np.float32)
    forget_pages(array)
    assert array.all()


def test_read_only_is_a_view_that_cannot_be_written_through():
    array = scratch_array(10, 1)
    view = read_only(array)
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1
    array[0] = 2
    assert view[0] == 2


def test_a_missing_folder_is_reported_in_a_sentence(tmp_path):
    with pytest.raises(ScratchError, match=r"gone cannot be used \(No such file or directory\): set TMPDIR"):
        scratch_array(10, 1, tmp_path / "gone")


def test_a_full_disk_is_reported_before_the_first_write(tmp_path):
    with pytest.raises(ScratchError, match="has no room for"):
        scratch_array(1 << 45, 8, tmp_path)


def test_silence_takes_no_room_and_can_be_mapped_again():
    silence = silent_array(1 << 20, 2)
    assert silence.shape == (1 << 20, 2)
    assert not silence.any()
    assert not silence.flags.writeable
    file = kept_file(map_of(silence))
    assert file is not None
    if sys.platform != "win32":
        assert os.fstat(file.descriptor).st_blocks == 0
