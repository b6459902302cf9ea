"""What the lanes show and the mixer plays: the recording, the stems of the current take or of the one being built."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.playback.tracks import Draft, StemSet, targets_of
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.comparing import Comparing
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.corrector import CorrectionPreview, Corrector
from samstudio.controllers.separation.separator import Separator
from samstudio.separation.correction.derive import Corrected
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.mix import Channel
from samstudio.session.take import Stem, Stems, Take
from samstudio.session.take_tree import chain_to


class Audition(QObject):
    """Follows the document and the separator, and gives mixer and timeline the sound that belongs to them."""

    stems_changed = Signal(object)
    """Stems or None."""
    earlier_changed = Signal(object)
    """tuple[Take, ...]: the takes that these stems were separated from, the first one first; their targets play too."""

    def __init__(
        self,
        document: Document,
        separator: Separator,
        corrector: Corrector,
        comparing: Comparing,
        mixing: Mixing,
        transport: Transport,
        renderer: TimelineRenderer,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._separator, self._comparing = document, separator, comparing
        self._mixing, self._transport, self._renderer = mixing, transport, renderer
        self.stems: Stems | None = None
        """What is shown and, outside blind tests, played."""
        self._earlier: tuple[Take, ...] = ()
        self._drawn: dict[Channel, Samples] = {}
        self._blind: StemSet | None = None
        self.is_correction = False
        """Whether `stems` are those that were shown before with a correction; then only that is drawn anew."""
        self._made: Stems | None = None
        self._arriving: Corrected | None = None
        self._is_draft_shown = False
        """Whether the lanes show a draft in place of the stems."""
        self._clip: AudioClip | None = None
        """The clip that is drawn in lanes that are there."""
        self._preview: CorrectionPreview | None = None
        document.clip_changed.connect(self._on_clip_changed)
        document.clip_trimmed.connect(self._on_clip_trimmed)
        document.takes_changed.connect(self._follow_chain)
        document.current_take_changed.connect(self._on_current_take_changed)
        comparing.gain_changed.connect(self._update_mixer)
        corrector.arriving.connect(self._expect)
        corrector.preview_changed.connect(self._play_preview)
        separator.started.connect(self._show_stems)
        separator.stems_grew.connect(self._on_stems_grew)
        separator.part_grew.connect(self._on_part_grew)
        separator.drafted.connect(self._on_drafted)
        separator.stopped.connect(self.show_current_take)
        separator.failed.connect(self.show_current_take)

    def audition_blind(self, stems: Stems | None, gain_db: float = 0.0) -> None:
        """Play stems other than those that are shown, with a gain in dB; None ends that. The lanes do not change."""
        self._blind = None if stems is None else StemSet(stems, stems_db=gain_db)
        self._update_mixer()

    def sound_of(self, channel: Channel) -> Samples | None:
        """The sound that is shown of a channel; None where there is none."""
        clip = self._document.clip
        if clip is None or channel is Stem.CLIP:
            return None if clip is None else clip.samples
        if self.stems is None:
            return None
        sounds = {Stem.TARGET: self.stems.target, Stem.RESIDUAL: self.stems.residual, **targets_of(self._earlier)}
        return sounds.get(channel)

    @Slot(int)
    def extend_clip(self, frames: int) -> None:
        """More of the recording can be drawn: its first `frames` frames."""
        clip = self._document.clip
        if clip is not None and clip is not self._clip:
            # Once more: the peaks of a recording that was shown before come at once, and its lanes are there only now.
            self._clip = clip
            self._renderer.set_source(Stem.CLIP, clip.samples, clip.sample_rate, frames)
        else:
            self._renderer.extend(Stem.CLIP, frames)

    @Slot(object)
    def _expect(self, corrected: Corrected) -> None:
        self._arriving = corrected

    @Slot(object)
    def _play_preview(self, preview: CorrectionPreview | None) -> None:
        """Play a correction that is being computed; the lanes show it when it is whole and in the document."""
        if preview is not self._preview:
            self._preview = preview
            self._update_mixer()

    @property
    def is_awaited(self) -> bool:
        """Whether nothing of the stems exists yet: then the clip is heard and shown in their place."""
        return self.is_growing and self._separator.frames_ready == 0 and self._separator.draft is None

    @property
    def is_growing(self) -> bool:
        """Whether what is shown is the take that is being made."""
        return self.stems is not None and self.stems is self._separator.stems

    @Slot(object)
    def _on_clip_changed(self, clip: AudioClip | None) -> None:
        self._clip = None
        self._show_stems(None)
        self._mixing.set_clip(clip)
        self._transport.load(self._mixing.mixer, clip.frames if clip else 0)
        if clip is None:
            self._renderer.set_source(Stem.CLIP, None, 0, 0)
        else:
            self._renderer.set_source(Stem.CLIP, clip.samples, clip.sample_rate, 0)

    @Slot(object)
    def _on_clip_trimmed(self, clip: AudioClip) -> None:
        self._mixing.trim_clip(clip)
        self._transport.trim(clip.frames)
        self._clip = clip
        self._renderer.set_source(Stem.CLIP, clip.samples, clip.sample_rate, clip.frames)

    @Slot(object)
    def _on_current_take_changed(self, take: Take | None) -> None:
        if take is None:
            self._show_stems(None)
        else:
            self._show_stems(take.sound.stems, take.sound.made)

    @Slot()
    def show_current_take(self) -> None:
        """Show the current take, also while another one is made."""
        self._on_current_take_changed(self._document.current_take)

    @Slot()
    def show_take_in_making(self) -> None:
        """Show the take that is being made, if there is anything of it yet."""
        if self._separator.is_running and self._separator.stems is not None:
            self._show_stems(self._separator.stems)

    @Slot(int)
    def _on_stems_grew(self, frames: int) -> None:
        # Meanwhile the user may be listening to another take.
        if self.is_growing:
            self._update_mixer()
            draft = self._separator.draft
            if self._is_draft_shown and not (draft and draft.beyond(frames)):
                self._is_draft_shown = False
                self.stems_changed.emit(self.stems)
                self._draw_stems()
            self._renderer.extend(Stem.TARGET, frames)
            self._renderer.extend(Stem.RESIDUAL, frames)

    @Slot(object, object, object)
    def _on_part_grew(self, before: Stems, stems: Stems, changed: tuple[int, int]) -> None:
        """Play stems with more of their part, and draw what has come, unless another take is being listened to."""
        if self.stems is before:
            self.stems = stems
            self._update_mixer()
            self._renderer.replace_source(Stem.TARGET, stems.target, changed)
            self._renderer.replace_source(Stem.RESIDUAL, stems.residual, changed)

    @Slot(object)
    def _on_drafted(self, draft: Draft) -> None:
        """Play a draft in place of the one before, and draw what it changes."""
        if not self.is_growing:
            return
        self._update_mixer()
        self._is_draft_shown = True
        for stem, samples in ((Stem.TARGET, draft.stems.target), (Stem.RESIDUAL, draft.stems.residual)):
            self._renderer.replace_source(stem, samples, draft.frame_range)
            self._renderer.extend(stem, draft.frame_range[1])

    @Slot(object)
    def _show_stems(self, stems: Stems | None, made: Stems | None = None) -> None:
        clip = self._document.clip
        if stems is self.stems or (clip is None and stems is not None):
            return
        arriving, self._arriving = self._arriving, None
        # What arrives may belong to a take that is not shown: then the stems that are shown differ in more than that.
        is_correction = (
            arriving is not None and arriving.sound.stems is stems and made is not None and made is self._made
        )
        self.stems, self._made, self.is_correction = stems, made, is_correction
        self._is_draft_shown = False
        self._follow_chain()
        self.stems_changed.emit(stems)
        # Last: the peaks of stems that were shown before come at once, to lanes that must be there.
        if is_correction and stems is not None and arriving is not None:
            self._renderer.replace_source(Stem.TARGET, stems.target, arriving.hull)
            self._renderer.replace_source(Stem.RESIDUAL, stems.residual, arriving.hull)
        else:
            self._draw_stems()

    def _draw_stems(self) -> None:
        """Let the stems be drawn as far as they exist, in lanes that are there by now."""
        clip, stems = self._document.clip, self.stems
        if clip is None or stems is None:
            self._renderer.set_source(Stem.TARGET, None, 0, 0)
            self._renderer.set_source(Stem.RESIDUAL, None, 0, 0)
        else:
            ready = self._separator.frames_ready if self.is_growing else len(stems.target)
            self._renderer.set_source(Stem.TARGET, stems.target, clip.sample_rate, ready)
            self._renderer.set_source(Stem.RESIDUAL, stems.residual, clip.sample_rate, ready)

    @Slot()
    def _follow_chain(self) -> None:
        """Find what the stems were separated from: other stems were chosen, or takes were deleted or renamed."""
        takes = self._document.takes
        take = next((take for take in takes if take.sound.stems is self.stems), None)
        if self.stems is None:
            self._earlier = ()
        elif take is not None:
            self._earlier = chain_to(take, takes)[:-1]
        elif self.is_growing:
            source = next((take for take in takes if take.id == self._separator.source), None)
            self._earlier = chain_to(source, takes) if source is not None else ()
        self._update_mixer()
        self.earlier_changed.emit(self._earlier)
        self._draw_earlier()

    def _draw_earlier(self) -> None:
        """Let the targets of the earlier takes be drawn, in lanes that are there by now."""
        clip = self._document.clip
        sounds = {take.id: take.sound.stems.target for take in self._earlier} if clip is not None else {}
        for channel in self._drawn.keys() - sounds.keys():
            self._renderer.set_source(channel, None, 0, 0)
        for channel, samples in sounds.items():
            if self._drawn.get(channel) is not samples and clip is not None:
                self._renderer.set_source(channel, samples, clip.sample_rate, len(samples))
        self._drawn = sounds

    @Slot()
    def _update_mixer(self) -> None:
        """Give the mixer the stems that are shown, or those of a blind test."""
        stem_set: StemSet | None = None
        if self.stems is not None:
            earlier = targets_of(self._earlier)
            ready: int | None = None
            whole: Samples | None = None
            draft: Draft | None = None
            gain_db = self._comparing.gain_db
            if self.is_growing:
                ready, whole, gain_db = self._separator.frames_ready, self._separator.samples, 0.0
                draft = self._separator.draft
            stem_set = StemSet(self.stems, earlier, ready, whole, draft=draft, stems_db=gain_db)
            preview = self._preview
            if preview is not None and preview.of is self.stems:
                partly = preview.partly
                elsewhere = self.stems
                stem_set = StemSet(partly.stems, earlier, partly.stop, None, elsewhere, partly.start, stems_db=gain_db)
        self._mixing.set_stems(self._blind or stem_set)
