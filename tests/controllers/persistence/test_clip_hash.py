import hashlib

import pytest

from samstudio.controllers.persistence.clip_hash import ClipHash


@pytest.fixture
def clip_hash(document, background):
    return ClipHash(document, background)


def test_it_tells_the_hash_of_the_file_it_follows(clip_hash, tmp_path, qtbot):
    (tmp_path / "a").write_bytes(b"sound" * 10_000_000)
    (tmp_path / "b").write_bytes(b"other")
    emitted = []
    clip_hash.found.connect(emitted.append)
    clip_hash.follow(tmp_path / "a")
    clip_hash.follow(tmp_path / "b")
    qtbot.waitUntil(lambda: bool(emitted))
    qtbot.wait(100)
    assert emitted == [hashlib.sha256(b"other").hexdigest()] == [clip_hash.sha256]
    clip_hash.follow(None)
    assert clip_hash.sha256 == ""


def test_a_file_that_is_gone_has_none(clip_hash, tmp_path, qtbot):
    clip_hash.follow(tmp_path / "gone")
    qtbot.wait(100)
    assert clip_hash.sha256 == ""
