"""The export dialog, and the writing behind it."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from samstudio.app.studio import Studio
from samstudio.audio.bounce import bounce
from samstudio.audio.cue import Marker
from samstudio.audio.export import ExportProgress, ExportReport, export, peak_dbfs
from samstudio.audio.export_request import FILM, ExportRequest, FilmExport, Whole
from samstudio.controllers.background import Job
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.labels.label import label_of
from samstudio.session.recipe import recipe_json, recipe_text
from samstudio.session.take import Stem, Take
from samstudio.session.take_tree import chain_to, unique_name
from samstudio.ui.export_choices import FORMATS, MIX, ExportChoices, ExportSource
from samstudio.ui.export_dialog import ExportDialog

_HALVES = (str(Stem.TARGET), str(Stem.RESIDUAL))


class ExportCommands(QObject):
    """Asks what to export where, and has it written in the pool."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window

    def export(self) -> None:
        """Export the current take's stems."""
        clip, take = self._studio.document.clip, self._studio.document.current_take
        if clip is not None and take is not None:
            _Export(self._studio, clip, take, self._window).open()


class _Export(QObject):
    """One dialog and the jobs it starts; gone when the dialog is closed."""

    def __init__(self, studio: Studio, clip: AudioClip, take: Take, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._clip, self._take = studio, clip, take
        self._mix = studio.transport.mix
        *earlier, _ = self._chain = chain_to(take, studio.document.takes)
        self._earlier = dict(zip(_names([other.name for other in earlier]), earlier, strict=True))
        self._source = source = ExportSource(
            clip.name,
            take.name,
            clip.sample_rate,
            clip.channels,
            clip.duration,
            studio.selection.range,
            # Where a take of the chain is gone, the rest of it is not all parts.
            () if self._chain[0].source else tuple(self._earlier),
            clip.path if studio.projector.has_film else None,
        )
        self._dialog = ExportDialog(source, self._remembered(), window)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.export_requested.connect(self._write)
        self._dialog.cancel_requested.connect(self._cancel)
        self._dialog.peak_requested.connect(self._measure_peak)
        self._dialog.reveal_requested.connect(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        self._dialog.finished.connect(self._close)
        self._writing: Job | None = None
        self._measuring: Job | None = None
        self._peak = -inf

    def open(self) -> None:
        """Show the dialog."""
        self._dialog.open()

    def _remembered(self) -> ExportChoices:
        preferences, path = self._studio.preferences, self._clip.path
        beside = path.parent if path is not None else Path.home()
        choices = ExportChoices(Path(preferences.text("export/folder", str(beside))))
        name = preferences.text("export/format", next(iter(FORMATS)))
        template = preferences.text("export/template", choices.template)
        return replace(choices, audio_format=FORMATS.get(name, choices.audio_format), template=template)

    def _remember(self, choices: ExportChoices) -> None:
        preferences = self._studio.preferences
        preferences.set_text("export/folder", str(choices.folder))
        preferences.set_text("export/template", choices.template)
        for name, audio_format in FORMATS.items():
            if audio_format == choices.audio_format:
                preferences.set_text("export/format", name)

    def _stems(self, choices: ExportChoices) -> dict[str, Samples]:
        sounds = {name: take.stems.target for name, take in self._earlier.items()}
        sounds |= {Stem.TARGET: self._take.stems.target, Stem.RESIDUAL: self._take.stems.residual}
        return {str(stem): sounds[stem] for stem in choices.stems if stem != MIX}

    def _whole(self, choices: ExportChoices) -> Whole:
        """What target and residual add up to, or all parts together."""
        first = self._chain[0]
        if not self._take.source or set(self._source.earlier) & set(choices.stems):
            return Whole(self._clip.samples, (*self._source.earlier, *_HALVES))
        if self._take is first:
            return Whole(self._clip.samples, parts=())
        source = self._chain[-2]
        return Whole(source.stems.residual, _HALVES, f"what “{source.name}” left")

    def _mixed(self, choices: ExportChoices) -> Generator[ExportProgress, None, ExportRequest]:
        """The request, with the mix as it is heard now if that is wanted."""
        request, mix = self._request(choices), None
        if MIX in (*choices.stems, choices.film):
            for done, rendered in bounce(self._mix, self._clip, self._take.stems):
                mix = rendered
                yield ExportProgress("Rendering the mix", done, self._clip.frames)
        if mix is not None and MIX in choices.stems:
            request = replace(request, stems={**request.stems, MIX: mix})
        sounds = {Stem.TARGET: self._take.stems.target, Stem.RESIDUAL: self._take.stems.residual, MIX: mix}
        sound, source = sounds.get(choices.film), self._source.film
        if sound is None or source is None:
            return request
        return replace(request, film=FilmExport(source, choices.film, sound))

    def _exporting(self, choices: ExportChoices) -> Generator[ExportProgress | ExportReport, None, None]:
        request = yield from self._mixed(choices)
        yield from export(request)

    def _peak_of(self, choices: ExportChoices) -> Generator[ExportProgress | float, None, None]:
        """The highest peak so far in dBFS, once there is all that is to be measured."""
        request = yield from self._mixed(choices)
        yield from peak_dbfs(request)

    def _stretch(self, choices: ExportChoices) -> tuple[int, int]:
        stretch = self._studio.selection.range
        if not choices.selection_only or stretch is None:
            return 0, self._clip.frames
        start, end = (round(seconds * self._clip.sample_rate) for seconds in stretch)
        return start, min(end, self._clip.frames)

    @Slot(object)
    def _measure_peak(self, choices: ExportChoices) -> None:
        if self._measuring is not None:
            self._measuring.cancel()
        self._peak = -inf
        self._measuring = job = Job(self)
        job.stepped.connect(self._note_peak)
        job.finished.connect(self._show_peak)
        self._studio.background.start(job, self._peak_of(choices))

    @Slot(object)
    def _note_peak(self, step: ExportProgress | float) -> None:
        if self.sender() is self._measuring and isinstance(step, float):
            self._peak = step

    @Slot()
    def _show_peak(self) -> None:
        if self.sender() is self._measuring:
            self._dialog.show_peak(self._peak)

    @Slot(object)
    def _write(self, choices: ExportChoices) -> None:
        self._remember(choices)
        self._writing = job = Job(self)
        job.stepped.connect(self._show_step)
        job.failed.connect(self._dialog.show_error)
        job.ended.connect(self._end)
        self._dialog.show_progress("Starting", 0.0)
        self._studio.background.start(job, self._exporting(choices))

    def _request(self, choices: ExportChoices) -> ExportRequest:
        start, stop = self._stretch(choices)
        return ExportRequest(
            stems=self._stems(choices),
            clip=self._clip,
            folder=choices.goal_folder(self._source),
            makes_folder=choices.own_folder,
            template=choices.template,
            take=self._take.name,
            format=choices.audio_format,
            start=start,
            stop=stop,
            keeps_length=choices.keeps_length,
            sample_rate=choices.sample_rate,
            fade_in=choices.fade_in,
            fade_out=choices.fade_out,
            normalise=choices.normalise,
            gain_db=choices.gain_db,
            existing=choices.existing,
            markers=self._markers() if choices.markers else (),
            recipe=recipe_text(self._take.prompt, self._take.settings),
            recipes={
                name: recipe_text(take.prompt, take.settings)
                for name, take in self._earlier.items()
                if name in choices.stems
            },
            record=recipe_json(self._take, self._chain[:-1]) if choices.record else "",
            whole=self._whole(choices),
        )

    def _markers(self) -> tuple[Marker, ...]:
        """The take's spans."""
        rate, prompt = self._clip.sample_rate, self._take.prompt
        labels = [label_of(span, prompt.text) for span in prompt.spans]
        return tuple(Marker(round(x.start * rate), round((x.end - x.start) * rate), x.text) for x in labels)

    @Slot(object)
    def _show_step(self, step: ExportProgress | ExportReport) -> None:
        if isinstance(step, ExportReport):
            self._studio.document.mark_kept()
            self._dialog.show_report(step)
        else:
            self._dialog.show_progress(step.stage, step.done / step.total)

    @Slot()
    def _end(self) -> None:
        if self._writing is not None and self._writing.is_cancelled:
            self._dialog.show_cancelled()
        self._writing = None

    @Slot()
    def _cancel(self) -> None:
        if self._writing is not None:
            self._writing.cancel()

    @Slot()
    def _close(self) -> None:
        for job in (self._measuring, self._writing):
            if job is not None:
                job.cancel()
        self.deleteLater()


def _names(names: Sequence[str]) -> list[str]:
    """Each its own, and none that another stem's file has."""
    given: list[str] = []
    for name in names:
        given.append(unique_name(name, [*given, *_HALVES, MIX, FILM]))
    return given
