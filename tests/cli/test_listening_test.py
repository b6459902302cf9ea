import json

import pytest

from samstudio.session.comparing.blind_test import Answer, Rating, Side
from samstudio.session.comparing.listening_test import TrialResult, trials_for
from samstudio.storage.listening_folder import TABLE, ListeningFolder


@pytest.fixture
def folder(tmp_path):
    """Two systems and three clips, of which one listener always preferred what the first made."""
    for system in ("large", "small"):
        (tmp_path / system).mkdir()
        for clip in "abc":
            (tmp_path / system / f"{clip}_target.wav").touch()
    test = ListeningFolder(tmp_path)
    for trial in trials_for("ann", test.clips, test.systems):
        side = Side.X if trial.x == "large" else Side.Y
        test.append(TrialResult("ann", trial, Answer(Rating(), Rating(), side), answered="now"))
    return tmp_path


def test_the_answers_so_far(run, folder):
    ran = run("listening-test", folder)
    assert ran.code == 0
    assert ran.out[0] == "large against small: 3 to 0, no difference 0 (1 listener, 3 clips)"
    assert ran.out[1].startswith("    large preferred in 100% (44% to 100%)")


def test_the_numbers_as_json_and_a_line_that_is_none(run, folder):
    with (folder / TABLE).open("a") as table:
        table.write("cut,off")
    ran = run("listening-test", folder, "--json")
    numbers = json.loads(ran.out[0])
    assert (numbers["answers"], numbers["unreadable_lines"]) == (3, 1)
    assert numbers["preferences"][0]["wins"] == [3, 0]
    assert "1 line of the table could not be read" in "\n".join(run("listening-test", folder).out)


def test_a_folder_without_pairs_is_refused(run, tmp_path):
    ran = run("listening-test", tmp_path)
    assert (ran.code, "is no listening test" in ran.sentence) == (3, True)
