"""Other machines that separate: added by their address, tested, removed."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from samstudio.ui.parts import NoticeBar, explain, label
from samstudio.ui.preferences.preference_pages import page_button
from samstudio.ui.preferences.titled_form import TitledForm
from samstudio.ui.theme import theme

_INTRODUCTION = (
    "Another machine can do the separations: choose it as the device. Recordings are sent to it, the stems come back. "
    "Its address is that of the scheduler for which 'samstudio worker' runs there, or ssh://, which starts one."
)
_HINT = "tls://HOST:8786 or ssh://HOST"


@dataclass(frozen=True)
class ShownMachine:
    """What the page says of a machine: `devices` as they were last seen, and in a sentence how it answers."""

    title: str
    address: str
    devices: str
    state: str


class _MachinePart(QWidget):
    """One machine."""

    test_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.address, self.devices = label(look="caption", wrap=True), label(wrap=True)
        self.state = label(look="caption", wrap=True)
        self.test = page_button("Test", "Connect, and show what the machine has.")
        self.test.setAccessibleName(f"Test {title}")
        self.test.clicked.connect(lambda: self.test_requested.emit(title))
        self.remove = page_button("Remove", "Take the machine off the list.")
        self.remove.setAccessibleName(f"Remove {title}")
        self.remove.clicked.connect(lambda: self.remove_requested.emit(title))
        head = QHBoxLayout()
        head.setSpacing(theme().space(2))
        head.addWidget(label(title), 1)
        head.addWidget(self.test)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(1))
        column.addLayout(head)
        for line in (self.address, self.devices, self.state):
            column.addWidget(line)

    def show_machine(self, machine: ShownMachine) -> None:
        """Show what is known of it."""
        for line, text in (
            (self.address, machine.address),
            (self.devices, machine.devices),
            (self.state, machine.state),
        ):
            line.setText(text)
            line.setVisible(bool(text))


class MachinesPage(QWidget):
    """The machines, and below them a form for another one."""

    add_requested = Signal(str, str, str)
    """Name, address, folder of certificates."""
    test_requested = Signal(str)
    """The machine's name."""
    remove_requested = Signal(str)

    def __init__(self, certificates: str) -> None:
        """`certificates`: the folder that is used where none is named."""
        super().__init__()
        self.parts: dict[str, _MachinePart] = {}
        self.name, self.address, self.certificates = QLineEdit(), QLineEdit(), QLineEdit()
        self.address.setPlaceholderText(_HINT)
        self.certificates.setPlaceholderText(certificates)
        explain(self.name, "Name of the machine", more="What the list of devices calls it.")
        explain(self.address, "Address", more="tls://HOST:PORT of a scheduler, or ssh://USER@HOST.")
        explain(
            self.certificates, "Folder of certificates", more="From 'samstudio cluster certificates', the same on all."
        )
        self.add = page_button("Add", "Put the machine on the list, and test it.")
        self.add.clicked.connect(self._add)
        self.address.returnPressed.connect(self._add)
        self.note = NoticeBar()
        self._machines = QVBoxLayout()
        self._machines.setSpacing(theme().space(4))
        self._lay_out()

    def _lay_out(self) -> None:
        choose = page_button("Choose…")
        choose.setAccessibleName("Choose the folder of certificates")
        choose.clicked.connect(self._choose)
        folder = QHBoxLayout()
        folder.setSpacing(theme().space(2))
        folder.addWidget(self.certificates, 1)
        folder.addWidget(choose)
        feet = QHBoxLayout()
        feet.addWidget(self.add)
        feet.addStretch(1)
        fields = QWidget()
        form = TitledForm(fields)
        form.add("Name", self.name)
        form.add("Address", self.address)
        form.add("Certificates", self.certificates, folder)
        form.addRow("", feet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(4))
        column.addWidget(label(_INTRODUCTION, look="dim", wrap=True))
        column.addLayout(self._machines)
        column.addWidget(label("Add a machine", "section"))
        column.addWidget(self.note)
        column.addWidget(fields)

    def show_machines(self, machines: Sequence[ShownMachine]) -> None:
        """Show these, in their order."""
        wanted = {machine.title for machine in machines}
        for title in self.parts.keys() - wanted:
            part = self.parts.pop(title)
            self._machines.removeWidget(part)
            part.hide()
            part.deleteLater()
        for machine in machines:
            if machine.title not in self.parts:
                self.parts[machine.title] = part = _MachinePart(machine.title)
                part.test_requested.connect(self.test_requested)
                part.remove_requested.connect(self.remove_requested)
                self._machines.addWidget(part)
            self.parts[machine.title].show_machine(machine)

    def show_refusal(self, sentence: str) -> None:
        """Say why a machine was not added."""
        self.note.show_text(sentence)

    def show_added(self) -> None:
        """Make room for another one."""
        self.note.show_text(None)
        for field in (self.name, self.address):
            field.clear()

    def _add(self) -> None:
        self.add_requested.emit(self.name.text(), self.address.text(), self.certificates.text())

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.certificates.accessibleName(), self.certificates.text())
        if folder:
            self.certificates.setText(folder)
