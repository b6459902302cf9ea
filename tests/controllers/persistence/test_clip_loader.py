import numpy as np
import pytest
import soundfile

from samstudio.audio.errors import AudioError
from samstudio.audio.files import ClipRead
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.session.clip import AudioClip


@pytest.fixture
def clip_loader(background):
    return ClipLoader(background)


@pytest.fixture
def noise_file(tmp_path):
    path = tmp_path / "noise.wav"
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (300_000, 2)).astype(np.float32)
    soundfile.write(path, noise, 48000, subtype="FLOAT")
    return path, noise


def test_a_file_is_shown_at_once_and_fills_in(clip_loader, noise_file, qtbot):
    path, noise = noise_file
    clips, ready = [], []
    clip_loader.opened.connect(clips.append)
    clip_loader.grown.connect(ready.append)
    with qtbot.waitSignal(clip_loader.completed), qtbot.assertNotEmitted(clip_loader.trimmed):
        clip_loader.open(path)
    assert len(clips) == 1
    assert ready == sorted(ready)
    assert 0 < ready[0] < ready[-1] == len(noise)
    assert np.array_equal(clips[0].samples, noise)
    assert not clip_loader.is_reading


def test_a_length_known_only_at_the_end_trims_the_clip(clip_loader, qtbot, monkeypatch, tmp_path):
    samples = np.ones((1000, 1), np.float32)
    guessed, real = AudioClip(samples, 8000), AudioClip(samples[:900], 8000)
    monkeypatch.setattr(
        "samstudio.controllers.persistence.clip_loader.read_clip",
        lambda _path, track: iter_then_close([ClipRead(guessed, 500), ClipRead(real, 900, ("repaired",))]),
    )
    trimmed, warnings = [], []
    clip_loader.trimmed.connect(trimmed.append)
    clip_loader.warned.connect(warnings.append)
    with qtbot.waitSignal(clip_loader.warned):
        clip_loader.open(tmp_path)
    assert trimmed == [real]
    assert warnings == ["repaired"]


def iter_then_close(steps):
    yield from steps


def test_what_cannot_be_read_is_one_sentence(clip_loader, qtbot, tmp_path):
    with qtbot.waitSignal(clip_loader.failed) as failed:
        clip_loader.open(tmp_path / "missing.wav")
    assert "missing.wav" in failed.args[0]
    assert not clip_loader.is_reading


def test_opening_another_file_abandons_the_first(clip_loader, noise_file, qtbot, monkeypatch, tmp_path):
    def slow(path, track):
        if path == tmp_path:
            for _ in range(1000):
                yield ClipRead(AudioClip(np.zeros((1000, 1), np.float32), 8000), 1)
            raise AudioError("never heard of again")
        yield ClipRead(AudioClip(np.ones((10, 1), np.float32), 8000), 10)

    monkeypatch.setattr("samstudio.controllers.persistence.clip_loader.read_clip", slow)
    opened = []
    clip_loader.opened.connect(opened.append)
    clip_loader.open(tmp_path)
    with qtbot.waitSignal(clip_loader.completed), qtbot.assertNotEmitted(clip_loader.failed, wait=100):
        clip_loader.open(noise_file[0])
    assert opened[-1].samples[0, 0] == 1.0
