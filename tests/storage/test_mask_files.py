import os

import numpy as np
import pytest

from samstudio.session.video.mask_track import MaskTrack, packed_mask
from samstudio.storage import mask_files
from samstudio.storage.mask_files import MaskFiles, track_bytes

MASKS = np.random.default_rng(1).random((5, 36, 64)) < 0.2


def track(key: str = "ab12") -> MaskTrack:
    packed = (*map(packed_mask, MASKS), b"")
    return MaskTrack(key, tuple(k / 7 for k in range(6)), packed, (1.0, 0.25, 0.5, 0.9, 1.0, 0.0), 36, 64)


def test_a_track_comes_back_as_it_was(tmp_path):
    files, kept = MaskFiles(tmp_path / "new" / "masks"), track()
    assert files.find(kept.key) is None
    files.keep(kept)
    found = files.find(kept.key)
    for name in ("key", "times", "masks", "certainty", "height", "width"):
        assert getattr(found, name) == getattr(kept, name)
    np.testing.assert_array_equal(found.mask(2), MASKS[2])
    assert [path.name for path in (tmp_path / "new" / "masks").iterdir()] == ["ab12.masks"]


@pytest.mark.parametrize("place", [0, 9, 40, -1])
def test_a_damaged_file_is_as_good_as_none(tmp_path, place):
    files = MaskFiles(tmp_path)
    files.keep(track())
    path = tmp_path / "ab12.masks"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert files.find("ab12") is None
    path.write_bytes(track_bytes(track())[:100])
    assert files.find("ab12") is None
    (tmp_path / "other.masks").write_bytes(track_bytes(track()))
    assert files.find("other") is None


def test_the_oldest_make_room(tmp_path, monkeypatch):
    files = MaskFiles(tmp_path)
    monkeypatch.setattr(mask_files, "MOST_BYTES", 2 * len(track_bytes(track("b"))) + 10)
    for number, key in enumerate("bc"):
        files.keep(track(key))
        os.utime(tmp_path / f"{key}.masks", (number, number))
    files.keep(track("d"))
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["c", "d"]


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path):
    (tmp_path / "file").write_text("no folder")
    MaskFiles(tmp_path / "file").keep(track())
    assert MaskFiles(tmp_path / "file").find("ab12") is None
