import hashlib
from dataclasses import replace

import pytest

from samstudio.controllers.persistence.clip_hash import ClipHash


@pytest.fixture
def clip_hash(background):
    return ClipHash(background)


@pytest.fixture
def clips(tone_clip, tmp_path):
    """Of two files; the first one takes a while."""
    (tmp_path / "a").write_bytes(b"sound" * 10_000_000)
    (tmp_path / "b").write_bytes(b"other")
    return [replace(tone_clip, path=tmp_path / name) for name in "ab"]


def test_it_keeps_the_hash_of_every_clip(clip_hash, clips, qtbot):
    found = {}
    clip_hash.found.connect(lambda clip, sha256: found.update({clip: sha256}))
    for clip in clips:
        clip_hash.find(clip)
    qtbot.waitUntil(lambda: len(found) == 2)
    assert found[clips[1]] == hashlib.sha256(b"other").hexdigest() == clip_hash.of(clips[1])
    assert clip_hash.of(clips[0]) == found[clips[0]] != found[clips[1]]


def test_that_of_a_recording_that_was_closed_is_computed_no_longer(clip_hash, clips, qtbot):
    found = []
    clip_hash.found.connect(lambda clip, _sha256: found.append(clip))
    for clip in clips:
        clip_hash.find(clip)
    clip_hash.forget(clips[0])
    qtbot.waitUntil(lambda: not clip_hash._jobs)
    assert found == [clips[1]]
    assert clip_hash.of(clips[0]) == ""


def test_a_file_that_is_gone_has_none(clip_hash, tone_clip, tmp_path, qtbot):
    gone = replace(tone_clip, path=tmp_path / "gone")
    clip_hash.find(gone)
    qtbot.waitUntil(lambda: not clip_hash._jobs)
    assert clip_hash.of(gone) == ""
