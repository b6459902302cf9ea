"""The models on this computer, looked up and changed in the pool: access, downloads, the user's own folders."""

import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.separation.engine import Progress, SeparationError
from samstudio.separation.models import check, store
from samstudio.separation.models.catalogue import hub_id, known_model
from samstudio.separation.models.entries import find_entry
from samstudio.separation.models.inventory import ModelPart, all_parts
from samstudio.separation.models.transfer import Transfer

if TYPE_CHECKING:
    from samstudio.separation.models.hub import Access

_RATE_SECONDS = 10.0
"""Over which the speed of a download is measured."""
_RATE_KNOWN_AFTER = 1.0


@dataclass(frozen=True)
class _AccessAnswer:
    """The hub's answer about a part; `is_query`: it was asked for alone, and ends no download."""

    name: str
    access: "Access"
    is_query: bool = True


@dataclass(frozen=True)
class _PartReady:
    """A part that is complete and has been checked."""

    name: str


class ModelManager(QObject):
    """Runs one operation at a time, beside which the disk can be read. All signals arrive on the GUI thread."""

    parts_changed = Signal(object)
    """Tuple of ModelPart."""
    running_changed = Signal(bool)
    progressed = Signal(object)
    """Transfer."""
    part_added = Signal(str)
    """Its name: a download, or the user's own folder, that is complete and has been checked."""
    access_denied = Signal(str)
    """The name of the part that the hub refuses; its `access` in `parts` says why."""
    stopped = Signal()
    """Cancelled; what has arrived is kept, and the same operation resumes it."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._operation: Job | None = None
        self._refresh_job: Job | None = None
        self._access: dict[str, Access] = {}
        self.parts: tuple[ModelPart, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether an operation is running."""
        return self._operation is not None

    def refresh(self) -> None:
        """Read the state on the disk, without asking the hub. The results of earlier calls are discarded."""
        if self._refresh_job is not None:
            self._refresh_job.cancel()
        self._refresh_job = self._background.run(_parts_on_disk(), done=self._on_parts, failed=self.failed)

    def ask_access(self, names: tuple[str, ...], token: str) -> None:
        """Ask the hub which of these may be downloaded; without a token, with the login of this computer."""
        self._start(_ask(names, token))

    def download(self, names: tuple[str, ...], token: str) -> None:
        """Download these parts one after the other, resuming earlier attempts, and check each."""
        self._start(_fetch({part.name: part.title for part in self.parts}, names, token))

    def add_path(self, path: Path) -> None:
        """Check a folder or file of the user's own, and put it on the list."""
        self._start(_add(path))

    def remove(self, name: str) -> None:
        """Delete a download; take the user's own folder off the list."""
        self._start(_remove(name))

    def cancel(self) -> None:
        """Stop the operation at its next step."""
        if self._operation is not None:
            self._operation.cancel()

    def _start(self, steps: Generator[Any, None, None]) -> None:
        if self._operation is not None:
            steps.close()
            return
        self._operation = self._background.run(steps, stepped=self._on_step, failed=self.failed, ended=self._on_ended)
        self.running_changed.emit(True)

    @Slot(object)
    def _on_parts(self, parts: tuple[ModelPart, ...]) -> None:
        self.parts = parts
        self._show_access()

    @Slot(object)
    def _on_step(self, step: Transfer | _AccessAnswer | _PartReady) -> None:
        match step:
            case Transfer():
                self.progressed.emit(step)
            case _PartReady():
                self.part_added.emit(step.name)
            case _AccessAnswer():
                self._access[step.name] = step.access
                if not step.is_query:
                    self._show_access()
                    self.access_denied.emit(step.name)

    def _show_access(self) -> None:
        """Emit the parts with the hub's answers so far."""
        self.parts = tuple(replace(part, access=self._access.get(part.name)) for part in self.parts)
        self.parts_changed.emit(self.parts)

    @Slot()
    def _on_ended(self) -> None:
        cancelled = self._operation is not None and self._operation.is_cancelled
        self._operation = None
        self.running_changed.emit(False)
        if cancelled:
            self.stopped.emit()
        self.refresh()


class TransferRate:
    """The speed of a download over the last seconds; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: deque[tuple[float, float]] = deque()

    def add(self, step: Progress) -> float | None:
        """Bytes a second, None while that is not known. Steps that check or wait do not count."""
        if not step.stage.startswith("Downloading"):
            self._counts.clear()
            return None
        now = self._clock()
        self._counts.append((now, step.done))
        while now - self._counts[0][0] > _RATE_SECONDS:
            self._counts.popleft()
        begun, before = self._counts[0]
        return (step.done - before) / (now - begun) if now - begun > _RATE_KNOWN_AFTER else None


def _parts_on_disk() -> Generator[tuple[ModelPart, ...], None, None]:
    """Raises SeparationError."""
    yield all_parts()


def _ask(names: tuple[str, ...], token: str) -> Generator[Transfer | _AccessAnswer, None, None]:
    from samstudio.separation.models.hub import ask_access

    for number, name in enumerate(names):
        yield Transfer("", "Asking the hub", number, len(names))
        yield _AccessAnswer(name, ask_access(hub_id(name), token or None))


def _fetch(
    titles: dict[str, str], names: tuple[str, ...], token: str
) -> Generator[Transfer | _AccessAnswer | _PartReady, None, None]:
    """Raises SeparationError."""
    from samstudio.separation.models.download import download
    from samstudio.separation.models.hub import AccessError

    for number, name in enumerate(names, 1):
        title = titles.get(name, name)
        yield Transfer(title, "Asking the hub", 0, 0, number, len(names))
        rate, steps = TransferRate(), download(name, token or None)
        try:
            for step in steps:
                yield _transfer(step, rate.add(step), title, number, len(names))
        except AccessError as error:
            if name not in titles:
                raise  # it is in no list that could show why
            yield _AccessAnswer(name, error.access, is_query=False)
            return
        finally:
            steps.close()
        checking = Transfer(title, "Checking the weights", 0, 0, number, len(names))
        faults = yield from _checked(store.resolve_model(name), checking)
        store.record_fault(name, faults[0] if faults else "")
        if faults:
            raise SeparationError(faults[0])
        yield _PartReady(_listed_name(name))


def _listed_name(name: str) -> str:
    """What the list of parts calls a download that was asked for by another of its names."""
    known, entry = known_model(name), find_entry(name)
    return known.names[0] if known else entry.name if entry else name


def _transfer(step: Progress, speed: float | None, title: str, number: int, of: int) -> Transfer:
    left = (step.total - step.done) / speed if speed else None
    return Transfer(title, step.stage, step.done, step.total, number, of, speed, left)


def _add(path: Path) -> Generator[Transfer | _PartReady, None, None]:
    """Raises SeparationError."""
    faults = yield from _checked(path, Transfer(path.name, "Checking the weights", 0, 0))
    if faults:
        raise SeparationError("\n".join(faults))
    yield _PartReady(store.add_folder(path, _free_name(path.resolve())).name)


def _free_name(path: Path) -> str:
    """Its own name, with a number where another part is called so already. Raises SeparationError."""
    own = store.own_name(path)
    names = chain([own], (f"{own} {number}" for number in count(2)))
    return next(name for name in names if (entry := find_entry(name)) is None or entry.path == path)


def _remove(name: str) -> Generator[Transfer, None, None]:
    """Raises SeparationError."""
    yield Transfer(name, "Removing", 0, 0)
    store.remove(name)


def _checked(path: Path, checking: Transfer) -> Generator[Transfer, None, list[str]]:
    """What is wrong with a part, in sentences; the steps of `checking` tell how much of its weights has been read."""
    yield checking
    faults = []
    for step in check.examine(path):
        if isinstance(step, Progress):
            yield replace(checking, done=step.done, total=step.total)
        else:
            faults.append(step)
    return faults
