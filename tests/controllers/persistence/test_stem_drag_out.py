"""The files of stems that other programs were given."""

import os

from samstudio.controllers.persistence.stem_drag_out import StemDragOut


def test_files_of_a_week_ago_are_removed_at_the_next_start(background, qtbot, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "a.wav").write_bytes(b"sound")
    os.utime(old, (0, 0))
    StemDragOut(background, tmp_path)
    qtbot.waitUntil(lambda: not old.exists())
    assert (new / "a.wav").exists()
