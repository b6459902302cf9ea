"""The form of an engine's own settings, made from its table."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.models.inventory import ModelPart
from samstudio.session.engine_settings import (
    ChoiceSetting,
    FlagSetting,
    NumberSetting,
    PartSetting,
    Setting,
    SettingError,
    Value,
    checked_options,
)
from samstudio.ui.parts import label
from samstudio.ui.prompt.part_field import PartField
from samstudio.ui.prompt.setting_fields import CheckField, ChoiceField, NumberField, SettingField, TextField, YesNoField
from samstudio.ui.theme import theme


class EngineSettingsForm(QWidget):
    """Shows the options of one engine and asks for others."""

    options_changed = Signal(object)
    """Options, all of the engine's, at every change."""
    setup_requested = Signal()

    def __init__(self, info: EngineInfo) -> None:
        super().__init__()
        self._info = info
        self._options = info.defaults
        self.fields: dict[str, SettingField] = {row.name: _field(info, row) for row in info.settings}
        """By the settings' names."""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().space(2))
        grid.setVerticalSpacing(theme().space(2))
        grid.setColumnStretch(1, 1)
        self._place(grid)
        for field in self.fields.values():
            field.changed.connect(self._on_changed)
            if isinstance(field, PartField):
                field.setup_requested.connect(self.setup_requested)
        self.show_options(self._options)

    def _place(self, grid: QGridLayout) -> None:
        """The settings without a heading first, then each heading with its own."""
        row = 0
        for group in sorted({setting.group: None for setting in self._info.settings}, key=bool):
            if group:
                grid.addWidget(label(group, "section"), row, 0, 1, 2)
                row += 1
            for setting in self._info.settings:
                if setting.group == group:
                    row = self.fields[setting.name].place(grid, row)

    @property
    def title_width(self) -> int:
        """Of the widest title, for others to stand in line with."""
        return max((field.title_width for field in self.fields.values()), default=0)

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """Which weights can be chosen: those that are ready."""
        for field in self.fields.values():
            if isinstance(field, PartField):
                field.show_parts(parts)
        self.show_options(self._options)

    def show_options(self, options: Mapping[str, Value]) -> None:
        """Show values without asking for anything; what has no effect now is shown, and cannot be touched."""
        self._options = checked_options(self._info.settings, options)
        for row in self._info.settings:
            is_unused = row.is_unused(self._options)
            field = self.fields[row.name]
            field.show_value(self._options[row.name])
            field.set_used(used=not is_unused, why=row.unused.why if row.unused and is_unused else "")

    def _on_changed(self) -> None:
        values = {name: field.value for name, field in self.fields.items()}
        try:
            options = checked_options(self._info.settings, values)
        except SettingError:
            options = self._options
        if options == self._options:
            self.show_options(self._options)
            return
        self.show_options(options)
        self.options_changed.emit(options)


def _field(info: EngineInfo, row: Setting) -> SettingField:
    match row:
        case ChoiceSetting():
            return ChoiceField(row)
        case NumberSetting():
            return NumberField(row)
        case FlagSetting(by_preset=True):
            return YesNoField(row)
        case FlagSetting():
            return CheckField(row)
        case PartSetting():
            return PartField(info.name, row)
        case _:
            return TextField(row)
