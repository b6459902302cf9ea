"""What checkpoints call the codec's layers: ours on the left, theirs on the right."""

from samstudio.separation.nn.config import CodecConfig

UNIT = {"snake1": "block.0", "conv1": "block.1", "snake2": "block.2", "conv2": "block.3"}


def encoder_names(config: CodecConfig) -> dict[str, str]:
    """The encoder in a separation model's and the Judge's checkpoints."""
    last = len(config.encoder_rates) + 1
    names = {
        "head.conv": "encoder.block.0",
        "tail.snake": f"encoder.block.{last}",
        "tail.conv": f"encoder.block.{last + 1}",
        "tail.projection": "quantizer.in_proj",
    }
    for i in range(len(config.encoder_rates)):
        ours, theirs = f"blocks.{i}", f"encoder.block.{i + 1}.block"
        for unit in range(3):
            names |= _unit(f"{ours}.units.{unit}", f"{theirs}.{unit}")
        names |= {f"{ours}.snake": f"{theirs}.3", f"{ours}.conv": f"{theirs}.4"}
    return names


def pe_audio_encoder_names(config: CodecConfig) -> dict[str, str]:
    """The encoder in PE-A-Frame's checkpoints, where its weight norm is folded already."""
    names = {
        "head.conv": "encoder.conv1",
        "tail.snake": "encoder.snake1",
        "tail.conv": "encoder.conv2",
        "tail.projection": "bottleneck.in_proj",
    }
    for i in range(len(config.encoder_rates)):
        ours, theirs = f"blocks.{i}", f"encoder.block.{i}"
        names |= {f"{ours}.units.{unit}": f"{theirs}.res_unit{unit + 1}" for unit in range(3)}
        names |= {f"{ours}.snake": f"{theirs}.snake1", f"{ours}.conv": f"{theirs}.conv1"}
    return names


def decoder_names(config: CodecConfig) -> dict[str, str]:
    """The decoder, whose last layers lie in the watermark's part of the checkpoint."""
    names = {
        "head.projection": "quantizer.out_proj",
        "head.conv": "decoder.model.0",
        "tail.snake": "decoder.wm_model.encoder_block.pre.0",
        "tail.conv": "decoder.wm_model.encoder_block.pre.1",
    }
    for i in range(len(config.decoder_rates)):
        ours, theirs = f"blocks.{i}", f"decoder.model.{i + 1}.block"
        names |= {f"{ours}.snake": f"{theirs}.0", f"{ours}.conv": f"{theirs}.1"}
        for unit, place in enumerate((4, 5, 8)):
            names |= _unit(f"{ours}.units.{unit}", f"{theirs}.{place}")
    return names


def watermark_names(config: CodecConfig) -> dict[str, str]:
    """The watermark, whose blocks lie beside the decoder's: the encoder's in falling, the decoder's in rising order."""
    parts = "decoder.wm_model"
    names = {
        "encoder.conv_in": f"{parts}.encoder_block.pre.3",
        "encoder.recurrence": f"{parts}.encoder_block.post.0",
        "encoder.conv_out": f"{parts}.encoder_block.post.2",
        "message": f"{parts}.msg_processor.msg_processor",
        "decoder.conv_in": f"{parts}.decoder_block.pre.0",
        "decoder.recurrence": f"{parts}.decoder_block.pre.1",
        "decoder.conv_out": f"{parts}.decoder_block.post.1",
    }
    blocks = len(config.watermark_rates)
    for i in range(blocks):
        down, up = f"decoder.model.{blocks - i}.block", f"decoder.model.{i + 1}.block"
        names |= {f"encoder.units.{i}.conv1": f"{down}.7.block.1", f"encoder.units.{i}.conv2": f"{down}.7.block.3"}
        names |= {f"encoder.convs.{i}": f"{down}.11", f"decoder.convs.{i}": f"{up}.3"}
        names |= {f"decoder.units.{i}.conv1": f"{up}.6.block.1", f"decoder.units.{i}.conv2": f"{up}.6.block.3"}
    return names


def _unit(ours: str, theirs: str) -> dict[str, str]:
    return {f"{ours}.{layer}": f"{theirs}.{place}" for layer, place in UNIT.items()}
