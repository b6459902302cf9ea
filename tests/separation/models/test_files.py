import pytest

from samstudio.separation.models.files import HubFile, models_in, wanted_files


def files(*names):
    return [HubFile(name, 1) for name in names]


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        (("config.json", "checkpoint.pt", "model.safetensors"), ("config.json", "checkpoint.pt")),
        (("tokenizer.json", "config.json", "model.safetensors", "spiece.model", "pytorch_model.bin", "tf_model.h5"),
         ("tokenizer.json", "config.json", "model.safetensors")),
        (("config.json", "model-00002-of-00002.safetensors", "model.safetensors.index.json",
          "model-00001-of-00002.safetensors"),
         ("config.json", "model.safetensors.index.json", "model-00001-of-00002.safetensors",
          "model-00002-of-00002.safetensors")),
        (("config.json", "LICENSE", "checkpoint.pt", "vision_config.json", "run.py"),
         ("config.json", "LICENSE", "vision_config.json", "checkpoint.pt")),
        (("config.json", "sub/checkpoint.pt", "../checkpoint.pt"), ()),
        (("checkpoint.pt",), ("checkpoint.pt",)),
        (("pytorch_model.bin", "tf_model.h5", "model.onnx"), ("pytorch_model.bin",)),
        (("README.md", "a-fp8.safetensors", "a.gguf", "run.py"), ()),
        (("a-fp8-scaled.safetensors", "a-bf16.safetensors", "config-b.json", "config.json"),
         ("config-b.json", "config.json", "a-bf16.safetensors")),
        (("model.fp16.safetensors", "audio_codec.safetensors"), ("audio_codec.safetensors", "model.fp16.safetensors")),
        (("a.safetensors.index.json", "a-00001-of-00002.safetensors", "a-00002-of-00002.safetensors"),
         ("a.safetensors.index.json", "a-00001-of-00002.safetensors", "a-00002-of-00002.safetensors")),
    ],
)  # fmt: skip
def test_only_what_we_read_is_wanted_and_weights_come_last(there, wanted):
    assert tuple(file.name for file in wanted_files(files(*there))) == wanted


def test_of_several_models_one_is_named():
    there = files(
        "base-bf16.safetensors", "large-bf16.safetensors", "large-fp8.safetensors", "config.json", "codec.pth"
    )
    assert models_in(there) == ["base-bf16.safetensors", "large-bf16.safetensors"]
    wanted = wanted_files(there, "large-bf16.safetensors")
    assert [file.name for file in wanted] == ["config.json", "codec.pth", "large-bf16.safetensors"]
    assert wanted_files(there, "small.safetensors") == ()
    assert models_in(files("checkpoint.pt", "other.pt")) == ["checkpoint.pt"]
