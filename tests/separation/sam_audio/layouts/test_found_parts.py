"""Which files are taken for the parts of a model, and what is said of files that are none."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import samstudio
from samstudio.separation.engine import SeparationError
from samstudio.separation.models import store
from samstudio.separation.models.catalogue import Role, hub_id
from samstudio.separation.models.check import faults, helpers
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import all_parts, usable_part
from samstudio.separation.sam_audio.layouts.layout import find_layout
from samstudio.separation.sam_audio.runtime.model_parts import Model
from tests.separation.sam_audio.layouts.resaved import (
    codec_in_a_folder_of_its_own,
    half,
    no_config,
    source_model,
    split,
    tensors_of_model,
)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return source_model(tmp_path_factory.mktemp("source"))


@pytest.fixture
def bare(source, tmp_path):
    """A model without a codec."""
    folder = codec_in_a_folder_of_its_own(source, tmp_path / "model")
    shutil.rmtree(folder / "shared")
    return folder


def codec_file(source, file, dtype=torch.float32):
    file.parent.mkdir(exist_ok=True)
    save_file(half(split(tensors_of_model(source))[1], dtype), file)
    return file


def test_the_exact_codec_of_the_list_is_taken_and_none_of_another_model(source, library, bare, tmp_path):
    other = codec_in_a_folder_of_its_own(source, tmp_path / "other")
    (other / "shared" / "audio_codec.safetensors").rename(other / "audio_codec.safetensors")
    store.add_folder(other)
    assert find_layout(bare).codec is None
    rough = codec_file(source, tmp_path / "rough" / "rough.safetensors", torch.float16)
    exact = codec_file(source, tmp_path / "exact" / "exact.safetensors")
    store.add_folder(rough)
    store.add_folder(exact)
    layout = find_layout(bare)
    assert layout.codec.path == layout.foreign_codec == exact
    assert f"codec in {exact}" in layout.contents.words
    store.remove("exact")
    assert find_layout(bare).codec.path == rough
    own = codec_file(source, bare / "own" / "half.safetensors", torch.float16)
    assert find_layout(bare).codec.path == own
    assert find_layout(bare).foreign_codec is None
    assert "codec in own/half.safetensors" in find_layout(bare).contents.words


def test_a_model_without_a_codec_is_not_ready(source, library, bare, tmp_path):
    store.add_folder(bare)

    def part():
        return next(part for part in all_parts() if part.name == "model")

    assert part().state is PartState.NEEDS_CODEC
    assert usable_part(all_parts(), "sam-audio", Role.MODEL, "model") == ""
    store.add_folder(codec_file(source, tmp_path / "exact" / "exact.safetensors"))
    assert part().is_ready
    assert usable_part(all_parts(), "sam-audio", Role.MODEL, "model") == "model"


def shards(source, folder):
    folder.mkdir()
    (folder / "t5").symlink_to(source / "t5")
    shutil.copy(source / "config.json", folder)
    if (source / "vision_config.json").is_file():
        shutil.copy(source / "vision_config.json", folder)
    tensors = tensors_of_model(source)
    for i in range(3):
        save_file(dict(list(tensors.items())[i::3]), folder / f"shard-{i}.safetensors")
    return folder


def test_shards_of_any_name_make_a_model_and_one_of_them_none(source, library, tmp_path):
    folder = shards(source, tmp_path / "free")
    assert list(faults(folder)) == []
    whole, parts = (Model(path, torch.device("cpu"), torch.float32) for path in (source, folder))
    for name, tensor in whole.codec.state_dict().items():
        assert torch.equal(parts.codec.state_dict()[name], tensor)
    for name, tensor in whole.field.state_dict().items():
        assert torch.equal(parts.field.state_dict()[name], tensor)
    for i in range(3):
        (fault,) = faults(folder / f"shard-{i}.safetensors")
        assert "holds one of 3 parts of a model's tensors: choose the folder" in fault


def test_a_vision_encoder_of_unknown_sizes_does_not_hinder_a_model(source, library, tmp_path):
    file = no_config(source, tmp_path / "weights")
    (file.parent / "vision_config.json").unlink(missing_ok=True)
    tower = {
        f"vision_encoder.model.visual.{name}": torch.zeros(4, 3, 2, 2) for name in ("conv1.weight", "attn_pool.probe")
    }
    save_file({**tensors_of_model(source), **tower}, file)
    assert list(faults(file.parent)) == []
    assert find_layout(file).vision is None


def test_what_is_no_model_is_told_in_words(source, library, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "t5").mkdir()
    shutil.copy(source / "t5" / "model.safetensors", tmp_path / "t5" / "text.safetensors")
    save_file({"conv.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    mlx = {"a.weight": torch.zeros(2, 2, dtype=torch.uint32), "a.scales": torch.zeros(2), "a.biases": torch.zeros(2)}
    save_file(mlx, tmp_path / "four.safetensors")
    with zipfile.ZipFile(tmp_path / "weights.pt", "w") as archive:
        archive.writestr("model/model.safetensors", b"")
    expected = {
        "empty": "is empty",
        "t5/text.safetensors": r"is a text encoder \(T5\).*must lie beside it",
        "four.safetensors": "is MLX of few bits",
        "weights.pt": "is a ZIP archive: unpack it first",
    }
    for name, words in expected.items():
        (fault,) = faults(tmp_path / name)
        assert re.search(words, fault)
    (fault,) = faults(tmp_path / "other.safetensors")
    assert "config.json" not in fault
    with pytest.raises(SeparationError, match="is a link that leads to nothing"):
        store.resolve_model(str(tmp_path / "loop"))


def test_what_the_program_tells_to_add_can_be_added(source, library, bare):
    config = json.loads((bare / "config.json").read_text())
    config |= {"span_predictor": "spans_of_mine", "text_encoder": config["text_encoder"] | {"name": "text_of_mine"}}
    (bare / "t5").unlink()
    (bare / "pe_a_frame").unlink(missing_ok=True)
    (bare / "config.json").write_text(json.dumps(config))
    named = set(helpers(bare))
    assert len(named) == 3
    for file in Path(samstudio.__file__).parent.rglob("*.py"):
        named |= set(re.findall(r"samstudio models add ([\w./@:-]+)", file.read_text("utf-8")))
    for name in named:
        assert hub_id(name)
