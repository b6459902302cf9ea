"""Part a, the codec: each way, in a batch, and every stage of it."""

import json

import pytest
import torch
from torch import Tensor
from torch.nn.functional import elu

from samstudio.separation.models.checkpoint import Checkpoint
from samstudio.separation.nn.codec.codec import load_codec, load_watermark
from samstudio.separation.nn.codec.encoder import padded
from samstudio.separation.nn.codec.watermark import BITS, GAIN, Carry
from samstudio.separation.nn.config import CodecConfig
from tests.separation.sam_audio.golden import GOLDEN, assert_near, golden, needs
from tests.separation.sam_audio.golden.tiny_model import codec_config, tiny_codec

needs_codec = needs("a_codec", "tiny_model/checkpoint.pt")
CASES = [case["index"] for case in golden("a_codec")[0].get("cases", [])]
SIZES = sorted(path.stem for path in (GOLDEN / "state_dict_keys").glob("*.json"))


@needs_codec
@pytest.mark.parametrize("case", CASES)
def test_codec_encodes(case: int) -> None:
    codec, _ = tiny_codec()
    _, tensors = golden("a_codec")
    assert_near(codec.encode(tensors[f"enc{case}.wav"]), tensors[f"enc{case}.mean"], 1e-4)


@needs_codec
@pytest.mark.parametrize("name", [*(f"dec{case}" for case in CASES), "batch"])
def test_codec_decodes(name: str) -> None:
    codec, watermark = tiny_codec()
    cases, tensors = golden("a_codec")
    dry = codec.decode(tensors["batch.mean" if name == "batch" else f"{name}.features"])
    assert_near(dry, tensors[f"{name}.wav_dry"], 1e-4)
    marked = dry + GAIN * watermark(dry, tensors[f"{name}.message"])
    assert_near(marked, tensors[f"{name}.wav_watermarked"], 1e-4)
    assert cases["alpha"] == GAIN


@needs_codec
def test_codec_encodes_a_batch() -> None:
    _, tensors = golden("a_codec")
    assert_near(tiny_codec()[0].encode(tensors["batch.wav"]), tensors["batch.mean"], 1e-4)


@needs_codec
def test_every_stage_of_the_encoder() -> None:
    encoder = tiny_codec()[0].encoder
    _, tensors = golden("a_codec")
    expected, hop = tensors["tap.enc.padded"], codec_config().hop
    # Recorded is the case of that length.
    given = (tensors[f"enc{case}.wav"] for case in CASES)
    wav = next(wav for wav in given if -(-wav.shape[-1] // hop) * hop == expected.shape[-1])
    wav = padded(wav, 0, expected.shape[-1], hop)
    assert torch.equal(wav, expected)
    x = wav.transpose(1, 2)
    stages = encoder.stages[:-1]
    for index, stage in enumerate(stages):
        x = stage(x)
        assert_near(x.transpose(1, 2), tensors[f"tap.enc.block{index}"], 1e-4)
    x = encoder.tail.snake(x)
    assert_near(x.transpose(1, 2), tensors[f"tap.enc.block{len(stages)}"], 1e-4)
    x = encoder.tail.conv(x)
    assert_near(x.transpose(1, 2), tensors[f"tap.enc.block{len(stages) + 1}"], 1e-4)
    assert_near(encoder.tail.projection(x).transpose(1, 2), tensors["tap.enc.in_proj"], 1e-4)


def tapped_decoding() -> int:
    """The case whose decoder's stages were recorded."""
    _, tensors = golden("a_codec")
    frames = tensors["tap.dec.out_proj"].shape[-1]
    return next(case for case in CASES if tensors[f"dec{case}.features"].shape[-1] == frames)


@needs_codec
def test_every_stage_of_the_decoder() -> None:
    decoder = tiny_codec()[0].decoder
    _, tensors = golden("a_codec")
    case = tapped_decoding()
    x = tensors[f"dec{case}.features"].transpose(1, 2).contiguous()
    assert_near(decoder.head.projection(x).transpose(1, 2), tensors["tap.dec.out_proj"], 1e-4)
    for index, stage in enumerate(decoder.stages[:-1]):
        x = stage(x)
        assert_near(x.transpose(1, 2), tensors[f"tap.dec.model{index}"], 1e-4)
    assert_near(decoder.tail(x).transpose(1, 2), tensors[f"dec{case}.wav_dry"], 1e-4)


@needs_codec
def test_every_stage_of_the_watermark() -> None:
    _, watermark = tiny_codec()
    _, tensors = golden("a_codec")
    case = tapped_decoding()
    carry: Carry = {}

    def check(x: Tensor, tap: str) -> None:
        assert_near(x.transpose(1, 2), tensors[f"tap.wm.{tap}"], 1e-4)

    encoder, decoder = watermark.encoder, watermark.decoder
    blocks = range(1, len(encoder.units) + 1)
    x = encoder.conv_in(tensors[f"dec{case}.wav_dry"].transpose(1, 2), carry)
    check(x, "encoder_pre")
    for block, unit, conv in zip(reversed(blocks), encoder.units, encoder.convs, strict=True):
        x = conv(elu(unit(x, carry)), carry)
        check(x, f"up_model{block}")
    x = encoder.conv_out(elu(encoder.recurrence(x, carry)), carry)
    check(x, "encoder_post")
    rows = tensors[f"dec{case}.message"].long() + 2 * torch.arange(BITS)
    x = x + watermark.message(rows).sum(dim=1, keepdim=True)
    check(x, "msg")
    x = decoder.recurrence(decoder.conv_in(x, carry), carry)
    check(x, "decoder_pre")
    for block, conv, unit in zip(blocks, decoder.convs, decoder.units, strict=True):
        x = unit(conv(elu(x), carry), carry)
        check(x, f"down_model{block}")
    check(decoder.conv_out(elu(x), carry), "decoder_post")


@pytest.mark.parametrize("size", SIZES)
def test_every_codec_key_of_the_real_sizes_has_its_place(size: str) -> None:
    """Loading is strict both ways, so it fails for a key or shape too many, too few or other than expected."""
    path = GOLDEN / "state_dict_keys" / f"{size}.json"
    shapes = json.loads(path.read_text("utf-8"))
    readers = {key: lambda shape=shape: torch.empty(shape, device="meta") for key, shape in shapes.items()}
    weights = Checkpoint(path, readers)
    codec = load_codec(weights, CodecConfig(), device="meta")
    watermark = load_watermark(weights, CodecConfig(), device="meta")
    listed = {key: torch.Size(shape).numel() for key, shape in shapes.items() if key.startswith("audio_codec.")}
    # Folding leaves out one length for each row of a weight-normed kernel.
    lengths = sum(count for key, count in listed.items() if key.endswith("weight_g"))
    parameters = sum(p.numel() for module in (codec, watermark) for p in module.parameters())
    assert parameters + lengths == sum(listed.values())
