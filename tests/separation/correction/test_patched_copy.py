"""Copies that cost what differs in them: the samples, the room, the open files."""

import gc
import mmap
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from samstudio.separation.correction import patched_copy
from samstudio.separation.correction.patched_copy import PatchedCopy, patch_count, patched_bytes
from samstudio.session.scratch import ScratchError, forget_pages, read_only, scratch_array
from tests.session.test_scratch import resident_bytes


def counted(frames: int, channels: int = 1) -> np.ndarray:
    array = scratch_array(frames, channels)
    array[:] = np.arange(frames * channels, dtype=np.float32).reshape(frames, channels)
    return array


def test_a_copy_is_equal_and_leaves_the_original_as_it_is():
    original = counted(100_000, 2)
    copy = PatchedCopy(read_only(original))
    assert np.array_equal(copy.samples, original)
    copy.write(50_000, np.full((10, 2), -1, np.float32))
    assert (copy.samples[50_000:50_010] == -1).all()
    assert np.array_equal(original, np.arange(200_000).reshape(-1, 2))
    assert np.array_equal(copy.samples[50_010:], original[50_010:])
    assert copy.samples.ctypes.data != original.ctypes.data


def test_what_is_written_to_a_copy_is_never_forgotten():
    original = counted(1 << 20)
    copy = PatchedCopy(original)
    places = (0, 5000, 700_000, (1 << 20) - 7)
    for place in places:
        copy.write(place, np.full((7, 1), -1, np.float32))
    forget_pages(copy.samples)
    forget_pages(copy.samples[100:200])
    expected = np.arange(1 << 20, dtype=np.float32)
    for place in places:
        expected[place : place + 7] = -1
    assert np.array_equal(copy.samples[:, 0], expected)


def test_a_copy_takes_room_only_where_it_is_written_to():
    original = counted(1 << 20)
    copy = PatchedCopy(original)
    assert patched_bytes(copy.samples) == 0
    copy.write(3000, np.zeros((2000, 1), np.float32))
    copy.write(4000, np.zeros((2000, 1), np.float32))
    assert 12_000 <= patched_bytes(copy.samples) <= 12_000 + 2 * mmap.PAGESIZE
    assert patched_bytes(original) == patched_bytes(np.zeros((4, 1), np.float32)) == 0


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's account of memory")
def test_the_rest_of_a_copy_can_be_forgotten():
    original = counted(8 << 20)
    forget_pages(original)
    before = resident_bytes()
    copy = PatchedCopy(original)
    copy.write(1 << 20, np.ones((1 << 18, 1), np.float32))
    assert copy.samples.sum() > 0
    assert resident_bytes() - before > 30e6
    forget_pages(copy.samples)
    assert resident_bytes() - before < 6e6


def test_a_copy_of_a_copy_has_what_was_written_to_that():
    original = counted(100_000)
    first = PatchedCopy(original)
    first.write(10, np.full((5, 1), -1, np.float32))
    second = PatchedCopy(first.samples)
    second.write(70_000, np.full((5, 1), -2, np.float32))
    first.write(10, np.full((5, 1), -3, np.float32))
    assert (second.samples[10:15] == -1).all()
    assert (first.samples[70_000:70_005] == original[70_000:70_005]).all()
    assert patched_bytes(second.samples) == 2 * mmap.PAGESIZE


def test_a_copy_outlives_its_original():
    original = counted(100_000)
    copy = PatchedCopy(original)
    del original
    gc.collect()
    assert np.array_equal(PatchedCopy(copy.samples).samples[:, 0], np.arange(100_000))


def test_an_ordinary_array_is_copied():
    original = np.ones((10, 2), np.float32)
    copy = PatchedCopy(original)
    copy.write(5, np.zeros((2, 2), np.float32))
    assert (original == 1).all()
    assert copy.samples.sum() == 16


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's list of open files")
def test_no_file_stays_open():
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir()))
    copies = [PatchedCopy(counted(1000)) for _ in range(10)]
    assert len(list(Path("/proc/self/fd").iterdir())) > before
    del copies
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("lays_over", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_a_long_chain_of_copies_is_what_was_written(seed, lays_over, monkeypatch):
    if not lays_over:
        # As on Windows, where no pages can be forgotten.
        monkeypatch.setattr(patched_copy, "_LIBC", None)
        monkeypatch.delattr(mmap, "MADV_DONTNEED", raising=False)
    random = np.random.default_rng(seed)
    frames = int(random.integers(5000, 60_000))
    samples = counted(frames, 2)
    chain = [(samples, np.array(samples))]
    for _ in range(30):
        known, expected = chain[int(random.integers(len(chain)))]
        copy, expected = PatchedCopy(known), expected.copy()
        for _ in range(int(random.integers(1, 4))):
            start = int(random.integers(frames))
            piece = random.random((int(random.integers(1, 9000)), 2)).astype(np.float32)[: frames - start]
            copy.write(start, piece)
            expected[start : start + len(piece)] = piece
        chain.append((copy.samples, expected))
    for made, expected in chain:
        forget_pages(made)
        assert np.array_equal(made, expected)


def test_writing_again_at_the_same_place_is_one_piece():
    copy = PatchedCopy(counted(100_000))
    for number in range(50):
        copy = PatchedCopy(copy.samples)
        copy.write(5000, np.full((3000, 1), number, np.float32))
    assert patch_count(copy.samples) == 1
    copy.write(6000, np.full((10, 1), -1, np.float32))
    assert patch_count(copy.samples) == 3
    assert patched_bytes(copy.samples) <= 12_000 + 2 * mmap.PAGESIZE


@pytest.mark.skipif(sys.platform == "win32", reason="needs a system that lays maps over each other")
def test_nobody_can_write_to_a_copy_but_by_its_method():
    copy = PatchedCopy(counted(1000))
    with pytest.raises(ValueError, match="read-only"):
        copy.samples[0] = 1


def test_a_disk_without_room_is_told(monkeypatch):
    def full(*_args, **_kinds):
        raise OSError(28, "No space left on device")

    copy = PatchedCopy(counted(1000))
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(ScratchError, match="no room"):
        PatchedCopy(counted_before)
    assert copy.samples[5, 0] == 5


counted_before = counted(1000)
