"""Takes: stepped through, compared, starred, annotated, made again."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.comparing import Comparing
from samstudio.controllers.queue.queued_separation import QueuedSeparation
from samstudio.controllers.separation.corrector import Corrector
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.take import Take
from samstudio.session.take_tree import continued_by
from samstudio.ui.question import ask
from samstudio.ui.takes.compare_dialog import CompareDialog, ComparedTake
from samstudio.ui.takes.take_text import format_gain
from samstudio.ui.takes.takes_panel import TakesPanel

MENU = (
    ("toggle_ab", "compare_settings", "blind_test"),
    ("star_take", "note_take", "rename_take"),
    ("continue_from_residual", "redo_stretch", "comp"),
    ("run_again", "use_settings"),
    ("export", "delete_take"),
)
"""What the context menu of a take offers, in groups."""
GONE = "The take whose residual “{}” came from was deleted: it cannot be made again."


class TakeCommands(QObject):
    """Acts on the current take, and on the two that are compared."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        document: Document,
        comparing: Comparing,
        corrector: Corrector,
        preferences: Preferences,
        separation: SeparationCommands,
        panel: TakesPanel,
        actions: Mapping[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._comparing = document, comparing
        self._corrector, self._preferences, self._separation = corrector, preferences, separation
        self._panel, self._actions, self._window = panel, actions, window
        # Made on first use, so that the window opens at once.
        self._dialog: CompareDialog | None = None

    def previous_take(self) -> None:
        """Hear the take above, at the same playhead."""
        self._step(-1)

    def next_take(self) -> None:
        """Hear the take below, at the same playhead."""
        self._step(1)

    def _step(self, step: int) -> None:
        place = self._panel.rows.neighbour(step)
        if place is not None:
            self._document.select_take(place)
            self._report_take()

    def toggle_ab(self) -> None:
        """Hear B instead of A, or A instead of B, at the same playhead."""
        self._comparing.toggle()
        self._report_take()

    def _report_take(self) -> None:
        take, comparison = self._document.current_take, self._comparing.comparison
        if take is None:
            return
        letter = f"{comparison.letter(take.id)}: " if comparison is not None and comparison.letter(take.id) else ""
        gain = self._comparing.gain_db
        self.noted.emit(f"{letter}{take.name}" + (f" ({format_gain(gain)})" if gain else ""))

    @Slot(bool)
    def match_levels(self, on: bool) -> None:
        """Make A and B equally loud, now and at the next start, or leave them as they are."""
        self._comparing.match_levels(on)
        self._panel.show_matching(matching=on)
        self._preferences.set_flag("match_levels", value=on)

    def _place(self) -> int | None:
        current = self._document.current_take
        return next((place for place, take in enumerate(self._document.takes) if take is current), None)

    def star_take(self) -> None:
        """Star the current take, or take its star away."""
        if (place := self._place()) is not None:
            self._document.star_take(place, not self._document.takes[place].starred)

    def note_take(self) -> None:
        """Put the cursor into the current take's note."""
        self._panel.edit_note()

    def edit_strength(self) -> None:
        """Give the strength of the current take the keys."""
        self._panel.strength_bar.slider.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def rename_take(self) -> None:
        """Type another name over the current take's."""
        self._panel.rename()

    def delete_take(self) -> None:
        """Delete the current take."""
        if (place := self._place()) is not None:
            self.delete(place)

    @Slot(int)
    def delete(self, place: int) -> None:
        """Delete a take; ask first where others were made from what it left."""
        take = self._document.takes[place]
        children = continued_by(self._document.takes, take)
        if not children:
            self._document.delete_take(place)
            self.noted.emit(f"“{take.name}” was deleted; undo brings it back.")
            return
        names = " and ".join(f"“{child.name}”" for child in children[:2])
        if len(children) > 2:
            names = f"“{children[0].name}” and {len(children) - 1} more takes"
        question = ask(
            self._window,
            f"Delete “{take.name}”, although {names} {'was' if len(children) == 1 else 'were'} made from it?",
            "What was made from its residual stays, but without this take it no longer adds up to the recording.",
            "delete_box",
            (
                ("Delete it", "Delete this take; undo brings it back", lambda: self._delete(take.id)),
                ("Keep it", "Keep all takes (Esc)", lambda: None),
            ),
        )
        # Enter must not do what leaves other takes incomplete.
        keep = question.escapeButton()
        if isinstance(keep, QPushButton):
            question.setDefaultButton(keep)

    def _delete(self, take_id: str) -> None:
        place = next((place for place, take in enumerate(self._document.takes) if take.id == take_id), None)
        if place is not None:
            self._document.delete_take(place)

    def use_settings(self) -> None:
        """Load the current take's prompt and settings, without separating."""
        take = self._document.current_take
        if take is not None and self._load(take, take.settings.seed):
            self.noted.emit(f"Prompt and settings are those of “{take.name}”.")

    def run_again(self) -> None:
        """Separate what the current take was made of once more, with another seed."""
        self._corrector.when_applied(self._run_again)

    def _run_again(self) -> None:
        take = self._document.current_take
        if take is None:
            return
        source = next((other for other in self._document.takes if other.id == take.source), None)
        if take.source and source is None:
            self.noted.emit(GONE.format(take.name))
            return
        if self._separation.can_start() and self._load(take, self._unused_seed(take)):
            self._separation.start(source=source)

    def _load(self, take: Take, seed: int) -> bool:
        """Whether the take's prompt and settings could be loaded: its engine may not be installed here."""
        if not self._separation.use_settings(replace(take.settings, seed=seed)):
            return False
        self._document.edit_prompt(f"Use the prompt of “{take.name}”", take.prompt)
        return True

    def _unused_seed(self, take: Take) -> int:
        """The first above the take's own that nothing else was made with in the same way."""
        others: tuple[Take | QueuedSeparation, ...] = (*self._document.takes, *self._separation.queued)
        alike = (other for other in others if (other.prompt, other.source) == (take.prompt, take.source))
        same = {
            other.settings.seed for other in alike if replace(other.settings, seed=0) == replace(take.settings, seed=0)
        }
        seed = take.settings.seed + 1
        while seed in same:
            seed += 1
        return seed

    def compare_settings(self) -> None:
        """Show A and B side by side."""
        comparison = self._comparing.comparison
        if comparison is None:
            return
        if self._dialog is None:
            self._dialog = CompareDialog(self._window)
            self._document.takes_changed.connect(self._show_takes)
        self._show_takes(self._document.takes)
        self._dialog.show_pair(comparison.a, comparison.b)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    @Slot(object)
    def _show_takes(self, takes: tuple[Take, ...]) -> None:
        if self._dialog is not None:
            self._dialog.show_takes(
                tuple(ComparedTake(take.id, take.name, self._panel.facts_of(take)) for take in takes)
            )

    def show_time_format(self) -> None:
        """Show the times of the compared takes in another format."""
        self._show_takes(self._document.takes)

    @Slot(QPoint)
    def show_menu(self, place: QPoint) -> None:
        """The menu of the current take, under the mouse."""
        self._make_menu().exec(place)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self._window)
        for number, names in enumerate(MENU):
            if number:
                menu.addSeparator()
            menu.addActions([self._actions[name] for name in names])
        return menu
