"""Key presets as data: the keys that users of other editors are used to."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from PySide6.QtGui import QKeySequence

from samstudio.assets import asset

Keys = tuple[str, ...]
"""The keys of one action, the one that is shown first; portable, such as `Ctrl+E`."""
_FILES = ("audacity", "rx", "jkl")


@dataclass(frozen=True)
class KeyPreset:
    """What a preset changes of the keys in the table of actions; the rest stays."""

    name: str
    note: str
    keys: Mapping[str, Keys] = field(default_factory=dict)


OWN = KeyPreset("SAM Studio", "The default keys.")
"""The table's own keys."""


@cache
def key_presets() -> tuple[KeyPreset, ...]:
    """Our own keys first, then those in resources/keys."""
    return (OWN, *map(_read, _FILES))


def _read(name: str) -> KeyPreset:
    data = tomllib.loads(asset(f"keys/{name}.toml").read_text("utf-8"))
    return KeyPreset(data["name"], data["note"], {action: normal_keys(keys) for action, keys in data["keys"].items()})


def normal_key(key: str) -> str:
    """A key as Qt writes it, so that two spellings of one key are equal; empty for what is no key."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def normal_keys(keys: Keys | list[str]) -> Keys:
    """Each key once, as Qt writes it, in their order."""
    return tuple(dict.fromkeys(key for key in map(normal_key, keys) if key))


def overlay(keys: Mapping[str, Keys], changes: Mapping[str, Keys]) -> dict[str, Keys]:
    """`keys` with the `changes` laid over them; a key that is given to an action is taken from every other one.

    Changes to actions that `keys` does not know (of an older version, say) count for nothing.
    """
    known = {action: changed for action, changed in changes.items() if action in keys}
    taken = {key for changed in known.values() for key in changed}
    return {
        action: known.get(action, tuple(key for key in before if key not in taken)) for action, before in keys.items()
    }
