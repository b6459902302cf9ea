import json
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest

from samstudio.session.correction import CellField
from samstudio.session.mix import Strip
from samstudio.session.prompt import Prompt, Span
from samstudio.session.session import Session
from samstudio.session.take import Scores, Stem
from samstudio.storage.json_values import MOST_ITEMS, SessionError, stored_fields
from samstudio.storage.session_text import VERSION, StemError, read_session, session_text
from tests.session.made_sessions import assert_equal, full_session, sound

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "session-format.md"


def written(session: Session) -> tuple[str, dict[str, np.ndarray]]:
    files: dict[str, np.ndarray] = {}

    def store(samples):
        name = next((name for name, known in files.items() if known is samples), None)
        suffix = "wav" if isinstance(samples, np.ndarray) else "cells"
        name = name or f"takes/0/{len(files)}.{suffix}"
        files[name] = samples
        return name

    return session_text(session, store), files


@pytest.fixture
def facts() -> dict:
    return json.loads(written(full_session())[0])


def read(facts: dict | str) -> tuple[Session, tuple[str, ...]]:
    text = facts if isinstance(facts, str) else json.dumps(facts)
    return read_session(text, lambda _session, name: sound(0) if name.endswith(".wav") else CellField())


def refused(facts: dict | str) -> str:
    with pytest.raises(SessionError) as caught:
        read(facts)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert len(sentence) < 300
    assert "Traceback" not in sentence
    return sentence


def test_every_field_comes_back():
    session = full_session()
    text, files = written(session)
    again, lost = read_session(text, lambda _session, name: files[name])
    assert lost == ()
    assert_equal(again, session)


def test_the_chosen_candidate_is_known_again():
    text, files = written(full_session())
    again, _ = read_session(text, lambda _session, name: files[name])
    take = again.takes[0]
    sounds = [candidate.sound for candidate in take.candidates]
    assert [sound is not None and sound.stems is take.sound.stems for sound in sounds] == [False, True, False]


def test_it_is_readable_text():
    text, _ = written(full_session())
    assert '"text": "Gitarre “laut” 音\\n"' in text
    assert '{"start": 0.1, "end": 0.30000000000000004, "sign": "+", "low": null, "high": null, "muted": false}' in text
    assert max(map(len, text.splitlines())) < 200


def test_fields_that_are_missing_get_their_defaults(facts):
    del facts["view"], facts["takes"][0]["note"], facts["takes"][0]["settings"]["options"]
    session, _ = read(facts)
    assert session.view.selection is None
    assert session.takes[0].note == ""


def test_sessions_from_before_corrections_are_read(facts):
    for take in facts["takes"]:
        del take["sound"]["correction"]
    session, _ = read(facts)
    assert all(take.sound.correction.is_neutral and take.sound.is_up_to_date for take in session.takes)


@pytest.mark.parametrize(("name", "value"), [
    ("strength_db", 12.5), ("strength_db", -13), ("strength_db", "loud"), ("strokes", -1), ("strokes", 10**12),
    ("strokes", 1.5), ("cells", None), ("cells", 3),
])  # fmt: skip
def test_corrections_are_checked(facts, name, value):
    facts["takes"][0]["sound"]["correction"][name] = value
    assert name in refused(facts)


def test_strips_of_takes_are_only_there_where_one_was_touched(facts):
    del facts["mix"]["strips"][facts["takes"][0]["id"]]
    session, _ = read(facts)
    assert set(session.mix.strips) == set(Stem)
    assert session.mix.strip_of(facts["takes"][0]["id"]) == Strip()


@pytest.mark.parametrize("strip", [{"gain_db": 13.0}, {"pan": -1.5}, {"gain_db": "loud"}])
def test_the_strips_of_takes_are_checked_too(facts, strip):
    facts["mix"]["strips"]["another"] = strip
    assert "mix.strips.another" in refused(facts)


def test_no_take_may_pass_for_a_stem(facts):
    facts["takes"][0]["id"] = "residual"
    assert "no stem's name" in refused(facts)


def test_a_take_whose_stem_is_gone_stays_away_and_is_reported(facts):
    def load(_session, name):
        if name == facts["takes"][1]["sound"]["stems"]["target"]:
            raise StemError("target.wav is missing")
        return sound(0) if name.endswith(".wav") else CellField()

    session, lost = read_session(json.dumps(facts), load)
    assert [take.name for take in session.takes] == ["Take 1 · <b>laut</b>"]
    assert lost == ("“Take 2” could not come back: target.wav is missing.",)
    assert session.current_take == ""


def test_a_newer_version_is_distinguished(facts):
    assert "newer SAM Studio" in refused({**facts, "version": VERSION + 1})
    assert "version" in refused({**facts, "version": "1"})
    assert "version" in refused({**facts, "version": True})


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "3", '{"format": "other"}', '"x"', "[" * 200_000, '{"a": ' * 200_000, "{}"]
)
def test_what_is_no_session_is_one_sentence(text):
    assert "session" in refused(text)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("prompt", "spans", 0, "start"), float("nan"), "finite"),
        (("prompt", "spans", 0, "end"), float("inf"), "finite"),
        (("prompt", "spans", 0, "end"), 10**400, "prompt.spans[0].end"),
        (("prompt", "spans", 0, "end"), 1e300, "prompt.spans[0].end"),
        (("prompt", "spans", 0, "end"), -1.0, "prompt.spans[0]"),
        (("prompt", "spans", 0, "start"), "0.5", "prompt.spans[0].start"),
        (("prompt", "spans", 0, "sign"), "*", "prompt.spans[0].sign"),
        (("prompt", "spans", 0, "sign"), ["+"], "prompt.spans[0].sign"),
        (("prompt", "spans", 0, "muted"), 1, "prompt.spans[0].muted"),
        (("prompt", "spans", 0), None, "prompt.spans[0]"),
        (("prompt", "spans"), {}, "prompt.spans"),
        (("prompt", "text"), 3, "prompt.text"),
        (("prompt", "text"), "x" * 1_000_000, "prompt.text"),
        (("prompt", "text " * 100), "x", "prompt.text"),
        (("prompt", "objects", 0, "marks", 1, "box", 2), 7.0, "prompt.objects[0].marks[1]"),
        (("prompt", "objects", 0, "marks", 0, "clicks", 0, "x"), -1.0, "prompt.objects[0].marks[0].clicks[0]"),
        (("prompt", "objects", 0, "marks", 0, "time"), 9.0, "prompt.objects[0]"),
        (("takes",), {}, "takes"),
        (("takes", 0), [], "takes[0]"),
        (("takes", 0, "id"), "../../x", "takes[0].id"),
        (("takes", 0, "id"), "", "takes[0].id"),
        (("takes", 0, "frames_done"), -1, "takes[0].frames_done"),
        (("takes", 0, "frames_done"), 1 << 80, "takes[0].frames_done"),
        (("takes", 0, "frames_done"), 1.5, "takes[0].frames_done"),
        (("takes", 0, "settings", "seed"), True, "takes[0].settings.seed"),
        (("takes", 0, "settings", "options", "mode"), ["loud"], "takes[0].settings.options.mode"),
        (("takes", 0, "settings", "options"), ["loud"], "takes[0].settings.options"),
        (("takes", 0, "settings", "options", "share"), float("nan"), "finite"),
        (("takes", 0, "sound", "absent", 0), [0.0], "takes[0].sound.absent[0]"),
        (("takes", 0, "candidates", 0, "scores", "overall"), None, "takes[0].candidates[0].scores.overall"),
        (("takes", 0, "sound", "stems", "target"), 7, "takes[0].sound.stems.target"),
        (("takes", 0, "extra"), 7, "takes[0].extra"),
        (("clip", "sample_rate"), 0, "clip.sample_rate"),
        (("clip", "channels"), 1_000_000, "clip.channels"),
        (("clip", "frames"), 1 << 62, "clip.frames"),
        (("clip", "sha256"), "../..", "clip.sha256"),
        (("mix", "strips", "target", "gain_db"), 1e12, "mix.strips.target.gain_db"),
        (("mix", "strips", "target", "pan"), -7, "mix.strips.target.pan"),
        (("mix", "strips", "../drums"), {}, "mix.strips"),
        (("mix", "strips"), {}, "mix.strips.clip"),
        (("mix", "master_db"), 400, "mix.master_db"),
        (("view", "selection"), [2.0, 1.0], "view.selection"),
        (("view", "loop"), [2.0, 1.0], "view.loop"),
        (("view", "lanes"), {"clip": -1}, "view.lanes.clip"),
        (("view", "lanes"), {"clip": 10**12}, "view.lanes.clip"),
        (("view", "wave_gain"), 0.5, "view.wave_gain"),
        (("view", "lane_views"), {"clip": {"gain": 0.0}}, "view.lane_views.clip.gain"),
        (("view", "lane_views"), {"clip": {"content": "smell"}}, "view.lane_views.clip.content"),
        (("view", "start"), -1.0, "view.end"),
        (("view", "spectrogram"), {"fft_size": [1]}, "view.spectrogram.fft_size"),
        (("surprise",), 1, "surprise"),
    ],
)
def test_a_wrong_field_is_named(facts, path, value, named):
    place = facts
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert named in refused(facts)


def test_a_missing_field_is_named(facts):
    del facts["takes"][0]["prompt"]
    assert refused(facts) == "takes[0].prompt is missing."


def test_a_million_spans_are_refused(facts):
    facts["prompt"]["spans"] = [{"start": 0, "end": 1}] * 1_000_000
    assert "1000000 entries" in refused(facts)


def test_a_numbers_flood_is_refused(facts):
    assert "session" in refused(json.dumps(facts).replace('"frames_done": 900', f'"frames_done": {"9" * 100_000}'))


def test_what_could_not_be_read_again_is_not_written():
    with pytest.raises(SessionError):
        written(replace(full_session(), prompt=Prompt(spans=(Span(0, 1),) * (MOST_ITEMS + 1))))
    take = full_session().takes[0]
    bad = replace(take, candidates=(replace(take.candidates[0], scores=Scores(float("nan"))),))
    with pytest.raises(SessionError):
        written(replace(full_session(), takes=(bad,)))


def test_numbers_of_numpy_are_numbers():
    span = Span(np.float64(0.5), np.float32(0.75))
    again, _ = read(written(replace(full_session(), takes=(), prompt=Prompt(spans=(span,))))[0])
    assert again.prompt.spans == (Span(0.5, 0.75),)


def every_dataclass(kind: type, found: set[type]) -> set[type]:
    if is_dataclass(kind) and kind not in found:
        found.add(kind)
        hints = get_type_hints(kind)
        for hint in map(hints.__getitem__, stored_fields(kind)):
            for part in (hint, *get_args(hint)):
                every_dataclass(part, found)
    return found


def test_every_field_is_documented():
    text = DOCUMENTATION.read_text("utf-8")
    names = {name for kind in every_dataclass(Session, set()) for name in stored_fields(kind)}
    missing = sorted(name for name in names if f"`{name}`" not in text)
    assert missing == [], f"tell what these are in {DOCUMENTATION.name}"


def test_twenty_thousand_takes_are_read_and_more_are_refused(facts):
    one = facts["takes"][1]
    facts["takes"] = [{**one, "id": f"t{number}", "name": "Take"} for number in range(MOST_ITEMS)]
    session, lost = read(facts)
    assert (len(session.takes), lost) == (MOST_ITEMS, ())
    facts["takes"].append({**one, "id": "last"})
    assert "takes has 20001 entries" in refused(facts)
    facts["takes"] = [one, one]
    assert "no other take's" in refused(facts)
