"""The stems with corrected cells: an STFT of each, masks, and back.

Shapes: K segments of one hop, N = K + 3 frames that reach them, F bins, C channels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from samstudio.separation.stems import exact_residuals
from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import Samples
from samstudio.session.correction import FULL, Correction, Values
from samstudio.session.take import Stems

OVERLAP = 4
"""Frames that reach a segment: n - 1 to n + 2 reach segment n, the frames n * hop to (n + 1) * hop of the sound."""
_WINDOW_SUM = 1.5
"""Of the squares of a periodic Hann window with 75 % overlap."""
Spectra = NDArray[np.complex128]
"""(N, F)"""


@dataclass(frozen=True, eq=False)
class CorrectionBasis:
    """What a correction starts from: the stems as the engine made them, float32 (n, C).

    `whole` is what they must sum to, bit for bit: the clip; None: whatever they sum to.
    """

    made: Stems
    whole: Samples | None
    grid: CellGrid

    @property
    def frames(self) -> int:
        """Length of the sound in frames."""
        return len(self.made.target)

    @property
    def segments(self) -> int:
        """Length of the sound in hops, the last of which may be shorter."""
        return -(-self.frames // self.grid.hop)


def corrected_segments(basis: CorrectionBasis, correction: Correction, first: int, stop: int) -> Stems:
    """The corrected stems in the segments `first` to `stop`.

    Segments that no cell reaches are the engine's bit for bit, those where all cells are all target or all residual
    have the clip in one stem and silence in the other. The result does not depend on where a sound is cut in
    segments.
    """
    values = _values(basis, correction, first, stop)
    reached = np.ones(len(values), bool) if correction.strength_db else np.asarray(values.any(axis=1))
    own, other = (_padded(samples, basis.grid, first - 3, stop + 3) for samples in _both(basis.made))
    changes = [
        _change(*channel, values, reached, correction.strength_db) for channel in zip(own.T, other.T, strict=True)
    ]
    shape = stop - first, basis.grid.hop, len(changes)
    kept, rest = (_cut(samples, basis.grid, first, stop).reshape(shape) for samples in _both(basis.made))
    whole = kept + rest if basis.whole is None else _cut(basis.whole, basis.grid, first, stop).reshape(shape)
    target = (kept + np.stack(changes, axis=2)).astype(np.float32)
    all_target, all_residual = (_by_segment(np.all(values == full, axis=1)).all(axis=1) for full in (FULL, -FULL))
    target[all_target], target[all_residual] = whole[all_target], 0
    target, residual = exact_residuals(whole, target)
    untouched = ~_by_segment(reached).any(axis=1)
    target[untouched], residual[untouched] = kept[untouched], rest[untouched]
    length = min(stop * basis.grid.hop, basis.frames) - first * basis.grid.hop
    return Stems(*(stem.reshape(-1, shape[2])[:length] for stem in (target, residual)))


def _both(stems: Stems) -> tuple[Samples, Samples]:
    return stems.target, stems.residual


def _values(basis: CorrectionBasis, correction: Correction, first: int, stop: int) -> Values:
    """(N, F): the values of the cells that reach the segments; before and after the sound, those of its ends."""
    last = basis.grid.frames_in(basis.frames) - 1
    rows = np.clip(np.arange(first - 1, stop + 2), 0, last)
    values = correction.cells.values(int(rows[0]), int(rows[-1] - rows[0]) + 1, basis.grid.bins)
    by_frame: Values = values[rows - rows[0]]
    return by_frame


def _change(
    target: NDArray[np.float64],
    residual: NDArray[np.float64],
    values: Values,
    reached: NDArray[np.bool_],
    strength_db: float,
) -> NDArray[np.float64]:
    """(K, hop): what the target of one channel gains."""
    hop = len(target) // (len(values) + 3)
    size = hop * OVERLAP
    parts = np.zeros((len(values), OVERLAP, hop))
    if reached.any():
        window = np.hanning(size + 1)[:-1]
        # What no cell asks for is not computed: strokes mostly move one way.
        own, other = (
            np.fft.rfft(sliding_window_view(sound, size)[::hop][reached] * window)
            if is_needed
            else np.zeros(1, np.complex128)
            for sound, is_needed in (
                (target, bool(strength_db) or bool((values < 0).any())),
                (residual, bool(strength_db) or bool((values > 0).any())),
            )
        )
        moves = _moves(own, other, values[reached], strength_db)
        made = np.fft.irfft(np.where(moves > 0, other, own) * moves, size) * (window / _WINDOW_SUM)
        parts[reached] = made.reshape(-1, OVERLAP, hop)
    count = len(values) - 3
    # The sum of four in always the same order, wherever the sound is cut.
    return parts[3:, 0] + parts[2 : 2 + count, 1] + parts[1 : 1 + count, 2] + parts[:count, 3]


def _moves(own: Spectra, other: Spectra, values: Values, strength_db: float) -> NDArray[np.float64]:
    """(N, F) -1..1: the part of the residual that goes to the target, or, below 0, of the target to the residual."""
    by_hand = values / float(FULL)
    if not strength_db:
        return by_hand
    factor = 10 ** (strength_db / 10)
    target, residual = (sound.real**2 + sound.imag**2 for sound in (own, other))
    # The target's share p of the power becomes p k / (p k + 1 - p): a bias on the logarithm of the two stems' ratio. It
    # gains that part of the residual, or loses that part of itself, which the change of its share is of either's.
    biased = factor * target + residual
    changed = (factor - 1) * (target if factor > 1 else residual)
    moves = np.divide(changed, biased, out=np.zeros_like(biased), where=biased > 0)
    if values.any():
        moves += np.abs(by_hand) * (np.sign(by_hand) - moves)
    return moves


def _by_segment(frames: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(K, OVERLAP) of marks (N,): those of the frames that reach each segment."""
    return sliding_window_view(frames, OVERLAP)


def _padded(samples: Samples, grid: CellGrid, first: int, stop: int) -> NDArray[np.float64]:
    """The segments `first` to `stop`, silence beyond the sound and where it is no number."""
    return np.nan_to_num(_cut(samples, grid, first, stop).astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)


def _cut(samples: Samples, grid: CellGrid, first: int, stop: int) -> Samples:
    """The segments `first` to `stop`, (K * hop, C), with zeros beyond the sound's ends."""
    start, end = first * grid.hop, stop * grid.hop
    part = samples[max(0, start) : max(0, end)]
    before = min(max(0, -start), end - start)
    cut = np.zeros((end - start, samples.shape[1]), np.float32)
    cut[before : before + len(part)] = part
    return cut
