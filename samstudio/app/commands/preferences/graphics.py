"""Graphics card support of a bundle: added, tried out and removed in the pool of downloads."""

from collections.abc import Generator
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from samstudio.controllers.background import Background, Job
from samstudio.separation.engine import SeparationError
from samstudio.separation.graphics_support.support import GraphicsSupport, SupportState, SupportStep, of_this_program
from samstudio.ui.preferences.graphics_page import GraphicsPage

ADVICE = (
    "This program computes on the processor. On a computer with a graphics card of NVIDIA, the CUDA build of the same "
    "PyTorch can be added to its folder. On a computer with a network, 'pip download torch=={} -d DIR' makes a folder "
    "of wheels (3 GB); nothing is used before a computation on the card has shown that it works."
)
_STATES = {
    SupportState.ABSENT: "Graphics card support is not added.",
    SupportState.READY: "Graphics card support is added, and used from the next start on.",
    SupportState.DAMAGED: "Graphics card support is damaged: add it again, or remove it.",
    SupportState.OUTDATED: "Graphics card support is for another version of PyTorch: add it again, or remove it.",
}


class GraphicsCommands(QObject):
    """Acts on the program's own folder; `support` is None where the program is no bundle that could have it."""

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job | None = None
        self.support: GraphicsSupport | None = None
        try:
            self.support = of_this_program()
        except SeparationError:
            return

    @cached_property
    def page(self) -> GraphicsPage:
        """Made when it is first to be shown."""
        page = GraphicsPage(ADVICE.format(self.support.torch_version if self.support else ""))
        page.add_requested.connect(self._ask_for_wheels)
        page.try_requested.connect(self._try_out)
        page.remove_requested.connect(self._remove)
        page.cancel_requested.connect(self._cancel)
        return page

    def show(self) -> None:
        """Bring the page up to date."""
        if self.support is not None and self._job is None:
            state = self.support.state
            self.page.show_state(_STATES[state])
            self.page.show_idle(is_there=state is not SupportState.ABSENT)

    @Slot()
    def _ask_for_wheels(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.page.window(), "A folder of wheels", str(Path.home()))
        if folder and self.support is not None:
            self._run(_added(self.support, Path(folder)))

    @Slot()
    def _try_out(self) -> None:
        if self.support is not None:
            self._run(_tried(self.support))

    @Slot()
    def _remove(self) -> None:
        if self.support is not None:
            self._run(_removed(self.support))

    def _run(self, steps: Generator[SupportStep | str, None, None]) -> None:
        if self._job is None:
            self._job = self._background.run(
                steps, stepped=self._on_step, done=self._on_done, failed=self._on_failed, ended=self._on_ended
            )

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _on_step(self, step: SupportStep | str) -> None:
        if isinstance(step, SupportStep):
            self.page.show_progress(step.stage, step.done / step.total if step.total else None)

    @Slot(object)
    def _on_done(self, sentence: str) -> None:
        self.page.show_result(sentence, failed=False)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.page.show_result(sentence, failed=True)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self.show()


def _added(support: GraphicsSupport, wheels: Path) -> Generator[SupportStep | str, None, None]:
    card = yield from support.add(wheels)
    yield f"It computes on {card}. It is used from the next start on."


def _tried(support: GraphicsSupport) -> Generator[SupportStep | str, None, None]:
    yield SupportStep("Trying it out")
    yield f"It computes on {support.try_out()}."


def _removed(support: GraphicsSupport) -> Generator[SupportStep | str, None, None]:
    yield SupportStep("Removing it")
    support.remove()
    yield "Graphics card support was removed."
