import numpy as np
import pytest
import torch

from samstudio.separation.spectral.spatial import REGULARISATION, SMOOTHED_BINS, spatial_wiener


def covariance(weighted):
    """(F, C, C) of weighted spectra (F, C, N), smoothed over the bins that there are, with trace C."""
    product = weighted @ weighted.conj().transpose(0, 2, 1)
    reach = SMOOTHED_BINS // 2
    smooth = np.stack([product[max(0, f - reach) : f + reach + 1].mean(0) for f in range(len(product))])
    channels = weighted.shape[1]
    smooth /= np.trace(smooth, axis1=1, axis2=2).real[:, None, None] / channels
    return smooth + REGULARISATION * np.eye(channels)


def one_pass(spectra, mask):
    """T = S_t v_t (S_t v_t + S_b v_b)^-1 X as it is written, an inverse for every cell, in double precision."""
    power = np.abs(spectra) ** 2
    models = []
    for share in (mask, 1 - mask):
        mean = (power * share**2).mean(1)
        matrices = covariance(spectra * share * mean[:, None] ** -0.25)
        models.append(matrices[:, None] * mean[:, :, None, None])
    target, background = models
    cells = spectra.transpose(0, 2, 1)[..., None]
    return (target @ np.linalg.inv(target + background) @ cells)[..., 0].transpose(0, 2, 1)


@pytest.mark.parametrize("channels", [2, 3])
def test_it_is_the_formula_twice(channels, monkeypatch):
    monkeypatch.setattr("samstudio.separation.spectral.blocks.BLOCK_CELLS", 100)
    random = np.random.default_rng(channels)
    shape = (14, channels, 20)
    spectra = random.standard_normal(shape) + 1j * random.standard_normal(shape)
    mask = random.uniform(0.05, 0.95, shape)
    first = one_pass(spectra, mask)
    share = np.abs(first) / (np.abs(first) + np.abs(spectra - first))
    expected = one_pass(spectra, (mask + share) / 2)
    found = spatial_wiener(
        torch.from_numpy(spectra.transpose(1, 0, 2)).to(torch.complex64),
        torch.from_numpy(mask.transpose(1, 0, 2)).float(),
    )
    np.testing.assert_allclose(found.numpy().transpose(1, 0, 2), expected, atol=2e-5)
