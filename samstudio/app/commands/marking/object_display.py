"""What the window shows of the chosen object: its mask and marks in the frame, its certainty over time."""

from PySide6.QtCore import QObject, Slot

from samstudio.audio.video.video_file import VideoInfo
from samstudio.controllers.video.following import RATE
from samstudio.controllers.video.looking import Looking, Question
from samstudio.separation.video.contract import Offers, Picture
from samstudio.session.video.mask_track import UNSURE, Mask, MaskTrack
from samstudio.session.video.objects import Mark, VideoObject
from samstudio.ui.announcements import announce
from samstudio.ui.timeline.axis.certainty_strip import CertaintyStrip
from samstudio.ui.video.mask_image import MaskLook
from samstudio.ui.video.mask_words import mask_words
from samstudio.ui.video.object_page import ObjectPage, object_state


class ObjectDisplay(QObject):
    """Puts object, track and frame together for page and strip."""

    def __init__(self, looking: Looking, page: ObjectPage, strip: CertaintyStrip) -> None:
        super().__init__(page)
        self._looking, self._page, self._strip = looking, page, strip
        self._name, self._object = "", VideoObject()
        self._track: MaskTrack | None = None
        self._video: VideoInfo | None = None
        self._others: tuple[tuple[int, MaskTrack], ...] = ()
        self._answer: tuple[Question, Offers] | None = None
        self.frame: Picture | None = None
        self.time = 0.0
        """Seconds, of the frame."""
        self.mask: Mask | None = None
        """Where the object is in the frame; None where that is unknown, or where it is absent."""

    @property
    def reach(self) -> float:
        """Seconds: half a frame. A mark that is no further away is of the frame that is shown."""
        rate = self._video.frame_rate if self._video is not None else None
        return 0.5 / (rate or RATE)

    @property
    def mark(self) -> Mark | None:
        """What was said about the frame."""
        return self._object.mark_at(self.time, self.reach)

    @property
    def offers(self) -> Offers | None:
        """The masks that are offered for the frame's mark, once they are known."""
        if self._answer is None or self._answer[0].frame is not self.frame or self._answer[0].mark != self.mark:
            return None
        return self._answer[1]

    @Slot(object)
    def show_video(self, video: VideoInfo | None) -> None:
        """Another video, or none; its first frame is still to come."""
        self._video, self.frame, self._answer = video, None, None
        self._looking.forget()
        self._refresh()

    @Slot(object, float)
    def show_frame(self, frame: Picture, time: float) -> None:
        """Another frame, and its time in seconds."""
        if frame is not self.frame:
            self._page.view.show_preview(None)
        self.frame, self.time = frame, time
        self._refresh()

    def show_object(self, name: str, known: VideoObject, track: MaskTrack | None) -> None:
        """Another object, or other marks of it."""
        self._name, self._object = name, known
        self._page.show_marked(marked=bool(known.marks))
        self._page.view.show_preview(None)
        self.show_track(track)

    @Slot(object)
    def show_track(self, track: MaskTrack | None) -> None:
        """More of where the object was followed to, or nothing."""
        self._track = track
        self._strip.show_object(self._object.marks, track)
        self._page.show_unsure(len(track.unsure) if track is not None else 0)
        self._refresh()

    def show_others(self, others: tuple[tuple[int, MaskTrack], ...]) -> None:
        """Numbers and tracks of objects that are not chosen."""
        if others != self._others:
            self._others = others
            self._refresh()

    def show_preview(self, mask: Mask | None) -> None:
        """What a click would take."""
        self._page.view.show_preview(mask)

    @Slot()
    def hide_preview(self) -> None:
        """Nothing is pointed at."""
        self._looking.forget()
        self._page.view.show_preview(None)
        # A mark whose mask was asked for is still to be shown.
        self._refresh()

    def show_answer(self, question: Question, offers: Offers) -> None:
        """What a mark takes, if it is of the frame that is still shown."""
        if question.frame is not self.frame:
            return
        mask = offers.chosen(question.mark.choice)
        if question.is_preview:
            self._page.view.show_preview(mask)
            if self._page.view.has_cross:
                announce(self._page.view, f"Would take: {mask_words(mask, self._name)}")
        elif question.mark == self.mark:
            self._answer = question, offers
            self._refresh()
            announce(self._page.view, mask_words(mask, self._name))

    def focus(self) -> None:
        """Let the keys act on the picture."""
        self._page.view.setFocus()

    def _refresh(self) -> None:
        """Show mask, mark and what they mean."""
        mark, offers, certainty = self.mark, self.offers, _certainty(self._track, self.time)
        self.mask, look = None, MaskLook.MARKED
        if mark is None and certainty is not None and self._track is not None:
            followed = self._track.mask_at(self.time)
            self.mask = followed if followed.any() else None
            look = MaskLook.MARKED if certainty >= UNSURE else MaskLook.UNSURE
        elif mark is not None and not mark.absent and offers is not None:
            self.mask = offers.chosen(mark.choice)
        elif mark is not None and not mark.absent and self.frame is not None:
            self._looking.ask(Question(self.frame, mark, is_preview=False))
        view = self._page.view
        view.show_mark(mark)
        view.show_mask(self.mask, look)
        others = ((number, track) for number, track in self._others if _certainty(track, self.time) is not None)
        view.show_others(tuple((number, track.mask_at(self.time)) for number, track in others))
        state = object_state(mark, certainty, self.mask, marked=bool(self._object.marks))
        self._page.show_state(state)
        view.setAccessibleDescription(
            f"{mask_words(self.mask, self._name)}. {state}" if self.mask is not None else state
        )


def _certainty(track: MaskTrack | None, time: float) -> float | None:
    """Of the mask that was followed to a time (seconds); None where the object was not followed to."""
    place = track.index_at(time) if track is not None else None
    if track is None or place is None or abs(track.times[place] - time) > 1.0 / RATE:
        return None
    return track.certainty[place]
