"""The description of an engine, from which window, command line, takes, recipes and sessions are made.

An engine is a package beside this module with a module `engine_info` that holds `ENGINE`; see `registry`. These modules
are imported at start-up, so they import nothing heavy.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from samstudio.separation.engine import Engine, SeparationRequest
from samstudio.separation.models.catalogue import KNOWN
from samstudio.separation.models.part_reader import PartReader
from samstudio.session.engine_settings import Options, PartSetting, Setting, Table, Value, checked_options
from samstudio.session.frame_grid import FrameGrid


class PromptPart(StrEnum):
    """A part of a prompt, which an engine may accept or not."""

    TEXT = "text"
    SPANS = "spans"
    BOXES = "boxes"
    REGIONS = "regions"
    """Where the object is in the video."""


@dataclass(frozen=True)
class PromptHints:
    """What the engine does with a prompt, in sentences for the prompt panel."""

    text: str = "Listens for the text and the spans together."
    region: str = "Listens for what the text, the spans and the region have in common."
    both_signs: str = "Learns the sound from the + spans and the background from the − spans."
    plus: str = "Also mark a − span where the sound is not heard: that makes the result clearly better."
    minus: str = "Now mark with + where the sound is heard: − spans alone only say where it is not."
    rewrite: str = "This engine understands other words better."
    """Why a text would better be worded otherwise."""
    words: str = "From text alone this engine knows only {words}."
    """Where text alone is all there is, and only some words are understood."""


def _always(_options: Mapping[str, Value]) -> bool:
    return True


@dataclass(frozen=True)
class EngineInfo:
    """An engine as the user sees it, and how it is made."""

    name: str
    """In sessions, manifests and on the command line: lower case, hyphens between words."""
    title: str
    summary: str
    create: Callable[[], Engine] = field(repr=False)
    """Makes the engine, importing its code only now."""
    accepts: frozenset[PromptPart] = frozenset(PromptPart)
    words: tuple[str, ...] | None = None
    """Words that it understands without a span, the first ones as examples; None: it understands any text."""
    text_hint: Callable[[str, Mapping[str, Value]], str] | None = field(default=None, repr=False)
    """What it makes of a text without a span with its options, in a sentence; None: it knows no more than `words`, or
    any text."""
    listen_for: Callable[[SeparationRequest], Generator[float, None, None]] | None = field(default=None, repr=False)
    """Listens whether it would separate by a request's text alone, yielding the fraction done, and raises
    SeparationError where not; None: what is not heard is all that is against a text."""
    rewrite: Callable[[str], str] | None = field(default=None, repr=False)
    """A text in the words that it understands best; the same text where it is so already."""
    complete: Callable[[str], tuple[str, ...]] | None = field(default=None, repr=False)
    """Texts that it understands and that begin with what was typed, the best first."""
    settings: Table = ()
    presets: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """What each value of the setting `preset` stands for: values of the settings that are left to the preset."""
    fixed: Mapping[str, Value] = field(default_factory=dict)
    """Settings of other engines whose value this one always has: accepted on the command line, without effect."""
    sums_exactly: Callable[[Mapping[str, Value]], bool] = _always
    """Whether target + residual is the clip, to the last bit, with these options."""
    frames: FrameGrid | None = None
    """The frames in which it sees time, if it does."""
    hints: PromptHints = PromptHints()
    part_reader: Callable[[], PartReader] | None = field(default=None, repr=False)
    """Makes what reads the folders of its models; None for an engine without weights."""
    weights_in_use: Callable[[Mapping[str, Value]], tuple[object, ...]] | None = field(default=None, repr=False)
    """What tells the weights that it computes with from others, by its options; None: its results are not kept, as
    they depend on more than a request. Raises SeparationError where weights are missing."""
    is_generative: bool = False
    """Whether it draws its result from noise, so that another seed is another attempt; otherwise the seed settles
    details alone, and what was learned for one seed is not worth learning again for another."""
    is_default: bool = False
    unavailable: str = ""
    """Why it cannot run with the options that are chosen now, and what to do; empty where it can."""

    @property
    def full_title(self) -> str:
        """The title, and whether it works as it was installed."""
        return self.title if self.parts else f"{self.title} (embedded)"

    @property
    def parts(self) -> tuple[PartSetting, ...]:
        """The settings that name weights."""
        return tuple(setting for setting in self.settings if isinstance(setting, PartSetting))

    @property
    def accepts_any_text(self) -> bool:
        """Whether it understands any words."""
        return PromptPart.TEXT in self.accepts and self.words is None

    @property
    def defaults(self) -> Options:
        """All its settings as they are before anything is chosen."""
        return checked_options(self.settings, {})

    def setting(self, name: str) -> Setting | None:
        """The row of that name."""
        return next((setting for setting in self.settings if setting.name == name), None)

    def missing_part(self, options: Mapping[str, Value]) -> PartSetting | None:
        """The first weights that it cannot run without and that the options do not name."""
        return next((part for part in self.parts if part.is_required and not options.get(part.name)), None)

    def missing_sentence(self, part: PartSetting) -> str:
        """What to do on the command line where the options name no weights."""
        known = (known for known in KNOWN if known.family.engine == self.name and known.role == part.role)
        get = next((f"'samstudio models add {found.names[0]}' gets them, and " for found in known), "")
        return (
            f"{self.title} needs weights, and none are named: {get}--{part.flag} takes their name or the folder they "
            "are in."
        )
