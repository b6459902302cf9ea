"""What most controllers lean on; a recording that is heard on a sound card pulled by hand."""

from collections.abc import Iterator

import numpy as np
import pytest

from samstudio.audio.playback.player import Player
from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.session.clip import AudioClip
from tests.audio.playback.fake_stream import FakeCard


@pytest.fixture
def background(qapp) -> Iterator[Background]:
    background = Background()
    yield background
    background.shut_down()


@pytest.fixture
def document(qapp, tone_clip) -> Document:
    """With the tone open."""
    document = Document()
    document.open(tone_clip)
    return document


@pytest.fixture
def card():
    return FakeCard(block=480)


@pytest.fixture
def clip():
    noise = 0.1 * np.random.default_rng(1).standard_normal((96000, 2))
    return AudioClip(noise.astype(np.float32), 48000)


@pytest.fixture
def mixing(qapp, clip):
    made = Mixing()
    made.set_clip(clip)
    return made


@pytest.fixture
def transport(mixing, card, clip, monkeypatch):
    monkeypatch.setattr("samstudio.controllers.playback.transport.device_status", lambda *_: "Sound: test card")
    made = Transport(player=Player(card.open, card.clock))
    made.load(mixing.mixer, clip.frames)
    yield made
    made.close()
