import pytest
import torch
import torchaudio

from samstudio.separation.sam_audio.resample import BETA, ROLLOFF, ZERO_CROSSINGS, Resampler, resampled_length

RATES = [(44100, 48000), (48000, 44100), (96000, 48000), (8000, 48000), (48000, 11025), (192000, 48000)]


def in_pieces(sound: torch.Tensor, old: int, new: int, sizes: list[int]) -> torch.Tensor:
    resampler = Resampler(old, new)
    parts = [resampler.push(piece) for piece in sound.split(sizes, dim=1)]
    return torch.cat([*parts, resampler.finish()], dim=1)[:, : resampled_length(sound.shape[1], old, new)]


@pytest.mark.parametrize(("old", "new"), RATES)
def test_pieces_give_what_torchaudio_makes_of_the_whole(old, new):
    sound = torch.randn(2, 9000)
    expected = torchaudio.functional.resample(
        sound.double(),
        old,
        new,
        lowpass_filter_width=ZERO_CROSSINGS,
        rolloff=ROLLOFF,
        resampling_method="sinc_interp_kaiser",
        beta=BETA,
    ).float()
    for sizes in ([9000], [1, 2, 3, 994, 8000], [3000] * 3):
        torch.testing.assert_close(in_pieces(sound, old, new, sizes), expected, atol=1e-5, rtol=0)


def sine(rate: int, seconds: float, frequency: float) -> torch.Tensor:
    time = torch.arange(round(rate * seconds), dtype=torch.float64) / rate
    return torch.sin(2 * torch.pi * frequency * time).float()[None]


@pytest.mark.parametrize(("old", "new"), [(44100, 48000), (48000, 44100), (1999, 2003), (96000, 8000)])
def test_a_tone_keeps_its_time_and_level(old, new):
    """Rates without a common divisor too; no delay, no drift."""
    found = in_pieces(sine(old, 4, 500.0), old, new, [old] * 4)
    expected = sine(new, 4, 500.0)
    assert found.shape == expected.shape
    edge = new // 4
    torch.testing.assert_close(found[:, edge:-edge], expected[:, edge:-edge], atol=2e-5, rtol=0)


def test_what_the_lower_rate_cannot_hold_is_gone():
    assert in_pieces(sine(48000, 1, 10000.0), 48000, 16000, [48000])[:, 2000:-2000].abs().max() < 1e-5


def test_equal_rates_pass_untouched():
    sound = torch.randn(1, 100)
    assert Resampler(48000, 48000).push(sound) is sound


def test_few_samples_are_held():
    resampler = Resampler(44100, 48000)
    for _ in range(50):
        resampler.push(torch.randn(1, 4410))
    assert resampler._held is not None
    assert resampler._held.shape[1] < 1000
