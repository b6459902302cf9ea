"""Every action of the window in one table; menus, toolbar and shortcut sheet are made from it."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from samstudio.ui.icons import icon


class Need(Enum):
    """What there must be for an action to make sense."""

    NOTHING = auto()
    CLIP = auto()
    TAKE = auto()
    RANGE = auto()
    SPAN = auto()
    """A selected span."""
    SPANS = auto()
    """Any span."""
    STRETCH = auto()
    """A selected stretch of time or span."""
    READY = auto()
    """A clip, and no separation running."""
    RUNNING = auto()
    """A separation running."""


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
    needs: Need = Need.NOTHING


GROUPS = ("&File", "&Edit", "&Mark", "&View", "&Play", "&Separate", "&Help")
FILE, EDIT, MARK, VIEW, PLAY, SEPARATE, HELP = GROUPS

ACTIONS = (
    ActionSpec("open", FILE, "Open…", ("Ctrl+O",), "open"),
    ActionSpec("open_demo", FILE, "Open the demo"),
    ActionSpec("export", FILE, "Export stems…", ("Ctrl+Shift+E",), "export", separated=True, needs=Need.TAKE),
    ActionSpec("close", FILE, "Close the recording", ("Ctrl+W",), separated=True, needs=Need.CLIP),
    ActionSpec("quit", FILE, "Quit", ("Ctrl+Q",)),
    ActionSpec("select_all", EDIT, "Select all", ("Ctrl+A",), separated=True, needs=Need.CLIP),
    ActionSpec("escape", EDIT, "Clear the selection, or drop a drag", ("Esc",)),
    ActionSpec("delete_span", EDIT, "Delete the span", ("Del", "Backspace"), "delete", needs=Need.SPAN),
    ActionSpec("tool_select", MARK, "Select tool", ("V",), "select", checkable=True, needs=Need.CLIP),
    ActionSpec("tool_plus", MARK, "+ span tool", ("Shift+P",), "plus", checkable=True, needs=Need.CLIP),
    ActionSpec("tool_minus", MARK, "− span tool", ("Shift+N",), "minus", checkable=True, needs=Need.CLIP),
    ActionSpec("tool_box", MARK, "Box tool", ("Shift+B",), "box", checkable=True, needs=Need.CLIP),
    ActionSpec("snap", MARK, "Snap", ("G",), checkable=True),
    ActionSpec("mark_plus", MARK, "+ span from the selection", ("P", "+"), separated=True, needs=Need.RANGE),
    ActionSpec("mark_minus", MARK, "− span from the selection", ("N", "-"), needs=Need.RANGE),
    ActionSpec("mark_in", MARK, "Selection starts at the playhead", ("[", "I"), needs=Need.CLIP),
    ActionSpec("mark_out", MARK, "Selection ends at the playhead", ("]", "O"), needs=Need.CLIP),
    ActionSpec("next_span", MARK, "Next span", ("Alt+Right",), separated=True, needs=Need.SPANS),
    ActionSpec("previous_span", MARK, "Previous span", ("Alt+Left",), needs=Need.SPANS),
    ActionSpec("flip_span", MARK, "Flip the span's sign", ("Shift+F",), "flip", needs=Need.SPAN),
    ActionSpec("mute_span", MARK, "Mute the span", ("Shift+M",), "mute", needs=Need.SPAN),
    ActionSpec("duplicate_span", MARK, "Duplicate the span", ("Ctrl+D",), "duplicate", needs=Need.SPAN),
    ActionSpec("zoom_in", VIEW, "Zoom in", ("Ctrl+=", "Ctrl++"), "zoom_in", needs=Need.CLIP),
    ActionSpec("zoom_out", VIEW, "Zoom out", ("Ctrl+-",), "zoom_out", needs=Need.CLIP),
    ActionSpec("zoom_selection", VIEW, "Zoom to the selection", ("Ctrl+E",), "zoom_selection", needs=Need.STRETCH),
    ActionSpec("zoom_fit", VIEW, "Show the whole recording", ("Ctrl+F",), "zoom_fit", needs=Need.CLIP),
    ActionSpec("page_left", VIEW, "One page back", ("PgUp",), needs=Need.CLIP),
    ActionSpec("page_right", VIEW, "One page on", ("PgDown",), needs=Need.CLIP),
    ActionSpec("waves_taller", VIEW, "Taller waveforms", ("Alt+Up",), separated=True, needs=Need.CLIP),
    ActionSpec("waves_flatter", VIEW, "Flatter waveforms", ("Alt+Down",), needs=Need.CLIP),
    ActionSpec("waves_true", VIEW, "Waveforms at their true height", ("Alt+0",), needs=Need.CLIP),
    ActionSpec("follow", VIEW, "Follow the playhead", checkable=True, separated=True),
    ActionSpec("spectrogram_settings", VIEW, "Spectrogram settings…", ("Ctrl+,",), "spectrogram", needs=Need.CLIP),
    ActionSpec("light_theme", VIEW, "Light theme", checkable=True),
    ActionSpec("play", PLAY, "Play or stop", ("Space",), "play", needs=Need.CLIP),
    ActionSpec("play_selection", PLAY, "Play the selection", ("Shift+Space",), needs=Need.CLIP),
    ActionSpec("loop", PLAY, "Loop", ("L",), "loop", checkable=True, needs=Need.CLIP),
    ActionSpec("go_start", PLAY, "To the start", ("Home",), "start", separated=True, needs=Need.CLIP),
    ActionSpec("go_end", PLAY, "To the end", ("End",), "end", needs=Need.CLIP),
    ActionSpec("back", PLAY, "Back 1 s", ("Left",), needs=Need.CLIP),
    ActionSpec("forward", PLAY, "On 1 s", ("Right",), needs=Need.CLIP),
    ActionSpec("back_far", PLAY, "Back 5 s", ("Shift+Left",), needs=Need.CLIP),
    ActionSpec("forward_far", PLAY, "On 5 s", ("Shift+Right",), needs=Need.CLIP),
    ActionSpec("hear_clip", PLAY, "Hear the clip", ("1",), separated=True, needs=Need.CLIP),
    ActionSpec("hear_target", PLAY, "Hear the target", ("2",), needs=Need.TAKE),
    ActionSpec("hear_residual", PLAY, "Hear the residual", ("3",), needs=Need.TAKE),
    ActionSpec("mute_strip", PLAY, "Mute the focused strip", ("M",)),
    ActionSpec("solo_strip", PLAY, "Solo the focused strip", ("S",)),
    ActionSpec("separate", SEPARATE, "Separate", ("Ctrl+Return", "Ctrl+Enter"), "separate", needs=Need.READY),
    ActionSpec("cancel", SEPARATE, "Cancel the separation", ("Ctrl+.",), "cancel", needs=Need.RUNNING),
    ActionSpec("edit_text", SEPARATE, "Type what it is", ("Ctrl+T",), separated=True),
    ActionSpec("set_up_sam_audio", SEPARATE, "Set up SAM Audio…", separated=True),
    ActionSpec("shortcuts", HELP, "Keyboard shortcuts", ("F1", "?"), "help"),
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
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        shown = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if spec.keys else ""
        action.setToolTip(f"{spec.text.rstrip('…')} ({shown})" if shown else spec.text.rstrip("…"))
        if spec.icon:
            action.setIcon(icon(spec.icon))
        # Menus of professional editors carry words, not pictures; the icons are the toolbar's.
        action.setIconVisibleInMenu(False)
        parent.addAction(action)
        actions[spec.name] = action
    return actions
