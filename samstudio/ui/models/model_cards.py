"""The published models of an engine, as cards of which one is chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from samstudio.separation.models.catalogue import KNOWN, KnownModel, ModelFamily, Role
from samstudio.separation.models.inventory import ModelPart
from samstudio.ui.models.model_text import format_bytes, standing
from samstudio.ui.parts import IconLabel, explain, label, set_look
from samstudio.ui.theme import theme


class ModelCards(QWidget):
    """One card a model; a box below chooses its variant, where there are variants."""

    model_chosen = Signal(str)
    """The name of a published model."""

    def __init__(self, family: ModelFamily) -> None:
        super().__init__()
        self._parts: dict[str, ModelPart] = {}
        self._suffix = suffix = family.variant_suffix
        models = [known for known in KNOWN if known.family == family and known.role is Role.MODEL]
        plain = [known for known in models if not suffix or not known.names[0].endswith(suffix)]
        self.cards = {known.names[0]: _ModelCard(known) for known in plain}
        self.variant = QCheckBox(family.variant)
        explain(self.variant, family.variant, more=family.variant_hint)
        self.variant.setVisible(bool(suffix))
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(theme().space(3))
        for card in self.cards.values():
            group.addButton(card.button)
            card.button.clicked.connect(self._report)
            row.addWidget(card, 1)
        next(iter(self.cards.values())).button.setChecked(True)
        self.variant.clicked.connect(self._report)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addLayout(row)
        column.addWidget(self.variant)
        self._show()

    @property
    def model(self) -> str:
        """The chosen model's name."""
        size = next(size for size, card in self.cards.items() if card.button.isChecked())
        return size + self._chosen_suffix

    @property
    def _chosen_suffix(self) -> str:
        return self._suffix if self.variant.isChecked() else ""

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """Show the size and state of each."""
        self._parts = {part.name: part for part in parts}
        self._show()

    def show_model(self, name: str) -> None:
        """Choose a published model without a signal; another name changes nothing."""
        size = name.removesuffix(self._suffix)
        if size in self.cards:
            self.cards[size].button.setChecked(True)
            self.variant.setChecked(bool(self._suffix) and name.endswith(self._suffix))
            self._show()

    def _report(self) -> None:
        self._show()
        self.model_chosen.emit(self.model)

    def _show(self) -> None:
        for size, card in self.cards.items():
            card.show_part(self._parts.get(size + self._chosen_suffix))


class _ModelCard(QFrame):
    """Name, purpose, disk and memory, state. A click anywhere chooses it."""

    def __init__(self, known: KnownModel) -> None:
        super().__init__()
        self._known = known
        self.button = QRadioButton(known.names[0].capitalize())
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
        column.addWidget(label(known.summary, "caption", wrap=True))
        column.addWidget(self._takes)
        column.addStretch(1)
        column.addLayout(state)

    def show_part(self, part: ModelPart | None) -> None:
        """Show size and state; nothing while they are not known."""
        now = standing(part) if part else None
        takes = f"{format_bytes(part.disk)} on the disk\n{format_bytes(part.memory)} of memory" if part else "\n"
        self._takes.setText(takes)
        self.state.setText(now.words if now else "")
        self._icon.setVisible(now is not None)
        if part and now:
            self._icon.show_icon(now.icon, now.role)
            explain(
                self.button,
                self._known.title,
                more=f"{self._known.summary} {takes.replace(chr(10), ', ')}. {now.words}: {now.sentence}\n"
                "Memory is what the weights take; sound and a processor without bfloat16 take more.",
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        if self.rect().contains(event.position().toPoint()) and not self.button.isChecked():
            self.button.click()
            self.button.setFocus(Qt.FocusReason.MouseFocusReason)
