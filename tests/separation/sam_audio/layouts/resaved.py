"""One tiny model, re-saved in the layouts in which weights circulate."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from samstudio.separation.nn.codec.names import pe_audio_encoder_names
from samstudio.separation.sam_audio.nn.judge import Judge
from tests.separation.sam_audio.golden import TINY_MODEL
from tests.separation.sam_audio.made_up_model import renamed, write_model

Tensors = dict[str, Tensor]
# The golden model where it is at hand, else one of like kind: the published hop and rate, and no published size.
PUBLISHED_RATES = {"encoder_rates": [2, 8, 10, 12], "decoder_rates": [12, 10, 8, 2], "sample_rate": 48000}


def source_model(folder: Path) -> Path:
    """The model that is re-saved."""
    if (TINY_MODEL / "checkpoint.pt").is_file():
        return TINY_MODEL
    return write_model(folder, **PUBLISHED_RATES)


def tensors_of_model(source: Path) -> Tensors:
    return torch.load(source / "checkpoint.pt", weights_only=True)


def split(tensors: Tensors) -> tuple[Tensors, Tensors, Tensors]:
    """Field, codec and vision encoder."""
    codec = {name: t for name, t in tensors.items() if name.startswith("audio_codec.")}
    vision = {name: t for name, t in tensors.items() if name.startswith("vision_encoder.")}
    return {name: t for name, t in tensors.items() if name not in codec and name not in vision}, codec, vision


def half(tensors: Tensors, dtype: torch.dtype) -> Tensors:
    return {name: tensor.to(dtype) for name, tensor in tensors.items()}


def beside(source: Path, folder: Path, *, config: bool) -> None:
    """What lies beside the weights: the text encoder, and sizes that shapes do not tell."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("t5", "pe_a_frame"):
        if (source / part).is_dir():
            (folder / part).symlink_to(source / part)
    for name in ("vision_config.json", *(["config.json"] if config else [])):
        if (source / name).is_file():
            shutil.copy(source / name, folder / name)


def codec_in_a_folder_of_its_own(source: Path, folder: Path, dtype: torch.dtype = torch.float32) -> Path:
    """A file without codec and vision encoder; the codec is beside it in a folder."""
    beside(source, folder, config=True)
    field, codec, _ = split(tensors_of_model(source))
    save_file(half(field, dtype), folder / f"model.{'fp16' if dtype is torch.float16 else 'fp32'}.safetensors")
    (folder / "shared").mkdir()
    save_file(codec, folder / "shared" / "audio_codec.safetensors")
    return folder


def half_precision_and_a_codec(source: Path, folder: Path) -> Path:
    return codec_in_a_folder_of_its_own(source, folder, torch.float16)


def both_precisions_and_a_codec(source: Path, folder: Path) -> Path:
    half_precision_and_a_codec(source, folder)
    save_file(split(tensors_of_model(source))[0], folder / "model.fp32.safetensors")
    return folder


def codec_file_beside(source: Path, folder: Path) -> Path:
    """The codec is a bare file of torch, without the model's prefix; the model is chosen by its file."""
    beside(source, folder, config=True)
    field, codec, _ = split(tensors_of_model(source))
    save_file(field, folder / "diffusion.safetensors")
    torch.save(
        {"state_dict": {name.removeprefix("audio_codec."): t for name, t in codec.items()}}, folder / "weights.pth"
    )
    return folder / "diffusion.safetensors"


def several_configs(source: Path, folder: Path) -> Path:
    """As a repository of several models has them; the file's name says nothing."""
    beside(source, folder, config=False)
    config = json.loads((source / "config.json").read_text())
    other = config | {"transformer": config["transformer"] | {"dim": 128, "context_dim": 128}}
    (folder / "config-base-tv.json").write_text(json.dumps(other))
    (folder / "config-large-tv.json").write_text(json.dumps(config))
    save_file(half(tensors_of_model(source), torch.bfloat16), folder / "sam-audio-large-tv-bf16.safetensors")
    return folder / "sam-audio-large-tv-bf16.safetensors"


def no_config(source: Path, folder: Path) -> Path:
    beside(source, folder, config=False)
    save_file(tensors_of_model(source), folder / "sam_audio_base.safetensors")
    return folder / "sam_audio_base.safetensors"


def shards(source: Path, folder: Path, index: str = "model.safetensors.index.json") -> Path:
    beside(source, folder, config=True)
    tensors = tensors_of_model(source)
    parts: list[Tensors] = [{}, {}, {}]
    for i, (name, tensor) in enumerate(tensors.items()):
        parts[i % 3][name] = tensor
    names = [f"model-{i:05}-of-00003.safetensors" for i in (1, 2, 3)]
    for name, part in zip(names, parts, strict=True):
        save_file(part, folder / name)
    if index:
        weight_map = {key: name for name, part in zip(names, parts, strict=True) for key in part}
        (folder / index).write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    return folder


def shards_without_index(source: Path, folder: Path) -> Path:
    return shards(source, folder, "") / "model-00001-of-00003.safetensors"


def nested(source: Path, folder: Path) -> Path:
    """As training frameworks save: the tensors are one of several things, with names before their names."""
    beside(source, folder, config=True)
    state = {f"model.{name}": tensor for name, tensor in tensors_of_model(source).items()}
    torch.save({"epoch": 3, "state_dict": state, "optimizer": {"lr": 0.1}}, folder / "last.ckpt")
    return folder


def before_zip(source: Path, folder: Path) -> Path:
    """As torch saved until 1.5."""
    beside(source, folder, config=True)
    torch.save(tensors_of_model(source), folder / "checkpoint.pt", _use_new_zipfile_serialization=False)
    return folder


def new_weight_norm(source: Path, folder: Path) -> Path:
    """The codec of a model that was saved with the weight norm of torch's parametrizations."""
    beside(source, folder, config=True)
    ends = {".weight_g": ".parametrizations.weight.original0", ".weight_v": ".parametrizations.weight.original1"}
    tensors = {
        name[: -len(old)] + ends[old] if (old := name[-9:]) in ends else name: tensor
        for name, tensor in tensors_of_model(source).items()
    }
    save_file(tensors, folder / "model.safetensors")
    return folder


def vision_of_its_own(source: Path, folder: Path) -> Path:
    """The visual tower alone, under the names that the Perception Encoder's own files have."""
    beside(source, folder, config=True)
    field, codec, vision = split(tensors_of_model(source))
    save_file(field | codec, folder / "sam.safetensors")
    start = "vision_encoder.model."
    tower = {name.removeprefix(start): tensor for name, tensor in vision.items()}
    if tower:
        torch.save(tower, folder / "PE-Core.pt")
    return folder


def judge_of_default_revision(source: Path, folder: Path) -> Path:
    """A Judge as transformers has it: the codec under other keys, its weight norm folded, and described otherwise."""
    shutil.copytree(source, folder, copy_function=shutil.copyfile)
    tensors = torch.load(folder / "checkpoint.pt", weights_only=True)
    encoder = Judge.load(source).encoder
    codec = renamed(encoder.state_dict(), pe_audio_encoder_names(encoder.config))
    others = {name: tensor for name, tensor in tensors.items() if not name.startswith("audio_codec.")}
    others |= {name.replace("audio_codec.", "dac_vae_encoder."): tensor for name, tensor in codec.items()}
    save_file({name: tensor.contiguous() for name, tensor in others.items()}, folder / "model.safetensors")
    (folder / "checkpoint.pt").unlink()
    config = json.loads((folder / "config.json").read_text())
    sizes = config.pop("audio_codec")
    theirs = {
        "encoder_hidden_size": sizes["encoder_dim"],
        "downsampling_ratios": sizes["encoder_rates"],
        "decoder_hidden_size": sizes["decoder_dim"],
        "codebook_dim": sizes["codebook_dim"],
        "sampling_rate": sizes["sample_rate"],
    }
    described = {"model_type": "sam_audio_judge", "dac_vae_encoder": theirs, **config}
    (folder / "config.json").write_text(json.dumps(described))
    return folder


EXACT: list[Callable[[Path, Path], Path]] = [
    codec_in_a_folder_of_its_own,
    both_precisions_and_a_codec,
    codec_file_beside,
    no_config,
    shards,
    shards_without_index,
    nested,
    before_zip,
    new_weight_norm,
    vision_of_its_own,
]
ROUNDED: list[Callable[[Path, Path], Path]] = [half_precision_and_a_codec, several_configs]
