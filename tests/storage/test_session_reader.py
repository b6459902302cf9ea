import json

import numpy as np
import pytest

from samstudio.storage.json_values import SessionError
from samstudio.storage.session_reader import session_folder as folder_of
from tests.storage.saved_sessions import opened, save


@pytest.mark.parametrize(
    "name",
    [
        "../target.wav",
        "takes/../../target.wav",
        "/etc/passwd",
        "takes/x/../../../target.wav",
        "takes/x/target.wav\0",
        "takes/x/.wav",
        "takes\\x\\target.wav",
        "C:\\x\\target.wav",
        "takes/x/y/target.wav",
        "takes/" + "x" * 10_000 + "/target.wav",
        "takes/x/target.txt",
        "",
    ],
)
def test_a_stem_outside_the_folder_is_refused(folder, session, name):
    save(folder, session)
    facts = json.loads((folder / "session.json").read_text("utf-8"))
    facts["takes"][0]["sound"]["stems"]["target"] = name
    (folder / "session.json").write_text(json.dumps(facts), "utf-8")
    with pytest.raises(SessionError, match="unsafe"):
        opened(folder)


@pytest.mark.parametrize("whole_folder", [True, False])
def test_a_stem_behind_a_link_is_refused(tmp_path, folder, session, whole_folder):
    save(folder, session)
    place = folder / "takes" / session.takes[1].id
    if whole_folder:
        place.rename(tmp_path / "elsewhere")
        place.symlink_to(tmp_path / "elsewhere")
    else:
        (place / "target.wav").rename(tmp_path / "target.wav")
        (place / "target.wav").symlink_to(tmp_path / "target.wav")
    with pytest.raises(SessionError, match="unsafe"):
        opened(folder)


def test_takes_without_their_stems_stay_away_and_are_reported(folder, session):
    save(folder, session)
    (folder / "takes" / session.takes[1].id / "residual.wav").unlink()
    path = folder / "takes" / session.takes[0].id / "target.wav"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1000])
    again = opened(folder)
    assert again.session.takes == ()
    assert [sentence.split(":")[1] for sentence in again.lost_takes] == [
        " target.wav ends early.",
        " residual.wav is missing.",
    ]
    assert again.session.prompt == session.prompt


def test_what_is_no_session_is_one_sentence(tmp_path, folder, session):
    for make in (
        lambda: None,
        folder.mkdir,
        (folder / "session.json").mkdir,
        lambda: ((folder / "session.json").rmdir(), (folder / "session.json").write_bytes(b"\xff\xfe\0")),
        lambda: (folder / "session.json").write_text('{"format": "samstudio-session", "version": 1'),
    ):
        make()
        with pytest.raises(SessionError) as caught:
            opened(folder)
        assert str(caught.value).count(". ") == 0
    with (folder / "session.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SessionError, match="too large"):
        opened(folder)


def test_a_session_is_named_by_its_folder_or_its_file(tmp_path, folder, session):
    save(folder, session)
    other = folder.rename(tmp_path / "renamed")
    assert folder_of(other) == other
    assert folder_of(other / "session.json") == other
    assert folder_of(tmp_path) is None
    assert folder_of(tmp_path / "song.wav") is None


def test_mapped_stems_outlive_their_folder(folder, session):
    save(folder, session)
    again = opened(folder)
    for path in (folder / "takes").rglob("*.wav"):
        path.unlink()
    assert np.array_equal(again.session.takes[1].sound.stems.target, session.takes[1].sound.stems.target)
