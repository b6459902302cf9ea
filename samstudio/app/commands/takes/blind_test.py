"""The blind A/B test: which take plays as X and as Y, and the answers."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from samstudio.audio.export.file_names import safe_name
from samstudio.controllers.analysis.loudness_measurement import LoudnessMeasurement
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.audition import Audition
from samstudio.controllers.playback.comparing import Comparing
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.corrector import Corrector
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.comparing.blind_test import Answer, BlindTest, Side, csv_text, new_blind_test
from samstudio.session.comparing.comparison import Comparison, matching_offsets
from samstudio.session.mix import Mix
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem, Take
from samstudio.ui.listening.blind_test_dialog import BlindTestDialog
from samstudio.ui.listening.blind_test_setup import BlindChoices
from samstudio.ui.time_formats import time_format


@dataclass(frozen=True)
class BlindTestControllers:
    """What a blind test reads, and what it plays with."""

    document: Document
    selection: Selection
    comparing: Comparing
    loudness: LoudnessMeasurement
    audition: Audition
    mixing: Mixing
    transport: Transport
    preferences: Preferences
    corrector: Corrector


class BlindTestCommands(QObject):
    """Opens a test of the two takes that are compared."""

    def __init__(self, controllers: BlindTestControllers, window: QWidget) -> None:
        super().__init__(window)
        self._controllers, self._window = controllers, window

    def blind_test(self) -> None:
        """Choose two takes, and hear them without knowing which is which."""
        self._controllers.corrector.when_applied(self._open)

    def _open(self) -> None:
        comparison = self._controllers.comparing.comparison
        if comparison is not None:
            _BlindTestRun(self._controllers, comparison, self._window).open()


class _BlindTestRun(QObject):
    """One dialog and its test; when it closes, playback is as it was before."""

    def __init__(self, controllers: BlindTestControllers, comparison: Comparison, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._selection = controllers.document, controllers.selection
        self._comparing, self._loudness = controllers.comparing, controllers.loudness
        self._audition, self._mixing = controllers.audition, controllers.mixing
        self._transport, self._preferences = controllers.transport, controllers.preferences
        self._before = (self._mixing.mix, self._transport.loop, self._transport.playing, self._transport.position)
        self._takes: tuple[Take, ...] = ()
        self._test = BlindTest(("", ""), ())
        self._choices: BlindChoices | None = None
        self.dialog = BlindTestDialog(window)
        self.dialog.setObjectName("blind_test")
        names = {take.id: take.name for take in self._document.takes}
        self.dialog.setup.show_takes(names, comparison.a, comparison.b)
        self.dialog.setup.stretch.setText(self._stretch_text())
        self.dialog.show_playing(self._transport.playing)
        self._connect()

    def _connect(self) -> None:
        dialog = self.dialog
        dialog.start_requested.connect(self._prepare)
        dialog.side_requested.connect(self._play_side)
        dialog.play_toggled.connect(self._transport.toggle)
        dialog.answered.connect(self._on_answered)
        dialog.end_requested.connect(self._end)
        dialog.export_requested.connect(self._export)
        dialog.finished.connect(self._close)
        self._transport.playing_changed.connect(dialog.show_playing)
        self._transport.device_failed.connect(dialog.show_error)
        self._loudness.measured.connect(self._start_when_measured)

    def open(self) -> None:
        """Show the dialog."""
        self.dialog.open()

    def _stretch(self) -> Stretch:
        """What is looped, in seconds."""
        clip = self._document.clip
        return self._transport.loop or self._selection.range or (0.0, clip.duration if clip is not None else 0.0)

    def _stretch_text(self) -> str:
        start, end = map(time_format().text, self._stretch())
        if self._transport.loop is None and self._selection.range is None:
            return "Loops the whole recording. Make a selection first to compare only that."
        return f"Plays from {start} to {end}, looped."

    @Slot(object)
    def _prepare(self, choices: BlindChoices) -> None:
        takes = {take.id: take for take in self._document.takes}
        self._takes = takes[choices.a], takes[choices.b]
        self._choices = choices
        self._start_when_measured()

    @Slot()
    def _start_when_measured(self) -> None:
        if self._choices is None:
            return
        offsets = (0.0, 0.0)
        if self._choices.matched:
            a, b = (self._comparing.loudness_of(take, Stem.TARGET) for take in self._takes)
            if a is None or b is None:
                self.dialog.show_measuring(measuring=True)
                return
            offsets = matching_offsets(a, b)
        names, rounds, self._choices = (self._takes[0].name, self._takes[1].name), self._choices.rounds, None
        # In an order that says nothing about which take is which.
        texts = sorted({take.prompt.text for take in self._takes if take.prompt.text})
        self._test = new_blind_test(names, rounds, offsets, ", ".join(texts))
        stretch = self._stretch()
        self._transport.set_loop(stretch)
        self._begin_round()
        if not self._transport.playing:
            self._transport.play()

    def _begin_round(self) -> None:
        self.dialog.show_round(self._test)
        self._play_side(Side.X)

    @Slot(object)
    def _play_side(self, side: Side | None) -> None:
        # Neutral strips: a fader or a pan would change what is judged.
        mix = Mix(master_db=self._before[0].master_db)
        if side is not None:
            take = self._test.take_at(side)
            self._audition.audition_blind(self._takes[take].sound.stems, self._test.offsets_db[take])
        self._mixing.set_mix(mix.soloed(Stem.CLIP if side is None else Stem.TARGET))
        self.dialog.show_side(side)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        self._test = self._test.answered(answer)
        if self._test.is_over:
            self._end()
        else:
            self._begin_round()

    @Slot()
    def _end(self) -> None:
        """Show the results, or close where there are none."""
        self._restore_playback()
        # Rounds that were not answered do not count.
        self._test = replace(self._test, x_takes=self._test.x_takes[: len(self._test.answers)])
        if self._test.answers:
            self.dialog.show_results(self._test)
        else:
            self.dialog.done(BlindTestDialog.DialogCode.Rejected)

    def _restore_playback(self) -> None:
        if not self._test.rounds:
            return
        mix, loop, playing, position = self._before
        if not playing:
            self._transport.stop()
        self._transport.set_loop(loop)
        if not playing:
            self._transport.seek(position)
        self._mixing.set_mix(mix)
        self._audition.audition_blind(None)

    @Slot()
    def _export(self) -> None:
        clip = self._document.clip
        name = clip.name if clip is not None else ""
        folder = Path(self._preferences.text("export/folder", str(Path.home())))
        goal = str(folder / f"{safe_name(name)}_blind_test.csv")
        path, _ = QFileDialog.getSaveFileName(self.dialog, "Export as CSV", goal, "Table (*.csv)")
        if path:
            self._write(Path(path), name)

    def _write(self, path: Path, clip: str) -> None:
        """Write the answers, whole or not at all."""
        part = path.with_name(path.name + ".part")
        try:
            part.write_text(csv_text(self._test, clip), "utf-8")
            part.replace(path)
        except OSError as error:
            # A name that is too long can't be removed either.
            with suppress(OSError):
                part.unlink(missing_ok=True)
            self.dialog.show_error(f"“{path.name}” could not be written ({error.strerror}): choose another folder.")

    @Slot()
    def _close(self) -> None:
        self._choices = None
        self.dialog.deleteLater()
        self.deleteLater()
