"""Manifests beside the stems: hashes that fit the files, in a session and on the command line alike."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
import soundfile

from samstudio.session.session import ClipReference, Session
from samstudio.storage.job_manifest import this_machine
from samstudio.storage.session_folder import SaveRequest, save_session
from tests.session.made_sessions import CHANNELS, FRAMES, RATE, plain_take, sound


def digest(path):
    return sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def saved(tmp_path):
    """A session with a take, saved; and the session."""
    source = tmp_path / "song.wav"
    soundfile.write(source, sound(1), RATE, subtype="FLOAT")
    take = replace(plain_take(), began=1_700_000_000.0, made_on=this_machine(), from_cache=True)
    clip = ClipReference("song.wav", RATE, CHANNELS, FRAMES, str(source))
    session = Session(clip, take.prompt, takes=(take,))
    folder = tmp_path / "A.samstudio"
    *_, last = save_session(SaveRequest(folder, session))
    return folder, last


def test_a_take_of_a_session(saved, tmp_path):
    folder, last = saved
    (take,) = last.session.takes
    place = folder / "takes" / take.id
    facts = json.loads((place / "manifest.json").read_text("utf-8"))
    assert facts["input"]["sha256"] == digest(tmp_path / "song.wav")
    for stem in ("target", "residual"):
        assert facts["outputs"][stem]["sha256"] == digest(place / facts["outputs"][stem]["file"])
    assert facts["began"] == "2023-11-14T22:13:20+00:00"
    assert facts["from_cache"] is True
    assert facts["machine"]["host"] == this_machine().host
    assert "torch " in facts["machine"]["software"]
    assert facts["prompt"]["text"] == take.prompt.text
    assert facts["settings"]["engine"] == take.settings.engine


def test_it_stays_with_its_take_and_goes_with_it(saved):
    folder, last = saved
    (take,) = last.session.takes
    path = folder / "takes" / take.id / "manifest.json"
    before = path.stat().st_mtime_ns
    list(save_session(SaveRequest(folder, last.session, last.stored)))
    assert path.stat().st_mtime_ns == before
    list(save_session(SaveRequest(folder, replace(last.session, takes=()), last.stored)))
    assert not path.parent.exists()
