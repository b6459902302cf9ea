"""The cells of a correction as a small file: written once, and read as one from anywhere must be."""

import os
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np

from samstudio.audio.atomic_file import AtomicFile, clear_errors, place_all
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import BLOCK, FULL, CellField, Values, shared
from samstudio.storage.session_text import StemError

MAGIC = b"SAMCELL1"
_PLACE = struct.Struct("<II")
"""Row and column of a block, before its values."""
_BLOCK_BYTES = BLOCK * BLOCK
MOST_IN_MEMORY = 1 << 18
"""Blocks that are not of one value: 1 GB."""
_READ = 1 << 16
Place = tuple[int, int]


def write_cells(path: Path, cells: CellField) -> None:
    """Write a new file, which appears when it is whole. Raises AudioError."""
    file = AtomicFile(path)
    try:
        with clear_errors(path):
            packing = zlib.compressobj()
            file.file.write(MAGIC)
            for place, values in sorted(cells.blocks.items()):
                file.file.write(packing.compress(_PLACE.pack(*place) + values.tobytes()))
            file.file.write(packing.flush())
        place_all([file])
    finally:
        file.discard()


def read_cells(path: Path, sample_rate: int, frames: int) -> CellField:
    """The cells in a file, for a sound of that many frames.

    Raises StemError unless it is a plain file of blocks that lie in that sound, each once and in order.
    """
    grid = CellGrid(sample_rate)
    rows, columns = -(-grid.frames_in(frames) // BLOCK), -(-grid.bins // BLOCK)
    try:
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise StemError("is not a file")
            if file.read(len(MAGIC)) != MAGIC:
                raise StemError("is not a correction of this version")
            return CellField(_checked(_blocks(file), rows, columns))
    except FileNotFoundError as error:
        raise StemError("is missing") from error
    except zlib.error as error:
        raise StemError("is damaged") from error
    except OSError as error:
        raise StemError(f"cannot be read ({error.strerror})") from error


def _checked(blocks: Iterator[tuple[Place, Values]], rows: int, columns: int) -> Mapping[tuple[int, int], Values]:
    found: dict[tuple[int, int], Values] = {}
    last, in_memory = (-1, -1), 0
    for place, values in blocks:
        if not last < place or place[0] >= rows or place[1] >= columns:
            raise StemError("has cells outside the recording")
        if values.min() < -FULL or not values.any():
            raise StemError("has values that are none")
        found[place] = block = shared(values)
        in_memory += block.strides != (0, 0)
        if in_memory > MOST_IN_MEMORY:
            raise StemError("is too large")
        last = place
    return found


def _blocks(file: BinaryIO) -> Iterator[tuple[Place, Values]]:
    """Place and values of each block, unpacked no further than it is asked for. Raises zlib.error, StemError."""
    unpacking, length = zlib.decompressobj(), _PLACE.size + _BLOCK_BYTES
    held = b""
    while True:
        if not unpacking.eof and len(held) < length:
            packed = unpacking.unconsumed_tail or file.read(_READ)
            if not packed:
                raise StemError("ends early")
            held += unpacking.decompress(packed, length - len(held))
        elif len(held) == length:
            values = np.frombuffer(held, np.int8, offset=_PLACE.size).reshape(BLOCK, BLOCK).copy()
            yield _PLACE.unpack_from(held), values
            held = b""
        elif held or unpacking.unused_data or file.read(1):
            raise StemError("does not end where it should")
        else:
            return
