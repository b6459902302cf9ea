"""Fields of a form of settings: a title, a control beside it, and what the choice means."""

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QSpinBox, QWidget

from samstudio.session.engine_settings import ChoiceSetting, FlagSetting, NumberSetting, Setting, Value
from samstudio.ui.parts import explain, label, number_box
from samstudio.ui.theme import theme

PRESET_DECIDES = "By the preset"
_LIST_LENGTH = 6
"""Letters that a list has room for at least."""


class SettingField(QObject):
    """A control for one setting. The widgets belong to the form that they are placed in."""

    changed = Signal()
    """The user has set another value, perhaps the same again."""

    def __init__(self, setting: Setting, box: QWidget) -> None:
        super().__init__()
        self.setting, self.box = setting, box
        self.title: QLabel = label(setting.title, "dim")
        self.title.setBuddy(box)
        self.meaning: QLabel = label(look="caption", wrap=True)
        self.meaning.hide()

    def place(self, grid: QGridLayout, row: int) -> int:
        """Put it into the grid; the next free row."""
        grid.addWidget(self.title, row, 0)
        grid.addWidget(self.box, row, 1)
        grid.addWidget(self.meaning, row + 1, 0, 1, 2)
        return row + 2

    @property
    def title_width(self) -> int:
        """What the title needs in the first column."""
        return self.title.sizeHint().width()

    def show_value(self, value: Value) -> None:
        """Show a value without reporting it."""
        raise NotImplementedError

    @property
    def value(self) -> Value:
        """What is set now."""
        raise NotImplementedError

    def set_used(self, *, used: bool, why: str) -> None:
        """Whether it has an effect now; `why` it has none, instead of what the value means."""
        self.box.setEnabled(used)
        if why:
            self.show_meaning(why)

    def show_meaning(self, sentence: str) -> None:
        """What the value means, or nothing."""
        self.meaning.setText(sentence)
        self.meaning.setVisible(bool(sentence))


class ListField(SettingField):
    """A list to choose from, its title beside it, and below it what the choice means."""

    box: QComboBox

    def __init__(self, setting: Setting, titles: dict[Any, tuple[str, str]]) -> None:
        super().__init__(setting, QComboBox())
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(_LIST_LENGTH)
        self.box.activated.connect(self._on_activated)
        self._values: list[Any] = []
        self._meanings: list[str] = []
        self.show_titles(titles)

    def _on_activated(self) -> None:
        self.changed.emit()

    def show_titles(self, titles: dict[Any, tuple[str, str]]) -> None:
        """What there is to choose from: value to title and meaning."""
        shown = [self.box.itemText(row) for row in range(self.box.count())]
        if list(titles) != self._values or [title for title, _ in titles.values()] != shown:
            self.box.clear()
            self.box.addItems([title for title, _ in titles.values()])
        self._values, self._meanings = list(titles), [meaning for _, meaning in titles.values()]
        for row, meaning in enumerate(self._meanings):
            self.box.setItemData(row, meaning, Qt.ItemDataRole.ToolTipRole)

    def show_value(self, value: Value) -> None:
        """Show a choice and what it means."""
        row = self._values.index(value) if value in self._values else 0
        self.box.setCurrentIndex(row)
        meaning = self._meanings[row] if self._meanings else ""
        self.show_meaning(meaning)
        explain(self.box, self.setting.title, more=f"{self.setting.help} {meaning}".strip())

    @property
    def value(self) -> Value:
        """What is chosen."""
        value: Value = self._values[self.box.currentIndex()]
        return value


class ChoiceField(ListField):
    """One of the values of a setting, or the preset's."""

    def __init__(self, setting: ChoiceSetting) -> None:
        titles: dict[Value, tuple[str, str]] = {None: (PRESET_DECIDES, "")} if setting.by_preset else {}
        super().__init__(setting, titles | {choice.value: (choice.title, choice.meaning) for choice in setting.choices})


class YesNoField(ListField):
    """Yes, no, or as the preset says."""

    def __init__(self, setting: FlagSetting) -> None:
        super().__init__(setting, {None: (PRESET_DECIDES, ""), True: ("Yes", ""), False: ("No", "")})


class CheckField(SettingField):
    """A box to tick, which says itself what it is for."""

    box: QCheckBox

    def __init__(self, setting: FlagSetting) -> None:
        super().__init__(setting, QCheckBox(setting.title))
        explain(self.box, setting.title, more=setting.help)
        self.box.clicked.connect(self._on_clicked)

    def place(self, grid: QGridLayout, row: int) -> int:
        """Put it into the grid, across both columns; the next free row."""
        grid.addWidget(self.box, row, 0, 1, 2)
        return row + 1

    @property
    def title_width(self) -> int:
        """None: the box bears its title itself."""
        return 0

    def _on_clicked(self) -> None:
        self.changed.emit()

    def show_value(self, value: Value) -> None:
        """Tick it, or not."""
        self.box.setChecked(bool(value))

    @property
    def value(self) -> Value:
        """Whether it is ticked."""
        return self.box.isChecked()


class NumberField(SettingField):
    """A number, where the setting allows it one that is left to the preset."""

    box: QSpinBox

    def __init__(self, setting: NumberSetting) -> None:
        super().__init__(setting, number_box(QSpinBox))
        # Below what the setting can be lies the value that stands for the preset's.
        self._unset = setting.least - 1 if setting.by_preset else None
        self.box.setRange(setting.least if self._unset is None else self._unset, setting.most)
        self.box.setSuffix(f" {setting.unit}" if setting.unit else "")
        more = setting.help
        if self._unset is not None:
            self.box.setSpecialValueText(PRESET_DECIDES)
            more = f"{more} {self._unset} leaves it to the preset."
        self.box.lineEdit().setTextMargins(theme().space(1.5), 0, 0, 0)
        explain(self.box, setting.title, more=more)
        self.box.editingFinished.connect(self.changed)

    def show_value(self, value: Value) -> None:
        """Show a number, or that the preset decides."""
        unset = self._unset if self._unset is not None else self.box.minimum()
        self.box.setValue(value if isinstance(value, int) else unset)

    @property
    def value(self) -> Value:
        """The number, or None where the preset decides."""
        return None if self.box.value() == self._unset else self.box.value()


class TextField(SettingField):
    """Words of the user's own."""

    box: QLineEdit

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting, QLineEdit())
        explain(self.box, setting.title, more=setting.help)
        self.box.editingFinished.connect(self.changed)

    def show_value(self, value: Value) -> None:
        """Show the words."""
        if self.box.text() != value:
            self.box.setText(str(value or ""))

    @property
    def value(self) -> Value:
        """The words."""
        return self.box.text()
