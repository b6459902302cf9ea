"""The tools of the timeline in a row below the toolbar, and beside them the options of the active area tool."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolBar,
    QToolButton,
    QWidget,
)

from samstudio.session.areas.area import Area
from samstudio.session.correction import Direction
from samstudio.ui.icons import icon
from samstudio.ui.parts import ANY_SIZE, explain, field_title, label, number_box, set_look
from samstudio.ui.theme import theme
from samstudio.ui.timeline.areas.area_options import NUMBERS, AreaOptions, AreaTool
from samstudio.ui.timeline.areas.draft_item import SIGNS

TITLES = {
    AreaTool.BOX: "Area box",
    AreaTool.LASSO: "Lasso",
    AreaTool.BRUSH: "Brush",
    AreaTool.WAND: "Magic wand",
    AreaTool.HARMONICS: "Harmonics",
}
_ROOMY, _SMALL, _SHORT, _BARE = range(4)
"""How much is shown, by the room there is: all; no name of the tool, and small fields; also shorter words, and no title
where the unit tells; no titles at all. The first for which there is room is taken."""
_TOLD_BY_UNIT = {"size", "tolerance"}
_FOLLOW = "Follow the sound"
_AROUND_NUMBER = 24
"""Logical pixels beside a number in a field without arrows."""
_DIRECTIONS = {
    Direction.TO_TARGET: "To the target",
    Direction.TO_RESIDUAL: "To the residual",
    Direction.RESTORE: "Restore",
}
_TIPS = {
    "size": "The diameter of the brush on the screen. [ and ] or Ctrl+wheel change it.",
    "hardness": "How much of the brush has its full strength. Shift with [ and ] changes it.",
    "tolerance": "How much louder or softer than the place clicked a sound may be.",
    "harmonics": "How many multiples of the line are selected.",
    "width": "How high the band around each harmonic is.",
    "strength": "How much of the sound is moved.",
    "feather_ms": "Over how long the start and the end of an area fade.",
    "feather_hz": "Over how many Hz the lower and the upper edge of an area fade.",
}


def show_extension(bar: QToolBar, name: str) -> None:
    """Give the button for what does not fit into a narrow window, which is Qt's own, a name and an icon."""
    more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    if more is not None:
        more.setAccessibleName(name)
        more.setToolTip(name)
        more.setIcon(icon("chevron_right"))


class AreaOptionsBar(QToolBar):
    """Always there and always as high, so that no choice of a tool moves the picture.

    It has options while there is something to do with them: an area tool is active, or an area is selected.
    """

    options_changed = Signal(object)
    """AreaOptions."""
    finished = Signal()
    """Return or Esc was pressed in a field: the keys are the timeline's again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Tools and their options", parent)
        self.setObjectName("tools")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        # Without it there would be no options.
        self.toggleViewAction().setVisible(False)
        show_extension(self, "More options of the tool")
        self._options = AreaOptions()
        self._tool: AreaTool | None = None
        self._title = label()
        self._title.setContentsMargins(theme().space(2), 0, theme().space(2), 0)
        self._before_options = self.addWidget(self._title)
        self._separator = self.insertSeparator(self._before_options)
        self.direction = self._make_direction()
        self.numbers = {field: self._make_number(field) for field in NUMBERS}
        self.ridge = QCheckBox(_FOLLOW)
        explain(self.ridge, _FOLLOW, more="Move the line onto the loudest frequency near it.")
        self.ridge.toggled.connect(self._change_ridge)
        # Before the numbers: where there is no room for all, these stay in sight.
        self._on_area = self._make_area_buttons()
        title = field_title("Direction", self.direction)
        self._shown: dict[str, QAction] = {"direction": self._add(title, self.direction)}
        # The list says it itself; hidden, the title still tells screen readers, and leaves its room to the numbers.
        title.hide()
        self._titles = {field: field_title(NUMBERS[field].title, box) for field, box in self.numbers.items()}
        for field, box in self.numbers.items():
            self._shown[field] = self._add(self._titles[field], box)
        self._shown["follows_ridge"] = self.addWidget(self.ridge)
        self._has_area = False
        self._fit = _ROOMY
        self._needed: dict[tuple[AreaTool | None, bool, int], int] = {}
        """The width of what a tool shows, without and with an area, at each fit; measured once."""
        self.show_options(self._options)
        self.show_tool(None)

    def _make_direction(self) -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for direction, words in _DIRECTIONS.items():
            box.addItem(f"{SIGNS[direction]}  {words}", direction)
            box.setItemData(box.count() - 1, words, Qt.ItemDataRole.AccessibleTextRole)
            box.setItemData(box.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        explain(
            box, "Direction of the brush", more="Where the painted sound goes. X turns it; so does Alt while painting."
        )
        box.currentIndexChanged.connect(self._change_direction)
        return box

    def _make_number(self, field: str) -> QSpinBox:
        number, box = NUMBERS[field], number_box(QSpinBox)
        box.setRange(*number.bounds)
        box.setSingleStep(number.step)
        box.setSuffix(number.unit)
        box.setKeyboardTracking(False)
        explain(box, number.name, more=_TIPS[field])
        box.valueChanged.connect(partial(self._change_number, field))
        box.lineEdit().returnPressed.connect(self.finished)
        return box

    def _add(self, title: QLabel, field: QWidget) -> QAction:
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(theme().space(1), 0, theme().space(1), 0)
        row.setSpacing(theme().space(1))
        row.addWidget(title)
        row.addWidget(field)
        return self.addWidget(pair)

    def _make_area_buttons(self) -> QAction:
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space(1))
        return self.addWidget(self._buttons)

    def add_tools(self, groups: Sequence[Sequence[QAction]]) -> None:
        """Offer the tools themselves, group by group, before their options."""
        for number, group in enumerate(groups):
            if number:
                self.insertSeparator(self._separator)
            self.insertActions(self._separator, list(group))

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer what can be done with an area."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(self.iconSize())
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAutoRaise(True)
            row = self._buttons.layout()
            if row is not None:
                row.addWidget(button)

    @property
    def title(self) -> QLabel:
        """Names the tool."""
        return self._title

    def show_tool(self, tool: AreaTool | None) -> None:
        """Show the options of a tool. With None only what can be done with an area is left, while there is one."""
        self._tool = tool
        self._title.setText(TITLES[tool] if tool is not None else "Area")
        for field, number in NUMBERS.items():
            self._shown[field].setVisible(tool in number.tools)
        self._shown["direction"].setVisible(tool is AreaTool.BRUSH)
        self._shown["follows_ridge"].setVisible(tool is AreaTool.HARMONICS)
        self._show_parts()

    @Slot(object)
    def show_area(self, area: Area | None) -> None:
        """Offer what can be done with the selected area, if there is one."""
        self._has_area = area is not None
        self._show_parts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the name, which the pressed button tells, gives way to the options; these get smaller."""
        super().resizeEvent(event)
        self._show_parts()

    def _choose_fit(self) -> None:
        for fit in (_ROOMY, _SMALL, _SHORT, _BARE):
            shown = (self._tool, self._has_area, fit)
            if shown not in self._needed:
                self._show_fit(fit)
                self._needed[shown] = self._width_of_shown()
            if self._needed[shown] <= self.width():
                break
        self._show_fit(fit)

    def _width_of_shown(self) -> int:
        # Not the layout's own hint, which waits for events after each change.
        parts = [self.widgetForAction(action) for action in self.actions() if action.isVisible()]
        row = self.layout()
        if row is None:
            return 0
        margins = row.contentsMargins()
        gaps = max(row.spacing(), 0) * max(len(parts) - 1, 0)
        return sum(part.sizeHint().width() for part in parts) + gaps + margins.left() + margins.right()

    def _show_fit(self, fit: int) -> None:
        """Arrow keys and wheel change a number without arrows as well."""
        self._before_options.setVisible(self._has_options and fit == _ROOMY)
        if fit == self._fit:
            return
        self._fit = fit
        is_roomy = fit == _ROOMY
        for field, box in self.numbers.items():
            self._titles[field].setHidden(fit == _BARE or (fit == _SHORT and field in _TOLD_BY_UNIT))
            set_look(box, "" if is_roomy else "bare")
            text = box.textFromValue(box.maximum()) + box.suffix()
            least = box.fontMetrics().horizontalAdvance(text) + _AROUND_NUMBER
            box.setMaximumWidth(ANY_SIZE if is_roomy else least)
        for place, (direction, words) in enumerate(_DIRECTIONS.items()):
            more = "" if fit >= _SHORT else f"  {words}" if is_roomy else f"  {words.split()[-1].capitalize()}"
            self.direction.setItemText(place, f"{SIGNS[direction]}{more}")
        # Qt remembers the least width that longer words needed.
        self.direction.setFixedWidth(self.direction.sizeHint().width())
        self.ridge.setText(_FOLLOW if fit < _SHORT else _FOLLOW.split(maxsplit=1)[0])

    @property
    def _has_options(self) -> bool:
        return self._tool is not None or self._has_area

    def _show_parts(self) -> None:
        self._separator.setVisible(self._has_options)
        # What is painted needs no area.
        self._on_area.setVisible(self._has_area or self._tool not in {AreaTool.BRUSH, None})
        self._choose_fit()

    @Slot(object)
    def show_options(self, options: AreaOptions) -> None:
        """Show other options."""
        self._options = options
        for field, box in self.numbers.items():
            with QSignalBlocker(box):
                box.setValue(getattr(options, field))
        with QSignalBlocker(self.direction):
            self.direction.setCurrentIndex(self.direction.findData(options.direction))
        with QSignalBlocker(self.ridge):
            self.ridge.setChecked(options.follows_ridge)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc comes here from the fields, which have no use for it."""
        if event.key() == Qt.Key.Key_Escape:
            self.finished.emit()
        else:
            super().keyPressEvent(event)

    def _change_number(self, field: str, value: int) -> None:
        self._change(self._options.with_number(field, value))

    @Slot(int)
    def _change_direction(self, _index: int) -> None:
        self._change(replace(self._options, direction=Direction(self.direction.currentData())))

    @Slot(bool)
    def _change_ridge(self, follows: bool) -> None:
        self._change(replace(self._options, follows_ridge=follows))

    def _change(self, options: AreaOptions) -> None:
        if options != self._options:
            self._options = options
            self.options_changed.emit(options)
