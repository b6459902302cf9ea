"""The presence gate in the engine: what it silences, what it keeps, and what it listens to."""

from math import ceil

import numpy as np
import pytest
import torch

from samstudio.separation import resample
from samstudio.separation.engine import Absent
from samstudio.separation.sam_audio.pipeline import presence
from samstudio.separation.sam_audio.settings import Mode, ResidualKind
from tests.separation.sam_audio.engine_runs import request, run, sound, stems_of


def resampler_rounding(*stems: np.ndarray) -> float:
    """The most by which two runs differ whose resampler sums its products in different orders.

    With the gate one more row a channel is resampled, and a matrix product of another shape may sum in another order.
    n float32 products are off by n * eps / 2 of their absolute sum in any order (Higham, section 3.1), two by twice
    that; the absolute sum is at most the peak times that of the filter. The grid of 24-bit PCM adds one step.
    """
    _, filters = resample._filters(0, 1, 320, 441, ceil(resample.ZERO_CROSSINGS / resample.ROLLOFF))
    peak = max(float(np.abs(stem).max()) for stem in stems)
    return len(filters) * np.finfo(np.float32).eps * float(filters.abs().sum()) * peak + 2**-23


@pytest.mark.parametrize("choices", [{}, {"mode": Mode.FAITHFUL}, {"residual": ResidualKind.MODEL}])
def test_the_presence_gate(engine, model, monkeypatch, choices):
    """A target that is nowhere loud enough is silence but where a + span says otherwise; what it lacks is kept."""
    monkeypatch.setattr(
        presence, "present", lambda target, _clip, hop, _rate: torch.zeros(-(-target.shape[1] // hop)) > 0
    )
    samples = sound()
    asked = request(model, samples, presence_gate=True, **choices)
    target, residual, steps = run(engine, asked)
    loud = np.abs(target).reshape(30, -1).max(axis=1) > 0
    assert loud[5:15].all()
    assert not loud[:4].any()
    assert not loud[16:].any()
    _, _, withheld = stems_of(steps, 0, asked)
    overruled, own, others = run(engine, request(model, samples, presence_gate=False, **choices))
    rounding = resampler_rounding(overruled, own)
    np.testing.assert_allclose(target + withheld, overruled, rtol=0, atol=rounding)
    if choices.get("residual") is ResidualKind.MODEL:
        np.testing.assert_allclose(residual, own, rtol=0, atol=rounding)
    else:
        np.testing.assert_array_equal(target + residual, samples)
    assert np.abs(overruled[:2000]).max() > 1e-3
    absent = [step for step in steps if isinstance(step, Absent)][-1]
    edges = np.round([edge for stretch in absent.stretches for edge in stretch], 1)
    # Of the - span, which is silent anyway, only its ramps belong to it.
    np.testing.assert_allclose(edges, [0.0, 0.5, 1.5, 2.0, 2.4, 3.0], atol=0.11)
    assert absent.candidate == 0
    assert not any(isinstance(step, Absent) for step in others)


def test_the_gate_listens_to_the_sound_without_the_watermark(engine, model, monkeypatch):
    """With it, the target would always be heard."""
    heard = []

    def keep(target, _clip, hop, _rate):
        heard.append(target.clone())
        return torch.ones(-(-target.shape[1] // hop)) > 0

    monkeypatch.setattr(presence, "present", keep)
    samples = sound(1.0)
    target, _, _ = run(engine, request(model, samples, presence_gate=True, residual=ResidualKind.MODEL, watermark=True))
    dry, _, _ = run(engine, request(model, samples, residual=ResidualKind.MODEL))
    np.testing.assert_allclose(heard[0].T.numpy(), dry, atol=1e-6)
    assert np.abs(target - dry).max() > 1e-3
