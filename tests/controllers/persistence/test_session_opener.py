"""Opening recordings and sessions without a window."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.audio.files import ClipRead
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
        self.clip_loader, self.clip_hash = ClipLoader(background), ClipHash(self.document, background)
        self.state = SessionState(self.document, self.mixing, SessionLocks(locks))
        self.saver = SessionSaver(self.document, self.mixing, self.state, self.stored_stems, self.clip_hash, background)
        self.opener = SessionOpener(
            self.document,
            self.mixing,
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
    persistence.opener.close()
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
    persistence.opener.close()
    assert persistence.document.clip is None


def test_a_session_is_one_value_of_which_each_takes_its_part(persistence, folder, qtbot):
    opened = []
    persistence.opener.opened.connect(opened.append)
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    (value,) = opened
    assert (value.session.view.start, value.session.view.end, value.session.settings.seed) == (0.5, 1.0, 3)
    assert persistence.document.prompt == MARKED
    assert persistence.document.current_take is value.session.takes[0]
    assert persistence.mixing.mix == value.session.mix == persistence.mixing.mix.soloed(Stem.TARGET)
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
    assert asked.args[0].folder == folder
    assert persistence.document.clip is clip
    open_and_wait(qtbot, persistence, persistence.opener.use_recording, moved)
    assert len(persistence.document.takes) == 1
    assert persistence.state.is_modified, "its new place is worth saving"


def test_an_answer_that_comes_too_late_changes_nothing(persistence, folder, recording, tmp_path, qtbot):
    moved = recording.rename(tmp_path / "elsewhere.wav")
    with qtbot.waitSignal(persistence.opener.recording_missing):
        persistence.opener.open_session(folder)
    with qtbot.waitSignal(persistence.opener.superseded):
        open_and_wait(qtbot, persistence, persistence.opener.open_recording, moved)
    clip = persistence.document.clip
    persistence.opener.use_recording(moved)
    persistence.opener.go_on_without_takes()
    persistence.opener.go_on_with_changed_recording()
    assert not persistence.clip_loader.is_reading
    assert persistence.document.clip is clip
    assert not persistence.state.is_modified


def test_another_recording_keeps_the_takes_out(persistence, folder, recording, tone_clip, qtbot):
    soundfile.write(recording, tone_clip.samples[:-100], tone_clip.sample_rate, subtype="FLOAT")
    with qtbot.waitSignal(persistence.opener.other_recording):
        persistence.opener.open_session(folder)
    assert persistence.document.takes == ()
    assert persistence.state.is_restoring, "a save would remove the takes from the disk"
    persistence.opener.go_on_without_takes()
    assert (persistence.state.folder, persistence.state.is_at_risk) == (None, True)


def test_a_recording_with_other_content_is_asked_about_by_its_hash(persistence, folder, recording, tone_clip, qtbot):
    soundfile.write(recording, tone_clip.samples * 0.5, tone_clip.sample_rate, subtype="FLOAT")
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    assert not persistence.state.is_modified
    with qtbot.waitSignal(persistence.opener.changed_recording):
        persistence.clip_hash.follow(recording)
    persistence.opener.go_on_with_changed_recording()
    assert len(persistence.document.takes) == 1
    assert persistence.state.is_modified


def test_lost_work_goes_back_to_the_session_it_belongs_to(persistence, folder, tmp_path, qtbot):
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    journal = tmp_path / "journal"
    session = replace(persistence.saver.session(), autosave_of=str(folder))
    stored = persistence.stored_stems.all()
    for _ in save_session(SaveRequest(journal, session, stored, also=folder, hashed=False, tidy=False)):
        pass
    assert not list(journal.rglob("*.wav"))
    persistence.opener.close()
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
    persistence.opener.close()
    open_and_wait(qtbot, persistence, persistence.opener.open_session, folder)
    assert persistence.document.clip.track == 1
    assert tone_of(persistence.document.clip.samples) == TONES[0]
