"""Weights that hold no numbers, and weights that are replaced by others of the same name."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.engine import SeparationError, UnavailableError, WayOn
from samstudio.separation.models.check import faults
from samstudio.separation.models.weights.stamp import folder_stamp
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.sampling.joint_solver import solve_jointly
from samstudio.separation.sam_audio.sampling.solver import Solver, SolverPlan
from tests.separation.sam_audio.engine_runs import request, run, sound
from tests.separation.sam_audio.made_up_model import write_model


@pytest.fixture
def own_engine():
    return SamAudioEngine(window=50, overlap=10, dtype=torch.float32, cache=ClipCache())


@pytest.fixture
def folder(tmp_path):
    return write_model(tmp_path / "model")


def change(folder, key, place, value):
    """Replace the weights by others that differ in one value; a file that is mapped is never written to."""
    file, beside = folder / "checkpoint.pt", folder / "new.part"
    tensors = torch.load(file, weights_only=True)
    tensors[key] = tensors[key].clone()
    tensors[key].view(-1)[place] = value
    torch.save(tensors, beside)
    beside.replace(file)


@pytest.mark.parametrize("key", ["transformer.output.weight", "audio_codec.decoder.model.0.weight"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_numbers_are_refused(folder, own_engine, key, value):
    change(folder, key, 7, value)
    assert any("the weights contain values that are not numbers" in fault for fault in faults(folder))
    with pytest.raises(SeparationError, match="the weights contain values that are not numbers") as refused:
        run(own_engine, request(str(folder), sound(0.8)))
    assert not isinstance(refused.value, UnavailableError)


def test_a_solve_that_ends_in_no_numbers_is_an_error():
    class Field:
        def velocity(self, x, rows, index):
            yield
            return x * float("nan")

    x = np.ones((20, 1, 4), np.float32)
    plan = SolverPlan(Solver.EULER, 0.5)
    with pytest.raises(SeparationError, match="values that are not numbers"):
        list(solve_jointly(Field(), x, x.copy(), [range(20)], plan, 1))


@pytest.mark.parametrize("key", ["transformer.layers.0.feed_forward.w1.weight", "audio_codec.encoder.block.0.weight"])
def test_a_model_that_was_replaced_is_loaded_anew(folder, own_engine, key):
    """Also where only one value in the middle differs, which no digest of the ends sees."""
    asked = request(str(folder), sound(0.8))
    before, _, _ = run(own_engine, asked)
    again, _, _ = run(own_engine, asked)
    np.testing.assert_array_equal(again, before)
    change(folder, key, torch.load(folder / "checkpoint.pt", weights_only=True)[key].numel() // 2, 30.0)
    after, _, _ = run(own_engine, asked)
    fresh, _, _ = run(SamAudioEngine(window=50, overlap=10, dtype=torch.float32), asked)
    assert not np.array_equal(after, before)
    np.testing.assert_array_equal(after, fresh)


def test_a_text_encoder_that_was_replaced_is_read_anew(folder, own_engine):
    asked = request(str(folder), sound(0.8))
    before, _, _ = run(own_engine, asked)
    file, beside = folder / "t5" / "model.safetensors", folder / "new.part"
    tensors = load_file(file)
    tensors["encoder.final_layer_norm.weight"] = tensors["encoder.final_layer_norm.weight"] * 3
    save_file(tensors, beside)
    beside.replace(file)
    after, _, _ = run(own_engine, asked)
    assert not np.array_equal(after, before)


def test_the_stamp_of_a_folder_tells_a_replaced_file(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    stamp = folder_stamp(tmp_path)
    (tmp_path / "new").write_bytes(b"abd")
    assert folder_stamp(tmp_path) == stamp
    (tmp_path / "new").replace(tmp_path / "model.safetensors")
    assert folder_stamp(tmp_path) != stamp


def test_a_model_that_is_gone_leads_to_the_set_up_and_not_to_a_command(own_engine, tmp_path):
    with pytest.raises(UnavailableError, match="'samstudio models list'") as refused:
        run(own_engine, request(str(tmp_path / "gone"), sound(0.8)))
    assert refused.value.way_on is WayOn.SET_UP_MODEL
    assert "samstudio" not in refused.value.in_window.replace(str(tmp_path), "")
