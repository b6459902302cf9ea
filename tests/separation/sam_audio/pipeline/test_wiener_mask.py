import pytest
import torch

from samstudio.separation.sam_audio.pipeline.wiener_mask import apply_wiener_mask
from samstudio.separation.stft import StftGrid


def tone(rate: int, frequency: float, level: float = 0.3) -> torch.Tensor:
    time = torch.arange(2 * rate, dtype=torch.float64) / rate
    return (level * torch.sin(2 * torch.pi * frequency * time)).float()


def db(sound: torch.Tensor, of: torch.Tensor) -> float:
    inner = slice(len(of) // 8, -len(of) // 8)
    return 10 * torch.log10(sound[inner].square().sum() / of[inner].square().sum()).item()


@pytest.mark.parametrize("rate", [16000, 48000])
def test_the_recording_itself_is_taken_where_the_model_hears_the_target(rate):
    """The model's level and phase don't matter, nor its bandwidth: the recording's are kept, each channel its own."""
    low, high = tone(rate, 440), tone(rate, 3000)
    clip = torch.stack([low + high, low - 0.5 * high])
    model_target = torch.stack([tone(rate, 440).roll(5), 0.4 * low])
    model_residual = torch.stack([0.9 * high, -0.2 * high])
    target = apply_wiener_mask(clip, model_target, model_residual, StftGrid(rate, torch.device("cpu")), 48000)
    assert target.shape == clip.shape
    for channel in target:
        assert db(channel - low, low) < -40


def test_above_the_models_band_the_mask_goes_on():
    """At 96 kHz the recording's overtones follow what the model says of its own highest frequencies."""
    rate = 96000
    grid = StftGrid(rate, torch.device("cpu"))
    overtone, hiss = tone(rate, 30000), tone(rate, 21000)
    clip = (overtone + hiss)[None]
    mine = apply_wiener_mask(clip, hiss[None], torch.zeros_like(clip), grid, 48000)
    others = apply_wiener_mask(clip, torch.zeros_like(clip), hiss[None], grid, 48000)
    assert db(mine[0] - clip[0], clip[0]) < -40
    assert db(others[0], clip[0]) < -40


def test_where_the_model_is_silent_nothing_is_taken():
    clip = tone(16000, 440)[None]
    silent = torch.zeros_like(clip)
    assert apply_wiener_mask(clip, silent, silent, StftGrid(16000, torch.device("cpu")), 48000).abs().max() == 0
