"""What a separation costs, stage by stage, so that progress is proportional to time.

In GFLOP, from the sizes of the layers; the codec's from counts at its published size, in proportion to its width.
"""

from dataclasses import dataclass

from samstudio.separation.engine import Progress
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import TransformerConfig, VisionTowerConfig

ENCODE, DECODE, WATERMARK = 1.95, 4.4, 0.45
"""Per frame of the published codec."""
JUDGE = 2.5
"""Per frame of a sound that the published Judge scores."""
RENDER = 0.2
"""Per frame of a decoded row: what resampling, masks and writing take, in the time of GFLOP."""


@dataclass
class CostModel:
    """`done` of `total`, in GFLOP; every stage adds what it has done."""

    total: float
    done: float = 0.0

    def add(self, stage: str, amount: float) -> Progress:
        """Count `amount` more as done; the progress to report."""
        self.done += amount
        return Progress(stage, self.done, self.total)

    def leave_only(self, amount: float) -> None:
        """`amount` is all that is left to do."""
        self.total = self.done + amount

    def leave_out(self, amount: float) -> None:
        """Take `amount` of the work off the total."""
        self.total -= amount


@dataclass(frozen=True)
class Costs:
    """GFLOP per latent frame: of encoding, of one evaluation of the field, of decoding, judging and rendering."""

    encode: float
    evaluate: float
    decode: float
    judge: float = JUDGE
    render: float = RENDER

    @classmethod
    def of(cls, codec: CodecConfig, dit: TransformerConfig, window: int, *, watermark: bool) -> "Costs":
        """For windows of `window` frames."""
        width = codec.decoder_dim / CodecConfig.decoder_dim
        matrices = dit.n_layers * dit.dim * (6 * dit.dim + 3 * dit.ffn_dim) + 6 * dit.dim**2
        attention = 2 * dit.n_layers * dit.dim * window
        return cls(
            ENCODE * (codec.encoder_dim / CodecConfig.encoder_dim) ** 2,
            2e-9 * (matrices + attention),
            (DECODE + WATERMARK * watermark) * width**2,
        )


def vision_cost(tower: VisionTowerConfig) -> float:
    """GFLOP of encoding one vision frame."""
    tokens = 1 + (tower.image_size // tower.patch_size) ** 2
    matrices = 2 * (2 + tower.mlp_ratio) * tower.width**2
    return 2e-9 * tokens * tower.layers * (matrices + 2 * tokens * tower.width)
