"""Other machines that the user has added: kept between starts, looked at, and worked on."""

import contextlib
import json
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background
from samstudio.controllers.settings.preferences import Preferences
from samstudio.separation.engine import Engine, SeparationError
from samstudio.separation.remote.certificates import default_folder
from samstudio.separation.remote.machine import Machine
from samstudio.separation.remote.machine_link import MachineAddress, MachineLink, checked_address
from samstudio.session.take import REMOTE, machine_of

_KEY = "machines"


@dataclass(frozen=True)
class AddedMachine:
    """A machine: its `address`, what its workers were last seen to have, and in a sentence how it answers now."""

    address: MachineAddress
    seen: str = ""
    state: str = ""

    @property
    def title(self) -> str:
        """What the user calls it."""
        return self.address.title

    @property
    def device(self) -> str:
        """How settings name it as a device."""
        return f"{REMOTE}{self.title}"


class Machines(QObject):
    """The list, and a connection to each, made when it is needed."""

    changed = Signal(object)
    """Tuple of AddedMachine."""
    refused = Signal(str)
    """A sentence: why nothing was added."""

    def __init__(self, preferences: Preferences, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences, self._background = preferences, background
        self.all: tuple[AddedMachine, ...] = tuple(_read(preferences.text(_KEY)))
        self._links: dict[MachineAddress, MachineLink] = {}

    def add(self, title: str, address: str, certificates: str) -> bool:
        """Add a machine and look at it, or say why not and return False; empty `certificates`: the usual folder."""
        title = title.strip()
        try:
            if not title:
                raise SeparationError("A machine needs a name, which the list of devices shows.")
            if any(machine.title.casefold() == title.casefold() for machine in self.all):
                raise SeparationError(f"There is a machine “{title}” already.")
            address = checked_address(address)
        except SeparationError as error:
            self.refused.emit(str(error))
            return False
        folder = Path(certificates).expanduser() if certificates.strip() else default_folder()
        self._set((*self.all, AddedMachine(MachineAddress(title, address, folder))))
        self.look_at(title)
        return True

    @Slot(str)
    def remove(self, title: str) -> None:
        """Take a machine off the list; what runs there goes on."""
        self._set(tuple(machine for machine in self.all if machine.title != title))

    @Slot(str)
    def look_at(self, title: str) -> None:
        """Connect, and see what the machine has."""
        machine = self._find(title)
        if machine is not None:
            self._exchange(replace(machine, state="Connecting…"))
            self._background.run(_looked_at(self._link(machine.address)), done=self._on_seen)

    def engine_on(self, device: str) -> Engine:
        """What separates on the machine that a device stands for; any thread may ask. Raises SeparationError."""
        # Imports torch.
        from samstudio.separation.remote.remote_engine import RemoteEngine

        title = machine_of(device)
        machine = self._find(title)
        if machine is None:
            raise SeparationError(
                f"There is no machine “{title}”: add it in the preferences, or choose another device."
            )
        return RemoteEngine(self._link(machine.address))

    def shut_down(self) -> None:
        """Close all connections."""
        for link in self._links.values():
            link.drop()

    def _find(self, title: str) -> AddedMachine | None:
        return next((machine for machine in self.all if machine.title == title), None)

    def _link(self, address: MachineAddress) -> MachineLink:
        return self._links.setdefault(address, MachineLink(address))

    @Slot(object)
    def _on_seen(self, found: tuple[MachineAddress, str, str]) -> None:
        address, seen, state = found
        machine = self._find(address.title)
        if machine is not None and machine.address == address:
            self._exchange(replace(machine, seen=seen or machine.seen, state=state))

    def _exchange(self, machine: AddedMachine) -> None:
        self._set(tuple(machine if known.title == machine.title else known for known in self.all))

    def _set(self, machines: tuple[AddedMachine, ...]) -> None:
        self.all = machines
        facts = [
            {
                "title": machine.title,
                "address": machine.address.address,
                "certificates": str(machine.address.certificates),
                "seen": machine.seen,
            }
            for machine in machines
        ]
        self._preferences.set_text(_KEY, json.dumps(facts))
        self.changed.emit(machines)


def _read(text: str) -> Generator[AddedMachine, None, None]:
    # Edited by hand, or by another version: what cannot be read is left out.
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
        for facts in json.loads(text or "[]"):
            address = MachineAddress(str(facts["title"]), str(facts["address"]), Path(str(facts["certificates"])))
            yield AddedMachine(address, str(facts.get("seen", "")))


def _looked_at(link: MachineLink) -> Generator[tuple[MachineAddress, str, str], None, None]:
    try:
        found = link.machines()
        seen, state = devices_text(found), _contents(found)
    except SeparationError as error:
        seen, state = "", str(error)
    yield link.address, seen, state


def devices_text(machines: tuple[Machine, ...]) -> str:
    """`2 x NVIDIA RTX 4090, 24 GB`: the devices of all workers, those alike together."""
    counts = {machine.device: 0 for machine in machines}
    for machine in machines:
        counts[machine.device] += 1
    return "; ".join(f"{count} x {device}" for device, count in counts.items())


def _contents(machines: tuple[Machine, ...]) -> str:
    engines = sorted({name for machine in machines for name in machine.engines})
    weights = sorted({name for machine in machines for name in machine.weights})
    return f"Ready. Engines: {', '.join(engines)}. Weights: {', '.join(weights) or 'none'}."
