import threading

import numpy as np
import pytest
import soundfile

from samstudio.audio.errors import AudioError
from samstudio.audio.files import ClipRead
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt


@pytest.fixture
def document(qapp):
    return Document()


@pytest.fixture
def clip_loader(document, background):
    """Of a document that shows what is opened."""
    loader = ClipLoader(document, background)
    loader.opened.connect(
        lambda recording, clip: (document.start(recording, clip, Prompt()), document.recordings.show(recording))
    )
    return loader


@pytest.fixture
def recording(document):
    made = Recording()
    document.recordings.add(made)
    return made


@pytest.fixture
def noise_file(tmp_path):
    path = tmp_path / "noise.wav"
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (300_000, 2)).astype(np.float32)
    soundfile.write(path, noise, 48000, subtype="FLOAT")
    return path, noise


def test_a_file_is_shown_at_once_and_fills_in(clip_loader, document, recording, noise_file, qtbot):
    path, noise = noise_file
    clips, ready = [], []
    clip_loader.opened.connect(lambda _recording, clip: clips.append(clip))
    document.clip_grown.connect(ready.append)
    with qtbot.waitSignal(clip_loader.completed), qtbot.assertNotEmitted(document.clip_trimmed):
        clip_loader.open(recording, path)
        assert clip_loader.is_reading(recording)
    assert len(clips) == 1
    assert ready == sorted(ready)
    assert ready[0] < ready[-1] == len(noise) == recording.frames_ready
    assert np.array_equal(clips[0].samples, noise)
    assert recording.is_complete
    assert not clip_loader.is_reading(recording)


def test_a_length_known_only_at_the_end_trims_the_clip(clip_loader, document, recording, qtbot, monkeypatch, tmp_path):
    samples = np.ones((1000, 1), np.float32)
    guessed, real = AudioClip(samples, 8000), AudioClip(samples[:900], 8000)
    monkeypatch.setattr(
        "samstudio.controllers.persistence.clip_loader.read_clip",
        lambda _path, track: iter_then_close([ClipRead(guessed, 500), ClipRead(real, 900, ("repaired",))]),
    )
    trimmed, warnings = [], []
    document.clip_trimmed.connect(trimmed.append)
    clip_loader.warned.connect(warnings.append)
    with qtbot.waitSignal(clip_loader.warned):
        clip_loader.open(recording, tmp_path)
    assert trimmed == [real]
    assert recording.clip is real
    assert warnings == ["repaired"]


def iter_then_close(steps):
    yield from steps


def test_what_cannot_be_read_is_one_sentence(clip_loader, recording, qtbot, tmp_path):
    with qtbot.waitSignal(clip_loader.failed) as failed:
        clip_loader.open(recording, tmp_path / "missing.wav")
    assert "missing.wav" in failed.args[0]
    assert failed.args[1] is recording
    assert not clip_loader.is_reading(recording)


def test_two_files_are_read_at_once_and_a_closed_one_no_further(clip_loader, document, qtbot, monkeypatch, tmp_path):
    go_on = threading.Event()

    def slow(path, track):
        yield ClipRead(AudioClip(np.full((1000, 1), len(path.name), np.float32), 8000), 1)
        assert go_on.wait(10)
        if path.name == "closed":
            raise AudioError("never heard of")
        yield ClipRead(AudioClip(np.full((1000, 1), len(path.name), np.float32), 8000), 1000)

    monkeypatch.setattr("samstudio.controllers.persistence.clip_loader.read_clip", slow)
    kept, closed = Recording(), Recording()
    for recording, name in ((kept, "kept"), (closed, "closed")):
        document.recordings.add(recording)
        clip_loader.open(recording, tmp_path / name)
    qtbot.waitUntil(lambda: kept.clip is not None and closed.clip is not None)
    document.recordings.close(closed)
    with qtbot.waitSignal(clip_loader.completed), qtbot.assertNotEmitted(clip_loader.failed, wait=100):
        go_on.set()
    assert (kept.is_complete, closed.is_complete) == (True, False)
    assert kept.clip.samples[0, 0] == 4.0
