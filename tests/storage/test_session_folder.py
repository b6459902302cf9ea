import json
import os
from dataclasses import replace

import numpy as np
import pytest

from samstudio.audio import atomic_file
from samstudio.audio.errors import AudioError
from samstudio.session.correction import CellMask, Correction, Direction
from samstudio.session.take import Take
from samstudio.storage import session_folder
from samstudio.storage.json_values import SessionError
from samstudio.storage.session_folder import SavedSession, SaveRequest, save_session, store_stems, stored_takes
from tests.audio.as_nobody import as_nobody, public_folder
from tests.session.made_sessions import assert_equal, plain_take
from tests.storage.saved_sessions import files, opened, save


def test_out_and_in_again_is_equal(folder, session):
    saved = save(folder, session)
    again = opened(folder)
    assert again.lost_takes == ()
    assert_equal(replace(again.session, clip=session.clip), session)
    assert again.session.clip.path == "../music/Ton – 音.wav"
    assert len(again.session.clip.sha256) == 64
    assert {stored.path for stored in again.stored} == {stored.path for stored in saved.stored}
    # Two takes of two stems, one of them with a second candidate, two withheld and a correction.
    assert len(files(folder)) == 1 + 2 + 6 + 1


def test_stems_that_lie_there_are_not_written_again(folder, session):
    save(folder, session)
    before = {name: (folder / name).stat().st_ino for name in files(folder)}
    again = opened(folder)
    more = replace(again.session, takes=(*again.session.takes, plain_take(30, "More")))
    save(folder, more, again.stored)
    after = {name: (folder / name).stat().st_ino for name in files(folder)}
    assert len(after) == len(before) + 2
    assert {name: inode for name, inode in after.items() if name in before and name != "session.json"} == {
        name: inode for name, inode in before.items() if name != "session.json"
    }
    assert_equal(opened(folder).session.takes, more.takes)


def test_other_sound_under_the_same_id_gets_a_file_of_its_own(folder, session):
    saved = save(folder, session)
    take = session.takes[1]
    changed = replace(take, sound=plain_take(77).sound)
    save(folder, replace(session, takes=(changed,)), saved.stored)
    assert_equal(opened(folder).session.takes, (changed,))
    assert files(folder) == {"session.json", f"takes/{take.id}/target-2.wav", f"takes/{take.id}/residual-2.wav"}


def test_what_nothing_refers_to_goes_and_what_is_not_ours_stays(folder, session):
    saved = save(folder, session)
    left, kept = session.takes[0], session.takes[1]
    (folder / "takes" / left.id / ".samstudio-0123.part").write_bytes(b"broken off")
    (folder / "takes" / kept.id / "my notes.txt").write_text("mine")
    (folder / "mine.wav").write_bytes(b"mine")
    save(folder, replace(session, takes=(kept,)), saved.stored)
    assert files(folder) == {
        "session.json", "mine.wav", f"takes/{kept.id}/my notes.txt",
        f"takes/{kept.id}/target.wav", f"takes/{kept.id}/residual.wav",
    }  # fmt: skip
    assert not (folder / "takes" / left.id).exists()


def test_a_save_broken_off_at_any_step_leaves_the_old_session(folder, session):
    saved = save(folder, session)
    changed = replace(session, prompt=session.prompt.with_text("other"), takes=(plain_take(50), session.takes[1]))
    for stop in range(1, 30):
        steps = save_session(SaveRequest(folder, changed, saved.stored))
        for _ in range(stop):
            if isinstance(next(steps), SavedSession):
                break
        else:
            steps.close()
            assert_equal(opened(folder).session.takes, session.takes)
            assert opened(folder).session.prompt == session.prompt
            continue
        assert_equal(opened(folder).session.takes, changed.takes)
        break
    else:
        pytest.fail("the save never came to its end")


@pytest.mark.parametrize(
    ("module", "name"),
    [(session_folder, "write_stem"), (atomic_file, "place_all"), (session_folder, "session_text")],
    ids=["write_stem", "place_all", "session_text"],
)
def test_a_disk_that_fills_up_leaves_the_old_session(folder, session, monkeypatch, module, name):
    saved = save(folder, session)

    def full(*_, **__):
        raise AudioError("The disk is full.")

    monkeypatch.setattr(module, name, full)
    with pytest.raises(AudioError):
        save(folder, replace(session, takes=(plain_take(50),)), saved.stored)
    monkeypatch.undo()
    assert_equal(opened(folder).session.takes, session.takes)


def test_a_disk_too_small_is_reported_before_anything_is_written(folder, session, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1000})())
    with pytest.raises(AudioError, match="disk is full"):
        save(folder, session)
    assert files(folder) == set()


def test_with_room_to_spare_takes_are_left_out_and_named(folder, session, monkeypatch):
    size = session.takes[1].sound.stems.target.nbytes
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1000 + 3 * size})())
    saved = save(folder, session, spare=1000)
    assert saved.left_out == ("Take 1 · <b>laut</b>",)
    assert_equal(opened(folder).session.takes, session.takes[1:])


def test_a_folder_that_may_not_be_written_is_one_sentence(session):
    with public_folder() as locked, as_nobody(), pytest.raises(AudioError, match="may not be written"):
        save(locked / "x.samstudio", session)


def test_a_file_in_the_way_is_one_sentence(tmp_path, session):
    (tmp_path / "x.samstudio").write_text("a file")
    with pytest.raises(AudioError, match=r"x\.samstudio"):
        save(tmp_path / "x.samstudio", session)


@pytest.mark.parametrize("link", ["takes", "session.json", "take"])
def test_nothing_is_written_through_a_link(tmp_path, folder, session, link):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "session.json").write_text("precious")
    (outside / "target.wav").write_text("precious")
    (folder / "takes").mkdir(parents=True)
    if link == "takes":
        (folder / "takes").rmdir()
        (folder / "takes").symlink_to(outside)
    elif link == "session.json":
        (folder / "session.json").symlink_to(outside / "session.json")
    else:
        (folder / "takes" / session.takes[0].id).symlink_to(outside)
    with pytest.raises(AudioError, match="link"):
        save(folder, session)
    assert files(outside) == {"session.json", "target.wav"}
    assert (outside / "session.json").read_text() == "precious"


def test_cleaning_never_follows_a_link(tmp_path, folder, session):
    save(folder, session)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "target.wav").write_text("precious")
    (folder / "takes" / "abc").symlink_to(outside)
    saved = save(folder, replace(session, takes=()))
    assert saved.left_out == ()
    assert (outside / "target.wav").read_text() == "precious"


def test_a_linked_disk_gives_stems_a_second_name_instead_of_a_copy(tmp_path, folder, session):
    first = save(tmp_path / "autosave", session)
    save(folder, session, first.stored, link_from=tmp_path / "autosave")
    name = f"takes/{session.takes[1].id}/target.wav"
    assert (folder / name).stat().st_ino == (tmp_path / "autosave" / name).stat().st_ino
    copied = tmp_path / "copied.samstudio"
    save(copied, session, first.stored)
    assert (copied / name).stat().st_ino != (folder / name).stat().st_ino
    assert_equal(opened(copied).session.takes, session.takes)


def test_an_autosave_refers_to_the_session_it_belongs_to(tmp_path, folder, session):
    saved = save(folder, session)
    more = replace(session, takes=(*session.takes, plain_take(60, "New")), autosave_of=str(folder))
    home = tmp_path / "autosave"
    save(home, more, saved.stored, also=folder)
    assert len(files(home)) == 3
    assert_equal(opened(home, is_autosave=True).session.takes, more.takes)
    # A stranger's session that says the same of itself is not followed.
    assert len(opened(home).lost_takes) == 2


def test_stems_can_be_stored_before_the_facts(folder, session):
    *_, stored = store_stems(SaveRequest(folder, session))
    assert not (folder / "session.json").exists()
    assert stored_takes(session.takes, stored.stored, [folder]) == session.takes
    assert stored_takes(session.takes, stored.stored, [folder / "other"]) == ()
    before = files(folder)
    save(folder, session, stored.stored)
    assert files(folder) == before | {"session.json"}


def test_a_clip_that_is_gone_keeps_nobody_from_saving(folder, clip, session):
    clip.unlink()
    assert save(folder, session).session.clip.sha256 == ""


def test_a_clips_name_that_is_no_text_comes_back(folder, session):
    name = os.fsdecode(b"/music/\xff\xfe.wav")
    save(folder, replace(session, clip=replace(session.clip, absolute=name)))
    assert opened(folder).session.clip.absolute == name
    assert json.loads((folder / "session.json").read_text("utf-8"))


def test_marks_are_saved_however_little_room_is_to_spare(folder, session, monkeypatch):
    saved = save(folder, session)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1000})())
    more = replace(session, prompt=session.prompt.with_text("later"), takes=(*session.takes, plain_take(80, "New")))
    assert save(folder, more, saved.stored, spare=1 << 40).left_out == ("New",)
    assert opened(folder).session.prompt.text == "later"
    assert_equal(opened(folder).session.takes, session.takes)


def corrected(take: Take, *edits: tuple[int, int]) -> Take:
    """The take with blocks of cells painted, as (first frame, weight)."""
    correction = Correction()
    for first, weight in edits:
        mask = CellMask(first, 0, np.full((3, 50), weight, np.uint8))
        correction = correction.painted(mask, Direction.TO_TARGET, 1.0)
    return replace(take, sound=replace(take.sound, correction=correction))


def test_a_stroke_writes_its_cells_and_no_stem(folder, session):
    take = plain_take()
    first = save(folder, replace(session, takes=(corrected(take, (0, 100)),)))
    request = SaveRequest(folder, replace(session, takes=(corrected(take, (0, 100), (0, 50)),)), first.stored)
    *_, second = save_session(request)
    assert [stored.path.name for stored in second.stored] == ["correction-2.cells"]
    again = opened(folder).session.takes[0]
    assert again.sound.correction == corrected(take, (0, 100), (0, 50)).sound.correction
    assert not again.sound.is_up_to_date
    # What nothing refers to any more is removed.
    assert sorted(path.name for path in (folder / "takes" / take.id).iterdir()) == [
        "correction-2.cells", "manifest.json", "residual.wav", "target.wav",
    ]  # fmt: skip


def test_a_take_whose_correction_is_damaged_is_reported(folder, session):
    take = corrected(plain_take(), (0, 100))
    save(folder, replace(session, takes=(take,), current_take=""))
    (folder / "takes" / take.id / "correction.cells").write_bytes(b"SAMCELL1" + bytes(20))
    again = opened(folder)
    assert again.session.takes == ()
    assert "correction.cells is damaged" in again.lost_takes[0]


def test_cells_are_no_stem_and_a_stem_is_no_cells(folder, session):
    take = corrected(plain_take(), (0, 100))
    save(folder, replace(session, takes=(take,), current_take=""))
    path = folder / "session.json"
    text = path.read_text("utf-8")
    for wrong in (text.replace("target.wav", "correction.cells"), text.replace("correction.cells", "target.wav")):
        path.write_text(wrong, "utf-8")
        with pytest.raises(SessionError, match="of the right kind"):
            opened(folder)
