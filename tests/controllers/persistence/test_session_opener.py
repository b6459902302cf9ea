"""Opening recordings and sessions without a window."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.audio.errors import AudioError
from samstudio.audio.files import ClipRead, read_clip
from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence import clip_loader as clip_loader_module
from samstudio.controllers.persistence.clip_hash import ClipHash
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.controllers.persistence.journal_folder import LostWork
from samstudio.controllers.persistence.session_locks import SessionLocks
from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.controllers.persistence.session_saver import SessionSaver
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt, Span
from samstudio.session.session import ViewState
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take
from samstudio.storage.session_folder import SaveRequest, save_session
from tests.audio.made_tracks import TONES, tone_of, two_tracks

MARKED = Prompt("bell", (Span(0.25, 0.5),))


class Persistence:
    """The controllers of one window that open and save, connected as in the container."""

    def __init__(self, background, locks: Path) -> None:
        self.document, self.mixing, self.preferences = Document(), Mixing(), Preferences()
        self.stored_stems = StoredStems()
        self.clip_loader, self.clip_hash = ClipLoader(self.document, background), ClipHash(background)
        self.state = SessionState(self.document, self.mixing, SessionLocks(locks))
        self.saver = SessionSaver(self.document, self.state, self.stored_stems, self.clip_hash, background)
        self.opener = SessionOpener(
            self.document,
            self.state,
            self.stored_stems,
            self.clip_loader,
            self.clip_hash,
            self.preferences,
            background,
        )


@pytest.fixture
def persistence(background, tmp_path):
    return Persistence(background, tmp_path / "locks")


@pytest.fixture
def recording(tmp_path, tone_clip):
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone_clip.samples, tone_clip.sample_rate, subtype="FLOAT")
    return path


@pytest.fixture
def folder(persistence, recording, tmp_path, qtbot):
    """A session with a mark, a take and a soloed target, saved and closed."""
    folder, document = tmp_path / "a.samstudio", persistence.document
    open_and_wait(qtbot, persistence, persistence.opener.open_recording, recording, MARKED)
    samples = document.clip.samples
    stems = Stems(samples * np.float32(0.5), samples * np.float32(0.5))
    document.add_take(Take("Take 1", MARKED, SeparationSettings(), Sound(stems), 1.0, len(samples)))
    persistence.mixing.set_mix(persistence.mixing.mix.soloed(Stem.TARGET))
    with qtbot.waitSignal(persistence.saver.saving_changed, check_params_cb=lambda saving: not saving):
        persistence.saver.save(folder, ViewState(0.5, 1.0), SeparationSettings(seed=3))
    persistence.document.recordings.close_all()
    persistence.mixing.set_mix(persistence.mixing.mix.soloed(Stem.CLIP))
    return folder


def open_and_wait(qtbot, persistence, open_, *arguments):
    with qtbot.waitSignal(persistence.clip_loader.completed):
        open_(*arguments)


def test_a_recording_is_opened_with_its_prompt_and_remembered(persistence, recording, tone_clip, qtbot):
    with qtbot.assertNotEmitted(persistence.opener.opened):
        open_and_wait(qtbot, persistence, persistence.opener.open_recording, recording, MARKED)
    assert np.array_equal(persistence.document.clip.samples, tone_clip.samples)
    assert persistence.document.prompt == MARKED
    assert persistence.preferences.recent_files == (recording,)
    persistence.document.recordings.close_all()
    assert persistence.document.clip is None


def test_a_session_is_one_value_of_which_each_takes_its_part(persistence, folder, qtbot):
    opened = []
    persistence.opener.opened.connect(opened.append)
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    (value,) = opened
    assert value is persistence.document.recording
    assert (value.view.start, value.view.end, value.settings.seed) == (0.5, 1.0, 3)
    assert persistence.document.prompt == MARKED
    assert persistence.document.current_take is persistence.document.takes[0]
    assert persistence.mixing.mix == value.mix == persistence.mixing.mix.soloed(Stem.TARGET)
    assert (persistence.state.folder, persistence.state.is_modified) == (folder, False)
    assert {stem.path.name for stem in persistence.stored_stems.all()} == {"target.wav", "residual.wav"}
    assert persistence.preferences.recent_files[0] == folder


def test_takes_wait_for_a_length_that_is_known_only_at_the_end(persistence, folder, tone_clip, monkeypatch, qtbot):
    guessed = AudioClip(np.concatenate([tone_clip.samples, np.zeros((100, 2), np.float32)]), 48000)

    def read(_path, track):
        yield ClipRead(guessed, 500)
        yield ClipRead(AudioClip(guessed.samples[:96000], 48000), 96000)

    monkeypatch.setattr(clip_loader_module, "read_clip", read)
    stages = []
    for name in ("opened", "length_known"):
        signal = getattr(persistence.opener, name)
        signal.connect(
            lambda _opened, name=name: stages.append(
                (name, len(persistence.document.takes), persistence.state.is_restoring)
            )
        )
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    assert stages == [("opened", 0, True), ("length_known", 1, False)]
    assert persistence.state.folder == folder


def test_a_missing_recording_is_asked_for_and_what_is_open_stays(persistence, folder, recording, tmp_path, qtbot):
    moved = recording.rename(tmp_path / "elsewhere.wav")
    open_and_wait(qtbot, persistence, persistence.opener.open_recording, moved)
    clip = persistence.document.clip
    with qtbot.waitSignal(persistence.opener.recording_missing) as asked:
        persistence.opener.open_session(folder)
    (opening,) = asked.args
    assert opening.opened.folder == folder
    assert persistence.document.clip is clip
    open_and_wait(qtbot, persistence, persistence.opener.use_recording, opening, moved)
    assert len(persistence.document.takes) == 1
    assert persistence.state.is_modified, "its new place is worth saving"


def test_an_answer_that_comes_too_late_changes_nothing(persistence, folder, recording, tmp_path, qtbot):
    moved = recording.rename(tmp_path / "elsewhere.wav")
    with qtbot.waitSignal(persistence.opener.recording_missing) as asked:
        persistence.opener.open_session(folder)
    (opening,) = asked.args
    with qtbot.waitSignal(persistence.opener.superseded):
        persistence.document.recordings.close(opening.recording)
    persistence.opener.use_recording(opening, moved)
    persistence.opener.go_on_without_takes(opening)
    persistence.opener.go_on_with_changed_recording(opening)
    assert not persistence.clip_loader.is_reading(opening.recording)
    assert persistence.document.clip is None
    assert persistence.document.recordings.all == ()


def test_another_recording_keeps_the_takes_out(persistence, folder, recording, tone_clip, qtbot):
    soundfile.write(recording, tone_clip.samples[:-100], tone_clip.sample_rate, subtype="FLOAT")
    with qtbot.waitSignal(persistence.opener.other_recording) as asked:
        persistence.opener.open_session(folder)
    assert persistence.document.takes == ()
    assert persistence.state.is_restoring, "a save would remove the takes from the disk"
    persistence.opener.go_on_without_takes(asked.args[0])
    assert (persistence.state.folder, persistence.state.is_at_risk) == (None, True)


def test_a_recording_with_other_content_is_asked_about_by_its_hash(persistence, folder, recording, tone_clip, qtbot):
    soundfile.write(recording, tone_clip.samples * 0.5, tone_clip.sample_rate, subtype="FLOAT")
    with qtbot.waitSignal(persistence.opener.changed_recording) as asked:
        persistence.opener.open_session(folder)
    assert not persistence.state.is_modified
    persistence.opener.go_on_with_changed_recording(asked.args[0])
    assert len(persistence.document.takes) == 1
    assert persistence.state.is_modified


def test_lost_work_goes_back_to_the_session_it_belongs_to(persistence, folder, tmp_path, qtbot):
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    journal = tmp_path / "journal"
    session = replace(persistence.saver.session(persistence.document.recording), autosave_of=str(folder))
    stored = persistence.stored_stems.all()
    for _ in save_session(SaveRequest(journal, session, stored, also=folder, hashed=False, tidy=False)):
        pass
    assert not list(journal.rglob("*.wav"))
    persistence.document.recordings.close_all()
    lost = LostWork(journal, "tone.wav", 0.0, 1, 1, 0)
    with qtbot.waitSignals([persistence.opener.recovered, persistence.clip_loader.completed]):
        persistence.opener.open_session(journal, lost)
    assert persistence.state.folder == folder
    assert persistence.state.is_at_risk
    assert len(persistence.document.takes) == 1


def test_what_is_no_session_is_one_sentence(persistence, tmp_path, qtbot):
    with qtbot.waitSignal(persistence.opener.failed) as failed:
        persistence.opener.open_session(tmp_path)
    assert failed.args[0].endswith("open a folder that holds a session.json.")


def test_a_session_opens_the_sound_track_that_it_was_made_with(persistence, tmp_path, qtbot):
    video, folder = two_tracks(tmp_path / "two.mkv"), tmp_path / "Tracks.samstudio"
    open_and_wait(qtbot, persistence, persistence.opener.open_recording, video, MARKED, 1)
    assert tone_of(persistence.document.clip.samples) == TONES[0]
    with qtbot.waitSignal(persistence.saver.saving_changed, check_params_cb=lambda saving: not saving):
        persistence.saver.save(folder, ViewState(), SeparationSettings())
    persistence.document.recordings.close_all()
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    assert persistence.document.clip.track == 1
    assert tone_of(persistence.document.clip.samples) == TONES[0]


def test_several_are_opened_at_once_and_those_that_cannot_be_are_told_in_one_go(
    persistence, recording, tone_clip, tmp_path, qtbot
):
    second = tmp_path / "second.wav"
    soundfile.write(second, tone_clip.samples[:1000], tone_clip.sample_rate)
    (tmp_path / "broken.wav").write_bytes(b"nothing")
    told = []
    persistence.opener.failed.connect(told.append)
    for place, path in enumerate((recording, tmp_path / "broken.wav", tmp_path / "gone.wav", second)):
        persistence.opener.open_recording(path, shows=place == 0)
    qtbot.waitUntil(lambda: bool(told) and all(each.is_complete for each in persistence.document.recordings.all))
    assert [each.name for each in persistence.document.recordings.all] == ["tone.wav", "second.wav"]
    assert persistence.document.recording.name == "tone.wav"
    (sentences,) = told
    assert len(sentences.splitlines()) == 2
    assert "broken.wav" in sentences
    assert "gone.wav" in sentences


def test_the_next_one_is_shown_if_it_was_read_before_the_first_one_failed(
    persistence, recording, tone_clip, tmp_path, monkeypatch, qtbot
):
    first, second, broken = (tmp_path / name for name in ("first.wav", "second.wav", "broken.wav"))
    soundfile.write(first, tone_clip.samples[:1000], tone_clip.sample_rate)
    open_and_wait(qtbot, persistence, persistence.opener.open_recording, first)
    soundfile.write(second, tone_clip.samples[:1000], tone_clip.sample_rate)
    was_read = threading.Event()

    def read(path, track):
        if path == broken:
            assert was_read.wait(20)
            raise AudioError("“broken.wav” cannot be read.")
        yield from read_clip(path, track=track)

    monkeypatch.setattr(clip_loader_module, "read_clip", read)
    with qtbot.waitSignal(persistence.opener.failed):
        for place, path in enumerate((broken, recording, second)):
            persistence.opener.open_recording(path, shows=place == 0)
        qtbot.waitUntil(lambda: all(each.is_complete for each in persistence.document.recordings.all[2:]))
        was_read.set()
    assert persistence.document.recording.name == "tone.wav"


def test_what_is_open_is_shown_instead_of_opened_twice(persistence, folder, recording, qtbot):
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    open_and_wait(qtbot, persistence, persistence.opener.open_recording, recording)
    first, second = persistence.document.recordings.all
    assert persistence.document.recording is second
    persistence.opener.open_session(folder)
    assert persistence.document.recording is first
    persistence.opener.open_recording(recording)
    assert persistence.document.recording is second
    assert persistence.document.recordings.all == (first, second)


def test_two_recordings_cannot_be_saved_in_one_folder(persistence, folder, recording, qtbot):
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    open_and_wait(qtbot, persistence, persistence.opener.open_recording, recording)
    with qtbot.waitSignal(persistence.saver.failed) as failed:
        persistence.saver.save(folder)
    assert "open already" in failed.args[0]
