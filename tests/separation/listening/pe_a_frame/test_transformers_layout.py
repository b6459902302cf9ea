"""PE-A-Frame as transformers saves it, made by transformers itself out of the model in its authors' layout."""

import json
import shutil

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from samstudio.cli.main import main
from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.pe_a_frame.config import TRANSFORMERS_NAMES
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.check import faults, identify
from tests.separation.models.hub_fixtures import library
from tests.separation.sam_audio.golden import TINY_MODEL, needs

__all__ = ["library"]

pytestmark = needs("tiny_model/pe_a_frame")
SOURCE = TINY_MODEL / "pe_a_frame"
TEXTS = ["a dog barking", "man speaking"]


def renamed(name: str) -> str:
    """A key as transformers calls it."""
    start = max((ours for ours in TRANSFORMERS_NAMES if name.startswith(ours)), key=len, default="")
    return TRANSFORMERS_NAMES.get(start, "") + name.removeprefix(start)


@pytest.fixture(scope="module")
def resaved(tmp_path_factory):
    """The folder, and transformers' model."""
    from transformers import PeAudioConfig
    from transformers.models.pe_audio.modeling_pe_audio import PeAudioFrameLevelModel

    config = json.loads((SOURCE / "config.json").read_text())
    audio, depth = config["audio_model"]["audio_transformer"], config["nth_text_layer"]
    theta, _ = audio.pop("rope_theta"), audio.pop("rope_scaling")
    audio |= {
        "head_dim": audio["hidden_size"] // audio["num_attention_heads"],
        "rope_parameters": {"rope_theta": theta, "rope_type": "default"},
    }
    model = PeAudioFrameLevelModel(
        PeAudioConfig(
            text_config=config["text_model"] | {"num_hidden_layers": depth},
            audio_config=audio | {"dac_config": config["audio_model"]["dac_vae_encoder"] | {"hidden_size": 128}},
        )
    ).eval()
    above = tuple(f"text_model.layers.{i}." for i in range(depth, config["text_model"]["num_hidden_layers"]))
    tensors = load_file(SOURCE / "model.safetensors")
    ours = {renamed(name): t for name, t in tensors.items() if not name.startswith((*above, "audio_model.dac_vae"))}
    left = model.load_state_dict(ours, strict=False)
    # Every key has a place; only the codec, which is not used, stays as it was made up.
    assert left.unexpected_keys == []
    # Nor is the last norm of the texts, which the small set leaves out.
    unused = ("audio_encoder.embedder.dac_encoder", "audio_encoder.embedder.bottleneck", "text_model.final_norm")
    assert [name for name in left.missing_keys if not name.startswith(unused)] == []
    folder = tmp_path_factory.mktemp("transformers")
    model.save_pretrained(folder)
    shutil.copy(SOURCE / "tokenizer.json", folder)
    return folder, model


def test_it_gives_the_same_numbers_as_the_authors_layout(resaved):
    folder, _ = resaved
    features = torch.randn(2, 21, 128, generator=torch.Generator().manual_seed(1))
    expected = SpanPredictor.load(SOURCE).probabilities(features, TEXTS)
    assert torch.equal(SpanPredictor.load(folder).probabilities(features, TEXTS), expected)
    assert torch.equal(SpanPredictor.load(folder / "model.safetensors").probabilities(features, TEXTS), expected)


def test_frames_are_embedded_as_transformers_embeds_them(resaved):
    folder, theirs = resaved
    features = torch.randn(1, 21, 128, generator=torch.Generator().manual_seed(2))
    network = SpanPredictor.load(folder).network
    with torch.inference_mode():
        frames = theirs.audio_encoder.embedder.data_proj(features)
        theirs.audio_encoder.embedder.forward = lambda *_args, **_named: (frames, None)
        expected = theirs.audio_head(theirs.audio_encoder(torch.zeros(1, 1, 1920 * 21)).last_hidden_state)
        found = network.audio_head(network.audio_model(features, None))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


@needs("tiny_model/checkpoint.pt")
def test_added_to_the_list_it_stands_in_for_the_one_that_a_model_names(resaved, library, tmp_path, capsys):
    """On the command line, down to stems."""
    soundfile.write(tmp_path / "noise.wav", 0.1 * np.random.default_rng(0).standard_normal(9600), 48000)
    model = shutil.copytree(TINY_MODEL, tmp_path / "model", ignore=lambda *_: ["pe_a_frame"])
    words = ["separate", tmp_path / "noise.wav", "-o", tmp_path, "--engine", "sam-audio", "--prompt", "man"]
    words += ["--model", model, "--solver", "euler", "--steps", 1, "--predict-spans", "--overwrite"]
    assert main([str(word) for word in words]) == 0
    assert "No spans were predicted" in capsys.readouterr().err
    assert main(["models", "add", str(resaved[0]), "--name", "finder"]) == 0
    assert main([str(word) for word in words]) == 0
    assert "was found in" in capsys.readouterr().err
    assert (tmp_path / "noise_target.wav").is_file()


def test_it_is_recognised_and_whole(resaved, tmp_path):
    folder, _ = resaved
    assert identify(folder).role is Role.SPANS
    assert list(faults(folder)) == []
    shutil.copytree(folder, tmp_path / "broken")
    config = json.loads((folder / "config.json").read_text())
    config["audio_config"]["hidden_size"] = 64
    (tmp_path / "broken" / "config.json").write_text(json.dumps(config))
    (fault,) = faults(tmp_path / "broken")
    assert "does not fit its config.json" in fault
    with pytest.raises(SeparationError):
        SpanPredictor.load(tmp_path / "broken")
