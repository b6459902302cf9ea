"""A segmenter that takes what has one colour, without any network, and its film: a bright disc before grey noise."""

from collections.abc import Generator, Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from samstudio.separation.video.contract import Looked, Offers, Picture
from samstudio.session.video.objects import Box, Click, Mark

HEIGHT, WIDTH, RATE = 45, 80, 25.0
_REACH = 60


class SeesColours:
    """A `FeatureSegmenter`; counts what it has looked at."""

    key = "sees colours 1"

    def __init__(self) -> None:
        self.looks = 0

    def look(self, picture: Picture) -> Looked:
        self.looks += 1
        return Looked(*picture.shape[:2], torch.tensor(picture).permute(2, 0, 1).float())

    look_briefly = look

    def features(self, looked: Looked) -> Tensor:
        return functional.normalize(functional.avg_pool2d(looked.seen - 110, 5), dim=0)

    def answers(self, looked: Looked, clicks: Sequence[Click], box: Box | None) -> tuple[Tensor, Tensor]:
        pixels = looked.seen
        if box is not None and not clicks:
            clicks = (Click(box[0] + box[2] / 2, box[1] + box[3] / 2),)
        click = next(one for one in clicks if one.positive)
        x, y = min(int(click.x * looked.width), looked.width - 1), min(int(click.y * looked.height), looked.height - 1)
        alike = (pixels - pixels[:, y, x, None, None]).abs().amax(0) < _REACH
        return (alike.float() - 0.5)[None], torch.ones(1)

    def offers(self, looked: Looked, mark: Mark) -> Offers:
        logits, _ = self.answers(looked, mark.clicks, mark.box)
        return Offers(tuple((logits > 0).numpy()), (1.0,), 0)


class DiscFilm:
    """A disc of 9 pixels' radius goes from left to right in 2 s; it is not there from `gone` to `back` seconds."""

    def __init__(self, gone: float = 9.0, back: float = 9.0) -> None:
        self.key = f"disc {gone} {back}"
        self._gone, self._back = gone, back
        self._ground = np.random.default_rng(3).integers(80, 130, (HEIGHT, WIDTH, 1)).repeat(3, 2)
        self.open = self.read = 0

    def truth_at(self, time: float) -> NDArray[np.bool_]:
        """(H, W)."""
        if self._gone <= time < self._back:
            return np.zeros((HEIGHT, WIDTH), np.bool_)
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        return np.asarray((x - 15 - 25 * time) ** 2 + (y - 20 - 3 * time) ** 2 < 81)

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        """The frame at each time."""
        self.open += 1
        try:
            for time in times:
                self.read += 1
                yield np.where(self.truth_at(time)[..., None], (220, 60, 30), self._ground).astype(np.uint8)
        finally:
            self.open -= 1


def on_disc(time: float) -> Mark:
    """A click on the disc."""
    return Mark(time, (Click((15 + 25 * time) / WIDTH, (20 + 3 * time) / HEIGHT),))
