"""The field of a setting that names weights."""

from pathlib import Path

from PySide6.QtCore import Signal

from samstudio.separation.models.catalogue import known_model
from samstudio.separation.models.inventory import ModelPart
from samstudio.session.engine_settings import PartSetting, Value
from samstudio.ui.models.model_text import title_of
from samstudio.ui.prompt.setting_fields import ListField

_SETUP = object()


class PartField(ListField):
    """The weights that are ready, what is chosen even if it isn't ready, and the way to set some up."""

    setup_requested = Signal()

    setting: PartSetting

    def __init__(self, engine: str, setting: PartSetting) -> None:
        self._engine = engine
        self._parts: tuple[ModelPart, ...] = ()
        self._chosen = ""
        super().__init__(setting, {})

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """What there is on this computer."""
        self._parts = parts

    def show_value(self, value: Value) -> None:
        """Show the part of that name, hub id or path."""
        known = known_model(str(value or ""))
        self._chosen = chosen = known.names[0] if known else str(value or "")
        titles: dict[object, tuple[str, str]] = {
            part.name: (title_of(part), "")
            for part in self._parts
            if part.is_ready and part.engine == self._engine and part.role == self.setting.role
        }
        if chosen and chosen not in titles:
            gone = bool(self._parts) and not Path(chosen).expanduser().exists()
            titles[chosen] = (Path(chosen).name, "It is not on this computer: set it up." if gone else "")
        if not self.setting.is_required:
            titles = {"": ("None", ""), **titles}
        elif not chosen:
            titles = {"": ("Choose…" if titles else "None is set up", ""), **titles}
        self.show_titles({**titles, _SETUP: ("Set up…", "")})
        super().show_value(chosen)

    def _on_activated(self) -> None:
        if self.value is _SETUP:
            self.show_value(self._chosen)
            self.setup_requested.emit()
        else:
            self.changed.emit()
