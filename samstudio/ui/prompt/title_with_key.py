"""The title of a field, with the key that leads there."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from samstudio.ui.parts import KeyLabel, field_title


def title_with_key(text: str, field: QWidget, action: str) -> QWidget:
    """What is typed while the focus is elsewhere are keys of the window: the action's is shown at the right."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(field_title(text, field, "section"))
    row.addStretch(1)
    row.addWidget(KeyLabel(action))
    return whole
