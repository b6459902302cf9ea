"""The settings that an engine has of its own, a row each; form, command line, facts and recipe are made from them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

Value = bool | int | float | str | None
"""What a setting can be; None leaves it to the preset."""

PRESET = "preset"
"""The setting that chooses among an engine's presets."""
BY_PRESET = "by the preset"
NOTHING = "—"
_MOST_LETTERS = 4096


class SettingError(ValueError):
    """A value that a setting cannot have; the text is one sentence that may be shown as it stands."""


class Options(Mapping[str, Value]):
    """Values by the names of an engine's settings: frozen, hashable and picklable."""

    __slots__ = ("_hash", "_values")

    def __init__(self, values: Mapping[str, Value] | None = None, **more: Value) -> None:
        given = {**(values or {}), **more}
        # A member of an enumeration is stored as the plain text that it stands for, as files and messages have it.
        self._values = {name: value.value if isinstance(value, StrEnum) else value for name, value in given.items()}
        self._hash = hash(frozenset(self._values.items()))

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Options({self._values!r})"

    def __reduce__(self) -> tuple[type["Options"], tuple[dict[str, Value]]]:
        return Options, (self._values,)

    def changed(self, **values: Value) -> "Options":
        """The same options with other values for these names."""
        return Options(self._values, **values)


@dataclass(frozen=True)
class Unused:
    """A setting has no effect while another one has this value; `why` is shown in place of its meaning."""

    setting: str
    value: Value
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A row of an engine's table of settings. What kinds there are: see the classes made from this one."""

    name: str
    """In sessions, recipes and, with hyphens, on the command line."""
    title: str
    """Beside the control in the form."""
    help: str = ""
    """What it decides, in a sentence or two: shown with the control."""
    command_help: str = ""
    """The same for the command line."""
    default: Value = None
    by_preset: bool = False
    """Whether None is allowed and leaves the value to the preset."""
    group: str = ""
    """The heading that it stands under in the form."""
    unit: str = ""
    fact: str = ""
    """What it is called among the facts of a take, where that is not its title."""
    in_recipe: bool = False
    """Whether a recipe in a line names it also at its default."""
    unused: Unused | None = None
    changes_result: bool = True
    """Whether the result depends on it; else it is about the work only, and told neither in facts nor in recipes, and
    the command line has no option for it."""

    def checked(self, value: Value) -> Value:
        """The value, if it is one that the setting can have. Raises SettingError."""
        if value is None and self.by_preset:
            return None
        self._check(value)
        return value

    def _check(self, value: Value) -> None:
        raise NotImplementedError

    def text(self, value: Value) -> str:
        """The value in a word, for a take's facts."""
        return BY_PRESET if value is None else f"{value} {self.unit}".rstrip()

    def is_unused(self, options: Mapping[str, Value]) -> bool:
        """Whether the other settings leave this one without effect."""
        return self.unused is not None and options.get(self.unused.setting) == self.unused.value

    @property
    def flag(self) -> str:
        """The option of the command line, without the hyphens before it."""
        return self.name.replace("_", "-")


@dataclass(frozen=True)
class SettingChoice:
    """A value to choose, what it is called in the form, and what it means."""

    value: str
    title: str
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class ChoiceSetting(Setting):
    """One of several values."""

    choices: tuple[SettingChoice, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(choice.value for choice in self.choices)

    def _check(self, value: Value) -> None:
        if value not in self.values:
            raise SettingError(f"There is no {self.title.lower()} '{value}': choose {_either(self.values)}.")


@dataclass(frozen=True, kw_only=True)
class NumberSetting(Setting):
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def _check(self, value: Value) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            unit = f" {self.unit}" if self.unit else ""
            raise SettingError(f"{self.title} can be {self.least} to {self.most}{unit}, not {value}.")


@dataclass(frozen=True, kw_only=True)
class FlagSetting(Setting):
    """Yes or no."""

    def _check(self, value: Value) -> None:
        if not isinstance(value, bool):
            raise SettingError(f"{self.title} can be on or off, not '{value}'.")

    def text(self, value: Value) -> str:
        """`yes` or `no`."""
        return BY_PRESET if value is None else "yes" if value else "no"


@dataclass(frozen=True, kw_only=True)
class TextSetting(Setting):
    """A text that the user types."""

    def _check(self, value: Value) -> None:
        if not isinstance(value, str) or len(value) > _MOST_LETTERS:
            raise SettingError(f"{self.title} must be a text of {_MOST_LETTERS} letters at most.")

    def text(self, value: Value) -> str:
        """The text itself."""
        return str(value) or NOTHING


@dataclass(frozen=True, kw_only=True)
class PartSetting(TextSetting):
    """Weights: the name of a model part, its hub id, or the folder or file it lies in; empty where none is chosen."""

    role: str
    """What the part does, as the catalogue of models calls it."""
    is_required: bool = False
    """Whether the engine cannot run without."""
    default: Value = ""

    def text(self, value: Value) -> str:
        """See `bare`; a word where no weights are chosen."""
        return self.bare(value) or (NOTHING if self.is_required else "none")

    def bare(self, value: Value) -> str:
        """A folder's or file's name only, not where it lies: paths on this computer stay private."""
        return PurePath(str(value)).name


Table = tuple[Setting, ...]
"""All settings that an engine has of its own, in the order to show them."""


def checked_options(table: Table, options: Mapping[str, Value]) -> Options:
    """All settings of the table: those in `options`, and the default for those that are not.

    Raises SettingError for a value that a setting cannot have, and for a name that the table does not know.
    """
    known = {setting.name for setting in table}
    for name in options:
        if name not in known:
            raise SettingError(f"There is no setting called '{name}': choose {_either(sorted(known)) or 'none'}.")
    return Options({s.name: s.checked(options.get(s.name, s.default)) for s in table})


def decided_options(options: Mapping[str, Value], presets: Mapping[str, Mapping[str, Value]]) -> Options:
    """A complete set of options (see `checked_options`) with the value of the chosen preset in place of each None."""
    preset = presets.get(str(options.get(PRESET)), {})
    return Options({name: preset.get(name) if value is None else value for name, value in options.items()})


def _either(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *first, last = tuple(words) or ("",)
    return f"{', '.join(first)} or {last}" if first else last
