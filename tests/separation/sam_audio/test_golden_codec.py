"""The codec against the reference: every case and stage of a_codec, and the real size of k_real_size_seeded."""

import json
from functools import cache
from pathlib import Path

import pytest
import torch

from samstudio.separation.sam_audio.codec.codec import Codec, load_codec, load_watermark
from samstudio.separation.sam_audio.codec.encoder import padded
from samstudio.separation.sam_audio.codec.watermark import GAIN, Carry, Watermark
from samstudio.separation.sam_audio.config import CodecConfig, load_config
from samstudio.separation.sam_audio.weights import Weights, open_weights
from tests.separation.sam_audio.golden import GOLDEN, TINY_MODEL, assert_near, golden, needs_golden, seeded_weights

pytestmark = needs_golden
CASES = range(6)


@cache
def tiny_codec() -> tuple[Codec, Watermark]:
    weights, config = open_weights(TINY_MODEL), load_config(TINY_MODEL).audio_codec
    return load_codec(weights, config), load_watermark(weights, config)


@pytest.mark.parametrize("case", CASES)
def test_encode(case: int) -> None:
    codec, _ = tiny_codec()
    _, tensors = golden("a_codec")
    assert_near(codec.encode(tensors[f"enc{case}.wav"]), tensors[f"enc{case}.mean"], 1e-4)


@pytest.mark.parametrize("case", CASES)
def test_decode(case: int) -> None:
    codec, watermark = tiny_codec()
    _, tensors = golden("a_codec")
    dry = codec.decode(tensors[f"dec{case}.features"])
    assert_near(dry, tensors[f"dec{case}.wav_dry"], 1e-4)
    marked = dry + GAIN * watermark(dry, tensors[f"dec{case}.message"])
    assert_near(marked, tensors[f"dec{case}.wav_watermarked"], 1e-4)


def test_batch() -> None:
    codec, watermark = tiny_codec()
    _, tensors = golden("a_codec")
    mean = codec.encode(tensors["batch.wav"])
    assert_near(mean, tensors["batch.mean"], 1e-4)
    dry = codec.decode(tensors["batch.mean"])
    assert_near(dry, tensors["batch.wav_dry"], 1e-4)
    marked = dry + GAIN * watermark(dry, tensors["batch.message"])
    assert_near(marked, tensors["batch.wav_watermarked"], 1e-4)


def test_every_stage_of_the_encoder() -> None:
    codec, _ = tiny_codec()
    _, tensors = golden("a_codec")
    wav = padded(tensors["enc2.wav"], 0, 7680, 1920)
    assert torch.equal(wav, tensors["tap.enc.padded"])
    x = wav.transpose(1, 2)
    for index, stage in enumerate(codec.encoder.stages[:-1]):
        x = stage(x)
        assert_near(x.transpose(1, 2), tensors[f"tap.enc.block{index}"], 1e-4)
    tail = codec.encoder.tail
    x = tail.snake(x)
    assert_near(x.transpose(1, 2), tensors["tap.enc.block5"], 1e-4)
    x = tail.conv(x)
    assert_near(x.transpose(1, 2), tensors["tap.enc.block6"], 1e-4)
    assert_near(tail.projection(x).transpose(1, 2), tensors["tap.enc.in_proj"], 1e-4)


def test_every_stage_of_the_decoder() -> None:
    codec, _ = tiny_codec()
    _, tensors = golden("a_codec")
    x = tensors["dec2.features"].transpose(1, 2).contiguous()
    assert_near(codec.decoder.head.projection(x).transpose(1, 2), tensors["tap.dec.out_proj"], 1e-4)
    for index, stage in enumerate(codec.decoder.stages[:-1]):
        x = stage(x)
        assert_near(x.transpose(1, 2), tensors[f"tap.dec.model{index}"], 1e-4)
    assert_near(codec.decoder.tail(x).transpose(1, 2), tensors["dec2.wav_dry"], 1e-4)


def test_every_stage_of_the_watermark() -> None:
    _, watermark = tiny_codec()
    _, tensors = golden("a_codec")
    carry: Carry = {}

    def check(x: torch.Tensor, tap: str) -> None:
        assert_near(x.transpose(1, 2), tensors[f"tap.wm.{tap}"], 1e-4)

    encoder, decoder = watermark.encoder, watermark.decoder
    x = encoder.conv_in(tensors["dec2.wav_dry"].transpose(1, 2), carry)
    check(x, "encoder_pre")
    for model, unit, conv in zip((4, 3, 2, 1), encoder.units, encoder.convs, strict=True):
        x = conv(torch.nn.functional.elu(unit(x, carry)), carry)
        check(x, f"up_model{model}")
    x = encoder.conv_out(torch.nn.functional.elu(encoder.recurrence(x, carry)), carry)
    check(x, "encoder_post")
    rows = tensors["dec2.message"].long() + 2 * torch.arange(16)
    x = x + watermark.message(rows).sum(dim=1, keepdim=True)
    check(x, "msg")
    x = decoder.recurrence(decoder.conv_in(x, carry), carry)
    check(x, "decoder_pre")
    for model, conv, unit in zip((1, 2, 3, 4), decoder.convs, decoder.units, strict=True):
        x = unit(conv(torch.nn.functional.elu(x), carry), carry)
        check(x, f"down_model{model}")
    check(decoder.conv_out(torch.nn.functional.elu(x), carry), "decoder_post")


@pytest.mark.parametrize("size", ["small", "base", "large"])
def test_every_codec_key_of_the_real_sizes_has_its_place(size: str) -> None:
    """Loading is strict both ways, so it fails for a key or shape too many, too few or other than expected."""
    shapes = json.loads((GOLDEN / "state_dict_keys" / f"sam_audio_{size}.json").read_text("utf-8"))
    readers = {key: lambda shape=shape: torch.empty(shape, device="meta") for key, shape in shapes.items()}
    weights = Weights(Path("checkpoint.pt"), readers)
    codec = load_codec(weights, CodecConfig(), device="meta")
    watermark = load_watermark(weights, CodecConfig(), device="meta")
    # 107,671,171 in the file; folding leaves out one length per row of each weight-normed kernel.
    lengths = sum(torch.Size(shape).numel() for key, shape in shapes.items() if key.endswith("weight_g"))
    parameters = sum(p.numel() for module in (codec, watermark) for p in module.parameters())
    assert parameters + lengths == 107_671_171


def test_the_real_size() -> None:
    """The published sizes with seeded weights: about 430 MB and half a minute."""
    _, tensors = golden("k_real_size_seeded")
    seeded = seeded_weights(("audio_codec.",))
    weights = Weights(GOLDEN, {key: lambda tensor=tensor: tensor for key, tensor in seeded.items()})
    codec, watermark = load_codec(weights, CodecConfig()), load_watermark(weights, CodecConfig())
    assert_near(codec.encode(tensors["codec.wav"]), tensors["codec.mean"], 2e-4)
    dry = codec.decode(tensors["codec.features"])
    assert_near(dry, tensors["codec.wav_dry"], 2e-4)
    marked = dry + GAIN * watermark(dry, tensors["codec.message"])
    assert_near(marked, tensors["codec.wav_watermarked"], 2e-4)
    pieces = torch.cat(list(codec.decode_long(tensors["codec.features"], frames=10)), dim=-1)
    assert_near(pieces, dry, 1e-5)
    pieces = torch.cat(list(codec.encode_long(tensors["codec.wav"], frames=10)), dim=-1)
    assert_near(pieces, tensors["codec.mean"], 2e-4)
