"""What is remembered between starts."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings

from samstudio.session.sam_audio_settings import Mode, Preset, ResidualKind, SamAudioSettings, WindowOrder
from samstudio.session.take import SeparationSettings

_RECENT_LIMIT = 10
_HISTORY_LIMIT = 30
_CHOICES: dict[str, Callable[[Any], Any]] = {
    "preset": Preset,
    "mode": Mode,
    "residual": ResidualKind,
    "order": WindowOrder,
}


def _as_is(value: Any) -> Any:
    return value


class Preferences(QObject):
    """Typed access to the settings file; whatever is missing or unreadable there is the default."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "samstudio", "samstudio")

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
        # An ini file does not tell a list of one from a text.
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
        """Put a file at the head of the recent ones."""
        self._put_first("recent_files", str(path.absolute()), _RECENT_LIMIT)

    @property
    def prompt_history(self) -> tuple[str, ...]:
        """The words asked for lately, latest first."""
        return self._texts("prompt_history")

    def add_to_prompt_history(self, text: str) -> None:
        """Remember the words of a prompt."""
        if text.strip():
            self._put_first("prompt_history", text.strip(), _HISTORY_LIMIT)

    def separation_settings(self) -> SeparationSettings:
        """The last settings of a separation."""
        # What an older version or a hand on the file left there is not worth an error.
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            facts = json.loads(self.text("separation", "{}"))
            chosen = {key: _CHOICES.get(key, _as_is)(value) for key, value in facts.get("sam_audio", {}).items()}
            return SeparationSettings(**{**facts, "sam_audio": SamAudioSettings(**chosen)})
        return SeparationSettings()

    def set_separation_settings(self, settings: SeparationSettings) -> None:
        """Remember the settings of a separation."""
        self.set_text("separation", json.dumps(asdict(settings)))

    def bytes(self, key: str) -> QByteArray:
        """A remembered arrangement of windows; empty where there is none."""
        value: Any = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Remember an arrangement of windows."""
        self._store.setValue(key, value)
