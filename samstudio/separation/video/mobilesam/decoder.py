"""The prompt encoder and mask decoder of SAM (Kirillov et al., Segment Anything, 2023).

h x w features of a picture whose longer side they cover with S = max(h, w); P points; 4 masks of 4h x 4w.
"""

import math
from enum import IntEnum

import torch
from torch import Tensor, nn
from torch.nn import functional

from samstudio.separation.video.mobilesam.encoder import FEATURES, ChannelNorm

MASKS = 4
"""The first is meant for prompts that leave no doubt, the others for a lone click: part, thing and whole."""
_HEADS, _HIDDEN = 8, 2048


class PointKind(IntEnum):
    """What a point of a prompt is."""

    NONE = -1
    """Stands where there is no box, as in training."""
    NEGATIVE = 0
    POSITIVE = 1
    LEFT_TOP = 2
    RIGHT_BOTTOM = 3


class _CrossAttention(nn.Module):
    """Attention of 8 heads, in fewer channels inside where `inner` says so."""

    def __init__(self, inner: int) -> None:
        super().__init__()
        self.q_proj, self.k_proj, self.v_proj = (nn.Linear(FEATURES, inner) for _ in range(3))
        self.out_proj = nn.Linear(inner, FEATURES)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """(1, n, 256), (1, m, 256) twice -> (1, n, 256)."""
        projected = (self.q_proj(query), self.k_proj(key), self.v_proj(value))
        heads = (part.unflatten(-1, (_HEADS, -1)).transpose(1, 2) for part in projected)
        seen: Tensor = self.out_proj(functional.scaled_dot_product_attention(*heads).transpose(1, 2).flatten(2))
        return seen


class _TwoWayBlock(nn.Module):
    """Tokens see each other and the picture, and the picture sees the tokens."""

    def __init__(self, *, is_first: bool) -> None:
        super().__init__()
        self._is_first = is_first
        self.self_attn = _CrossAttention(FEATURES)
        self.cross_attn_token_to_image, self.cross_attn_image_to_token = (
            _CrossAttention(FEATURES // 2) for _ in range(2)
        )
        self.norm1, self.norm2, self.norm3, self.norm4 = (nn.LayerNorm(FEATURES) for _ in range(4))
        self.mlp = nn.ModuleDict({"lin1": nn.Linear(FEATURES, _HIDDEN), "lin2": nn.Linear(_HIDDEN, FEATURES)})

    def forward(
        self, tokens: Tensor, image: Tensor, token_places: Tensor, image_places: Tensor
    ) -> tuple[Tensor, Tensor]:
        if self._is_first:
            # The tokens are their own places still, and are replaced.
            tokens = self.self_attn(tokens, tokens, tokens)
        else:
            placed = tokens + token_places
            tokens = tokens + self.self_attn(placed, placed, tokens)
        tokens = self.norm1(tokens)
        tokens = self.norm2(tokens + self.cross_attn_token_to_image(tokens + token_places, image + image_places, image))
        tokens = self.norm3(tokens + self.mlp["lin2"](functional.relu(self.mlp["lin1"](tokens))))
        seen = self.cross_attn_image_to_token(image + image_places, tokens + token_places, tokens)
        return tokens, self.norm4(image + seen)


class _TwoWayTransformer(nn.Module):
    """Tokens and picture look at each other twice, and the tokens at the picture once more."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList((_TwoWayBlock(is_first=True), _TwoWayBlock(is_first=False)))
        self.final_attn_token_to_image = _CrossAttention(FEATURES // 2)
        self.norm_final_attn = nn.LayerNorm(FEATURES)

    def forward(self, token_places: Tensor, image: Tensor, image_places: Tensor) -> tuple[Tensor, Tensor]:
        """What becomes of (1, n, 256) and (1, h * w, 256)."""
        tokens = token_places
        for block in self.layers:
            tokens, image = block(tokens, image, token_places, image_places)
        seen = self.final_attn_token_to_image(tokens + token_places, image + image_places, image)
        return self.norm_final_attn(tokens + seen), image


class _Perceptron3(nn.Module):
    """Three linear layers."""

    def __init__(self, out: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(FEATURES, width) for width in (FEATURES, FEATURES, out))

    def forward(self, hidden: Tensor) -> Tensor:
        first, second, last = self.layers
        out: Tensor = last(functional.relu(second(functional.relu(first(hidden)))))
        return out


class MaskDecoder(nn.Module):
    """Masks for points and corners of boxes, from the features of a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.gauss = nn.Parameter(torch.zeros(2, FEATURES // 2))
        self.points = nn.Parameter(torch.zeros(len(PointKind) - 1, FEATURES))
        self.not_a_point, self.no_mask = (nn.Parameter(torch.zeros(FEATURES)) for _ in range(2))
        self.mask_downscaling = nn.Sequential(
            nn.Conv2d(1, 4, 2, 2),
            ChannelNorm(4),
            nn.GELU(),
            nn.Conv2d(4, 16, 2, 2),
            ChannelNorm(16),
            nn.GELU(),
            nn.Conv2d(16, FEATURES, 1),
        )
        self.tokens = nn.Parameter(torch.zeros(1 + MASKS, FEATURES))
        self.transformer = _TwoWayTransformer()
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(FEATURES, FEATURES // 4, 2, 2),
            ChannelNorm(FEATURES // 4),
            nn.GELU(),
            nn.ConvTranspose2d(FEATURES // 4, FEATURES // 8, 2, 2),
            nn.GELU(),
        )
        self.output_hypernetworks_mlps = nn.ModuleList(_Perceptron3(FEATURES // 8) for _ in range(MASKS))
        self.iou_prediction_head = _Perceptron3(MASKS)

    def forward(
        self, features: Tensor, places: Tensor, kinds: Tensor, earlier: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Logits of the masks (4, 4h, 4w), and how well each is expected to fit (4,).

        `features` (1, 256, h, w); `places` (P, 2), x and y as fractions of S * 16 pixels; `kinds` (P,), see PointKind;
        `earlier` (4h, 4w), the logits of a mask that is to be mended.
        """
        image = features + (
            self.no_mask[:, None, None] if earlier is None else self.mask_downscaling(earlier[None, None])
        )
        height, width = image.shape[-2:]
        token_places = torch.cat((self.tokens, self._point_tokens(places, kinds)))[None]
        found, seen = self.transformer(
            token_places, image.flatten(2).transpose(1, 2), self._image_places(height, width)
        )
        tokens = found[0]
        upscaled = self.output_upscaling(seen.transpose(1, 2).reshape(1, FEATURES, height, width))[0]
        weights = [network(tokens[1 + number]) for number, network in enumerate(self.output_hypernetworks_mlps)]
        masks = torch.einsum("mc,chw->mhw", torch.stack(weights), upscaled)
        return masks, self.iou_prediction_head(tokens[0])

    def _point_tokens(self, places: Tensor, kinds: Tensor) -> Tensor:
        """(P, 256)."""
        known = self._encoded(places) + self.points[kinds.clamp(min=0)]
        return torch.where((kinds == PointKind.NONE)[:, None], self.not_a_point, known)

    def _image_places(self, height: int, width: int) -> Tensor:
        """(1, h * w, 256), of the middles of the features."""
        middles = (torch.arange(max(height, width), device=self.gauss.device) + 0.5) / max(height, width)
        grid = torch.cartesian_prod(middles[:height], middles[:width]).flip(-1)
        return self._encoded(grid)[None]

    def _encoded(self, places: Tensor) -> Tensor:
        """Random Fourier features (n, 256) of places (n, 2): Tancik et al., 2020."""
        angles = 2 * math.pi * ((2 * places - 1) @ self.gauss)
        return torch.cat((angles.sin(), angles.cos()), -1)
