"""What the area tools are set to."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from samstudio.session.areas.area import Feather
from samstudio.session.areas.brush import Tip
from samstudio.session.areas.regions import Harmonics
from samstudio.session.correction import Direction


class AreaTool(StrEnum):
    """What a drag in a spectrogram draws."""

    BOX = "area_box"
    LASSO = "lasso"
    BRUSH = "brush"
    WAND = "wand"
    HARMONICS = "harmonics"


@dataclass(frozen=True)
class NumberOption:
    """One number of the options: what it is called, its unit, its bounds, and the tools that use it."""

    field: str
    title: str
    name: str
    """What a screen reader says."""
    unit: str
    bounds: tuple[int, int]
    step: int
    tools: frozenset[AreaTool]

    def kept(self, value: int) -> int:
        """The value, inside the bounds."""
        return min(max(value, self.bounds[0]), self.bounds[1])


_SELECTING = frozenset(AreaTool) - {AreaTool.BRUSH}
NUMBERS = {
    number.field: number
    for number in (
        NumberOption("size", "Size", "Brush size", " px", (4, 400), 4, frozenset({AreaTool.BRUSH})),
        NumberOption("hardness", "Hardness", "Brush hardness", " %", (0, 100), 10, frozenset({AreaTool.BRUSH})),
        NumberOption("tolerance", "Tolerance", "Wand tolerance", " dB", (1, 60), 1, frozenset({AreaTool.WAND})),
        NumberOption("harmonics", "Harmonics", "Number of harmonics", "", (1, 100), 1, frozenset({AreaTool.HARMONICS})),
        NumberOption("width", "Width", "Width of a harmonic", " Hz", (10, 2000), 10, frozenset({AreaTool.HARMONICS})),
        NumberOption("strength", "Strength", "Strength", " %", (1, 100), 5, frozenset(AreaTool)),
        NumberOption("feather_ms", "Feather", "Feather in time", " ms", (0, 500), 5, _SELECTING),
        NumberOption("feather_hz", "×", "Feather in frequency", " Hz", (0, 2000), 10, _SELECTING),
    )
}


@dataclass(frozen=True)
class AreaOptions:
    """Of all area tools. `size` is the brush's diameter in pixels, `strength` and `hardness` are percentages."""

    direction: Direction = Direction.TO_TARGET
    size: int = 32
    hardness: int = 50
    tolerance: int = 10
    harmonics: int = 20
    width: int = 90
    follows_ridge: bool = True
    strength: int = 100
    feather_ms: int = 20
    feather_hz: int = 40

    @property
    def tip(self) -> Tip:
        """The brush's."""
        return Tip(self.size / 2.0, self.hardness / 100.0)

    @property
    def feather(self) -> Feather:
        """Of areas."""
        return Feather(self.feather_ms / 1000.0, float(self.feather_hz))

    @property
    def bands(self) -> Harmonics:
        """What the harmonics tool selects around a line."""
        return Harmonics(self.harmonics, float(self.width))

    def with_number(self, field: str, value: int) -> Self:
        """With another value of one of NUMBERS, kept inside its bounds."""
        changes: dict[str, Any] = {field: NUMBERS[field].kept(value)}
        return replace(self, **changes)

    @property
    def turned(self) -> Direction:
        """The other direction: to the residual instead of to the target, and the reverse."""
        return Direction.TO_RESIDUAL if self.direction is Direction.TO_TARGET else Direction.TO_TARGET

    def text(self) -> str:
        """As the preferences keep it."""
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str) -> Self:
        """What `text` gave; the defaults for whatever cannot be used of it."""
        options = cls()
        try:
            facts = json.loads(text)
            for field in NUMBERS:
                if isinstance(facts.get(field), int):
                    options = options.with_number(field, facts[field])
            ridge = facts.get("follows_ridge") is not False
            return replace(options, direction=Direction(facts.get("direction", "to target")), follows_ridge=ridge)
        except (ValueError, AttributeError):
            return options
