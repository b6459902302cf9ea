"""A model's parts are built and loaded when they are asked for, and not before."""

from pathlib import Path

import pytest
import torch

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.nn.packed_linear import PackedLinear
from samstudio.separation.sam_audio.runtime.model_parts import Model
from tests.separation.sam_audio.made_up_model import write_model

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model"))


def test_nothing_is_loaded_before_it_is_asked_for(folder: Path) -> None:
    model = Model(folder, CPU, torch.float32)
    assert not {"_weights", "codec", "watermark", "field"} & vars(model).keys()
    _ = model.field
    assert "field" in vars(model)
    assert not {"codec", "watermark"} & vars(model).keys()


def test_the_weights_file_itself_may_be_named(folder: Path) -> None:
    by_file = Model(folder / "checkpoint.pt", CPU, torch.float32).field
    by_folder = Model(folder, CPU, torch.float32).field
    for one, other in zip(by_file.parameters(), by_folder.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_on_the_cpu_the_model_keeps_its_type(folder: Path, dtype: torch.dtype) -> None:
    """Whatever this machine's CPU is fastest in: one of the two is not."""
    model = Model(folder, torch.device("cuda"), dtype).on_cpu()
    assert (model.path, model.device, model.dtype) == (folder, CPU, dtype)
    linears = [part for part in model.field.modules() if isinstance(part, PackedLinear)]
    assert dtype in {linear.dtype for linear in linears}


def test_a_text_is_encoded_once(folder: Path) -> None:
    model = Model(folder, CPU, torch.float32)
    features, mask = model.text("man speaking")
    assert features.shape[:2] == mask.shape
    assert features.shape[2] == model.config.text_encoder.dim
    assert model.text("man speaking")[0] is features
    assert model.text("dog barking")[0].shape == features.shape
    assert not torch.equal(model.text("dog barking")[0], features)


def test_a_checkpoint_that_lacks_a_part_is_refused(folder: Path, tmp_path: Path) -> None:
    tensors = torch.load(folder / "checkpoint.pt", weights_only=True)
    del tensors["transformer.layers.1.attention.wq.weight"]
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    torch.save(tensors, tmp_path / "checkpoint.pt")
    with pytest.raises(SeparationError, match=r"lacks the key 'transformer\.layers\.1\.attention\.wq\.weight'"):
        _ = Model(tmp_path, CPU, torch.float32).field


def test_without_a_span_predictor_none_is_loaded(folder: Path) -> None:
    with pytest.raises(SeparationError, match="no span predictor"):
        Model(folder, CPU, torch.float32).span_predictor()


def test_a_bfloat16_checkpoint_keeps_its_values(folder: Path, tmp_path: Path) -> None:
    tensors = torch.load(folder / "checkpoint.pt", weights_only=True)
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    torch.save({name: tensor.bfloat16() for name, tensor in tensors.items()}, tmp_path / "checkpoint.pt")
    field = Model(tmp_path, CPU, torch.float32).field
    assert {parameter.dtype for parameter in field.parameters()} == {torch.float32}
    assert torch.equal(field.proj.weight, tensors["proj.weight"].bfloat16().float())
