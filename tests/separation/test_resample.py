import subprocess
import sys

import pytest
import torch
import torchaudio

from samstudio.separation.resample import BETA, ROLLOFF, ZERO_CROSSINGS, ResampledPart, Resampler, resampled_length

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


def formula(old: int, new: int, first: int, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and the filters (inputs, count) of some outputs, straight from the windowed sinc's formula."""
    cut_off = min(1.0, new / old) * ROLLOFF
    outputs = torch.arange(first, first + count, dtype=torch.float64) * old / new
    inputs = torch.arange(int(outputs[0]) - 400, int(outputs[-1]) + 400, dtype=torch.float64)
    t = (cut_off * (inputs[:, None] - outputs)).clamp(-ZERO_CROSSINGS, ZERO_CROSSINGS)
    window = torch.i0(BETA * (1 - (t / ZERO_CROSSINGS) ** 2).sqrt()) / torch.i0(torch.tensor(BETA).double())
    return inputs.long(), cut_off * torch.sinc(t) * window


@pytest.mark.parametrize(("old", "new"), [(44099, 48000), (48000, 44099), (96001, 48000)])
def test_rates_without_a_common_divisor(old, new):
    """Every output is what the formula gives, in pieces and as one; so there is neither delay nor drift."""
    sound = torch.randn(1, 2 * old)
    whole = in_pieces(sound, old, new, [2 * old])
    for first in (1000, new + 4321):
        inputs, filters = formula(old, new, first, 500)
        expected = sound[:, inputs].double() @ filters
        # Each output is a sum of so many products, each rounded to half an ulp: their errors add as a random walk.
        products = int((filters != 0.0).sum(0).max())
        rounding = products**0.5 * 2.0**-24 * float(sound.abs().max())
        torch.testing.assert_close(whole[:, first : first + 500].double(), expected, atol=rounding, rtol=0)
    torch.testing.assert_close(
        in_pieces(sound, old, new, [old // 3, 7, 2 * old - old // 3 - 7]), whole, atol=1e-6, rtol=0
    )


def test_odd_rates_there_and_back_have_no_delay():
    """Cross-correlation of noise with itself after 44099 -> 48000 -> 44099 Hz peaks at zero, to a thousandth."""
    sound = torch.randn(1, 2 * 44099, dtype=torch.float64).float()
    back = in_pieces(in_pieces(sound, 44099, 48000, [44099] * 2), 48000, 44099, [48000] * 2)[:, : sound.shape[1]]
    spectra = [torch.fft.rfft(x[0].double()) for x in (back, sound)]
    cross = spectra[0] * spectra[1].conj()
    assert int(torch.fft.irfft(cross).argmax()) == 0
    bins = torch.arange(len(cross) // 2)
    slope = (bins * cross[: len(bins)].angle()).sum() / bins.square().sum()
    assert abs(float(slope)) * sound.shape[1] / (2 * torch.pi) < 1e-3


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


def test_torchaudio_is_imported_by_a_stream_that_needs_it():
    code = (
        "import sys; from samstudio.separation.resample import Resampler\n"
        "for rates in ((48000, 48000), (44100, 48000), (96000, 48000)):\n"
        "    Resampler(*rates)\n"
        "    print('torchaudio' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "False", "True"]


@pytest.mark.parametrize(("old", "new"), [(44100, 48000), (96000, 8000), (1999, 2003), (8000, 8000)])
def test_a_part_is_as_in_the_whole(old, new):
    sound = torch.randn(2, 4 * old, generator=torch.Generator().manual_seed(1))
    whole = in_pieces(sound, old, new, [4 * old])
    part = ResampledPart(lambda start, stop: sound[:, start:stop], sound.shape[1], old, new)
    for start, stop in ((0, new // 3), (new + 7, 2 * new), (3 * new, 5 * new), (5, 6)):
        torch.testing.assert_close(part.part(start, stop), whole[:, start:stop], atol=1e-6, rtol=0)
