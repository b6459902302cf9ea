"""What was written, as measured on the finished files."""

from math import isinf
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from samstudio.audio.export.export import ExportReport
from samstudio.dsp.scales import time_label
from samstudio.session.take import Stem
from samstudio.ui.export.export_choices import FORMATS
from samstudio.ui.parts import IconLabel, ScrolledPage, label, set_look
from samstudio.ui.theme import theme
from samstudio.ui.time_formats import grouped


def null_text(null_db: float) -> str:
    """The null depth in figures: `−∞ dB`, `−138 dB`."""
    return "−∞ dB" if isinf(null_db) else f"{null_db:.0f} dB".replace("-", "−")


def gain_text(gain_db: float) -> str:
    """`lowered by 1.2 dB`."""
    return f"{'raised' if gain_db > 0.0 else 'lowered'} by {abs(gain_db):.1f} dB"


def null_meaning(report: ExportReport) -> str:
    """What the null depth says."""
    pair = report.parts == (Stem.TARGET, Stem.RESIDUAL)
    parts = "target + residual" if pair else f"the sum of all {len(report.parts)} parts"
    whole = f"{report.whole} {gain_text(report.gain_db)}" if report.gain_db else report.whole
    if report.null_db is not None and isinf(report.null_db):
        return f"{parts} is {whole}, bit for bit"
    return f"is the most by which {parts} differs from {whole}"


class ExportReportPage(ScrolledPage):
    """Files, length, rate, and how deep target + residual nulls against the clip."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path()
        """Where the files are."""
        self.title = label("Written", "title")
        self.null = label(look="display")
        self.meaning = label(look="dim", wrap=True)
        self.facts = label(look="dim", wrap=True)
        self.files = label(wrap=True)
        self.files.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (self.null, self.meaning):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        head = QHBoxLayout()
        head.addWidget(IconLabel("check", "success", 20))
        head.addWidget(self.title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addLayout(head)
        column.addWidget(self.files)
        column.addWidget(self.facts)
        column.addSpacing(theme().space(2))
        column.addWidget(self._measurement())
        column.addStretch(1)

    def _measurement(self) -> QFrame:
        """The null depth, large."""
        self.card = QFrame()
        self.card.setProperty("look", "card")
        column = QVBoxLayout(self.card)
        column.setContentsMargins(*[theme().space(6)] * 4)
        column.setSpacing(theme().space(1))
        heading = label("Null test", "section")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for part in (heading, self.null, self.meaning):
            column.addWidget(part)
        return self.card

    def show_report(self, report: ExportReport) -> None:
        """Show what was measured."""
        paths = tuple(report.paths.values())
        self.folder = paths[0].parent
        written = paths if report.record is None else (*paths, report.record)
        self.title.setText(f"{len(written)} {'file' if len(written) == 1 else 'files'} written")
        self.files.setText("\n".join(path.name for path in written))
        length = time_label(report.frames / report.sample_rate)
        gain = f"all {gain_text(report.gain_db)}" if report.gain_db else "no gain change"
        what = [_format(report), length, f"{grouped(report.frames)} samples"]
        how = [gain, _delay(report), *_processing(report)]
        lines = [" · ".join(what), " · ".join(how), str(self.folder), report.note]
        self.facts.setText("\n".join(filter(None, lines)))
        self._show_null(report)

    def _show_null(self, report: ExportReport) -> None:
        """The null depth, or that the gate is why there is none."""
        gated = report.gate is not None and bool(report.parts) and set(report.parts) <= report.paths.keys()
        self.card.setVisible(gated or report.null_db is not None)
        if report.null_db is not None:
            set_look(self.null, "proud" if isinf(report.null_db) else "display")
            self.null.setText(null_text(report.null_db))
            self.meaning.setText(null_meaning(report))
        elif gated:
            set_look(self.null, "display")
            self.null.setText("Not measured")
            self.meaning.setText(f"the noise gate removed soft sound: the files no longer add up to {report.whole}")


def _format(report: ExportReport) -> str:
    """`FLAC, 24-bit, 44.1 kHz`."""
    names = {audio_format: name for name, audio_format in FORMATS.items()}
    return f"{names[report.format]}, {report.sample_rate / 1000:g} kHz"


def _delay(report: ExportReport) -> str:
    """By how much the sound is late."""
    if report.delay is None:
        return "delay not measured, the sound is too soft"
    return (
        f"{grouped(abs(report.delay))} samples {'late' if report.delay > 0 else 'early'}"
        if report.delay
        else "no delay"
    )


def _processing(report: ExportReport) -> list[str]:
    """What was done besides."""
    done = [] if report.gate is None else [f"noise gate at {report.gate:.1f} dBFS".replace("-", "−")]
    if report.trimmed is not None:
        start, end = report.trimmed
        done.append(f"silence trimmed: {start:.2f} s at the start, {end:.2f} s at the end")
    return done
