"""A session: everything that is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from samstudio.session.labels.marker import Markers
from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings, Take


@dataclass(frozen=True)
class ClipReference:
    """The recording of a session: where to look for it, and how to recognise it."""

    path: str
    """Relative to the session's folder if possible, with `/` between names; otherwise absolute."""
    sample_rate: int
    channels: int
    frames: int
    absolute: str = ""
    """Where it was when the session was saved."""
    size: int = 0
    """The file's bytes."""
    sha256: str = ""
    """Of the file's bytes, in hexadecimal; empty: not known."""
    track: int = 0
    """Which of the file's sound tracks it is, from 1 on; 0: its default one."""


class LaneContent(StrEnum):
    """What a lane shows of its sound."""

    WAVEFORM = "waveform"
    SPECTROGRAM = "spectrogram"
    BOTH = "both"
    """The waveform, translucent, over the spectrogram."""


@dataclass(frozen=True)
class LaneView:
    """How a lane is shown."""

    content: LaneContent = LaneContent.WAVEFORM
    is_hidden: bool = False
    gain: float = 1.0
    """The vertical zoom of its waveform."""
    has_spans: bool = True
    """Whether spans are drawn over it."""


@dataclass(frozen=True)
class ViewState:
    """The state of the view. Times in seconds."""

    start: float = 0.0
    end: float = 0.0
    """The visible range of time; without length: all of it."""
    selection: Stretch | None = None
    playhead: float = 0.0
    spectrogram: Mapping[str, str | int | float] = field(default_factory=dict)
    """The spectrogram's settings by their names."""
    loop: Stretch | None = None
    """The loop."""
    lanes: Mapping[str, int] = field(default_factory=dict)
    """The heights in logical pixels of the visible lanes, by their names."""
    wave_gain: float = 1.0
    """The vertical zoom of the waveforms in lanes that are not among `lane_views`."""
    lane_views: Mapping[str, LaneView] = field(default_factory=dict)
    """How the lanes are shown, by their names: `spectrogram`, a stem's, or the id of an earlier take of the chain."""


class GroundState(NamedTuple):
    """What is separated next, and by which prompt."""

    take: str
    """The id of the take whose residual it is; empty: it is the clip."""
    prompt: Prompt
    aside: Prompt | None
    """The clip's prompt, put aside while a residual is separated; None: there is none, or it is not known."""


@dataclass(frozen=True)
class Session:
    """One recording and the work on it."""

    clip: ClipReference
    prompt: Prompt = field(default_factory=Prompt)
    takes: tuple[Take, ...] = ()
    current_take: str = ""
    """The id of the current take; empty: none."""
    mix: Mix = field(default_factory=Mix)
    view: ViewState = field(default_factory=ViewState)
    settings: SeparationSettings | None = None
    """The settings of the next separation; None: not known."""
    ground: str = ""
    """The id of the take whose residual is separated next; empty: the clip is."""
    markers: Markers = ()
    aside: Prompt | None = None
    """The clip's prompt, put aside while a residual is separated; None: there is none, or it is not known."""
    autosave_of: str = ""
    """In an autosave: the folder of the saved session it belongs to, which holds the stems saved there."""

    @property
    def ground_state(self) -> GroundState:
        """What is separated next, and by which prompt."""
        return GroundState(self.ground, self.prompt, self.aside)

    @property
    def clip_prompt(self) -> Prompt:
        """The recording's prompt, which may be put aside."""
        return self.prompt if self.aside is None else self.aside
