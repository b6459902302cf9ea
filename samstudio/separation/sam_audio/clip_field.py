"""The vector field of one clip and one prompt, asked for any windows of it."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.sam_audio.field import VectorField
from samstudio.separation.sam_audio.joint import Row
from samstudio.separation.sam_audio.schedule import Schedule
from samstudio.separation.sam_audio.tokens import Tokens, window_anchors


class ClipField:
    """Puts together what the rows of a batch need: their features, their marks, the shared schedule."""

    def __init__(self, field: VectorField, schedule: Schedule, features: NDArray[np.float32], tokens: Tokens) -> None:
        """`features` (T, channels, codebook_dim), `tokens` (T,); line n of a solve is channel n modulo channels."""
        self._field = field
        self._schedule = schedule
        self._features = features
        self._tokens = tokens
        self._known: tuple[Sequence[Row], Tensor] | None = None

    def velocity(self, x: Tensor, rows: Sequence[Row], index: int) -> Tensor:
        """See `joint.Field`."""
        condition = self._condition(rows)
        return self._field.evaluate(x.to(condition.device), condition, self._schedule, index)

    def _condition(self, rows: Sequence[Row]) -> Tensor:
        """What stays over the solve; kept from one evaluation to the next where the rows are the same."""
        if self._known is None or self._known[0] != rows:
            channels = self._features.shape[1]
            parts = [self._features[row.window.start : row.window.stop, row.line % channels] for row in rows]
            features = torch.from_numpy(np.stack(parts))
            ids, alignment = window_anchors(self._tokens, [row.window for row in rows])
            # The codec's mean stands for target and residual alike.
            self._known = rows, self._field.condition(torch.cat([features, features], dim=2), ids, alignment)
        return self._known[1]
