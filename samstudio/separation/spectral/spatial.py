"""Full-rank spatial Wiener filter (Duong, Vincent & Gribonval, 2010) for any number of channels above one.

The two sources' covariances per frequency are brought to diagonal form together, S_b = A A^H and S_t = A L A^H: then
T = S_t v_t (S_t v_t + S_b v_b)^-1 X is one gain for each cell and direction, without a matrix inverse per frame.
"""

import torch
from torch import Tensor
from torch.nn import functional

SMOOTHED_BINS = 9
REGULARISATION = 0.01
TINY = 1e-20


def _covariance(part: Tensor) -> Tensor:
    """(F, C, C), smoothed over bins, trace C, regularised, of weighted spectra (F, C, N)."""
    channels = part.shape[1]
    covariance = torch.view_as_real(part @ part.mH).flatten(1).T[None]
    smooth = functional.avg_pool1d(covariance, SMOOTHED_BINS, 1, SMOOTHED_BINS // 2, count_include_pad=False)[0].T
    smooth = torch.view_as_complex(smooth.reshape(-1, channels, channels, 2).contiguous())
    trace = smooth.diagonal(dim1=-2, dim2=-1).real.sum(-1)[:, None, None]
    return smooth / (trace / channels + TINY) + REGULARISATION * torch.eye(channels, device=part.device)


def spatial_wiener(spectra: Tensor, mask: Tensor) -> Tensor:
    """Target spectra (C, F, N) from spectra and a mask of the same shape.

    Filtered twice: what the first pass leaves of each cell corrects the mask that the second one starts from.
    """
    spectra, mask = spectra.transpose(0, 1).contiguous(), mask.transpose(0, 1).contiguous()
    target = _filtered(spectra, mask)
    share = target.abs()
    share /= share + (spectra - target).abs() + TINY
    return _filtered(spectra, (mask + share) / 2).transpose(0, 1)


def _filtered(spectra: Tensor, mask: Tensor) -> Tensor:
    """One pass: target spectra (F, C, N) from spectra and a mask of the same shape."""
    power = spectra.real.square() + spectra.imag.square()
    covariances, powers = [], []
    for share in (mask, 1 - mask):
        mean = (power * share.square()).mean(1, keepdim=True)
        # Frames are weighted by the root of their power, so that a few loud ones do not dominate.
        covariances.append(_covariance(spectra * (share * (mean + TINY).pow(-0.25))))
        powers.append(mean)
    root = torch.linalg.cholesky(covariances[1])
    white = torch.linalg.solve_triangular(root, covariances[0], upper=False)
    white = torch.linalg.solve_triangular(root, white.mH, upper=False)
    eigenvalues, vectors = torch.linalg.eigh((white + white.mH) / 2)
    mixing = root @ vectors
    unmixing = torch.linalg.solve_triangular(root.mH, vectors, upper=True).mH
    target = eigenvalues.clamp(min=0)[:, :, None] * powers[0]
    gain = target / (target + powers[1] + TINY)
    filtered: Tensor = mixing @ (gain * (unmixing @ spectra))
    return filtered
