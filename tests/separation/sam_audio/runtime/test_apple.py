"""What Apple's cards do not know: no number of 64 bits that is no whole one. The CPU stands in for one here."""

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from samstudio.separation.sam_audio.pipeline.anchors import prompt_anchors, window_anchors
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.sampling.solver import SolverPlan
from samstudio.session.prompt import Prompt, Span
from tests.separation.sam_audio.golden import TINY_MODEL, needs_golden

UNKNOWN = {torch.float64, torch.complex128}


class AsOnApplesCards(TorchDispatchMode):
    """Refuses every operation that takes or makes numbers of a type that Apple's cards lack."""

    def __torch_dispatch__(self, operation, _types, given=(), named=None):
        made = operation(*given, **(named or {}))
        for tensor in tree_leaves((given, named, made)):
            if isinstance(tensor, Tensor) and tensor.dtype in UNKNOWN:
                raise TypeError(f"{operation}: MPS does not support {tensor.dtype}")
        return made


@pytest.fixture
def apple():
    with AsOnApplesCards():
        yield


def test_the_stand_in_refuses_what_the_card_does(apple):
    with pytest.raises(TypeError, match="float64"):
        torch.ones(3).double()


@needs_golden
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_all_that_runs_on_the_card_does_without_float64(dtype):
    model = Model(TINY_MODEL, torch.device("cpu"), dtype)
    config = model.config
    codec, width = config.audio_codec, config.transformer.out_channels
    text = torch.randn(1, 3, config.text_encoder.dim)
    tokens = prompt_anchors(Prompt("", (Span(0.2, 0.4),)), 10, codec.sample_rate, codec.hop)
    ids, alignment = window_anchors(tokens, [range(10)])
    field, vision = model.field, model.vision()
    with AsOnApplesCards(), torch.inference_mode():
        condition = field.condition(torch.randn(1, 10, width), ids, alignment)
        schedule = field.schedule(SolverPlan().times, text)
        latents = field.evaluate(torch.randn(1, 10, width), condition, schedule, 0)
        model.codec.encoder.part(0.1 * torch.randn(1, 1, 10 * codec.hop), 0, 10)
        dry = model.codec.decoder.part(latents.float().transpose(1, 2)[:, : codec.codebook_dim], 0, 10)
        model.watermark(dry, torch.zeros(1, 16))
        vision.encode(torch.zeros(2, 3, 40, 50, dtype=torch.uint8))
