"""Buttons side by side as far as they fit, and below each other where they do not."""

from itertools import accumulate

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class ButtonRows(QLayout):
    """Each row fills the width; hidden buttons take no place."""

    def __init__(self, spacing: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Add it behind the others."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are, shown or not."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """One of them; None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """None: it is as high as its rows."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Whether a narrow one is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows in so many logical pixels."""
        heights = [max(item.sizeHint().height() for item in row) for row in self._rows(width)]
        return sum(heights) + max(0, len(heights) - 1) * self.spacing()

    def sizeHint(self) -> QSize:
        """One below the other."""
        width = max((item.sizeHint().width() for item in self._shown), default=0)
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """The widest one, and a row."""
        widths = [item.minimumSize().width() for item in self._shown]
        heights = [item.minimumSize().height() for item in self._shown]
        return QSize(max(widths, default=0), max(heights, default=0))

    def setGeometry(self, rect: QRect) -> None:
        """Lay the rows out; what a row has to spare is divided equally."""
        super().setGeometry(rect)
        top, gap = rect.top(), self.spacing()
        for row in self._rows(rect.width()):
            spare = max(0, rect.width() - self._width(row))
            height = max(item.sizeHint().height() for item in row)
            parts = [spare * (place + 1) // len(row) - spare * place // len(row) for place in range(len(row))]
            widths = [item.sizeHint().width() + part for item, part in zip(row, parts, strict=True)]
            lefts = accumulate((width + gap for width in widths[:-1]), initial=rect.left())
            for item, left, width in zip(row, lefts, widths, strict=True):
                item.setGeometry(QRect(QPoint(left, top), QSize(min(width, rect.width()), height)))
            top += height + gap

    @property
    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _width(self, row: list[QLayoutItem]) -> int:
        return sum(item.sizeHint().width() for item in row) + (len(row) - 1) * self.spacing()

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        for item in self._shown:
            if rows and self._width([*rows[-1], item]) <= width:
                rows[-1].append(item)
            else:
                rows.append([item])
        return rows
