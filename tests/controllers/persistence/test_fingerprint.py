import hashlib

import pytest

from samstudio.controllers.persistence.fingerprint import Fingerprint


@pytest.fixture
def fingerprint(background):
    return Fingerprint(background)


def test_it_tells_the_hash_of_the_file_it_follows(fingerprint, tmp_path, qtbot):
    (tmp_path / "a").write_bytes(b"sound" * 10_000_000)
    (tmp_path / "b").write_bytes(b"other")
    told = []
    fingerprint.found.connect(told.append)
    fingerprint.follow(tmp_path / "a")
    fingerprint.follow(tmp_path / "b")
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(100)
    assert told == [hashlib.sha256(b"other").hexdigest()] == [fingerprint.sha256]
    fingerprint.follow(None)
    assert fingerprint.sha256 == ""


def test_a_file_that_is_gone_has_none(fingerprint, tmp_path, qtbot):
    fingerprint.follow(tmp_path / "gone")
    qtbot.wait(100)
    assert fingerprint.sha256 == ""
