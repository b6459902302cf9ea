"""Fields below each other, their titles on the left in one column."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QWidget

from samstudio.ui.parts import field_title
from samstudio.ui.theme import theme


class TitledForm(QFormLayout):
    """The form of a page of the preferences."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(theme().space(4))
        self.setVerticalSpacing(theme().space(2))
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)

    def add(self, title: str, field: QWidget, row: QHBoxLayout | None = None, *, place: int = -1) -> None:
        """Add a field, or a row that begins with it, at the end or at a `place`."""
        heading = field_title(title, field, look="")
        # Qt stretches a title to seven quarters of its height: with these it stands in the middle of its field.
        heading.setMinimumHeight(theme().space(5))
        place = self.rowCount() if place < 0 else place
        if row is None:
            self.insertRow(place, heading, field)
        else:
            self.insertRow(place, heading, row)
