"""Full-rank spatial Wiener filter (Duong, Vincent & Gribonval, 2010) for any number of channels above one.

The two sources' covariances per frequency are brought to diagonal form together, S_b = A A^H and S_t = A L A^H: then
T = S_t v_t (S_t v_t + S_b v_b)^-1 X is one gain for each cell and direction, without a matrix inverse per frame.

Shapes: F bins, C channels, N frames. The cells are held as real and imaginary parts apart, (F, 2, C, N), and a complex
matrix times them is a real matrix times (F, 2 C, N): half the time of complex numbers, whose products with real ones
torch converts first.
"""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from samstudio.separation.spectral.blocks import blocks

SMOOTHED_BINS = 9
REGULARISATION = 0.01
TINY = 1e-20


def spatial_wiener(spectra: Tensor, mask: Tensor) -> Tensor:
    """Target spectra (C, F, N) from spectra and a mask of the same shape.

    Filtered twice: what the first pass leaves of each cell corrects the mask that the second one starts from.
    """
    cells = torch.view_as_real(spectra).permute(1, 3, 0, 2).contiguous()
    mask = mask.transpose(0, 1).contiguous()
    for bins, target in _filtered(cells, mask):
        rest = _magnitude(cells[bins] - target)
        share = _magnitude(target)
        mask[bins].add_(share.div_(rest.add_(share).add_(TINY))).div_(2)
    target_spectra = torch.empty_like(spectra)
    parts = torch.view_as_real(target_spectra).permute(1, 3, 0, 2)
    for bins, target in _filtered(cells, mask):
        parts[bins] = target
    return target_spectra


def _filtered(cells: Tensor, mask: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """One pass: the target's cells from cells and a mask (F, C, N) of them, a block of bins after the other."""
    shares_of_cells = torch.empty(2, len(cells), *[2 * cells.shape[2]] * 2, device=cells.device)
    powers = torch.empty(2, len(cells), 1, cells.shape[3], device=cells.device)
    for bins in blocks(powers[0]):
        power = _power(cells[bins])
        for source, share in enumerate((mask[bins], 1 - mask[bins])):
            mean = torch.mean(share.square().mul_(power), 1, keepdim=True, out=powers[source, bins])
            # Frames are weighted by the root of their power, so that a few loud ones do not dominate.
            weight = (mean + TINY).rsqrt_().sqrt_()
            part = (cells[bins] * (share * weight)[:, None]).flatten(1, 2)
            torch.bmm(part, part.mT, out=shares_of_cells[source, bins])
    target, background = map(_covariance, shares_of_cells)
    root = torch.linalg.cholesky(background)
    white = torch.linalg.solve_triangular(root, target, upper=False)
    white = torch.linalg.solve_triangular(root, white.mH, upper=False)
    eigenvalues, vectors = torch.linalg.eigh((white + white.mH) / 2)
    mixing = _as_real(root @ vectors)
    unmixing = _as_real(torch.linalg.solve_triangular(root.mH, vectors, upper=True).mH)
    strength = eigenvalues.clamp(min=0)[:, :, None]
    for bins in blocks(powers[0]):
        wanted = strength[bins] * powers[0, bins]
        gain = wanted / (wanted + powers[1, bins]).add_(TINY)
        shape = cells[bins].shape
        directions = (unmixing[bins] @ cells[bins].flatten(1, 2)).view(shape).mul_(gain[:, None])
        yield bins, (mixing[bins] @ directions.flatten(1, 2)).view(shape)


def _covariance(products: Tensor) -> Tensor:
    """(F, C, C), smoothed over bins, trace C, regularised, of the products (F, 2 C, 2 C) of weighted cells."""
    channels = products.shape[1] // 2
    real = products[:, :channels, :channels] + products[:, channels:, channels:]
    imaginary = products[:, channels:, :channels] - products[:, :channels, channels:]
    covariance = torch.stack((real, imaginary), -1).flatten(1).T[None]
    smooth = functional.avg_pool1d(covariance, SMOOTHED_BINS, 1, SMOOTHED_BINS // 2, count_include_pad=False)[0].T
    smooth = torch.view_as_complex(smooth.reshape(-1, channels, channels, 2).contiguous())
    trace = smooth.diagonal(dim1=-2, dim2=-1).real.sum(-1)[:, None, None]
    return smooth / (trace / channels + TINY) + REGULARISATION * torch.eye(channels, device=products.device)


def _as_real(matrices: Tensor) -> Tensor:
    """(F, 2 C, 2 C): what complex matrices (F, C, C) do to real and imaginary parts."""
    real, imaginary = matrices.real, matrices.imag
    return torch.cat((torch.cat((real, -imaginary), 2), torch.cat((imaginary, real), 2)), 1)


def _power(cells: Tensor) -> Tensor:
    """(F, C, N) of cells."""
    return cells[:, 0].square().addcmul_(cells[:, 1], cells[:, 1])


def _magnitude(cells: Tensor) -> Tensor:
    """(F, C, N) of cells."""
    return _power(cells).sqrt_()
