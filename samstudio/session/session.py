"""Everything that is worked on, as it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Take


@dataclass(frozen=True)
class ClipReference:
    """Which recording a session is about: where it is looked for, and how it is known again."""

    path: str
    """From the session's folder where one way leads there, with `/` between names; or else absolute."""
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


@dataclass(frozen=True)
class ViewState:
    """What was looked at. Times in seconds."""

    start: float = 0.0
    end: float = 0.0
    """The visible stretch of time; without length: all of it."""
    selection: tuple[float, float] | None = None
    playhead: float = 0.0
    spectrogram: Mapping[str, str | int | float] = field(default_factory=dict)
    """The spectrogram's settings by their names."""
    loop: tuple[float, float] | None = None
    """What is played round and round."""
    lanes: Mapping[str, int] = field(default_factory=dict)
    """The heights in logical pixels of the lanes that were seen, by their names."""
    wave_gain: float = 1.0
    """How many times as high as they are waveforms were drawn."""


@dataclass(frozen=True)
class Session:
    """One recording and the work on it."""

    clip: ClipReference
    prompt: Prompt = field(default_factory=Prompt)
    takes: tuple[Take, ...] = ()
    current_take: str = ""
    """The id of the take that is seen and heard; empty: none."""
    mix: Mix = field(default_factory=Mix)
    view: ViewState = field(default_factory=ViewState)
    settings: SeparationSettings | None = None
    """How the next separation was to work; None: not known."""
    autosave_of: str = ""
    """In an autosave: the folder of the saved session it belongs to, which holds the stems saved there."""
