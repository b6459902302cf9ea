"""The objects in the video: clicked, boxed, mended, chosen; each edit is a named step."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.app.commands.marking.follow import NOTHING_MARKED, FollowCommands, ObjectControllers
from samstudio.app.commands.marking.object_display import ObjectDisplay
from samstudio.audio.video.video_file import VideoFile
from samstudio.controllers.video.looking import Question
from samstudio.separation.video.contract import Offers
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


class ObjectCommands(QObject):
    """Turns requests about objects into edits of the prompt, and into work that looks for them."""

    noted = Signal(str)
    """Why nothing was done."""

    def __init__(
        self, controllers: ObjectControllers, display: ObjectDisplay, follow: FollowCommands, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._transport = controllers.document, controllers.transport
        self._looking, self._following = controllers.looking, controllers.following
        self._sees = controllers.sees
        self._display, self._follow = display, follow

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
        time = self._display.time
        self._put(name, objects)
        self._follow.after_edit(known, time, was_followed=was_followed)

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
            self.noted.emit(NOTHING_MARKED)
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
            self.noted.emit(NOTHING_MARKED)
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
        if not question.is_preview:
            self._follow.begin()

    @Slot()
    def look_ahead(self) -> None:
        """Look at the frame that is shown, so that a click on it is answered at once; not while it plays."""
        if self._display.frame is not None and not self._transport.playing and self._sees():
            self._looking.look_ahead(self._display.frame)

    @Slot(object)
    def follow_prompt(self, _prompt: object) -> None:
        """Other objects, or another recording."""
        clip, index = self._document.clip, chosen_index(self._objects)
        key = ""
        # Not while a film is opened: it is read in several places, which on a slow disk takes a while.
        if self._objects and clip is not None and clip.path is not None:
            key = VideoFile(clip.path, clip.track).key
        self._following.show(key, self._objects[index] if index is not None else None)
        self._display.show_object(
            title(self._objects, index) if index is not None else "Object 1", self._chosen, self._following.track
        )
        self.show_others()

    @Slot()
    def show_others(self) -> None:
        """What is known of where the other objects are."""
        others = ((number, known) for number, known in enumerate(self._objects, 1) if known.muted and known.follows)
        tracks = ((number, self._following.track_of(known)) for number, known in others)
        self._display.show_others(tuple((number, track) for number, track in tracks if track is not None))

    @Slot(int)
    def step_frame(self, way: int) -> None:
        """Go to the next or previous frame of the video."""
        self._transport.step(way * 2.0 * self._display.reach)
