"""Which keys each action has: a preset, and the user's changes to it."""

import contextlib
import json
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from samstudio.controllers.settings.key_presets import (
    OWN,
    KeyPreset,
    Keys,
    key_presets,
    normal_key,
    normal_keys,
    overlay,
)
from samstudio.controllers.settings.preferences import Preferences
from samstudio.controllers.settings.renamed_actions import RENAMED


class KeyMap(QObject):
    """Holds the keys, remembers them between starts, and keeps every key with one action only."""

    keys_changed = Signal(object)
    """dict[str, Keys]: the keys of every action."""

    def __init__(self, table: Mapping[str, Keys], preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = {action: normal_keys(keys) for action, keys in table.items()}
        self._preferences = preferences
        self.preset = _preset(preferences.text("keys/preset"))
        self._changes = self._remembered()

    @property
    def keys(self) -> dict[str, Keys]:
        """The keys of every action."""
        return overlay(self.preset_keys, self._changes)

    @property
    def preset_keys(self) -> dict[str, Keys]:
        """The keys without the user's changes."""
        return overlay(self._table, self.preset.keys)

    @property
    def changed(self) -> frozenset[str]:
        """The actions whose keys are not the preset's."""
        preset, keys = self.preset_keys, self.keys
        return frozenset(action for action in keys if keys[action] != preset[action])

    def owner(self, key: str) -> str | None:
        """The action that has this key."""
        key = normal_key(key)
        return next((action for action, keys in self.keys.items() if key in keys), None)

    def choose_preset(self, name: str) -> None:
        """Use another preset; the user's changes stay on top of it."""
        self.preset = _preset(name)
        self._store()

    def set_keys(self, action: str, keys: Keys) -> None:
        """Give an action these keys and no others, and take them from the actions that had them."""
        keys = normal_keys(keys)
        others = {
            other: tuple(key for key in had if key not in keys)
            for other, had in self._changes.items()
            if other != action
        }
        self._changes = {**others, action: keys}
        self._store()

    def reset(self, action: str) -> None:
        """Give an action the preset's keys again, also those that other actions took from it."""
        self.set_keys(action, self.preset_keys[action])

    def reset_all(self) -> None:
        """Drop all changes; the preset stays."""
        self._changes = {}
        self._store()

    def _store(self) -> None:
        # Only what differs from the preset is a change: a reset leaves nothing behind.
        keys, preset = self.keys, self.preset_keys
        self._changes = {action: keys[action] for action in self._changes if keys.get(action) != preset.get(action)}
        self._preferences.set_text("keys/preset", self.preset.name)
        self._preferences.set_text("keys/changes", json.dumps(self._changes))
        self.keys_changed.emit(self.keys)

    def _remembered(self) -> dict[str, Keys]:
        # Settings of an older version, or edited by hand, are no reason for an error.
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            facts = json.loads(self._preferences.text("keys/changes", "{}"))
            return {
                RENAMED.get(str(action), str(action)): normal_keys([str(key) for key in keys])
                for action, keys in facts.items()
            }
        return {}


def _preset(name: str) -> KeyPreset:
    return next((preset for preset in key_presets() if preset.name == name), OWN)
