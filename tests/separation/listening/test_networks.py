"""Against what other programs compute: YAMNet in another implementation, Silero VAD by its own package (ONNX)."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch

from samstudio.assets import asset
from samstudio.separation.listening import hearing, voice_activity
from samstudio.separation.listening.yamnet import log_mel, mel_filters
from samstudio.separation.models.checkpoint import open_weights

REFERENCE = json.loads(Path(__file__).with_name("reference_values.json").read_text())
RATE = 16000


@torch.no_grad()
def test_yamnet_is_the_same_network():
    patch = (torch.arange(96 * 64, dtype=torch.float32).reshape(96, 64) * 0.37).sin() * 3 - 3
    logits = hearing.yamnet_network()(patch[None])[0].numpy()
    np.testing.assert_allclose(logits, REFERENCE["yamnet_logits"], atol=2e-3)


def sweep():
    t = np.arange(3 * RATE) / RATE
    bursts = 0.3 * np.sin(2 * np.pi * (200 + 300 * t) * t) * (np.sin(2 * np.pi * 3 * t) > 0)
    return torch.from_numpy((bursts + 0.05 * np.sin(2 * np.pi * 3000 * t)).astype(np.float32))


@torch.no_grad()
@pytest.mark.parametrize("cut", [93, 1, 40])
def test_silero_is_the_same_network_however_the_sound_is_cut(cut):
    sound, state, found = torch.cat((torch.zeros(64), sweep())), None, []
    for first in range(0, 93, cut):
        last = min(93, first + cut)
        piece = sound[first * 512 : last * 512 + voice_activity.CONTEXT]
        probabilities, state = hearing.voice_network()(piece, state)
        found.append(probabilities.numpy())
    np.testing.assert_allclose(np.concatenate(found), REFERENCE["silero_probabilities"], atol=1e-4)


def test_mel_filters_are_triangles_on_the_htk_scale():
    """Each band rises to 1 at its centre and falls to 0 at the centres of its neighbours, in mel."""
    filters = mel_filters().numpy()

    def hertz(mel):
        return 700 * (10 ** (mel / 2595) - 1)

    low, high = (2595 * np.log10(1 + f / 700) for f in (125.0, 7500.0))
    edges = np.linspace(low, high, 66)
    for band in (0, 10, 40, 63):
        frequencies = np.arange(257) * RATE / 512
        mel = 2595 * np.log10(1 + frequencies / 700)
        wanted = np.interp(mel, edges[band : band + 3], (0, 1, 0), left=0, right=0)
        np.testing.assert_allclose(filters[:, band], wanted, atol=1e-4)
        peak = frequencies[filters[:, band].argmax()]
        assert abs(peak - hertz(edges[band + 1])) < 32


def test_log_mel_against_a_plain_transform():
    sound = sweep()
    spectra = log_mel(sound, mel_filters()).numpy()
    window = np.zeros(512)
    window[56:456] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    for frame in (0, 17, 200):
        piece = sound.numpy()[frame * 160 : frame * 160 + 512].astype(np.float64)
        wanted = np.log(np.abs(np.fft.rfft(piece * window)) @ mel_filters().numpy() + 1e-3)
        np.testing.assert_allclose(spectra[frame], wanted, atol=1e-3)


@pytest.mark.parametrize(("name", "megabytes"), [("yamnet", 8), ("silero_vad", 2), ("spleeter", 20), ("mobilesam", 23)])
def test_the_weights_are_small_and_those_that_were_noted(name, megabytes):
    path = asset(f"models/{name}.safetensors")
    assert path.stat().st_size < megabytes * 1e6
    hashes = dict(line.split("  ")[::-1] for line in asset("models/tensors.sha256").read_text().splitlines())
    weights = open_weights(path)
    assert {f"{name}/{tensor}" for tensor in weights} == {known for known in hashes if known.startswith(f"{name}/")}
    for tensor, values in weights.items():
        assert sha256(values.numpy().tobytes()).hexdigest() == hashes[f"{name}/{tensor}"]
