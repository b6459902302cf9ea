"""Files that are written together appear together or not at all."""

from pathlib import Path

import pytest

from samstudio.audio.atomic_file import SUFFIX
from samstudio.audio.errors import AudioError
from tests.audio.goals import contents, write


def test_a_group_fails_together(tmp_path, monkeypatch):
    """The second file cannot be moved (it is open in a DAW on Windows): the first one is taken back."""
    for name in "ab":
        (tmp_path / name).write_bytes(b"mine")
    move = Path.replace

    def refuse_b(self, target):
        if Path(target).name == "b" and self.name.endswith(SUFFIX):
            raise PermissionError(13, "is open elsewhere")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", refuse_b)
    with pytest.raises(AudioError, match="“b” may not be written"):
        write(tmp_path, "ab", overwrite=True)
    assert contents(tmp_path) == {"a": b"mine", "b": b"mine"}


def test_a_group_of_new_files_fails_together(tmp_path):
    with pytest.raises(AudioError, match="“b” exists already"):
        write(tmp_path, "ab", lambda: (tmp_path / "b").write_bytes(b"mine"))
    assert contents(tmp_path) == {"b": b"mine"}


def test_a_group_whose_second_member_is_refused_leaves_nothing(tmp_path):
    (tmp_path / "b").write_bytes(b"mine")
    with pytest.raises(AudioError, match="exists"):
        write(tmp_path, "ab")
    assert contents(tmp_path) == {"b": b"mine"}
