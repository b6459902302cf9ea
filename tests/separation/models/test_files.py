import pytest

from samstudio.separation.models.files import HubFile, wanted_files


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
        (("checkpoint.pt",), ()),
        (("config.json", "pytorch_model.bin"), ()),
    ],
)  # fmt: skip
def test_only_what_we_read_is_wanted_and_weights_come_last(there, wanted):
    assert tuple(file.name for file in wanted_files(files(*there))) == wanted
