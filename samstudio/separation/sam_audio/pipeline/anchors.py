"""The spans of a prompt as the model takes them: one anchor per latent frame of the whole clip.

Windows take their part of that row, so a span is cut and re-based wherever a window ends, and none is lost.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Prompt, Sign

NULL, PLUS, MINUS, PAD = range(4)
"""Rows of the model's table of anchors: no span, + span, - span, and padding of the ids of a batch."""

Anchors = NDArray[np.int8]
"""(T,) NULL, PLUS or MINUS."""

COLUMNS = {NULL: 0, PAD: 1, PLUS: 2, MINUS: 3}
"""The column of each anchor in the row of ids that all windows share."""


def prompt_anchors(prompt: Prompt, frames: int, sample_rate: int, hop: int) -> Anchors:
    """The anchor at each of the clip's latent frames; where spans overlap, that of the later one.

    `sample_rate` and `hop` are the codec's.
    """
    anchors: Anchors = np.full(frames, NULL, np.int8)
    grid = FrameGrid(sample_rate, hop)
    for span in prompt.active_spans:
        if frames_of_span := grid.frames_of(span):
            anchors[slice(*frames_of_span)] = PLUS if span.sign is Sign.PLUS else MINUS
    return anchors


def window_anchors(anchors: Anchors, rows: list[range]) -> tuple[Tensor, Tensor]:
    """What the field takes for windows of equal length: (ids (B, 4), alignment (B, L)), both int64.

    `ids` are all anchors, `alignment` says which column of `ids` holds at each frame.
    """
    ids = torch.tensor([sorted(COLUMNS, key=COLUMNS.__getitem__)]).expand(len(rows), -1)
    column_of = torch.tensor([COLUMNS[anchor] for anchor in sorted(COLUMNS)])
    alignment = torch.stack([column_of[torch.from_numpy(anchors[row.start : row.stop]).long()] for row in rows])
    return ids, alignment
