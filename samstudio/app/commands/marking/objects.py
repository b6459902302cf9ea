"""The objects in the video: clicked, boxed, followed, mended, chosen; each edit is a named step."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.app.commands.marking.object_display import ObjectDisplay
from samstudio.audio.video.video_file import VideoFile
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.separator import Separator
from samstudio.controllers.video.following import Following
from samstudio.controllers.video.looking import Looking, Question
from samstudio.separation.video.contract import Offers
from samstudio.session.stretch import Stretch
from samstudio.session.video.object_edits import (
    Objects,
    box_around,
    chosen_index,
    clicked,
    taken_back,
    title,
    with_chosen,
    with_exchanged,
    with_new,
    without,
)
from samstudio.session.video.objects import Box, Click, Mark, VideoObject

_NOTHING_MARKED = "Click what makes the sound in the video first."
_BUSY = "A separation is running: follow the object when it is done."


@dataclass(frozen=True)
class ObjectControllers:
    """What the commands on objects act on."""

    document: Document
    selection: Selection
    transport: Transport
    separator: Separator
    looking: Looking
    following: Following


class ObjectCommands(QObject):
    """Turns requests about objects into edits of the prompt, and into work that looks for them."""

    noted = Signal(str)
    """Why nothing was done."""

    def __init__(self, controllers: ObjectControllers, display: ObjectDisplay, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._selection = controllers.document, controllers.selection
        self._transport, self._separator = controllers.transport, controllers.separator
        self._looking, self._following = controllers.looking, controllers.following
        self._display = display
        self._followed: Stretch | None = None
        """Seconds that were last asked for: a mark mends all of them, whatever is selected by then; None: all."""

    # What is chosen

    @property
    def _objects(self) -> Objects:
        return self._document.prompt.objects

    @property
    def _chosen(self) -> VideoObject:
        """The object that is marked; a new one where there is none, or where the chosen one is a rectangle."""
        index = chosen_index(self._objects)
        return self._objects[index] if index is not None and self._objects[index].follows else VideoObject()

    def _edit(self, name: str, known: VideoObject) -> None:
        """Put the object in the place of the chosen one, and look for it again where it was followed."""
        index = chosen_index(self._objects)
        if index is not None and self._objects[index].follows:
            objects = with_exchanged(self._objects, index, known)
        else:
            objects = with_new(self._objects, known)
        was_followed = self._following.track is not None
        self._put(name, objects)
        if was_followed and known.marks:
            self._follow(self._followed)

    def _put(self, name: str, objects: Objects) -> None:
        self._document.edit_prompt(name, self._document.prompt.with_objects(*objects))

    @Slot(int)
    def choose(self, index: int) -> None:
        """Mark and separate another object from now on."""
        self._put(f"Choose {title(self._objects, index)}", with_chosen(self._objects, index))

    @Slot()
    def add(self) -> None:
        """One more object, not marked yet."""
        self._put("Add object", with_new(self._objects, VideoObject()))

    @Slot(int, str)
    def rename(self, index: int, name: str) -> None:
        """Give an object a name; an empty one gives it its number again."""
        named = replace(self._objects[index], name=name)
        self._put("Rename object", with_exchanged(self._objects, index, named))

    @Slot(int)
    def remove(self, index: int) -> None:
        """Remove an object and its marks."""
        self._put(f"Remove {title(self._objects, index)}", without(self._objects, index))

    def remove_chosen(self) -> None:
        """Remove the object that is chosen."""
        index = chosen_index(self._objects)
        if index is not None:
            self.remove(index)

    # Marks

    @property
    def _mark(self) -> Mark | None:
        return self._display.mark

    def _clicked(self, x: float, y: float, positive: bool) -> VideoObject:
        """The object with one more click. Raises ValueError where it would say nothing."""
        mask = self._display.mask
        around = box_around(mask) if mask is not None and self._mark is None else None
        return clicked(self._chosen, self._mark, self._display.time, Click(x, y, positive), around)

    @Slot(float, float, bool)
    def click(self, x: float, y: float, positive: bool) -> None:
        """A place is of the object, or is not."""
        try:
            known = self._clicked(x, y, positive)
        except ValueError:
            self.noted.emit(_NOTHING_MARKED)
            return
        self._edit("Click in the video" if positive else "Exclude in the video", known)

    @Slot(object)
    def draw_box(self, box: Box) -> None:
        """The object is inside a box."""
        mark = self._mark
        time = mark.time if mark is not None else self._display.time
        self._edit("Box in the video", self._chosen.with_mark(Mark(time, box=box)))

    @Slot(int)
    def resize(self, step: int) -> None:
        """Take the next larger of the masks that are offered, or the next smaller one."""
        mark, offers = self._mark, self._display.offers
        if mark is None or offers is None:
            return
        now = offers.best if mark.choice is None else min(mark.choice, len(offers.masks) - 1)
        choice = min(max(now + step, 0), len(offers.masks) - 1)
        if choice != now:
            name = "Larger mask" if step > 0 else "Smaller mask"
            self._edit(name, self._chosen.with_mark(replace(mark, choice=choice)))

    @Slot()
    def take_back(self) -> None:
        """Without the last click of the frame."""
        if self._mark is not None:
            self._edit("Take back the click", taken_back(self._chosen, self._mark))

    @Slot()
    def clear(self) -> None:
        """Without all that was said about the frame."""
        if self._mark is not None:
            self._edit("Remove the mark", self._chosen.without_mark(self._mark.time))

    @Slot()
    def mark_absent(self) -> None:
        """The object is not in the picture here; or it is, if that was said before."""
        mark = self._mark
        if not self._chosen.marks:
            self.noted.emit(_NOTHING_MARKED)
        elif mark is not None and mark.absent:
            self._edit("Remove the mark", self._chosen.without_mark(mark.time))
        else:
            time = mark.time if mark is not None else self._display.time
            self._edit("Not in the picture", self._chosen.with_mark(Mark(time, absent=True)))

    # What a click would take

    @Slot(float, float, bool)
    def point(self, x: float, y: float, positive: bool) -> None:
        """The pointer, or the cross, is at a place."""
        frame = self._display.frame
        if frame is None or self._transport.playing:
            return
        try:
            mark = self._clicked(x, y, positive).mark_at(self._display.time, self._display.reach)
        except ValueError:
            self._display.show_preview(None)
            return
        if mark is not None:
            self._looking.ask(Question(frame, mark, is_preview=True))

    @Slot(object, object)
    def answer(self, question: Question, offers: Offers) -> None:
        """The segmenter has answered."""
        self._display.show_answer(question, offers)

    # Following

    @Slot()
    def follow(self) -> None:
        """Follow the object through the selected time, or through all of it, near the playhead first."""
        self._follow(self._selection.range)

    def _follow(self, stretch: Stretch | None) -> None:
        clip = self._document.clip
        if clip is None or clip.path is None or not self._chosen.marks:
            self.noted.emit(_NOTHING_MARKED)
        elif self._separator.is_running:
            self.noted.emit(_BUSY)
        else:
            self._followed = stretch
            whole = 0.0, clip.duration
            self._following.follow(VideoFile(clip.path, clip.track), stretch or whole, self._transport.position)

    @Slot()
    def stop(self) -> None:
        """Follow no further; what was found stays."""
        self._following.stop()

    @Slot(bool)
    def make_way(self, running: bool) -> None:
        """A separation runs: it needs the processor."""
        self._looking.hold(running)
        if running:
            self._following.stop()

    @Slot(object)
    def follow_prompt(self, _prompt: object) -> None:
        """Other objects, or another recording."""
        clip, index = self._document.clip, chosen_index(self._objects)
        key = VideoFile(clip.path, clip.track).key if clip is not None and clip.path is not None else ""
        self._following.show(key, self._objects[index] if index is not None else None)
        self._display.show_object(
            title(self._objects, index) if index is not None else "Object 1", self._chosen, self._following.track
        )

    @Slot()
    def recall(self) -> None:
        """Put back the masks that were kept of a recording's object."""
        self._followed = None
        clip = self._document.clip
        if clip is not None and clip.path is not None:
            self._following.recall(VideoFile(clip.path, clip.track))

    @Slot()
    def next_unsure(self) -> None:
        """Go to the next place that is worth a look."""
        self.step_unsure(1)

    @Slot()
    def previous_unsure(self) -> None:
        """Go to the previous place that is worth a look."""
        self.step_unsure(-1)

    @Slot(int)
    def step_unsure(self, way: int) -> None:
        """Go to the middle of the next (1) or previous (-1) unsure stretch; from the last one on to the first."""
        track, now = self._following.track, self._transport.position
        times = [(start + end) / 2.0 for start, end in track.unsure] if track is not None else []
        # The frame in the middle of a stretch, not what lies between two.
        times = [track.times[place] for time in times if track and (place := track.index_at(time)) is not None]
        if not times:
            self.noted.emit("There is no place to check: " + self._why_sure())
            return
        reach = self._display.reach
        further = [time for time in times if (time - now) * way > reach]
        self._transport.seek((min(further) if way > 0 else max(further)) if further else times[0 if way > 0 else -1])

    def _why_sure(self) -> str:
        if self._following.track is None:
            return "the object was not followed yet, which F does."
        return "the object was followed with certainty."

    @Slot()
    def check(self) -> None:
        """Go to the next place to check, ready for the click that mends it."""
        self.step_unsure(1)
        self._display.focus()

    @Slot(int)
    def step_frame(self, way: int) -> None:
        """Go to the next or previous frame of the video."""
        self._transport.step(way * 2.0 * self._display.reach)
