"""The engine on a small model made for the tests: what holds whatever the weights are."""

from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from samstudio.separation.engine import Notice, Progress, SeparationError, StemChunk, UnavailableError
from samstudio.separation.registry import create_engine
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.pipeline import decoding, rendering
from samstudio.separation.sam_audio.pipeline.decoding import message
from samstudio.separation.sam_audio.settings import Mode, ResidualKind, WindowOrder
from samstudio.session.prompt import Prompt, Span
from tests.separation.sam_audio.engine_runs import request, run, sound
from tests.separation.sam_audio.made_up_model import write_model


@pytest.mark.parametrize(
    ("rate", "channels", "seconds"), [(8000, 1, 3.0), (44100, 2, 1.1), (11025, 8, 0.3), (96000, 1, 0.05), (7999, 1, 5)]
)
def test_any_shape_comes_back_and_sums_to_the_clip(engine, model, rate, channels, seconds):
    samples = sound(seconds, rate, channels)
    target, residual, steps = run(engine, request(model, samples, rate, Prompt("man", (Span(0, 0.04),))))
    np.testing.assert_array_equal(target + residual, samples)
    assert np.std(target) > 1e-3
    signals = [step for step in steps if isinstance(step, Progress)]
    assert all(earlier.done <= later.done for earlier, later in pairwise(signals))
    assert signals[-1].fraction == pytest.approx(1.0)


def test_it_repeats_and_the_seed_counts(engine, model):
    samples = sound()
    first, again = (run(engine, request(model, samples))[0] for _ in range(2))
    other = run(engine, request(model, samples, seed=1))[0]
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_equal_channels_stay_equal(engine, model):
    samples = np.repeat(sound(2.5, channels=1), 2, axis=1)
    target = run(engine, request(model, samples))[0]
    np.testing.assert_allclose(target[:, 0], target[:, 1], atol=1e-5)


@pytest.mark.parametrize("order", list(WindowOrder))
def test_spans_act_wherever_they_are(engine, model, order):
    """A span far behind the first window changes the target there, and much less far away from it."""
    samples = sound(9.0)
    plain, marked = (
        run(engine, request(model, samples, prompt=Prompt("man speaking", spans), order=order))[0]
        for spans in ((), (Span(7.0, 8.0),))
    )
    change = np.abs(plain - marked).reshape(9, -1).mean(axis=1)
    assert change[7] > 1e-3
    assert change[7] > 20 * change[:5].max()


def test_one_window_solves_what_many_do(model):
    """Joint windows come close to one window that covers all; the field sees less far, that is the difference."""
    samples = sound(6.0)
    one = run(SamAudioEngine(1000, 10, torch.float32), request(model, samples))[0]
    again = run(SamAudioEngine(150, 10, torch.float32), request(model, samples))[0]
    many = run(SamAudioEngine(50, 20, torch.float32), request(model, samples))[0]
    np.testing.assert_array_equal(one, again)
    assert np.corrcoef(one.ravel(), many.ravel())[0, 1] > 0.8


def test_the_order_is_reported_and_streaming_is_early(engine, model):
    samples = sound(12.0)
    early = {}
    for order in WindowOrder:
        _, _, steps = run(engine, request(model, samples, order=order))
        first = next(n for n, step in enumerate(steps) if isinstance(step, StemChunk))
        solving = [n for n, step in enumerate(steps) if isinstance(step, Progress) and step.stage == "Separating"]
        early[order] = sum(n < first for n in solving) / len(solving)
        _, notice = (step.text for step in steps if isinstance(step, Notice))
        assert notice.startswith("Preview") == (order is WindowOrder.STREAMING)
    # The first sound needs five of twelve seconds, and a window is two.
    assert early[WindowOrder.STREAMING] < 0.6
    assert early[WindowOrder.JOINT] == 1.0


def test_the_models_own_residual(engine, model):
    samples = sound()
    exact, _, _ = run(engine, request(model, samples))
    target, residual, _ = run(engine, request(model, samples, residual=ResidualKind.MODEL))
    # An exact sum keeps both stems within what float32 holds of the clip's grid.
    fits = np.abs(target) < 1.4
    np.testing.assert_allclose(target[fits], exact[fits], atol=2e-3)
    assert np.abs(target + residual - samples).max() > 0.01


def test_faithful_is_the_recording_masked(engine, model):
    samples = sound()
    samples[5000:12000, 1] = 0
    target, residual, _ = run(engine, request(model, samples, mode=Mode.FAITHFUL, prompt=Prompt("man")))
    np.testing.assert_array_equal(target + residual, samples)
    assert 0.01 < np.std(target) < np.std(samples)
    # Nothing is invented where the recording is silent.
    assert np.abs(target[6000:11000, 1]).max() < 1e-6


def test_the_watermark_is_quiet_repeatable_and_left_out_on_request(engine, model):
    samples = sound()
    asked = request(model, samples, residual=ResidualKind.MODEL, watermark=True)
    marked, again = run(engine, asked)[0], run(engine, asked)[0]
    dry, _, _ = run(engine, request(model, samples, residual=ResidualKind.MODEL))
    np.testing.assert_array_equal(marked, again)
    assert 0 < np.abs(marked - dry).max() < 1.0
    assert message(0).tolist() == message(0).tolist() != message(1).tolist()
    faithful = {
        mark: run(engine, request(model, samples, mode=Mode.FAITHFUL, watermark=mark))[0] for mark in (False, True)
    }
    np.testing.assert_array_equal(faithful[0], faithful[1])


def test_the_sizes_of_pieces_change_nothing(engine, model, monkeypatch):
    samples = sound(5.0)
    asked = request(model, samples, residual=ResidualKind.MODEL)
    before = run(engine, asked)[:2]
    monkeypatch.setattr(decoding, "DECODED_FRAMES", 7)
    monkeypatch.setattr(rendering, "CHUNK_SECONDS", 0.7)
    monkeypatch.setattr("samstudio.separation.sam_audio.pipeline.encoding.ENCODED_FRAMES", 9)
    after = run(engine, asked)[:2]
    # Rounding, which these random weights make larger; a missing frame of context would be a hundred times that.
    np.testing.assert_allclose(np.stack(after), np.stack(before), atol=2e-3)
    assert np.median(np.abs(np.stack(after) - np.stack(before))) < 1e-5


def test_silent_in_minus_spans(engine, model):
    samples = sound()
    asked = request(model, samples)
    target = run(engine, asked)[0]
    inside = slice(round(2.05 * 11025), round(2.35 * 11025))
    assert np.abs(target[inside]).max() == 0
    target = run(engine, replace(asked, settings=replace(asked.settings, silent_in_minus=False)))[0]
    assert np.std(target[inside]) > 1e-3


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_type_that_was_computed_in_is_kept_with_the_take(model, monkeypatch, dtype):
    """Chosen by the device where the engine is given none; once, before there is any sound."""
    monkeypatch.setattr("samstudio.separation.sam_audio.engine.precision", lambda _device: dtype)
    _, _, steps = run(SamAudioEngine(50, 10), request(model, sound(1.0)))
    name = {torch.float32: "float32", torch.bfloat16: "bfloat16"}[dtype]
    assert [step.text for step in steps if isinstance(step, Notice)] == [f"Computed in {name} on the CPU."]
    kinds = [type(step) for step in steps]
    assert kinds.index(Notice) < kinds.index(StemChunk)


def test_bfloat16_is_near_float32(model):
    """Two Euler steps of a field of two layers: bfloat16 rounds each product to 2^-9, and these random weights make
    that larger; so the two correlate, but to the last digit they are two results.
    """
    samples = sound(1.5)
    exact, rounded = (
        run(SamAudioEngine(50, 10, dtype), request(model, samples, solver="euler"))[0]
        for dtype in (torch.float32, torch.bfloat16)
    )
    assert np.abs(exact - rounded).max() > 0
    assert np.corrcoef(exact.ravel(), rounded.ravel())[0, 1] > 0.99


def test_samples_that_are_no_numbers(engine, model):
    samples = sound()
    samples[100] = [np.nan, np.inf]
    target, residual, _ = run(engine, request(model, samples))
    assert np.isfinite(target).all()
    assert (target[100] == 0).all()
    assert not np.isfinite(residual[100]).any()


def test_closing_is_cancelling(engine, model):
    with closing(engine.separate(request(model, sound(9.0)))) as steps:
        for _ in range(12):
            next(steps)


def test_it_can_be_stopped_between_the_layers_of_an_evaluation(engine, model):
    """One window, one channel, four evaluations of two layers: a report after each, the work after the last."""
    asked = request(model, sound(1.0, channels=1))
    steps = [step for step in engine.separate(asked) if isinstance(step, Progress) and step.stage == "Separating"]
    done = [step.done for step in steps]
    assert len(done) >= 4 * (2 + 1)
    assert len(set(done)) == 4 + 1


def test_encoding_and_decoding_can_be_stopped_within_a_piece(engine, model, monkeypatch):
    monkeypatch.setattr("samstudio.separation.nn.codec.stages.TILE", 1 << 12)
    asked = request(model, sound(1.0, channels=1))
    stages = [step.stage for step in engine.separate(asked) if isinstance(step, Progress)]
    assert stages.count("Encoding") > 20
    assert stages.count("Rendering") > 20


def test_a_clip_too_short(engine, model):
    with pytest.raises(SeparationError, match="too short"):
        run(engine, request(model, sound(0.04)))


def test_no_model_is_named():
    with pytest.raises(UnavailableError, match="needs weights"):
        run(create_engine("sam-audio"), request("", sound()))


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [({"steps": 0}, "1 to 256, not 0"), ({"solver": "heun"}, "no solver 'heun'"), ({"candidates": 99}, "Candidates")],
)
def test_values_there_cannot_be(engine, model, choices, sentence):
    with pytest.raises(SeparationError, match=sentence):
        run(engine, request(model, sound(), **choices))


def test_broken_weights_are_reported_in_one_sentence(tmp_path):
    folder = write_model(tmp_path / "model")
    whole = (folder / "checkpoint.pt").read_bytes()
    (folder / "checkpoint.pt").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnavailableError, match="truncated") as emitted:
        run(SamAudioEngine(), request(str(folder), sound()))
    assert "\n" not in str(emitted.value)
    (folder / "checkpoint.pt").unlink()
    with pytest.raises(UnavailableError, match="holds no weights"):
        run(SamAudioEngine(), request(str(folder), sound()))


def test_a_missing_text_encoder(tmp_path, library):
    folder = write_model(tmp_path / "model")
    (folder / "t5" / "model.safetensors").unlink()
    with pytest.raises(UnavailableError, match="t5"):
        run(SamAudioEngine(), request(str(folder), sound()))


def test_only_what_is_asked_for_is_loaded(model):
    engine = SamAudioEngine()
    run(engine, request(model, sound(0.7)))
    assert "watermark" not in vars(engine._model)
    run(engine, request(model, sound(0.7), watermark=True))
    assert "watermark" in vars(engine._model)


def test_the_next_separation_finds_the_model_loaded(model):
    engine = SamAudioEngine()
    run(engine, request(model, sound(0.7), preset="fast"))
    kept = engine._model
    run(engine, request(model, sound(0.7), preset="balanced"))
    assert engine._model is kept
