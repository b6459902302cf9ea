"""Questions of the export dialog: files that exist already, and peaks that would clip."""

from math import ceil
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from samstudio.ui.parts import IconLabel, explain, label


class ExistingFilesQuestion(QFrame):
    """What to do with files that are already there."""

    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "warning")
        self._text = label(wrap=True)
        self.number_button = QPushButton("Keep both")
        explain(self.number_button, "Keep both", more="The new files get a number after their names.")
        self.number_button.clicked.connect(lambda: self.answered.emit("number"))
        self.replace_button = QPushButton("Replace")
        explain(self.replace_button, "Replace", more="The existing files are overwritten.")
        self.replace_button.clicked.connect(lambda: self.answered.emit("replace"))
        row = QHBoxLayout(self)
        row.addWidget(IconLabel("warning", "warning"))
        row.addWidget(self._text, 1)
        row.addWidget(self.number_button)
        row.addWidget(self.replace_button)
        self.hide()

    def ask(self, names: list[str]) -> None:
        """Ask about these files."""
        verb = "is" if len(names) == 1 else "are"
        self._text.setText(f"{' and '.join(names)} {verb} already in this folder.")
        self.setAccessibleName(self._text.text())
        self.show()
        self.number_button.setFocus()


class MissingFolderQuestion(QFrame):
    """Whether a folder that does not exist is to be made."""

    agreed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "warning")
        self._text = label(wrap=True)
        self.make_button = QPushButton("Make it and export")
        explain(self.make_button, "Make it and export", more="The folder is made, then the files are written into it.")
        self.make_button.clicked.connect(self.agreed)
        row = QHBoxLayout(self)
        row.addWidget(IconLabel("warning", "warning"))
        row.addWidget(self._text, 1)
        row.addWidget(self.make_button)
        self.hide()

    def ask(self, folder: Path) -> None:
        """Ask about this folder."""
        self._text.setText(f"The folder “{folder.name}” does not exist yet.")
        self.setAccessibleName(self._text.text())
        self.show()
        self.make_button.setFocus()


class GainOffer(QFrame):
    """Offers one common gain where integers would clip; nothing is changed unless it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "warning")
        self._offered_db = 0.0
        self._text = label(wrap=True)
        self.box = QCheckBox()
        column = QVBoxLayout()
        column.addWidget(self._text)
        column.addWidget(self.box)
        row = QHBoxLayout(self)
        row.addWidget(IconLabel("warning", "warning"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.hide()

    @property
    def gain_db(self) -> float:
        """The gain that the user agreed to; 0 otherwise."""
        return self._offered_db if self.box.isChecked() else 0.0

    def show_peak(self, peak_db: float | None) -> None:
        """Offer what a peak above full scale needs."""
        clips = peak_db is not None and peak_db > 0.0
        # Rounded up to a tenth, so that the peak ends below full scale.
        self._offered_db = -ceil(peak_db * 10.0) / 10.0 if peak_db is not None and clips else 0.0
        self.box.setChecked(False)
        self.setVisible(clips)
        if peak_db is not None and clips:
            self._text.setText(
                f"The loudest peak is {peak_db:+.1f} dBFS: it would clip in an integer format, as "
                "videos have it. A 32-bit float file keeps it."
            )
            self.box.setText(f"Lower all stems by {-self._offered_db:.1f} dB")
            explain(self.box, self.box.text(), more="The same for all, so that they still add up.")
