"""Other machines: their page in the preferences, and their place among the devices."""

from PySide6.QtCore import QObject, Slot

from samstudio.controllers.settings.machines import AddedMachine, Machines
from samstudio.separation.remote.certificates import default_folder
from samstudio.ui.preferences.machines_page import MachinesPage, ShownMachine
from samstudio.ui.prompt.advanced_settings import AdvancedSettings


class MachineCommands(QObject):
    """Brings the machines that were added to the page and to the list of devices."""

    def __init__(self, machines: Machines, settings: AdvancedSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._machines, self._settings = machines, settings
        self.page = MachinesPage(str(default_folder()))
        self.page.add_requested.connect(self._add)
        self.page.test_requested.connect(machines.look_at)
        self.page.remove_requested.connect(machines.remove)
        machines.refused.connect(self.page.show_refusal)
        machines.changed.connect(self._show)
        self._show(machines.all)

    @Slot(str, str, str)
    def _add(self, title: str, address: str, certificates: str) -> None:
        if self._machines.add(title, address, certificates):
            self.page.show_added()

    @Slot(object)
    def _show(self, machines: tuple[AddedMachine, ...]) -> None:
        self.page.show_machines(
            [ShownMachine(known.title, known.address.address, known.seen, known.state) for known in machines]
        )
        self._settings.show_devices(
            {known.device: f"{known.title} (remote){f': {known.seen}' if known.seen else ''}" for known in machines}
        )
