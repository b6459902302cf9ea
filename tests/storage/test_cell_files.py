"""Files of cells, as they are written, and as a stranger or a bad disk may have left them."""

import os
import struct
import zlib

import numpy as np
import pytest

from samstudio.session.correction import BLOCK, CellField, CellMask, Direction
from samstudio.storage.cell_files import MAGIC, read_cells, write_cells
from samstudio.storage.session_text import StemError

RATE, FRAMES = 44100, 44100 * 20


def painted(*seeds: int) -> CellField:
    cells = CellField()
    for seed in seeds:
        random = np.random.default_rng(seed)
        weights = random.integers(0, 256, (100, 300)).astype(np.uint8)
        mask = CellMask(int(random.integers(1000)), int(random.integers(700)), weights)
        cells = cells.painted(mask, list(Direction)[seed % 2], 1.0)
    return cells


def read(path) -> CellField:
    return read_cells(path, RATE, FRAMES)


def written(path, *blocks: tuple[int, int, np.ndarray], end: bytes = b"") -> None:
    body = b"".join(struct.pack("<II", row, column) + values.tobytes() for row, column, values in blocks)
    path.write_bytes(MAGIC + zlib.compress(body + end))


def block(value: int = 1) -> np.ndarray:
    return np.full((BLOCK, BLOCK), value, np.int8)


def test_cells_come_back_equal(tmp_path):
    cells = painted(1, 2, 3, 4)
    write_cells(tmp_path / "a.cells", cells)
    again = read(tmp_path / "a.cells")
    assert again == cells
    assert len(again.blocks) > 10
    with pytest.raises(ValueError, match="read-only"):
        next(iter(again.blocks.values()))[0, 0] = 1


def test_a_box_over_a_whole_hour_is_a_small_file_and_little_memory(tmp_path):
    one = np.broadcast_to(np.int8(127), (BLOCK, BLOCK))
    cells = CellField({(row, column): one for row in range(4800) for column in range(4)})
    write_cells(tmp_path / "a.cells", cells)
    assert (tmp_path / "a.cells").stat().st_size < 200_000
    again = read_cells(tmp_path / "a.cells", RATE, RATE * 3600)
    assert again.blocks.keys() == cells.blocks.keys()
    assert again.nbytes == 4800 * 4


@pytest.mark.parametrize(("blocks", "sentence"), [
    ([(0, 0, block()), (0, 0, block())], "outside"),
    ([(1, 0, block()), (0, 0, block())], "outside"),
    ([(0, 17, block())], "outside"),
    ([(2**32 - 1, 0, block())], "outside"),
    ([(0, 2**32 - 1, block())], "outside"),
    ([(27, 0, block())], "outside"),
    ([(0, 0, block(-128))], "values that are none"),
    ([(0, 0, block(0))], "values that are none"),
])  # fmt: skip
def test_blocks_lie_in_the_recording_once_and_in_order(tmp_path, blocks, sentence):
    written(tmp_path / "a.cells", *blocks)
    with pytest.raises(StemError, match=sentence):
        read(tmp_path / "a.cells")


def test_the_last_block_of_the_recording_is_read(tmp_path):
    written(tmp_path / "a.cells", (26, 16, block(-127)))
    assert read(tmp_path / "a.cells").blocks.keys() == {(26, 16)}


OTHERS = [b"", b"SAM", b"RIFF1234", MAGIC, MAGIC + b"\0" * 50, MAGIC + zlib.compress(b"1234")]


@pytest.mark.parametrize("content", OTHERS)
def test_what_is_no_such_file_is_refused(tmp_path, content):
    (tmp_path / "a.cells").write_bytes(content)
    with pytest.raises(StemError):
        read(tmp_path / "a.cells")


def test_nothing_may_follow(tmp_path):
    written(tmp_path / "a.cells", (0, 0, block()), end=b"1")
    with pytest.raises(StemError, match="end where"):
        read(tmp_path / "a.cells")
    written(tmp_path / "a.cells", (0, 0, block()))
    (tmp_path / "a.cells").write_bytes((tmp_path / "a.cells").read_bytes() + b"1")
    with pytest.raises(StemError, match="end where"):
        read(tmp_path / "a.cells")


def test_a_bomb_is_refused_at_its_first_block_outside(tmp_path):
    # 100 MB of blocks in a file of 100 kB.
    (tmp_path / "a.cells").write_bytes(MAGIC + zlib.compress(bytes(1 << 20) * 100, 9))
    with pytest.raises(StemError):
        read(tmp_path / "a.cells")


def test_too_many_blocks_of_many_values_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("samstudio.storage.cell_files.MOST_IN_MEMORY", 3)
    write_cells(tmp_path / "a.cells", painted(1))
    with pytest.raises(StemError, match="too large"):
        read(tmp_path / "a.cells")


def test_a_link_or_a_folder_is_no_file(tmp_path):
    write_cells(tmp_path / "a.cells", painted(1))
    (tmp_path / "folder.cells").mkdir()
    with pytest.raises(StemError):
        read(tmp_path / "folder.cells")
    with pytest.raises(StemError, match="missing"):
        read(tmp_path / "none.cells")
    if hasattr(os, "O_NOFOLLOW"):
        (tmp_path / "link.cells").symlink_to(tmp_path / "a.cells")
        with pytest.raises(StemError):
            read(tmp_path / "link.cells")


@pytest.mark.parametrize("kind", range(3))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path, kind):
    write_cells(tmp_path / "a.cells", painted(1, 2))
    whole = (tmp_path / "a.cells").read_bytes()
    for seed in range(100):
        check_damaged(tmp_path / "damaged.cells", bytearray(whole), kind, seed)


def check_damaged(path, data, kind, seed):
    random = np.random.default_rng([kind, seed])
    if kind == 0:
        # As a stranger would do it: whole inside, wrong in what it says.
        body = bytearray(zlib.decompress(bytes(data[len(MAGIC) :])))
        for place in random.integers(0, len(body), 5):
            body[place] = random.integers(256)
        data = bytearray(MAGIC + zlib.compress(bytes(body)))
    for place in random.integers(0, len(data), kind * 4):
        data[place] = random.integers(256)
    del data[int(random.integers(len(data) // 2, len(data) * 2)) :]
    path.write_bytes(data)
    try:
        cells = read(path)
    except StemError:
        return
    for (row, column), values in cells.blocks.items():
        assert 0 <= row < 27
        assert 0 <= column < 17
        assert values.shape == (BLOCK, BLOCK)
        assert values.min() >= -127
