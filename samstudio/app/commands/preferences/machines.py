"""Other machines: their page in the preferences, and their place among the devices."""

from functools import cached_property

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
        machines.changed.connect(self._show_devices)
        self._show_devices(machines.all)

    @cached_property
    def page(self) -> MachinesPage:
        """Made when it is first to be shown: the window starts sooner without it."""
        page = MachinesPage(str(default_folder()))
        page.add_requested.connect(self._add)
        page.test_requested.connect(self._machines.look_at)
        page.remove_requested.connect(self._machines.remove)
        self._machines.refused.connect(page.show_refusal)
        self._machines.changed.connect(self._show)
        page.show_machines(_shown(self._machines.all))
        return page

    @Slot(str, str, str)
    def _add(self, title: str, address: str, certificates: str) -> None:
        if self._machines.add(title, address, certificates):
            self.page.show_added()

    @Slot(object)
    def _show(self, machines: tuple[AddedMachine, ...]) -> None:
        self.page.show_machines(_shown(machines))

    @Slot(object)
    def _show_devices(self, machines: tuple[AddedMachine, ...]) -> None:
        self._settings.show_devices(
            {known.device: f"{known.title} (remote){f': {known.seen}' if known.seen else ''}" for known in machines}
        )


def _shown(machines: tuple[AddedMachine, ...]) -> list[ShownMachine]:
    return [ShownMachine(known.title, known.address.address, known.seen, known.state) for known in machines]
