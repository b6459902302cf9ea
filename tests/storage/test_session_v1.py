"""Sessions that the version before has saved."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.session.prompt import Span
from samstudio.session.session import Session
from samstudio.session.take import Take
from samstudio.storage.json_values import SessionError
from samstudio.storage.session_folder import SavedSession, SaveRequest, save_session
from samstudio.storage.session_reader import OpenedSession, open_session
from samstudio.storage.session_text import VERSION, read_session
from samstudio.storage.session_v1 import options_of_engines, upgraded_session
from tests.session.made_sessions import assert_equal

MADE = Path(__file__).parent / "version_1"
OPTIONS = {
    "model": "/home/user/models/tiny", "judge": "/home/user/models/judge", "preset": "balanced", "solver": "euler",
    "steps": 1, "candidates": 2, "predict_spans": True, "mode": "generated", "residual": "exact", "watermark": False,
    "order": "joint", "presence_gate": True,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path) -> Path:
    shutil.copy(MADE / "clip.wav", tmp_path)
    return shutil.copytree(MADE / "interview.samstudio", tmp_path / "interview.samstudio")


def opened(folder: Path) -> OpenedSession:
    *_, last = open_session(folder)
    return last


def takes_of(folder: Path) -> tuple[Take, Take]:
    session = opened(folder)
    assert session.lost_takes == ()
    first, second = session.session.takes
    return first, second


def test_a_take_without_settings_of_its_own_comes_back(folder):
    take, _ = takes_of(folder)
    assert (take.name, take.starred, take.note, take.candidates) == ("The tone", True, "", ())
    assert (take.settings.engine, dict(take.settings.options)) == ("spectral", {})
    clip, _ = soundfile.read(folder.parent / "clip.wav", dtype="float32", always_2d=True)
    np.testing.assert_array_equal(take.sound.stems.target + take.sound.stems.residual, clip)
    assert (take.sound.absent, take.sound.withheld, take.sound.parts) == ((), None, ())


def test_a_take_of_a_model_comes_back_with_all_of_it(folder):
    _, take = takes_of(folder)
    assert (take.name, take.starred, take.note) == ("Take 2 · man speaking", False, "A little watery.")
    assert (take.settings.engine, take.settings.device, take.settings.seed) == ("sam-audio", "cpu", 3)
    assert dict(take.settings.options) == OPTIONS
    assert take.notices[1] == "Candidate 2 of 2 was chosen by the Judge (scores 0.39, 0.40)."
    assert take.predicted == (Span(0.04, 0.12), Span(0.28, 0.32), Span(0.52, 0.6))
    assert take.suggestions == (Span(0.28, 0.32), Span(0.52, 0.6))
    other, chosen = take.candidates
    assert chosen.sound.stems is take.sound.stems
    assert chosen.scores.overall > other.scores.overall
    assert take.sound.absent == chosen.sound.absent == ((0.0, 0.125),)
    assert other.sound.absent == ()
    assert other.sound.withheld is None
    # What the gate took is silent in the target.
    assert not take.sound.stems.target[:1000].any()
    assert take.sound.withheld[:1000].any()
    assert not take.sound.withheld[1000:].any()


def test_the_settings_of_the_next_separation_come_back(folder):
    session = opened(folder).session
    assert session.settings is not None
    assert (session.settings.engine, dict(session.settings.options)) == ("sam-audio", OPTIONS)
    assert session.current_take == session.takes[1].id
    assert session.prompt.spans[-1] == Span(0.04, 0.12)


def test_it_is_saved_as_version_2_and_is_the_same(folder, tmp_path):
    before = opened(folder)
    request = SaveRequest(tmp_path / "new.samstudio", before.session, before.stored)
    saved = [step for step in save_session(request) if isinstance(step, SavedSession)]
    assert saved[0].left_out == ()
    facts = json.loads((tmp_path / "new.samstudio" / "session.json").read_text("utf-8"))
    assert facts["version"] == VERSION
    assert facts["takes"][1]["settings"]["options"] == OPTIONS
    after = opened(tmp_path / "new.samstudio").session
    assert_equal(after.takes, before.session.takes)
    assert_equal(after.prompt, before.session.prompt)


def read_changed(folder: Path, place: list, value: object) -> Session:
    facts = json.loads((folder / "session.json").read_text("utf-8"))
    inner = facts
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return read_session(json.dumps(facts), lambda _session, _name: np.zeros((4800, 1), np.float32))[0]


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        (["takes"], {}, "takes"),
        (["takes", 0], 3, "takes[0]"),
        (["takes", 0, "settings"], [], "takes[0].settings"),
        (["takes", 0, "settings", "sam_audio"], 3, "takes[0].settings.sam_audio"),
        (["takes", 1, "settings", "sam_audio"], {"steps": []}, "takes[1].settings.options.steps"),
        (["takes", 1, "candidates"], {"a": 1}, "takes[1].candidates"),
        (["takes", 1, "candidates", 0], None, "takes[1].candidates[0]"),
        (["takes", 1, "stems"], None, "takes[1].sound.stems"),
        (["takes", 1, "ghosts"], 3, "takes[1].suggestions"),
        (["settings"], "all", "settings"),
    ],
)
def test_what_is_wrong_in_it_is_named(folder, place, value, named):
    with pytest.raises(SessionError) as caught:
        read_changed(folder, place, value)
    assert named in str(caught.value)


def test_any_engines_settings_are_found_by_its_name():
    facts = {"engine": "from-tomorrow", "seed": 3, "from_tomorrow": {"depth": 2}, "sam_audio": {"steps": 8}}
    assert upgraded_session({"settings": facts})["settings"] == {
        "engine": "from-tomorrow",
        "seed": 3,
        "options": {"depth": 2},
    }
    assert options_of_engines(facts) == {"from-tomorrow": {"depth": 2}, "sam-audio": {"steps": 8}}
