"""The objects of the prompt: which one is marked and separated, their names, and how they are marked."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from samstudio.session.video.object_edits import chosen_index, title
from samstudio.session.video.objects import VideoObject
from samstudio.ui.parts import explain, tool_button
from samstudio.ui.theme import theme


class ObjectBar(QWidget):
    """Shows the objects; requests changes."""

    chosen = Signal(int)
    """The index of an object."""
    renamed = Signal(int, str)
    add_requested = Signal()
    remove_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._objects: Sequence[VideoObject] = ()
        self.list = QComboBox()
        self.list.setEditable(True)
        self.list.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        explain(self.list, "Object", more="The one that is marked here and separated. Type to rename it.")
        self.list.activated.connect(self._on_chosen)
        field = QLineEdit()
        self.list.setLineEdit(field)
        field.editingFinished.connect(self._on_named)
        field.setPlaceholderText("No object yet")
        field.setAccessibleName("Name of the object")
        self.add = tool_button("add", "Add an object")
        self.add.clicked.connect(self.add_requested)
        self.remove = tool_button("delete", "Remove the object")
        self.remove.clicked.connect(lambda: self.remove_requested.emit(self.list.currentIndex()))
        self.rectangles = tool_button("box", "Rectangle")
        self.rectangles.setCheckable(True)
        explain(
            self.rectangles,
            "Rectangle",
            more="Draw a rectangle that stays where it is, or moves in straight lines. It is not followed.",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space(1))
        row.addWidget(self.list, 1)
        for button in (self.add, self.remove, self.rectangles):
            row.addWidget(button)
        self.show_objects(())

    def show_objects(self, objects: Sequence[VideoObject]) -> None:
        """Show other objects, or another one of them as the chosen one."""
        self._objects = objects
        chosen = chosen_index(objects)
        with QSignalBlocker(self.list):
            self.list.clear()
            self.list.addItems([title(objects, index) for index in range(len(objects))])
            self.list.setCurrentIndex(-1 if chosen is None else chosen)
        self.list.setEnabled(bool(objects))
        self.remove.setEnabled(chosen is not None)
        self.add.setEnabled(chosen is not None)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        if index != chosen_index(self._objects):
            self.chosen.emit(index)

    @Slot()
    def _on_named(self) -> None:
        index, name = chosen_index(self._objects), self.list.currentText().strip()
        if index is not None and name != title(self._objects, index):
            self.renamed.emit(index, name)
