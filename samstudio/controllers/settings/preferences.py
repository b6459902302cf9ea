"""Preferences that are kept between starts."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings

from samstudio.separation.engine import SeparationError
from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.registry import checked_settings, engines
from samstudio.session.engine_settings import Options, checked_options
from samstudio.session.private_files import private_file
from samstudio.session.take import SeparationSettings
from samstudio.storage.session_v1 import options_of_engines

_RECENT_LIMIT = 10
_HISTORY_LIMIT = 30


class Preferences(QObject):
    """Typed access to the settings file; whatever is missing or unreadable there is the default."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "samstudio", "samstudio")
        # Before it is written: the prompts of a user are in it, and Qt keeps the permissions of a file that is there.
        with contextlib.suppress(OSError):
            private_file(Path(self._store.fileName()))

    def text(self, key: str, default: str = "") -> str:
        """A remembered text."""
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        """Remember a text."""
        self._store.setValue(key, value)

    def flag(self, key: str, *, default: bool) -> bool:
        """A remembered yes or no."""
        return self.text(key, str(default).lower()) == "true"

    def set_flag(self, key: str, *, value: bool) -> None:
        """Remember a yes or no."""
        self._store.setValue(key, str(value).lower())

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self._store.value(key, [])
        # An ini file stores a list of one text as that text.
        texts = value if isinstance(value, list) else [value] if value else []
        return tuple(text for text in texts if isinstance(text, str))

    def _put_first(self, key: str, text: str, limit: int) -> None:
        rest = [other for other in self._texts(key) if other != text]
        self._store.setValue(key, [text, *rest][:limit])

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """The files opened lately that still exist, latest first."""
        return tuple(path for path in map(Path, self._texts("recent_files")) if path.exists())

    def add_recent_file(self, path: Path) -> None:
        """Put a file first in the list of recent files."""
        self._put_first("recent_files", str(path.absolute()), _RECENT_LIMIT)

    @property
    def prompt_history(self) -> tuple[str, ...]:
        """The texts of recent prompts, latest first."""
        return self._texts("prompt_history")

    def add_to_prompt_history(self, text: str) -> None:
        """Remember the text of a prompt."""
        if text.strip():
            self._put_first("prompt_history", text.strip(), _HISTORY_LIMIT)

    def separation_settings(self) -> SeparationSettings:
        """The last settings of a separation."""
        # Settings of an older version, or edited by hand, are no reason for an error.
        with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError, SeparationError):
            facts = json.loads(self.text("separation", "{}"))
            common = {name: value for name, value in facts.items() if not isinstance(value, Mapping)}
            settings = SeparationSettings(**common)
            return checked_settings(replace(settings, options=self.engine_options()[settings.engine]))
        return checked_settings(SeparationSettings())

    def engine_options(self) -> dict[str, Options]:
        """What was last chosen of every engine's own settings, by the engines' names."""
        stored: Mapping[str, Any] = {}
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            facts = json.loads(self.text("separation", "{}"))
            # The version before kept them under the engines' names, beside what all engines have in common.
            stored = facts["options"] if "options" in facts else options_of_engines(facts)
        return {info.name: _usable(info, stored) for info in engines()}

    def set_separation_settings(self, settings: SeparationSettings, options: Mapping[str, Options]) -> None:
        """Remember the settings of a separation, and the `options` of every engine by its name."""
        facts = {
            "engine": settings.engine,
            "device": settings.device,
            "seed": settings.seed,
            "silent_in_minus": settings.silent_in_minus,
            "options": {engine: dict(chosen) for engine, chosen in options.items()},
        }
        self.set_text("separation", json.dumps(facts))

    def bytes(self, key: str) -> QByteArray:
        """A remembered arrangement of windows; empty where there is none."""
        value: Any = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Remember an arrangement of windows."""
        self._store.setValue(key, value)


def _usable(info: EngineInfo, stored: Mapping[str, Any]) -> Options:
    """What is stored of an engine's settings, or their defaults where that is not what they can be."""
    with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError):
        return checked_options(info.settings, stored[info.name])
    return info.defaults
