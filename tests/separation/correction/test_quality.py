"""What painting by the truth gains, where stems are mixed as an engine mixes them."""

import numpy as np

from samstudio.separation.correction.derive import corrected
from samstudio.session.correction import CellMask, Correction, Direction
from samstudio.session.take import Sound, Stems
from tests.separation.correction.made import GRID, RATE, pcm, run, sound_with


def si_sdr(estimate: np.ndarray, truth: np.ndarray) -> float:
    """Scale-invariant SDR in dB (Le Roux et al., 2019)."""
    estimate, truth = estimate.ravel().astype(np.float64), truth.ravel().astype(np.float64)
    wanted = truth * (estimate @ truth / (truth @ truth))
    return float(10 * np.log10((wanted @ wanted) / np.sum((estimate - wanted) ** 2)))


def barks_and_chords() -> tuple[np.ndarray, np.ndarray]:
    """Sweeps of a tenth of a second, and a chord that sounds all the time."""
    time = np.arange(RATE * 4) / RATE
    inside = time % 0.7
    sweep = np.sin(2 * np.pi * (1800 * inside - 2500 * inside**2)) * np.exp(-25 * inside) * (inside < 0.3)
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.2, 329.6, 1320.0)) / 4
    return pcm(0.4 * sweep[:, None]), pcm(0.3 * chord[:, None])


def spectra(sound: np.ndarray) -> np.ndarray:
    padded = np.pad(sound[:, 0].astype(np.float64), GRID.size)
    starts = range(GRID.size // 2, len(sound) + GRID.size // 2 + 1, GRID.hop)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(GRID.size) / GRID.size)
    return np.array([np.fft.rfft(padded[start : start + GRID.size] * window) for start in starts])


def painted_by_truth(made: Stems, truth: np.ndarray, rest: np.ndarray) -> Sound:
    is_target = np.abs(spectra(truth)) > np.abs(spectra(rest))
    correction = Correction()
    for cells, direction in ((is_target, Direction.TO_TARGET), (~is_target, Direction.TO_RESIDUAL)):
        correction = correction.painted(CellMask(0, 0, cells.astype(np.uint8) * 255), direction, 1.0)
    return run(corrected(sound_with(made, correction), None, RATE)).sound


def test_painting_by_the_truth_raises_the_si_sdr_by_far():
    truth, rest = barks_and_chords()
    # A fifth of each in the other, as an unsure engine leaves it.
    target = pcm(0.8 * truth + 0.2 * rest)
    made = Stems(target, truth + rest - target)
    after = painted_by_truth(made, truth, rest)
    assert si_sdr(after.stems.target, truth) > si_sdr(made.target, truth) + 6
    assert np.array_equal(after.stems.target + after.stems.residual, truth + rest)


def test_a_leftover_bark_is_brought_back_from_the_residual():
    truth, rest = barks_and_chords()
    target = truth.copy()
    bark = slice(int(1.4 * RATE), int(1.75 * RATE))
    target[bark] = 0
    made = Stems(target, truth + rest - target)
    ridge = np.abs(spectra(truth)) > np.abs(spectra(rest))
    ridge[: int(1.3 * RATE / GRID.hop)] = ridge[int(1.8 * RATE / GRID.hop) :] = False
    correction = Correction().painted(CellMask(0, 0, ridge.astype(np.uint8) * 255), Direction.TO_TARGET, 1.0)
    after = run(corrected(sound_with(made, correction), None, RATE)).sound
    before = si_sdr(made.target, truth)
    assert before < 9
    assert si_sdr(after.stems.target, truth) > before + 6
