"""Every key and mouse gesture of the program on one sheet, with a search."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from samstudio.ui.accessible_roles import set_role
from samstudio.ui.icons import icon
from samstudio.ui.parts import ScrolledPage, explain, label, native_keys, search_field
from samstudio.ui.theme import theme

_ONE_LINE = 30
"""Letters of keys and gestures that stand side by side."""


@dataclass(frozen=True)
class Shortcut:
    """One line: what it does, its keys or mouse gestures (the first is the usual one), and the group it stands in."""

    text: str
    keys: tuple[str, ...]
    group: str

    def matches(self, words: str) -> bool:
        """Whether every word is in the text, the group or the keys, as they are written or shown."""
        shown = " ".join((self.text, self.group, *self.keys, *map(native_keys, self.keys))).lower()
        return all(word in shown for word in words.lower().split())


class ShortcutSheet(QDialog):
    """A separate window, not modal."""

    keyboard_requested = Signal()
    """To change the keys."""
    guide_requested = Signal()
    """To read the guide."""

    def __init__(self, shortcuts: tuple[Shortcut, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and gestures")
        self.setModal(False)
        self.search = search_field("Search keys and gestures", "Search for an action or a key")
        self.search.textChanged.connect(self._filter)
        self.change_button = QPushButton(icon("keyboard"), "Change keys…")
        self.change_button.setAutoDefault(False)
        explain(self.change_button, "Change keys", action="keyboard")
        self.change_button.clicked.connect(self.keyboard_requested)
        self.guide_button = QPushButton(icon("help"), "Guide")
        self.guide_button.setAutoDefault(False)
        explain(self.guide_button, "Guide", action="guide")
        self.guide_button.clicked.connect(self.guide_requested)
        self._nothing = label("No key or gesture matches.", "dim")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Keys and gestures")
        set_role(self._area, QAccessible.Role.Document)
        head = QHBoxLayout()
        head.setSpacing(theme().space(2))
        head.addWidget(self.search, 1)
        head.addWidget(self.change_button)
        head.addWidget(self.guide_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(4)] * 4)
        column.setSpacing(theme().space(3))
        column.addLayout(head)
        column.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._area, 1)
        self.show_shortcuts(shortcuts)
        self.resize(theme().space(200), theme().space(150))

    def show_shortcuts(self, shortcuts: tuple[Shortcut, ...]) -> None:
        """Show these; what is searched for stays."""
        self.groups = [_ShortcutGroup(name, of) for name, of in _by_group(shortcuts).items()]
        self._area.setWidget(self._page())
        self._filter(self.search.text())

    def _page(self) -> QWidget:
        """The groups in two columns of about equal length."""
        page = ScrolledPage()
        row = QHBoxLayout(page)
        row.setContentsMargins(*[theme().space(3)] * 4)
        row.setSpacing(theme().space(8))
        columns = [QVBoxLayout(), QVBoxLayout()]
        lengths = [0, 0]
        for group in self.groups:
            shorter = 0 if lengths[0] <= lengths[1] else 1
            columns[shorter].addWidget(group)
            lengths[shorter] += len(group.lines) + 2
        for side in columns:
            side.setSpacing(theme().space(5))
            side.addStretch(1)
            row.addLayout(side, 1)
        return page

    def _filter(self, words: str) -> None:
        found = [group.filter(words) for group in self.groups]
        self._nothing.setVisible(not any(found))


class _ShortcutGroup(QFrame):
    """A title and its lines."""

    def __init__(self, name: str, shortcuts: list[Shortcut]) -> None:
        super().__init__()
        self.lines = [(shortcut, _line(shortcut)) for shortcut in shortcuts]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(1))
        column.addWidget(label(name, "title"))
        for _, line in self.lines:
            column.addWidget(line)

    def filter(self, words: str) -> bool:
        """Show what matches; whether anything does."""
        matching = [shortcut.matches(words) for shortcut, _ in self.lines]
        for (_, line), matches in zip(self.lines, matching, strict=True):
            line.setVisible(matches)
        self.setVisible(any(matching))
        return any(matching)


def _line(shortcut: Shortcut) -> QWidget:
    line = QWidget()
    grid = QGridLayout(line)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setColumnStretch(0, 1)
    grid.addWidget(label(shortcut.text, wrap=True), 0, 0)
    # Mouse gestures ("drag") are no key sequences and stay as they are written; long ones stand one below the other.
    written = [native_keys(keys) or keys for keys in shortcut.keys]
    is_long = sum(map(len, written)) > _ONE_LINE
    for place, keys in enumerate(written):
        row, column = (place, 1) if is_long else (0, 1 + place)
        grid.addWidget(label(keys, "key"), row, column, Qt.AlignmentFlag.AlignRight)
    line.setAccessibleName(f"{shortcut.text}: {' or '.join(shortcut.keys)}")
    return line


def _by_group(shortcuts: tuple[Shortcut, ...]) -> dict[str, list[Shortcut]]:
    """Shortcuts by group, in their first appearance's order; what has no key is no shortcut."""
    groups: dict[str, list[Shortcut]] = {}
    for shortcut in shortcuts:
        if shortcut.keys:
            groups.setdefault(shortcut.group.replace("&", ""), []).append(shortcut)
    return groups
