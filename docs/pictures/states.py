"""Every state of the window that is worth a look: each function brings the application into one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from docs.pictures.studio import Studio
from samstudio.app.commands.files.files import demo_recording
from samstudio.session.prompt import Prompt
from samstudio.session.video.objects import Click, Mark, VideoObject
from samstudio.ui.listening.listening_dialog import ListeningDialog

State = Callable[[Studio], object]
PICTURES: dict[str, State] = {}


def _state(function: State) -> State:
    PICTURES[function.__name__.replace("_", "-")] = function
    return function


# Without a take


@_state
def welcome(studio: Studio) -> None:
    """Nothing is open; what this computer has was looked up."""
    described: list[str] = []
    studio.container.machine_described.connect(described.append)
    studio.container.warm_up()
    studio.wait(lambda: described)


@_state
def opened(studio: Studio) -> None:
    """A recording without a mark."""
    studio.open_unmarked()


@_state
def opened_demo(studio: Studio) -> None:
    """The demo's marks."""
    studio.open_demo()


@_state
def marks(studio: Studio) -> None:
    """The demo's marks, one of them selected."""
    studio.open_demo()
    studio.do("next_span")


@_state
def words(studio: Studio) -> None:
    """A word that is understood, while it is typed."""
    studio.open_unmarked("bird")
    studio.do("edit_text")


@_state
def refused(studio: Studio) -> None:
    """A word that the engine does not know."""
    studio.open_unmarked("a sound without a name")
    studio.do("separate")
    studio.wait(lambda: not studio.container.separator.is_busy)


@_state
def separating(studio: Studio) -> None:
    """Some of a separation is done."""
    studio.open_demo()
    studio.do("separate")
    studio.wait(lambda: studio.container.separator.progress[1] > 0.1 or not studio.container.separator.is_busy)


@_state
def separating_selection(studio: Studio) -> None:
    """Only the selection is being separated."""
    studio.open_demo()
    studio.select(2.0, 12.0)
    studio.do("separate_selection")
    studio.wait(lambda: studio.container.separator.progress[1] > 0.1 or not studio.container.separator.is_busy)


@_state
def markers(studio: Studio) -> None:
    """Three markers, and their list."""
    studio.open_demo()
    for seconds in (3.9, 7.7, 11.2):
        studio.container.transport.seek(seconds)
        studio.do("add_marker")


@_state
def recordings(studio: Studio) -> None:
    """Several recordings, one with a long name."""
    names = ("Harbour at night, second microphone, wind from the east.flac", "Interview.flac", "Atmo 3.flac")
    for name in names:
        path = studio.home / name
        path.write_bytes(demo_recording()[0].read_bytes())
        studio.open(path)


@_state
def queue(studio: Studio) -> None:
    """Several recordings, and several takes of one, wait for their separation; one failed, one is under way."""
    recordings(studio)
    studio.document.edit_prompt("Type", Prompt("a sound without a name"))
    studio.separate()
    studio.document.edit_prompt("Type", Prompt("bird"))
    studio.do("separate_recordings")
    _answer(studio, "Separate")
    studio.document.edit_prompt("Type", Prompt("siren"))
    studio.do("separate")
    studio.wait(lambda: studio.container.separator.progress[1] > 0.1 or not studio.container.separator.is_busy)
    studio.window.docks["queue"].raise_()
    studio.window.queue_panel.select(2)


def _answer(studio: Studio, text: str) -> None:
    next(button for button in studio.dialog().findChildren(QPushButton) if button.text() == text).click()


@_state
def video(studio: Studio) -> None:
    """A video, with a region."""
    from tests.audio.made_videos import write_video

    path = studio.home / "Street.mp4"
    if not path.exists():
        down, across = np.mgrid[0:180, 0:320]
        frames = [np.stack([down + k, across // 2, 90 + 0 * down], 2).astype(np.uint8) for k in range(0, 100, 2)]
        noise = np.random.default_rng(0).normal(0, 0.05, 96000).astype(np.float32)
        write_video(path, frames, sound=noise)
    studio.open(path)


@_state
def film(studio: Studio) -> None:
    """A video in which an object was clicked and followed."""
    from benchmarks.tracking_film import DrawnFilm
    from tests.audio.made_videos import write_video

    path = studio.home / "Film.mp4"
    if not path.exists():
        drawn = DrawnFilm(1, seconds=2.0)
        noise = np.random.default_rng(0).normal(0, 0.05, 96000).astype(np.float32)
        write_video(path, list(drawn.frames_at(np.arange(50) / 25)), sound=noise)
    studio.open(path)
    thing = VideoObject((Mark(0.0, (Click(0.2, 0.48),)),))
    studio.document.edit_prompt("Click", Prompt("").with_objects(thing))
    studio.do("follow_object")
    studio.wait(lambda: not studio.container.following.is_running)
    dock = studio.window.docks["video"]
    dock.raise_()
    studio.window.resizeDocks([dock], [studio.window.width() * 2 // 5], Qt.Orientation.Horizontal)


# With takes


@_state
def take(studio: Studio) -> None:
    """A take, the target heard."""
    studio.open_takes()
    studio.do("hear_target")


@_state
def redone(studio: Studio) -> None:
    """A take with a passage redone."""
    studio.open_takes()
    studio.document.select_take(1)


@_state
def details(studio: Studio) -> None:
    """The details of a take."""
    studio.open_takes()
    studio.window.docks["takes"].raise_()
    studio.window.takes_panel.fold.setChecked(True)


@_state
def suggested(studio: Studio) -> None:
    """Where a word was found."""
    studio.open_takes()
    studio.document.select_take(2)
    studio.document.edit_prompt("Use", Prompt("bird"))
    studio.do("next_suggestion")


@_state
def area(studio: Studio) -> None:
    """A selected area with its bar."""
    studio.open_takes()
    studio.do("hear_target")
    studio.do("tool_area_box")
    studio.select_area((8.2, 9.6), (2200.0, 5200.0))


@_state
def wand(studio: Studio) -> None:
    """What the wand took, and its options."""
    studio.open_takes()
    studio.do("hear_target")
    studio.do("tool_wand")
    studio.select_area((8.2, 9.6), (2200.0, 5200.0))


@_state
def harmonics(studio: Studio) -> None:
    """The harmonics tool and its options, beside an area."""
    studio.open_takes()
    studio.do("hear_target")
    studio.do("tool_harmonics")
    studio.select_area((8.2, 9.6), (2200.0, 5200.0))


@_state
def brush(studio: Studio) -> None:
    """The brush's ring over the spectrogram."""
    studio.open_takes()
    studio.do("hear_target")
    studio.do("tool_brush")
    (_, box), *_others = studio.window.timeline.picture_boxes()
    studio.point(box.scene().views()[0].viewport(), 0.4, 0.6)


@_state
def share(studio: Studio) -> None:
    """What was taken out, tinted in the clip's spectrogram."""
    studio.open_takes()
    studio.do("show_share")


@_state
def stem_spectrograms(studio: Studio) -> None:
    """The stems' lanes as spectrograms."""
    studio.open_takes()
    studio.do("switch_stem_lanes")


@_state
def residual(studio: Studio) -> None:
    """The next sound is asked for, to be taken out of the residual."""
    studio.open_takes()
    studio.do("continue_from_residual")


@_state
def chain(studio: Studio) -> None:
    """A take out of a residual: its parts in lanes and in the mixer."""
    studio.open_takes()
    studio.document.select_take(3)


@_state
def history(studio: Studio) -> None:
    """The list of steps."""
    studio.open_demo()
    for action in ("next_span", "flip_span", "mute_span", "duplicate_span"):
        studio.do(action)
    studio.window.docks["history"].raise_()


@_state
def palette(studio: Studio) -> None:
    """Find an action."""
    studio.open_takes()
    studio.do("command_palette")


@_state
def lane_menu(studio: Studio) -> None:
    """The menu behind a lane's name."""
    studio.open_takes()
    studio.do("lane_menu")


def _menu(title: str) -> State:
    def show(studio: Studio) -> None:
        """An opened menu."""
        studio.open_takes()
        bar = studio.window.menuBar()
        bar.setActiveAction(next(action for action in bar.actions() if action.text() == title))

    return show


for _title in ("&Mark", "&View"):
    PICTURES[f"menu-{_title.strip('&').lower()}"] = _menu(_title)


# Dialogs


@_state
def export(studio: Studio) -> None:
    """Before exporting."""
    studio.open_takes()
    studio.do("export")


@_state
def export_report(studio: Studio) -> None:
    """What was measured on the exported files."""
    studio.open_takes()
    studio.do("export")
    studio.export(studio.dialog())


@_state
def blind_test(studio: Studio) -> None:
    """The set-up of a blind test."""
    studio.open_takes()
    studio.do("blind_test")


@_state
def blind_round(studio: Studio) -> None:
    """A round of a blind test."""
    studio.open_takes()
    studio.do("blind_test")
    dialog = studio.dialog()
    dialog.next_button.click()
    studio.wait(dialog.round.isVisible)


def _listening(studio: Studio) -> ListeningDialog:
    """The set-up of a listening test over a folder with two systems."""
    folder = studio.home / "Listening test"
    for system in ("first", "second"):
        (folder / system).mkdir(parents=True, exist_ok=True)
        (folder / system / "p21.flac").write_bytes(demo_recording()[0].read_bytes())
    studio.container.preferences.set_text("listening/folder", str(folder))
    studio.do("listening_test")
    dialog = studio.dialog()
    assert isinstance(dialog, ListeningDialog)
    dialog.setup.listener.setText("Ann")
    return dialog


@_state
def listening_test(studio: Studio) -> None:
    """The set-up of a blind test over a folder."""
    _listening(studio)


@_state
def listening_trial(studio: Studio) -> None:
    """A trial of a blind test over a folder."""
    dialog = _listening(studio)
    dialog.next_button.click()
    studio.wait(dialog.round.isVisible)


@_state
def compare(studio: Studio) -> None:
    """Two takes' settings side by side."""
    studio.open_takes()
    studio.do("compare_settings")


def _preferences(number: int) -> State:
    def show(studio: Studio) -> None:
        """A page of the preferences."""
        studio.open_takes()
        studio.do("preferences")
        studio.dialog().titles.setCurrentRow(number)

    return show


for _number, _page in enumerate(("sound", "look", "keys", "engines", "machines", "storage", "folders")):
    PICTURES[f"preferences-{_page}"] = _preferences(_number)


@_state
def models(studio: Studio) -> None:
    """Setting up models."""
    studio.do("set_up_models")


@_state
def shortcuts(studio: Studio) -> None:
    """Keys and gestures."""
    studio.open_takes()
    studio.do("shortcuts")


@_state
def keyboard(studio: Studio) -> None:
    """The editor of keys."""
    studio.do("keyboard")


@_state
def spectrogram_settings(studio: Studio) -> None:
    """The spectrogram's settings."""
    studio.open_takes()
    studio.do("spectrogram_settings")


@_state
def missing(studio: Studio) -> None:
    """A session whose recording is gone."""
    studio.open_takes()
    studio.document.recordings.close_all()
    recording = studio.home / "Trio by an open window.flac"
    aside = recording.rename(studio.home / "aside.flac")
    try:
        studio.commands.files.open_path(studio.home / "Trio.samstudio")
        studio.dialog()
    finally:
        aside.rename(recording)


@_state
def not_sound(studio: Studio) -> None:
    """A file that is no sound."""
    path = Path(studio.home) / "notes.wav"
    path.write_text("This is no sound.")
    studio.open_takes()
    studio.commands.files.open_path(path)
    studio.dialog()
