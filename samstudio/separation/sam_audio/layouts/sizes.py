"""The sizes of a SAM Audio model told by the shapes of its tensors.

Keys are those of Meta's checkpoints. What shapes do not tell (norm_eps, max_positions, sample_rate, names) has the
published value, or comes from a config.json that the shapes fit.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count, takewhile

from samstudio.separation.models.weights.pickled import TensorFacts
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import (
    SIZES,
    SamAudioConfig,
    TransformerConfig,
    VisionTowerConfig,
)

Shapes = Mapping[str, TensorFacts]
_MULTIPLES = (64, 256, 128, 32, 16, 8, 4, 2, 1)


class UntoldError(ValueError):
    """Shapes do not tell a size; the text names the key that is missing or odd."""


def field_sizes(shapes: Shapes) -> SamAudioConfig:
    """All that the field's shapes tell; the codec's are the published ones. Raises UntoldError."""
    dim, in_channels = _shape(shapes, "proj.weight", 2)
    anchors, anchor_dim = _shape(shapes, "embed_anchors.embed.weight", 2)
    _, text_dim = _shape(shapes, "memory_proj.weight", 2)
    _, video_dim, _ = _shape(shapes, "align_masked_video.conv.weight", 3)
    (head,) = _shape(shapes, "transformer.layers.0.attention.q_norm.weight", 1)
    ffn, _ = _shape(shapes, "transformer.layers.0.feed_forward.w1.weight", 2)
    _, frequencies = _shape(shapes, "transformer.t_embedder.projection.w1.weight", 2)
    out, _ = _shape(shapes, "transformer.output.weight", 2)
    if not head or dim % head:
        raise UntoldError(f"the width {dim} does not split into heads of {head}")
    layers = {int(name.split(".")[2]) for name in shapes if _is_layer(name)}
    if layers != set(range(len(layers))):
        raise UntoldError("some of its layers are missing")
    transformer = TransformerConfig(
        dim=dim,
        n_heads=dim // head,
        n_layers=len(layers),
        multiple_of=_multiple(dim, ffn),
        frequency_embedding_dim=frequencies,
        out_channels=out,
    )
    config = SamAudioConfig(
        in_channels=in_channels, num_anchors=anchors - 1, anchor_embedding_dim=anchor_dim, transformer=transformer
    )
    return replace(
        config,
        text_encoder=replace(config.text_encoder, dim=text_dim),
        vision_encoder=replace(config.vision_encoder, dim=video_dim),
    )


def codec_sizes(shapes: Shapes) -> CodecConfig:
    """All that the codec's shapes tell, keys with "audio_codec." before them. Raises UntoldError."""

    def weight(layer: str) -> tuple[int, ...]:
        name = f"audio_codec.{layer}.weight"
        return _shape(shapes, f"{name}_v" if f"{name}_v" in shapes else name, 3)

    def strides(layer: str, inner: int) -> tuple[int, ...]:
        """A layer's kernel is twice its stride."""
        layers = (f"{layer}.{i}.block.{inner}" for i in count(1))
        known = takewhile(lambda name: any(key.startswith(f"audio_codec.{name}.weight") for key in shapes), layers)
        return tuple(weight(name)[2] // 2 for name in known)

    down = strides("encoder.block", 4)
    features = weight("quantizer.in_proj")[0] // 2
    return CodecConfig(
        encoder_dim=weight("encoder.block.0")[0],
        encoder_rates=down,
        latent_dim=weight(f"encoder.block.{len(down) + 2}")[0],
        decoder_dim=weight("decoder.model.0")[0],
        decoder_rates=strides("decoder.model", 1),
        codebook_dim=features,
    )


def is_published_tower(shapes: Shapes) -> bool:
    """Whether the visual tower is the published one, keys with "vision_encoder.model.visual." before them."""
    tower = VisionTowerConfig()
    conv = shapes.get("vision_encoder.model.visual.conv1.weight")
    return conv is not None and conv.shape == (tower.width, 3, tower.patch_size, tower.patch_size)


def published_size(config: SamAudioConfig) -> str:
    """The published size ("small") that a model has; empty where it has none."""
    told = config.transformer
    return next((name for name, size in SIZES.items() if _core(size) == _core(told)), "")


def lacks_layers(config: SamAudioConfig) -> str:
    """Where a model is as wide as a published one and has another number of layers, that in words; else empty."""
    told = config.transformer
    for name, size in SIZES.items():
        if size.dim == told.dim and size.n_layers != told.n_layers:
            return f"{told.n_layers} layers, where the {name} model has {size.n_layers}"
    return ""


def fits(told: SamAudioConfig, stated: SamAudioConfig) -> bool:
    """Whether a config.json states the sizes that the field's shapes tell."""
    return _outer(told) == _outer(stated) and _core(told.transformer) == _core(stated.transformer)


def codec_fits(told: CodecConfig, stated: CodecConfig) -> bool:
    """Whether a config.json states the sizes that the codec's shapes tell."""
    return replace(told, sample_rate=stated.sample_rate) == stated


def _outer(config: SamAudioConfig) -> tuple[int, ...]:
    widths = (config.text_encoder.dim, config.vision_encoder.dim)
    return (config.in_channels, config.num_anchors, config.anchor_embedding_dim, *widths)


def _core(size: TransformerConfig) -> tuple[int, ...]:
    return (size.dim, size.n_heads, size.n_layers, size.ffn_dim, size.frequency_embedding_dim, size.out_channels)


def _multiple(dim: int, hidden: int) -> int:
    """The rounding that makes the feed-forward layers as wide as they are."""
    fitting = (n for n in _MULTIPLES if TransformerConfig(dim=dim, multiple_of=n).ffn_dim == hidden)
    found = next(fitting, None)
    if found is None:
        raise UntoldError(f"the feed-forward layers are {hidden} wide, which no published rule gives")
    return found


def _is_layer(name: str) -> bool:
    parts = name.split(".")
    return parts[:2] == ["transformer", "layers"] and len(parts) > 2 and parts[2].isdigit()


def _shape(shapes: Shapes, name: str, dimensions: int) -> tuple[int, ...]:
    found = shapes.get(name)
    if found is None or len(found.shape) != dimensions or 0 in found.shape:
        raise UntoldError(f"the key {name!r} is missing or of another shape")
    return found.shape
