"""Full-rank spatial Wiener filter (Duong, Vincent & Gribonval, 2010) for any number of channels above one.

The two sources' covariances per frequency are brought to diagonal form together, S_b = A A^H and S_t = A L A^H: then
T = S_t v_t (S_t v_t + S_b v_b)^-1 X becomes one gain a cell and direction, with no matrix inverse per frame.
"""

import torch
from torch import Tensor
from torch.nn import functional

SMOOTHED_BINS = 9
REGULARISATION = 0.01


def _covariance(spectra: Tensor, frame_weight: Tensor) -> Tensor:
    """(F, C, C), smoothed over bins, trace C, regularised, of spectra (C, F, N) with weights (F, N)."""
    weighted = (spectra * frame_weight).permute(1, 0, 2)
    covariance = weighted @ spectra.permute(1, 2, 0).conj()
    channels = spectra.shape[0]
    flat = torch.view_as_real(covariance.reshape(len(covariance), -1)).flatten(1).T[None]
    smooth = functional.avg_pool1d(flat, SMOOTHED_BINS, 1, SMOOTHED_BINS // 2, count_include_pad=False)[0].T
    covariance = torch.view_as_complex(smooth.reshape(len(covariance), channels, channels, 2).contiguous())
    trace = covariance.diagonal(dim1=-2, dim2=-1).real.sum(-1)[:, None, None]
    eye = torch.eye(channels, device=spectra.device)
    return covariance / (trace / channels + 1e-20) + REGULARISATION * eye


def spatial_wiener(spectra: Tensor, mask: Tensor) -> Tensor:
    """Target spectra (C, F, N) from spectra and a mask of the same shape."""
    parts = spectra * mask, spectra * (1 - mask)
    covariances, powers = [], []
    for part in parts:
        power = (part.real**2 + part.imag**2).mean(0)
        # Each frame counts by the root of its power, so that a few loud ones do not decide alone.
        covariances.append(_covariance(part, (power + 1e-20).rsqrt()))
        powers.append(power)
    root = torch.linalg.cholesky(covariances[1])
    white = torch.linalg.solve_triangular(root, covariances[0], upper=False)
    white = torch.linalg.solve_triangular(root, white.mH, upper=False)
    eigenvalues, vectors = torch.linalg.eigh((white + white.mH) / 2)
    mixing = root @ vectors
    unmixing = torch.linalg.solve_triangular(root.mH, vectors, upper=True).mH
    target = eigenvalues.clamp(min=0)[:, :, None] * powers[0][:, None, :]
    gain = target / (target + powers[1][:, None, :] + 1e-20)
    directions = unmixing @ spectra.permute(1, 0, 2)
    filtered: Tensor = mixing @ (gain * directions)
    return filtered.permute(1, 0, 2)
