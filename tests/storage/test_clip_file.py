import hashlib
from dataclasses import replace

import pytest

from samstudio.storage.clip_file import find_clip, find_sha256, is_on_network
from tests.storage.saved_sessions import save


def test_a_clip_is_found_where_it_was_or_beside_the_session(tmp_path, clip, folder, session):
    reference = save(folder, session).session.clip
    assert find_clip(folder, reference) == clip
    moved = tmp_path / "elsewhere" / "work.samstudio"
    moved.parent.mkdir()
    assert find_clip(moved, reference) == clip, "its old place is known"
    beside = clip.rename(moved.parent / clip.name)
    assert find_clip(moved, reference) == beside
    # Of two, the one of the right size.
    clip.write_bytes(b"other")
    assert find_clip(moved, reference) == beside
    beside.unlink()
    assert find_clip(moved, reference) == clip
    clip.unlink()
    assert find_clip(moved, reference) is None


@pytest.mark.parametrize("path", ["", "\0", "x" * 5000, "/", ".", "../" * 300, "/dev/zero"])
def test_a_clip_with_an_impossible_name_is_not_found(folder, session, path):
    folder.mkdir()
    assert find_clip(folder, replace(session.clip, path=path, absolute=path)) is None


def test_a_files_hash_is_that_of_its_bytes(clip):
    *_, last = find_sha256(clip)
    assert last == hashlib.sha256(clip.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "path",
    ["//host/share/a.wav", r"\\host\share\a.wav", "smb://host/a.wav", "/net/host/a.wav", "/run/user/1/gvfs/a"],
)
def test_another_computer_is_not_asked_for_a_clip(folder, session, monkeypatch, path):
    asked = []
    monkeypatch.setattr("samstudio.storage.clip_file._is_file", asked.append)
    for reference in (replace(session.clip, absolute=path, path=""), replace(session.clip, absolute="", path=path)):
        assert find_clip(folder, reference) is None
    assert is_on_network(path)
    assert not any(is_on_network(str(place)) for place in asked)
    assert not is_on_network("/home/a/net/b.wav")
    assert not is_on_network(r"C:\music\a.wav")
