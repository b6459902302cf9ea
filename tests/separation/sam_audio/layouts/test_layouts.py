"""What is found where. That every layout gives the same stems is tested from the command line, and from the window."""

import json

import pytest
import torch

from samstudio.separation.engine import UnavailableError
from samstudio.separation.models import store
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.check import faults, helpers, identify
from samstudio.separation.sam_audio.layouts.layout import find_layout
from samstudio.separation.sam_audio.layouts.named_parts import part_named
from samstudio.separation.sam_audio.runtime.model_parts import Model
from tests.separation.sam_audio.layouts.resaved import (
    both_precisions_and_a_codec,
    codec_in_a_folder_of_its_own,
    no_config,
    several_configs,
    source_model,
    split,
    tensors_of_model,
    vision_of_its_own,
)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return source_model(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def whole(source):
    """The model in the published layout."""
    return Model(source, torch.device("cpu"), torch.float32)


def test_the_more_precise_of_two_files_is_taken(source, library, tmp_path):
    folder = both_precisions_and_a_codec(source, tmp_path / "both")
    assert find_layout(folder).field.path.name == "model.fp32.safetensors"


def test_of_several_configs_the_one_that_fits_counts(source, library, tmp_path):
    path = several_configs(source, tmp_path / "several")
    assert find_layout(path).config == find_layout(source).config


def test_two_models_in_a_folder_are_told_apart(source, library, tmp_path):
    folder = no_config(source, tmp_path / "two").parent
    narrow = {
        name: t[:, :32].clone() if name == "memory_proj.weight" else t for name, t in tensors_of_model(source).items()
    }
    narrow["memory_proj.weight"] = torch.zeros(narrow["memory_proj.weight"].shape[0], 7)
    torch.save(narrow, folder / "other.pt")
    (fault,) = faults(folder)
    assert "holds several models: name one of its files, other.pt, sam_audio_base.safetensors" in fault


@pytest.fixture
def without_codec(source, tmp_path):
    folder = codec_in_a_folder_of_its_own(source, tmp_path / "model")
    (folder / "shared").rename(tmp_path / "elsewhere")
    return folder


def test_a_codec_in_the_list_of_models_is_found(source, whole, library, without_codec, tmp_path):
    assert helpers(without_codec) == {"codec": Role.CODEC, **helpers(source)}
    with pytest.raises(UnavailableError, match=r"comes without its codec.*'samstudio models add codec'"):
        Model(without_codec, torch.device("cpu"), torch.float32)
    codec = tmp_path / "elsewhere" / "audio_codec.safetensors"
    assert identify(codec).role is Role.CODEC
    assert list(faults(codec)) == []
    store.add_folder(codec)
    model = Model(without_codec, torch.device("cpu"), torch.float32)
    for name, tensor in whole.codec.state_dict().items():
        assert torch.equal(model.codec.state_dict()[name], tensor)


def test_a_text_encoder_that_was_added_stands_in_for_the_one_that_is_named(source, library, without_codec, tmp_path):
    config = json.loads((source / "config.json").read_text())
    config["text_encoder"]["name"] = "t5-base"
    (without_codec / "config.json").write_text(json.dumps(config))
    (without_codec / "t5").unlink()
    assert "t5-base" in helpers(without_codec)
    store.add_folder(source / "t5", "reads words")
    assert "t5-base" not in helpers(without_codec)
    assert part_named("t5-base", Role.TEXT, without_codec) == (source / "t5").resolve()


def test_a_vision_encoder_of_its_own_sees_alike(source, whole, library, tmp_path):
    if not split(tensors_of_model(source))[2]:
        pytest.skip("this model has no vision encoder")
    model = Model(vision_of_its_own(source, tmp_path / "model"), torch.device("cpu"), torch.float32)
    frames = torch.randint(0, 255, (2, 3, 40, 50), dtype=torch.uint8)
    assert torch.equal(model.vision().encode(frames), whole.vision().encode(frames))


def test_a_file_is_read_once_and_given_back(source, library, tmp_path, monkeypatch):
    """Field and codec of one file come from one opening, however many parts are asked for."""
    opened = []
    from samstudio.separation.sam_audio.runtime import model_parts

    real = model_parts.open_weights
    monkeypatch.setattr(model_parts, "open_weights", lambda path: opened.append(path) or real(path))
    model = Model(source, torch.device("cpu"), torch.float32)
    for _ in model.load("dog", watermark=True):
        pass
    assert opened == [source / "checkpoint.pt"]
    assert model._open.cache_info().currsize == 0
