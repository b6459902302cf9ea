"""A graphics card that runs out of memory: the engine goes on with less, and says so."""

import numpy as np
import pytest
import torch

from samstudio.separation.engine import Remark
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.field import VectorField
from samstudio.separation.sam_audio.model import Model
from tests.separation.sam_audio.engine_runs import request, run, sound


@pytest.mark.parametrize(("most", "sentence"), [(1, "smaller pieces"), (0, "on the CPU")])
def test_out_of_memory_steps_down_and_goes_on(engine, model, monkeypatch, most, sentence):
    """A card with room for `most` rows: the batch is halved, or the CPU takes over; the result is the same."""
    samples = sound(5.0)
    asked = request(model, samples)
    wanted = run(engine, asked)[0]
    monkeypatch.setattr("samstudio.separation.sam_audio.separation.rows_at_once", lambda *_: 4)
    evaluate = VectorField.evaluate_stepwise
    cards: list[VectorField] = []

    def crowded(self, noisy, *others):
        cards.append(self)
        if self is cards[0] and len(noisy) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return evaluate(self, noisy, *others)

    monkeypatch.setattr(VectorField, "evaluate_stepwise", crowded)
    found, _, steps = run(engine, asked)
    np.testing.assert_allclose(found, wanted, atol=2e-3)
    assert sentence in [step.text for step in steps if isinstance(step, Remark)][-1]


def test_a_card_without_room_for_the_model(model, monkeypatch):
    engine = SamAudioEngine(50, 10, torch.float32)
    asked = request(model, sound(1.0))
    field = Model.field.func
    cards: list[Model] = []

    def crowded(self):
        cards.append(self)
        if self is cards[0]:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return field(self)

    monkeypatch.setattr(Model, "field", property(crowded))
    _, _, steps = run(engine, asked)
    assert any("no room" in step.text for step in steps if isinstance(step, Remark))
