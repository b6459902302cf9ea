"""Spans and markers from other programs' labels, and labels from both."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from samstudio.assets import folder_beside
from samstudio.audio.export.file_names import safe_name
from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.labels.label import Imported, Label, Skipped, imported, label_of, label_of_marker
from samstudio.session.labels.marker import in_time
from samstudio.session.prompt import Sign
from samstudio.storage.json_values import MOST_ITEMS
from samstudio.storage.label_files import LABEL_FORMATS, LABEL_SUFFIXES, LabelFormat, label_reading, write_labels
from samstudio.ui.spans.import_dialog import ImportDialog, counted


class LabelCommands(QObject):
    """Asks for a file, and reads or writes it in the pool."""

    noted = Signal(str)
    """A sentence for the status bar."""
    failed = Signal(str)
    """A sentence: why a file could not be read or written."""

    def __init__(self, document: Document, preferences: Preferences, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._preferences, self._background = document, preferences, background
        self._window = window
        self._goal = Path()

    def import_labels(self) -> None:
        """Ask for a file of labels and add its spans."""
        patterns = " ".join(f"*{suffix}" for suffix in (*LABEL_SUFFIXES, ".TextGrid", ".wav"))
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Import labels", self._folder(), f"Labels and markers ({patterns});;All files (*)"
        )
        if name:
            self.import_path(Path(name))

    def import_path(self, path: Path) -> None:
        """Add the spans of a file of labels."""
        self._remember(path)
        _Import(self._document, self._background, path, self._window, self)

    def export_labels(self) -> None:
        """Ask where to, and write the spans and markers as labels."""
        clip = self._document.clip
        if clip is None:
            return
        goal = Path(self._folder()) / f"{safe_name(clip.name)} labels.txt"
        filters = {f"{x.name} (*{x.suffix})": x for x in LABEL_FORMATS}
        name, chosen = QFileDialog.getSaveFileName(
            self._window,
            "Export labels",
            str(goal),
            ";;".join(filters),
        )
        if name:
            label_format = filters.get(chosen, LABEL_FORMATS[0])
            path = Path(name)
            if path.suffix.lower() != label_format.suffix.lower():
                path = path.with_suffix(label_format.suffix)
            self.export_path(path, label_format)

    def export_path(self, path: Path, label_format: LabelFormat) -> None:
        """Write the spans and markers as labels to `path`."""
        document = self._document
        if document.clip is None:
            return
        self._remember(path)
        self._goal = path
        labels = [label_of(span, document.prompt.text) for span in document.prompt.spans]
        labels += map(label_of_marker, document.markers)
        steps = write_labels(path, label_format, labels, document.clip)
        self._background.run(steps, done=self._on_written, failed=self.failed)

    @Slot()
    def _on_written(self) -> None:
        self.noted.emit(f"Labels written to “{self._goal.name}”.")

    def _folder(self) -> str:
        clip = self._document.clip
        return self._preferences.text("folder/labels", str(folder_beside(clip.path if clip else None)))

    def _remember(self, path: Path) -> None:
        self._preferences.set_text("folder/labels", str(path.parent))


class _Import(QObject):
    """One import, from reading the file to the undo step; it ends when its dialog closes, or without one."""

    def __init__(
        self, document: Document, background: Background, path: Path, window: QWidget, commands: LabelCommands
    ) -> None:
        super().__init__(window)
        self._document, self._recording, self._clip = document, document.recording, document.clip
        self._duration = self._clip.duration if self._clip is not None else 0.0
        self._path, self._window, self._commands = path, window, commands
        self._labels: list[Label] = []
        self._not_labels: list[Skipped] = []
        self._found = Imported()
        background.run(
            label_reading(path, self._clip.sample_rate if self._clip else None),
            done=self._on_read,
            failed=self._on_failure,
        )

    @Slot(str)
    def _on_failure(self, sentence: str) -> None:
        self._commands.failed.emit(sentence)
        self.deleteLater()

    @Slot(object)
    def _on_read(self, read: tuple[list[Label], list[Skipped]]) -> None:
        self._labels, self._not_labels = read
        if self._recording not in self._document.recordings.all:
            self.deleteLater()
        elif self._look(None).skipped:
            self._ask()
        else:
            self._add()

    def _look(self, unsigned: Sign | None) -> Imported:
        found = imported(self._labels, self._duration, unsigned)
        self._found = found.with_skipped(self._not_labels)
        return self._found

    def _ask(self) -> None:
        self._dialog = ImportDialog(self._path.name, self._window)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.show_import(self._found)
        self._dialog.unsigned_chosen.connect(self._look_again)
        self._dialog.accepted.connect(self._add)
        self._dialog.rejected.connect(self.deleteLater)
        self._dialog.open()

    @Slot(object)
    def _look_again(self, unsigned: Sign | None) -> None:
        self._dialog.show_import(self._look(unsigned))

    @Slot()
    def _add(self) -> None:
        """Add spans and markers as one undo step, without those that are there already."""
        recording = self._recording
        prompt, markers = recording.prompt, in_time((*recording.markers, *self._found.markers))
        known = set(prompt.spans)
        new = [span for span in self._found.spans if span not in known]
        added = len(markers) - len(recording.markers)
        count = counted(len(new), added)
        if max(len(prompt.spans) + len(new), len(markers)) > MOST_ITEMS:
            self._commands.failed.emit(
                f"“{self._path.name}” has {count} more, and a session holds {MOST_ITEMS} of each at most: "
                "delete some first."
            )
            self.deleteLater()
            return
        if new or added:
            # One step, though two things change.
            recording.undo_stack.beginMacro("Import labels")
            spans = replace(prompt, spans=(*prompt.spans, *new))
            self._document.edit_prompt("Import labels", spans, recording=recording)
            self._document.edit_markers("Import labels", markers, recording)
            recording.undo_stack.endMacro()
        self._commands.noted.emit(f"{count} imported from “{self._path.name}”.")
        self.deleteLater()
