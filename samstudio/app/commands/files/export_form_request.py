"""From what the user chose in the export dialog to the request for the exporter."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from samstudio.audio.export.bounce import bounce
from samstudio.audio.export.daw.daw_project import DAWPROJECT, PART_COLORS, REAPER, DawMix
from samstudio.audio.export.export import ExportReport, export
from samstudio.audio.export.export_measures import ExportProgress, peak_dbfs, trimmed
from samstudio.audio.export.export_request import VIDEO, ExportRequest, FullLength, VideoExport
from samstudio.audio.metadata.cue import CueMarker
from samstudio.audio.playback.tracks import StemSet, targets_of
from samstudio.separation.registry import settings_table
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.labels.label import Label, label_of, label_of_marker
from samstudio.session.labels.marker import Markers
from samstudio.session.mix import Mix, Strip
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem, Take
from samstudio.session.take_tree import unique_name
from samstudio.session.text.parts import part_color
from samstudio.session.text.recipe import recipe_facts, recipe_text
from samstudio.session.text.stem_names import stem_names
from samstudio.ui.export.export_choices import MIX, ExportChoices, ExportSource

_HALVES = (str(Stem.TARGET), str(Stem.RESIDUAL))


@dataclass(frozen=True, eq=False)
class ExportFormRequest:
    """What there is to export, as it was when the dialog was opened.

    `chain` are the takes that the last of them came from, the first of all first; `selection` in seconds; `video` is
    the recording's file where it has a video.
    """

    clip: AudioClip
    chain: tuple[Take, ...]
    mix: Mix
    selection: Stretch | None
    video: Path | None
    markers: Markers = ()

    @property
    def take(self) -> Take:
        """The take whose target and residual it is about."""
        return self.chain[-1]

    @cached_property
    def _earlier(self) -> Mapping[str, Take]:
        """The takes before it, by names that no other file has."""
        named: dict[str, Take] = {}
        for take in self.chain[:-1]:
            named[unique_name(take.name, [*named, *_HALVES, MIX, VIDEO, DAWPROJECT, REAPER])] = take
        return named

    @cached_property
    def source(self) -> ExportSource:
        """What the dialog shows of it."""
        clip = self.clip
        # Where a take of the chain is gone, the rest are not all parts.
        earlier = () if self.chain[0].source else tuple(self._earlier)
        sizes = clip.sample_rate, clip.channels, clip.duration
        return ExportSource(clip.name, self.take.name, *sizes, self.selection, earlier, self.video, self._names)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """What the stems are called in file names."""
        return stem_names(tuple(self._earlier.items()), self.take, (MIX,))

    def write(self, choices: ExportChoices) -> Generator[ExportProgress | ExportReport, None, None]:
        """Export what was chosen. Raises AudioError."""
        request = yield from self._mixed(choices)
        yield from export(request)

    def peak(self, choices: ExportChoices) -> Generator[ExportProgress | float, None, None]:
        """The highest peak so far in dBFS, once there is all that is to be measured."""
        request = yield from self._mixed(choices)
        yield from peak_dbfs((yield from trimmed(request)))

    def _mixed(self, choices: ExportChoices) -> Generator[ExportProgress, None, ExportRequest]:
        """The request, with the current mix if that is chosen."""
        sounds: dict[str, Samples] = {str(stem): getattr(self.take.sound.stems, stem) for stem in _HALVES}
        sounds |= {name: take.sound.stems.target for name, take in self._earlier.items()}
        if MIX in (*choices.stems, choices.video):
            stem_set = StemSet(self.take.sound.stems, targets_of(self.chain[:-1]))
            for done, rendered in bounce(self.mix, self.clip, stem_set):
                sounds[MIX] = rendered
                yield ExportProgress("Rendering the mix", done, self.clip.frames)
        request = self._request(choices, {str(stem): sounds[stem] for stem in choices.stems})
        if choices.video and self.video is not None:
            request = replace(request, video=VideoExport(self.video, choices.video, sounds[choices.video]))
        return request

    def _request(self, choices: ExportChoices, stems: Mapping[str, Samples]) -> ExportRequest:
        start, stop = self._frame_range(choices)
        recipes = {name: _recipe_text(take) for name, take in self._earlier.items()}
        return ExportRequest(
            stems=stems,
            clip=self.clip,
            folder=choices.goal_folder(self.source),
            makes_folder=choices.own_folder or choices.makes_folder,
            names=self._names,
            template=choices.template,
            take=self.take.name,
            format=choices.audio_format,
            start=start,
            stop=stop,
            keeps_length=choices.keeps_length,
            sample_rate=choices.sample_rate,
            fade_in=choices.fade_in,
            fade_out=choices.fade_out,
            gate=choices.gate,
            trim=choices.trim,
            normalise=choices.normalise,
            gain_db=choices.gain_db,
            existing=choices.existing,
            markers=self._markers() if choices.markers else (),
            recipe=_recipe_text(self.take),
            recipes=recipes,
            record=recipe_facts(self.take, self.chain[:-1], settings_table) if choices.record else {},
            whole=self._whole(choices.stems),
            daw=self._daw_mix(choices.stems) if choices.daw_project else None,
        )

    def _daw_mix(self, stems: Sequence[str]) -> DawMix:
        """The strips of the stems, and the spans of all takes whose target is among them."""
        channels = {**{name: take.id for name, take in self._earlier.items()}, **{stem: stem for stem in _HALVES}}
        strips = {stem: self.mix.strip_of(channel) for stem, channel in channels.items()}
        takes = [*(take for name, take in self._earlier.items() if name in stems), self.take]
        is_bounce = set(stems) == {MIX}
        # Beside its parts the mix would be heard twice; it has the master's gain already.
        strips[MIX] = Strip(mute=not is_bounce)
        master_db = 0.0 if is_bounce else self.mix.master_db
        return DawMix(strips, master_db, self._labels(takes), self.clip.path, self._part_colors)

    @property
    def _part_colors(self) -> Mapping[str, str]:
        """The colours of a chain's parts, by their words."""
        parts = {**self._earlier, str(Stem.TARGET): self.take} if self._earlier else {}
        return {name: PART_COLORS[part_color(take.prompt.text)] for name, take in parts.items() if take.prompt.text}

    def _whole(self, stems: Sequence[str]) -> FullLength:
        """What target and residual add up to, or all parts together."""
        if not self.take.source or set(self.source.earlier) & set(stems):
            return FullLength(self.clip.samples, (*self.source.earlier, *_HALVES))
        if len(self.chain) == 1:
            return FullLength(self.clip.samples, parts=())
        before = self.chain[-2]
        return FullLength(before.sound.stems.residual, _HALVES, f"the residual of “{before.name}”")

    def _frame_range(self, choices: ExportChoices) -> tuple[int, int]:
        if not choices.selection_only or self.selection is None:
            return 0, self.clip.frames
        start, end = (round(seconds * self.clip.sample_rate) for seconds in self.selection)
        return start, min(end, self.clip.frames)

    def _markers(self) -> tuple[CueMarker, ...]:
        """The take's spans, and the markers."""
        rate, labels = self.clip.sample_rate, self._labels([self.take])
        return tuple(CueMarker(round(x.start * rate), round((x.end - x.start) * rate), x.text) for x in labels)

    def _labels(self, takes: Sequence[Take]) -> Sequence[Label]:
        """The takes' spans, and the markers."""
        spans = [label_of(span, take.prompt.text) for take in takes for span in take.prompt.spans]
        return (*spans, *map(label_of_marker, self.markers))


def _recipe_text(take: Take) -> str:
    table = settings_table(take.settings.engine)
    return recipe_text(take.prompt, take.settings, table, take.stretch, take.sound.correction)
