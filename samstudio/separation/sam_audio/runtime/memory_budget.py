"""What a separation needs of the machine: the type it computes in, its memory, how much is evaluated at once.

Sizes in bytes. L frames of a window.
"""

from dataclasses import dataclass

import torch

from samstudio.separation.devices import device_title, has_fast_bfloat16
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import SamAudioConfig, TransformerConfig, VisionTowerConfig
from samstudio.separation.sam_audio.nn.packed_linear import multiplies_bfloat16

CODEC_BYTES = 4 * 107_671_171
"""Of the published codec, in float32."""
ROW_OF_SOUND = 150_000_000
"""What decoding a second of one row of the published codec takes on top of its weights, at most."""
SHARE = 0.5
"""The share of the free memory that may be used for what is evaluated at once."""
MOST_FRAMES = 16_000
"""More frames at once make no GPU faster."""


@dataclass(frozen=True)
class MemoryNeed:
    """`weights` of field and codec; `row` of one window's evaluation; `sound` of encoding and decoding.

    `vision` of encoding video frames, its weights included; 0 where there are none.
    """

    weights: int
    row: int
    sound: int
    vision: int = 0

    def total(self, batch: int) -> int:
        """With `batch` rows evaluated at once; the vision encoder and the codec work before and after that."""
        return self.weights + max(batch * self.row, self.sound, self.vision)


def precision(device: torch.device) -> torch.dtype:
    """bfloat16 where the device multiplies it faster than float32: newer GPUs, and CPUs with instructions for it."""
    if device.type != "cpu":
        return torch.bfloat16 if has_fast_bfloat16(device) else torch.float32
    # These two are how torch itself asks the processor.
    has_instructions = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()  # noqa: SLF001
    return torch.bfloat16 if has_instructions and multiplies_bfloat16() else torch.float32


def memory_need(config: SamAudioConfig, window: int, rows_of_sound: int, dtype: torch.dtype) -> MemoryNeed:
    """For windows of `window` frames."""
    dit, size = config.transformer, dtype.itemsize
    width = (config.audio_codec.decoder_dim / CodecConfig.decoder_dim) ** 2
    # Residual stream and norms in float32; queries, keys, values and the gated hidden layer in `dtype`.
    row = window * (16 * dit.dim + size * (4 * dit.dim + 3 * dit.ffn_dim))
    weights = size * parameters(dit) + round(CODEC_BYTES * width)
    return MemoryNeed(weights, row, round(ROW_OF_SOUND * width) * rows_of_sound)


def vision_memory(tower: VisionTowerConfig, at_once: int, dtype: torch.dtype) -> int:
    """Bytes for encoding `at_once` vision frames, weights included."""
    tokens = 1 + (tower.image_size // tower.patch_size) ** 2
    weights = (tower.layers + 1) * (4 + 2 * tower.mlp_ratio) * tower.width**2
    # Residual stream, queries, keys and values, and the hidden layer before and after its activation.
    frame = tokens * tower.width * (5 + 2 * tower.mlp_ratio)
    return round(dtype.itemsize * (weights + at_once * frame))


def parameters(dit: TransformerConfig) -> int:
    """Number of parameters of the transformer, to 0.2 %."""
    layer = 8 * dit.dim**2 + 3 * dit.dim * dit.ffn_dim
    embedders = (6 + 6 + 3 + 1) * dit.dim**2 + 2 * dit.frequency_embedding_dim * dit.dim
    return dit.n_layers * layer + embedders


def rows_at_once(device: torch.device, window: int, longest: int, row: int, left: int) -> int:
    """How many rows to evaluate together, `left` bytes being free beside the weights.

    A CPU is as fast with one window as with many, and can be stopped sooner; short clips are put together.
    """
    if device.type == "cpu":
        return max(1, longest // window)
    return max(1, min(MOST_FRAMES // window, int(SHARE * left) // row))


def loading_text(total: int, device: torch.device, dtype: torch.dtype) -> str:
    """What is going to be used, in words."""
    return f"Loading SAM Audio: about {total / 1e9:.1f} GB, {type_and_place(device, dtype)}"


def type_and_place(device: torch.device, dtype: torch.dtype) -> str:
    """`float32 on the CPU`."""
    return f"{str(dtype).removeprefix('torch.')} on {device_title(device)}"
