"""The windows in which the latent frames of a clip are solved, and what the work on them costs."""

from samstudio.separation.nn.latent_windows import latent_windows
from samstudio.separation.sam_audio.config import SamAudioConfig
from samstudio.separation.sam_audio.runtime.cost_model import Costs

JOINT = "Solved as a whole: {count} windows of {seconds:.0f} s agree with each other at every step."
STREAMING = (
    "Preview: {count} windows of {seconds:.0f} s, solved one after the other and faded into each other. "
    "The joint order takes longer to begin and has no seams."
)

SHORTER = "The graphics card ran out of memory: shorter windows were solved, of {seconds:.0f} s."


class SolveWindows:
    """Windows over `frames` latent frames, none longer than `longest`, neighbours sharing `overlap` or more."""

    def __init__(self, config: SamAudioConfig, frames: int, longest: int, overlap: int, *, marked: bool) -> None:
        """All in latent frames; `marked`: whether what is decoded gets a watermark."""
        self._config, self._marked = config, marked
        self.frames, self.longest, self.overlap = frames, longest, overlap
        self.windows = latent_windows(frames, longest, overlap)
        self.length = len(self.windows[0])
        self.costs = Costs.of(config.audio_codec, config.transformer, self.length, watermark=marked)

    @property
    def draft_cost(self) -> float:
        """Of decoding a frame of a row without a watermark, in the unit of CostModel."""
        config = self._config
        return Costs.of(config.audio_codec, config.transformer, self.length, watermark=False).decode

    @property
    def seconds(self) -> float:
        """The length of a window."""
        return self.length / self._config.audio_codec.frame_rate

    @property
    def shortened_text(self) -> str:
        """That they are shorter than they were to be, in a sentence."""
        return SHORTER.format(seconds=self.seconds)

    def order_text(self, *, is_joint: bool) -> str:
        """In which order several windows are solved, in a sentence."""
        return (JOINT if is_joint else STREAMING).format(count=len(self.windows), seconds=self.seconds)

    def halved(self) -> "SolveWindows":
        """Windows of half the length, which share half as much at most."""
        longest, overlap = self.length // 2, min(self.overlap, self.length // 4)
        return SolveWindows(self._config, self.frames, longest, overlap, marked=self._marked)

    def solve_cost(self, lines: int, times: int) -> float:
        """Of evaluating the field for `lines` in all windows at `times` times, in the unit of CostModel."""
        rows = lines * len(self.windows)
        cost: float = rows * self.length * times * self.costs.evaluate
        return cost

    def needed(self, final: int) -> int:
        """Up to which frame a solve in order needs features to go on, the frames before `final` being solved."""
        return next((window.stop for window in self.windows if window.start >= final), self.frames)
