"""The sizes that SAM Audio is published in, as cards of which one is chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from samstudio.separation.models.inventory import ModelPart
from samstudio.ui.models.model_text import format_bytes, standing
from samstudio.ui.parts import IconLabel, explain, label, set_look
from samstudio.ui.theme import theme

_FOR = {
    "small": "Quick; for most computers.",
    "base": "Better; wants a graphics card.",
    "large": "The best; wants a large graphics card.",
}
_VIDEO = "-tv"


class ModelCards(QWidget):
    """One card a size; a box below chooses the variant for video."""

    model_chosen = Signal(str)
    """The name of a published model."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[str, ModelPart] = {}
        self.cards = {size: _ModelCard(size) for size in _FOR}
        self.video = QCheckBox("The variant that was trained for video (-tv)")
        explain(
            self.video,
            self.video.text(),
            more="Meant for sounds that are marked in the picture of a film; it takes the same room.",
        )
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(theme().space(3))
        for card in self.cards.values():
            group.addButton(card.button)
            card.button.clicked.connect(self._tell)
            row.addWidget(card, 1)
        self.cards["small"].button.setChecked(True)
        self.video.clicked.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addLayout(row)
        column.addWidget(self.video)
        self._show()

    @property
    def model(self) -> str:
        """The chosen model's name."""
        size = next(size for size, card in self.cards.items() if card.button.isChecked())
        return size + (_VIDEO if self.video.isChecked() else "")

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """Fill in what each takes and how things stand."""
        self._parts = {part.name: part for part in parts}
        self._show()

    def show_model(self, name: str) -> None:
        """Choose a published model without telling; another name changes nothing."""
        size = name.removesuffix(_VIDEO)
        if size in self.cards:
            self.cards[size].button.setChecked(True)
            self.video.setChecked(name.endswith(_VIDEO))
            self._show()

    def _tell(self) -> None:
        self._show()
        self.model_chosen.emit(self.model)

    def _show(self) -> None:
        variant = _VIDEO if self.video.isChecked() else ""
        for size, card in self.cards.items():
            card.show_part(self._parts.get(size + variant))


class _ModelCard(QFrame):
    """Name, what for, disk and memory, state. A click anywhere chooses it."""

    def __init__(self, size: str) -> None:
        super().__init__()
        self._size = size
        self.button = QRadioButton(size.capitalize())
        self.button.toggled.connect(lambda chosen: set_look(self, "chosen" if chosen else "card"))
        set_look(self, "card")
        self._takes = label(look="dim", wrap=True)
        self._icon = IconLabel("dot", "text_dim", 16)
        self.state = label(look="caption", wrap=True)
        state = QHBoxLayout()
        state.setSpacing(theme().space(1))
        state.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self.state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(3)] * 4)
        column.setSpacing(theme().space(1))
        font = theme().font("title", bold=True)
        self.button.setFont(font)
        column.addWidget(self.button)
        column.addWidget(label(_FOR[size], "caption", wrap=True))
        column.addWidget(self._takes)
        column.addStretch(1)
        column.addLayout(state)

    def show_part(self, part: ModelPart | None) -> None:
        """What it takes, and how things stand; nothing while that is not known."""
        now = standing(part) if part else None
        takes = f"{format_bytes(part.disk)} on the disk\n{format_bytes(part.memory)} of memory" if part else "\n"
        self._takes.setText(takes)
        self.state.setText(now.words if now else "")
        self._icon.setVisible(now is not None)
        if part and now:
            self._icon.show_icon(now.icon, now.role)
            explain(
                self.button,
                f"SAM Audio {self._size}",
                more=f"{_FOR[self._size]} {takes.replace(chr(10), ', ')}. {now.words}: {now.sentence}\n"
                "Memory is what the weights take; sound and a processor without bfloat16 take more.",
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        if self.rect().contains(event.position().toPoint()) and not self.button.isChecked():
            self.button.click()
            self.button.setFocus(Qt.FocusReason.MouseFocusReason)
