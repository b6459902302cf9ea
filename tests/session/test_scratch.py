import errno
import gc
import mmap
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from samstudio.session.scratch import (
    PrivateCopy,
    ScratchError,
    ScratchFile,
    forget_pages,
    read_only,
    scratch_array,
    written_bytes,
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


def counted(frames: int, channels: int = 1) -> np.ndarray:
    array = scratch_array(frames, channels)
    array[:] = np.arange(frames * channels, dtype=np.float32).reshape(frames, channels)
    return array


def test_a_private_copy_is_equal_and_leaves_the_original_as_it_is():
    original = counted(100_000, 2)
    copy = PrivateCopy(read_only(original))
    assert np.array_equal(copy.samples, original)
    copy.write(50_000, np.full((10, 2), -1, np.float32))
    assert (copy.samples[50_000:50_010] == -1).all()
    assert np.array_equal(original, np.arange(200_000).reshape(-1, 2))
    assert np.array_equal(copy.samples[50_010:], original[50_010:])
    assert copy.samples.ctypes.data != original.ctypes.data


def test_what_is_written_to_a_private_copy_is_never_forgotten():
    original = counted(1 << 20)
    copy = PrivateCopy(original)
    places = (0, 5000, 700_000, (1 << 20) - 7)
    for place in places:
        copy.write(place, np.full((7, 1), -1, np.float32))
    forget_pages(copy.samples)
    forget_pages(copy.samples[100:200])
    expected = np.arange(1 << 20, dtype=np.float32)
    for place in places:
        expected[place : place + 7] = -1
    assert np.array_equal(copy.samples[:, 0], expected)


def test_a_private_copy_takes_memory_only_where_it_is_written_to():
    original = counted(1 << 20)
    copy = PrivateCopy(original)
    assert written_bytes(copy.samples) == 0
    copy.write(3000, np.zeros((2000, 1), np.float32))
    copy.write(4000, np.zeros((2000, 1), np.float32))
    assert 12_000 <= written_bytes(copy.samples) <= 12_000 + 2 * mmap.PAGESIZE
    assert written_bytes(original) == written_bytes(np.zeros((4, 1), np.float32)) == 0


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's account of memory")
def test_the_rest_of_a_private_copy_can_be_forgotten():
    original = counted(8 << 20)
    forget_pages(original)
    before = resident_bytes()
    copy = PrivateCopy(original)
    copy.write(1 << 20, np.ones((1 << 18, 1), np.float32))
    assert copy.samples.sum() > 0
    assert resident_bytes() - before > 30e6
    forget_pages(copy.samples)
    assert resident_bytes() - before < 6e6


def test_a_copy_of_a_private_copy_has_what_was_written_to_that():
    original = counted(100_000)
    first = PrivateCopy(original)
    first.write(10, np.full((5, 1), -1, np.float32))
    second = PrivateCopy(first.samples)
    second.write(70_000, np.full((5, 1), -2, np.float32))
    first.write(10, np.full((5, 1), -3, np.float32))
    assert (second.samples[10:15] == -1).all()
    assert (first.samples[70_000:70_005] == original[70_000:70_005]).all()
    assert written_bytes(second.samples) == 2 * mmap.PAGESIZE


def test_a_private_copy_outlives_its_original():
    original = counted(100_000)
    copy = PrivateCopy(original)
    del original
    gc.collect()
    assert np.array_equal(PrivateCopy(copy.samples).samples[:, 0], np.arange(100_000))


def test_an_ordinary_array_is_copied():
    original = np.ones((10, 2), np.float32)
    copy = PrivateCopy(original)
    copy.write(5, np.zeros((2, 2), np.float32))
    assert (original == 1).all()
    assert copy.samples.sum() == 16


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's list of open files")
def test_no_file_stays_open():
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir()))
    copies = [PrivateCopy(counted(1000)) for _ in range(10)]
    assert len(list(Path("/proc/self/fd").iterdir())) > before
    del copies
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
