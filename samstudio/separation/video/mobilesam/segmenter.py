"""MobileSAM as a segmenter: a picture is looked at once, then every mark is answered quickly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional

from samstudio.separation.video.contract import Looked, Offers, Picture
from samstudio.separation.video.mobilesam.decoder import PointKind
from samstudio.separation.video.mobilesam.encoder import STRIDE
from samstudio.separation.video.mobilesam.weights import load_networks
from samstudio.session.video.objects import Box, Click, Mark

LONGEST_SIDE, BRIEF_SIDE = 1024, 768
"""Pixels to which the longer side of a picture is scaled: as in training, and as it is nearly as good."""
_MEAN, _DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of ImageNet's pixels."""
_FAST = ("avx512_bf16", "amx_bf16")
"""CPUs that multiply in bfloat16: twice as fast, and as good."""


@dataclass(frozen=True, eq=False)
class Seen:
    """`features` float32 (1, 256, h, w) of a picture; `across` (right, down) of them are filled by it, the rest pad."""

    features: Tensor
    across: tuple[float, float]


class MobileSam:
    """The network with the weights that come with the program; see `Segmenter`. Raises SeparationError."""

    key = "mobilesam 1"

    def __init__(self) -> None:
        encoder, self._decoder = load_networks()
        self._encoder = encoder.to(memory_format=torch.channels_last)
        self._is_fast = any(torch.cpu.get_capabilities().get(name) for name in _FAST)

    def look(self, picture: Picture) -> Looked:
        """See `Segmenter`: features of the picture, 2.4 MB of them for one of 16:9."""
        return self._look(picture, LONGEST_SIDE)

    def look_briefly(self, picture: Picture) -> Looked:
        """Look at a smaller copy of the picture, in half the time: for the frames on the way."""
        return self._look(picture, BRIEF_SIDE)

    def features(self, looked: Looked) -> Tensor:
        """(256, g, f) over the picture, each of length 1."""
        seen = cast("Seen", looked.seen)
        right, down = (max(1, round(count)) for count in seen.across)
        return functional.normalize(seen.features[0, :, :down, :right], dim=0)

    @torch.inference_mode()
    def _look(self, picture: Picture, side: int) -> Looked:
        height, width = picture.shape[:2]
        scale = side / max(height, width)
        down, right = (max(1, round(side * scale)) for side in (height, width))
        pixels = torch.tensor(picture).permute(2, 0, 1)[None].float()
        pixels = functional.interpolate(pixels, (down, right), mode="bilinear", antialias=True, align_corners=False)
        pixels = (pixels - torch.tensor(_MEAN)[:, None, None]) / torch.tensor(_DEVIATION)[:, None, None]
        pixels = functional.pad(pixels, (0, -right % STRIDE, 0, -down % STRIDE))
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._is_fast):
            features = self._encoder(pixels)
        return Looked(height, width, Seen(features.float().contiguous(), (right / STRIDE, down / STRIDE)))

    @torch.inference_mode()
    def offers(self, looked: Looked, mark: Mark) -> Offers:
        """See `Segmenter`: four masks of a quarter of the looked-at picture's size."""
        logits, scores = self.answers(looked, mark.clicks, mark.box)
        best = 0
        if mark.box is None and len(mark.clicks) == 1:
            # Of a lone click the first mask would be an average of part and whole.
            best = 1 + int(scores[1:].argmax())
        order = (logits > 0).sum((1, 2)).argsort(stable=True).tolist()
        masks = (logits > 0).numpy()
        limited = scores.clamp(0.0, 1.0).tolist()
        return Offers(tuple(masks[k] for k in order), tuple(limited[k] for k in order), order.index(best))

    @torch.inference_mode()
    def answers(self, looked: Looked, clicks: Sequence[Click], box: Box | None) -> tuple[Tensor, Tensor]:
        """Logits (4, h, w) over the picture without what pads it, and scores (4,), as the decoder gives them."""
        seen = cast("Seen", looked.seen)
        points = [(click.x, click.y, PointKind.POSITIVE if click.positive else PointKind.NEGATIVE) for click in clicks]
        if box is not None:
            left, top, width, height = box
            points += [(left, top, PointKind.LEFT_TOP), (left + width, top + height, PointKind.RIGHT_BOTTOM)]
        # As in training, half a pixel on; fractions of the square that the longer side spans.
        side = max(seen.features.shape[-2:]) * STRIDE
        places = torch.tensor([(x, y) for x, y, _ in points]) * torch.tensor(seen.across) * STRIDE + 0.5
        kinds = torch.tensor([kind for *_, kind in points])
        if box is None:
            places = torch.cat((places, torch.full((1, 2), 0.5)))
            kinds = torch.cat((kinds, torch.tensor([PointKind.NONE])))
        logits, scores = self._decoder(seen.features, places / side, kinds)
        right, down = (max(1, round(count * 4)) for count in seen.across)
        return logits[:, :down, :right], scores
