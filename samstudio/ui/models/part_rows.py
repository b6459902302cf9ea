"""The parts of an engine's models, a row each: purpose, size, state."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QPushButton, QWidget

from samstudio.assets import how_to_get
from samstudio.separation.listening.pe_a_frame.weights import published
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import ModelPart
from samstudio.ui.models.model_text import PURPOSES, Standing, format_bytes, inner_standing, standing, title_of
from samstudio.ui.parts import ElidedLabel, IconLabel, explain, label, plain_tip, tool_button
from samstudio.ui.theme import theme

_ALONE = {
    Role.SPANS: "For words: it needs no account, and no model.",
    Role.TRACKER: f"Needs no account, but the package transformers: {how_to_get('video')}.",
}
"""What is of use without any model of its engine."""

JUDGE = "judge"
LISTENER = published()[0].names[0]
"""The quickest listener for any words, which every engine can use, whether a model is here or not."""


class PartRows(QWidget):
    """The chosen model, the parts it needs, optional parts, and what the user has added."""

    wanted_changed = Signal()
    """An extra was chosen or left out."""
    download_requested = Signal(str)
    """The name of a part that is of use without a model: only that one."""
    remove_requested = Signal(str)
    """The name of a part, before the user has confirmed."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme().space(3))
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(2, 1)
        self._wanted: set[str] = set()
        self._needed: tuple[str, ...] = ()
        self.rows: dict[str, _PartRow] = {}

    def show_parts(self, parts: tuple[ModelPart, ...], model: str) -> None:
        """Show what belongs to the published model of that name, and all of the user's own."""
        # The user's own models may name other helpers than the chosen one does.
        named = {name for part in parts if part.name == model or part.is_own for name in part.helpers}
        chosen = {name for part in parts if part.name == model for name in part.helpers}
        needed = (Role.CODEC, Role.TEXT)
        self._needed = (model, *(part.name for part in parts if part.name in chosen and part.role in needed))
        known = {model, JUDGE, LISTENER, *named}
        shown = [(part, standing(part)) for part in parts if part.name in known or part.is_own or _is_here(part)]
        inner = [row for part in parts if part.name == model for row in _inner_rows(part)]
        known |= {part.name for part, _ in inner}
        shown += inner
        shown.sort(key=lambda row: (row[0].is_own, row[0].name not in known, list(Role).index(row[0].role)))
        focused = next((name for name, row in self.rows.items() if row.remove.hasFocus()), None)
        for row in self.rows.values():
            row.drop(self._grid)
        self.rows = {}
        for place, (part, now) in enumerate(shown):
            optional = part.name in named | {JUDGE, LISTENER} and part.name not in self._needed
            row = _PartRow(part, now, optional=optional, wanted=part.name in self._wanted)
            if row.box:
                row.box.clicked.connect(self._choose_extras)
            row.alone.clicked.connect(lambda _=False, name=part.name: self.download_requested.emit(name))
            row.remove.clicked.connect(lambda _=False, name=part.name: self.remove_requested.emit(name))
            row.place(self._grid, place)
            self.rows[part.name] = row
        if focused in self.rows:
            self.rows[focused].remove.setFocus()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """The controls in the order of the Tab key."""
        return tuple(control for row in self.rows.values() for control in row.controls)

    def missing(self) -> tuple[ModelPart, ...]:
        """What has to be downloaded: model, text encoder and chosen extras that are not here."""
        extras = (name for name, row in self.rows.items() if row.box and name in self._wanted)
        rows = [self.rows[name].part for name in (*self._needed, *extras) if name in self.rows]
        there = (PartState.READY, PartState.NEEDS_CODEC)  # the codec is a row of its own
        return tuple(part for part in rows if part.state not in there)

    def _choose_extras(self) -> None:
        self._wanted = {name for name, row in self.rows.items() if row.box and row.box.isChecked()}
        self.wanted_changed.emit()


class _PartRow:
    """The cells of one row."""

    def __init__(self, part: ModelPart, now: Standing, *, optional: bool, wanted: bool) -> None:
        self.part = part
        self.icon = IconLabel(now.icon, now.role, 18)
        self.box: QCheckBox | None = None
        if optional and not part.is_ready:
            self.box = QCheckBox(title_of(part))
            self.box.setChecked(wanted)
            explain(self.box, f"Add {title_of(part)}", more=f"{PURPOSES[part.role]} {now.words}: {now.sentence}")
        self.name: QWidget = self.box or label(title_of(part))
        self.icon.setToolTip(plain_tip(now.sentence))
        self.about = label(_about(part), "caption", wrap=True)
        self.licence = label(part.licence, "dim")
        self.licence.setToolTip("Its licence, which holds for conversions too")
        size = part.here if part.is_own else part.disk
        self.size = label(format_bytes(size) if size else "", "dim")
        self.size.setToolTip("What it takes on the disk")
        self.state = label(now.words, "dim")
        self.state.setToolTip(plain_tip(now.sentence))
        self.state.setAccessibleName(f"{title_of(part)}, {part.role}: {now.words}. {now.sentence}")
        self.remove = (
            tool_button("close", f"Forget {title_of(part)}")
            if part.is_own
            else tool_button("delete", f"Delete {title_of(part)}")
        )
        more = "Only this list forgets it: its files are kept." if part.is_own else "Its files are deleted."
        explain(self.remove, self.remove.accessibleName(), more=more)
        removable = (self.remove,) if part.is_own or _is_here(part) else ()
        self.alone = tool_button("download", f"Download {title_of(part)} alone")
        explain(self.alone, self.alone.accessibleName(), more=_ALONE.get(part.role, ""))
        alone = (self.alone,) if self.box and part.role in _ALONE and not part.gated else ()
        self.controls: tuple[QWidget, ...] = (*((self.box,) if self.box else ()), *alone, *removable)
        # Long, and of use to few: it stands below, as far as there is room.
        self.path = ElidedLabel(str(part.path)) if part.is_own else None
        if self.path:
            self.path.setProperty("look", "caption")
            self.path.setToolTip(plain_tip(str(part.path)))
        self._cells = (self.icon, self.name, self.about, self.licence, self.size, self.state, self.alone, self.remove)

    def place(self, grid: QGridLayout, row: int) -> None:
        """Put the cells into the grid."""
        row *= 2
        for column, cell in enumerate(self._cells):
            grid.addWidget(cell, row, column)
        if self.path:
            grid.addWidget(self.path, row + 1, 1, 1, len(self._cells) - 1)
        grid.setAlignment(self.size, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.setRowMinimumHeight(row, theme().space(8))
        for button in (self.alone, self.remove):
            button.setVisible(button in self.controls)

    def drop(self, grid: QGridLayout) -> None:
        """Take the cells away."""
        for cell in (*self._cells, *([self.path] if self.path else [])):
            grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()


def _inner_rows(model: ModelPart) -> Iterator[tuple[ModelPart, Standing]]:
    """The parts that a model may have within itself, each with its state."""
    for role in (Role.CODEC, Role.VISION):
        now = inner_standing(model, role)
        if now:
            title = role.capitalize()
            yield ModelPart(f"{model.name} {role}", title, role, model.state, disk=0, licence=model.licence), now


def _about(part: ModelPart) -> str:
    """What it is for, or, of the user's own model, what it brings along."""
    return part.contents.words.capitalize() if part.is_own and part.contents else PURPOSES[part.role]


def _is_here(part: ModelPart) -> bool:
    """Whether there are downloaded files that can be removed."""
    return part.state is not PartState.MISSING and part.here > 0


class RemoveQuestion(QFrame):
    """Asks whether to remove a part."""

    agreed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "warning")
        self._name = ""
        self._text = label(wrap=True)
        self.keep_button, self.remove_button = QPushButton("Keep it"), QPushButton("Delete")
        explain(self.keep_button, "Keep it")
        self.keep_button.clicked.connect(self.hide)
        explain(self.remove_button, "Delete it")
        self.remove_button.clicked.connect(self._agree)
        row = QHBoxLayout(self)
        row.addWidget(IconLabel("warning", "warning"))
        row.addWidget(self._text, 1)
        row.addWidget(self.keep_button)
        row.addWidget(self.remove_button)
        self.hide()

    def ask(self, part: ModelPart) -> None:
        """Ask about this part."""
        self._name = part.name
        if part.is_own:
            text = f"Forget {title_of(part)}? It goes from this list; its files are kept."
        else:
            text = f"Delete {title_of(part)}? That frees {format_bytes(part.here)}; it can be downloaded again."
        verb = "Forget" if part.is_own else "Delete"
        self.remove_button.setText(verb)
        explain(self.remove_button, f"{verb} it")
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        self.keep_button.setFocus()

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit(self._name)
