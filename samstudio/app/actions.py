"""Every action of the window in one table; menus, toolbar and shortcut sheet are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from samstudio.ui.icons import icon
from samstudio.ui.parts import native_keys


class Requirement(Enum):
    """What there must be for an action to make sense, in the words in which the palette says so."""

    NOTHING = ""
    CLIP = "needs a recording"
    TAKE = "needs a take"
    TWO_TAKES = "needs two takes"
    TAKE_READY = "needs a take, and no separation running"
    TAKE_STRETCH = "needs a take and a selection, and no separation running"
    RANGE = "needs a selection"
    SPAN = "needs a selected span"
    SPAN_OR_GHOST = "needs a selected span or suggested span"
    MARKABLE = "needs a selection, or a selected span or suggested span"
    GHOST = "needs a selected suggested span"
    GHOSTS = "needs a take with suggested spans"
    SPANS = "needs a span"
    STRETCH = "needs a selection or a selected span"
    READY = "needs a recording, and no separation running"
    RUNNING = "needs a separation running"
    ABSENT = "needs a take whose target was silenced somewhere"
    UNDO = "nothing to undo"
    REDO = "nothing to redo"


@dataclass(frozen=True)
class ActionSpec:
    """One row: `name` is what the code calls it, `group` is its menu, the first of `keys` is the one shown."""

    name: str
    group: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    separated: bool = False
    """Whether a line stands above it in its menu."""
    needs: Requirement = Requirement.NOTHING
    repeats: bool = True
    """Whether it is done again and again while its key is held."""


GROUPS = ("&File", "&Edit", "&Mark", "&View", "&Play", "Mi&x", "&Separate", "&Takes", "&Help")
FILE, EDIT, MARK, VIEW, PLAY, MIX, SEPARATE, TAKES, HELP = GROUPS

ACTIONS = (
    ActionSpec("open", FILE, "Open…", ("Ctrl+O",), "open"),
    ActionSpec("open_demo", FILE, "Open the demo"),
    ActionSpec("save", FILE, "Save the session", ("Ctrl+S",), "save", separated=True, needs=Requirement.CLIP),
    ActionSpec("save_as", FILE, "Save the session as…", ("Ctrl+Shift+S",), needs=Requirement.CLIP),
    ActionSpec("export", FILE, "Export stems…", ("Ctrl+Shift+E",), "export", separated=True, needs=Requirement.TAKE),
    ActionSpec("copy_stem", FILE, "Copy the stem as a file", ("Ctrl+Alt+C",), needs=Requirement.TAKE),
    ActionSpec("import_labels", FILE, "Import labels…", ("Ctrl+I",), separated=True, needs=Requirement.CLIP),
    ActionSpec("export_labels", FILE, "Export labels…", needs=Requirement.SPANS),
    ActionSpec("close", FILE, "Close the recording", ("Ctrl+W",), separated=True, needs=Requirement.CLIP),
    ActionSpec("quit", FILE, "Quit", ("Ctrl+Q",)),
    ActionSpec("undo", EDIT, "Undo", ("Ctrl+Z",), "undo", needs=Requirement.UNDO),
    ActionSpec("redo", EDIT, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", needs=Requirement.REDO),
    ActionSpec("select_all", EDIT, "Select all", ("Ctrl+A",), separated=True, needs=Requirement.CLIP),
    ActionSpec("escape", EDIT, "Clear the selection or cancel a drag", ("Esc",)),
    ActionSpec("select_all_spans", EDIT, "Select all spans", ("Ctrl+Shift+A",), needs=Requirement.SPANS),
    ActionSpec("delete_span", EDIT, "Delete the span", ("Del", "Backspace"), "delete", needs=Requirement.SPAN_OR_GHOST),
    ActionSpec("tool_select", MARK, "Select tool", ("V",), "select", checkable=True, needs=Requirement.CLIP),
    ActionSpec("tool_plus", MARK, "+ span tool", ("Shift+P",), "plus", checkable=True, needs=Requirement.CLIP),
    ActionSpec("tool_minus", MARK, "− span tool", ("Shift+N",), "minus", checkable=True, needs=Requirement.CLIP),
    ActionSpec("tool_box", MARK, "Box tool", ("Shift+B",), "box", checkable=True, needs=Requirement.CLIP),
    ActionSpec("snap", MARK, "Snap", ("G",), "snap", checkable=True),
    ActionSpec("mark_plus", MARK, "+ span from the selection", ("P", "+"), separated=True, needs=Requirement.MARKABLE),
    ActionSpec("mark_minus", MARK, "− span from the selection", ("N", "-"), needs=Requirement.MARKABLE),
    ActionSpec("mark_in", MARK, "Selection starts at the playhead", ("[", "I"), needs=Requirement.CLIP),
    ActionSpec("mark_out", MARK, "Selection ends at the playhead", ("]", "O"), needs=Requirement.CLIP),
    ActionSpec("extend_back", MARK, "Extend the selection back 0.1 s", ("Ctrl+Shift+Left",), needs=Requirement.CLIP),
    ActionSpec(
        "extend_forward", MARK, "Extend the selection forward 0.1 s", ("Ctrl+Shift+Right",), needs=Requirement.CLIP
    ),
    ActionSpec("next_span", MARK, "Next span", ("Alt+Right",), separated=True, needs=Requirement.SPANS),
    ActionSpec("previous_span", MARK, "Previous span", ("Alt+Left",), needs=Requirement.SPANS),
    ActionSpec("edit_span", MARK, "Edit the span with the arrow keys", ("Return", "Enter"), needs=Requirement.SPAN),
    ActionSpec("flip_span", MARK, "Flip the span's sign", ("Shift+F",), "flip", needs=Requirement.SPAN),
    ActionSpec("mute_span", MARK, "Mute the span", ("Shift+M",), "mute", needs=Requirement.SPAN),
    ActionSpec("duplicate_span", MARK, "Duplicate the span", ("Ctrl+D",), "duplicate", needs=Requirement.SPAN),
    ActionSpec("split_span", MARK, "Split at the playhead", ("T",), needs=Requirement.SPANS),
    ActionSpec("merge_spans", MARK, "Merge spans", ("Ctrl+J",), needs=Requirement.SPAN),
    ActionSpec("raise_span", MARK, "Bring the span to the front", ("Shift+T",), needs=Requirement.SPAN),
    ActionSpec(
        "next_suggestion", MARK, "Next suggested span", ("Alt+Shift+Right",), separated=True, needs=Requirement.GHOSTS
    ),
    ActionSpec("previous_suggestion", MARK, "Previous suggested span", ("Alt+Shift+Left",), needs=Requirement.GHOSTS),
    ActionSpec("accept_suggestion", MARK, "Accept the suggested span as a + span", ("A",), needs=Requirement.GHOST),
    ActionSpec(
        "accept_suggestion_minus", MARK, "Accept the suggested span as a − span", ("Shift+A",), needs=Requirement.GHOST
    ),
    ActionSpec("accept_all_suggestions", MARK, "Accept all suggested spans", ("Alt+A",), needs=Requirement.GHOSTS),
    ActionSpec("dismiss_suggestion", MARK, "Dismiss the suggested span", ("X",), needs=Requirement.GHOST),
    ActionSpec("zoom_in", VIEW, "Zoom in", ("Ctrl+=", "Ctrl++"), "zoom_in", needs=Requirement.CLIP),
    ActionSpec("zoom_out", VIEW, "Zoom out", ("Ctrl+-",), "zoom_out", needs=Requirement.CLIP),
    ActionSpec(
        "zoom_selection", VIEW, "Zoom to the selection", ("Ctrl+E",), "zoom_selection", needs=Requirement.STRETCH
    ),
    ActionSpec("zoom_fit", VIEW, "Show the whole recording", ("Ctrl+F",), "zoom_fit", needs=Requirement.CLIP),
    ActionSpec("page_left", VIEW, "Page back", ("PgUp",), needs=Requirement.CLIP),
    ActionSpec("page_right", VIEW, "Page forward", ("PgDown",), needs=Requirement.CLIP),
    ActionSpec("waves_taller", VIEW, "Increase waveform height", ("Alt+Up",), separated=True, needs=Requirement.CLIP),
    ActionSpec("waves_flatter", VIEW, "Decrease waveform height", ("Alt+Down",), needs=Requirement.CLIP),
    ActionSpec("waves_true", VIEW, "Reset waveform height", ("Alt+0",), needs=Requirement.CLIP),
    ActionSpec("model_frames", VIEW, "Show model frames", ("Ctrl+Shift+M",), checkable=True, separated=True),
    ActionSpec("follow", VIEW, "Follow the playhead", checkable=True),
    ActionSpec(
        "spectrogram_settings", VIEW, "Spectrogram settings…", ("Ctrl+,",), "spectrogram", needs=Requirement.CLIP
    ),
    ActionSpec("time_format", VIEW, "Time format…", ("Ctrl+Shift+T",), needs=Requirement.NOTHING),
    ActionSpec("next_panel", VIEW, "Next panel", ("F6",), separated=True),
    ActionSpec("previous_panel", VIEW, "Previous panel", ("Shift+F6",)),
    ActionSpec("float_panel", VIEW, "Float or dock the panel", ("Ctrl+Alt+F",)),
    ActionSpec("close_panel", VIEW, "Close the panel", ("Ctrl+Alt+W",)),
    ActionSpec("reset_panels", VIEW, "Reset the panel layout"),
    ActionSpec("light_theme", VIEW, "Light theme", checkable=True),
    ActionSpec("play", PLAY, "Play or stop", ("Space",), "play", needs=Requirement.CLIP),
    ActionSpec("stop_playing", PLAY, "Stop", ("Alt+K",), needs=Requirement.CLIP),
    ActionSpec("play_selection", PLAY, "Play the selection", ("Shift+Space",), needs=Requirement.CLIP),
    ActionSpec("play_around", PLAY, "Play around the selection", ("Ctrl+Shift+Space",), needs=Requirement.STRETCH),
    ActionSpec("loop", PLAY, "Loop", ("L",), "loop", checkable=True, needs=Requirement.CLIP),
    ActionSpec("return_on_stop", PLAY, "Return the playhead on stop", ("Ctrl+R",), checkable=True),
    ActionSpec(
        "shuttle_on",
        PLAY,
        "Shuttle forward, faster each time",
        ("Alt+L",),
        separated=True,
        needs=Requirement.CLIP,
        repeats=False,
    ),
    ActionSpec(
        "shuttle_back", PLAY, "Shuttle back, faster each time", ("Alt+J",), needs=Requirement.CLIP, repeats=False
    ),
    ActionSpec("shuttle_slow_on", PLAY, "Shuttle forward at half speed", ("Alt+Shift+L",), needs=Requirement.CLIP),
    ActionSpec("shuttle_slow_back", PLAY, "Shuttle back at half speed", ("Alt+Shift+J",), needs=Requirement.CLIP),
    ActionSpec("go_start", PLAY, "Go to the start", ("Home",), "start", separated=True, needs=Requirement.CLIP),
    ActionSpec("go_end", PLAY, "Go to the end", ("End",), "end", needs=Requirement.CLIP),
    ActionSpec("back", PLAY, "Back 1 s", ("Left",), needs=Requirement.CLIP),
    ActionSpec("forward", PLAY, "Forward 1 s", ("Right",), needs=Requirement.CLIP),
    ActionSpec("back_far", PLAY, "Back 5 s", ("Shift+Left",), needs=Requirement.CLIP),
    ActionSpec("forward_far", PLAY, "Forward 5 s", ("Shift+Right",), needs=Requirement.CLIP),
    ActionSpec("back_fine", PLAY, "Back 40 ms", ("Ctrl+Left",), needs=Requirement.CLIP),
    ActionSpec("forward_fine", PLAY, "Forward 40 ms", ("Ctrl+Right",), needs=Requirement.CLIP),
    ActionSpec("hear_clip", MIX, "Hear the clip", ("1",), needs=Requirement.CLIP),
    ActionSpec("hear_target", MIX, "Hear the target", ("2",), needs=Requirement.TAKE),
    ActionSpec("hear_residual", MIX, "Hear the residual", ("3",), needs=Requirement.TAKE),
    ActionSpec("hear_mix", MIX, "Hear the mix, nothing soloed", ("0",), needs=Requirement.TAKE),
    ActionSpec("without_target", MIX, "Hear the mix with or without the target", ("C",), needs=Requirement.TAKE),
    ActionSpec("mute_strip", MIX, "Mute the focused strip", ("M",), separated=True),
    ActionSpec("solo_strip", MIX, "Solo the focused strip", ("S",)),
    ActionSpec("solo_safe_strip", MIX, "Solo-safe for the focused strip", ("Ctrl+Alt+S",)),
    ActionSpec("invert_strip", MIX, "Invert the phase of the focused strip", ("Shift+I",)),
    ActionSpec("reset_mixer", MIX, "Reset the mixer", separated=True, needs=Requirement.CLIP),
    ActionSpec("restore_mixer", MIX, "Undo mixer reset", needs=Requirement.CLIP),
    ActionSpec("reset_loudness", MIX, "Reset the loudness measurement", ("Ctrl+Alt+L",), needs=Requirement.CLIP),
    ActionSpec("playback_settings", PLAY, "Playback settings…", separated=True),
    ActionSpec("separate", SEPARATE, "Separate", ("Ctrl+Return", "Ctrl+Enter"), "separate", needs=Requirement.READY),
    ActionSpec("cancel", SEPARATE, "Cancel the separation", ("Ctrl+.",), "cancel", needs=Requirement.RUNNING),
    ActionSpec("let_through", SEPARATE, "Restore the target here", ("H",), separated=True, needs=Requirement.ABSENT),
    ActionSpec("let_through_everywhere", SEPARATE, "Restore the target everywhere", needs=Requirement.ABSENT),
    ActionSpec("edit_text", SEPARATE, "Edit the prompt", ("Ctrl+T",), separated=True),
    ActionSpec("set_up_sam_audio", SEPARATE, "Set up SAM Audio…", separated=True),
    ActionSpec("previous_take", TAKES, "Previous take", ("Ctrl+PgUp",), needs=Requirement.TWO_TAKES),
    ActionSpec("next_take", TAKES, "Next take", ("Ctrl+PgDown",), needs=Requirement.TWO_TAKES),
    ActionSpec("toggle_ab", TAKES, "Switch between A and B", ("B",), separated=True, needs=Requirement.TWO_TAKES),
    ActionSpec("match_levels", TAKES, "Match the levels of A and B", ("Shift+L",), checkable=True),
    ActionSpec("compare_settings", TAKES, "Compare settings…", (), "compare", needs=Requirement.TWO_TAKES),
    ActionSpec("blind_test", TAKES, "Blind A/B test…", ("Ctrl+Shift+B",), "blind", needs=Requirement.TWO_TAKES),
    ActionSpec("star_take", TAKES, "Star the take", ("Shift+S",), "star", separated=True, needs=Requirement.TAKE),
    ActionSpec("note_take", TAKES, "Add a note to the take", ("Ctrl+Shift+N",), needs=Requirement.TAKE),
    ActionSpec("rename_take", TAKES, "Rename the take", ("F2",), "rename", needs=Requirement.TAKE),
    ActionSpec("delete_take", TAKES, "Delete the take", (), "delete", needs=Requirement.TAKE),
    ActionSpec(
        "continue_from_residual",
        TAKES,
        "Continue from the residual",
        ("Ctrl+Alt+Return",),
        separated=True,
        needs=Requirement.TAKE_READY,
    ),
    ActionSpec("redo_stretch", TAKES, "Redo the selection", ("Ctrl+Shift+R",), needs=Requirement.TAKE_STRETCH),
    ActionSpec(
        "comp", TAKES, "Comp the selection from another take…", ("Ctrl+Shift+C",), needs=Requirement.TAKE_STRETCH
    ),
    ActionSpec("run_again", TAKES, "Run again with another seed", ("Ctrl+Shift+Return",), needs=Requirement.TAKE_READY),
    ActionSpec("use_settings", TAKES, "Use its prompt and settings", needs=Requirement.TAKE),
    ActionSpec("command_palette", HELP, "Find an action…", ("Ctrl+K", "Ctrl+Shift+P"), "search"),
    ActionSpec("shortcuts", HELP, "Keys and gestures", ("F1", "?"), "help"),
    ActionSpec("keyboard", HELP, "Keyboard…", icon="keyboard"),
    ActionSpec("show_log", HELP, "Show the log"),
    ActionSpec("about", HELP, "About SAM Studio"),
)


def make_actions(parent: QWidget) -> dict[str, QAction]:
    """A QAction for each row of the table, by name, working wherever the focus is in `parent`."""
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(spec.text, parent)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        action.setAutoRepeat(spec.repeats)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        # Menus of professional editors carry words, not pictures; the icons are the toolbar's.
        action.setIconVisibleInMenu(False)
        parent.addAction(action)
        actions[spec.name] = action
    show_keys(actions, {spec.name: spec.keys for spec in ACTIONS})
    return actions


def show_keys(actions: Mapping[str, QAction], keys: Mapping[str, tuple[str, ...]]) -> None:
    """Give the actions their keys, and the tooltips that name the first of them."""
    for spec in ACTIONS:
        action, mine = actions[spec.name], keys[spec.name]
        action.setShortcuts([QKeySequence(key) for key in mine])
        title = spec.text.rstrip("…")
        action.setToolTip(f"{title} ({native_keys(mine[0])})" if mine else title)
