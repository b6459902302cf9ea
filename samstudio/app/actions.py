"""Every action of the window in one table; menus, toolbar and shortcut sheet are made from it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from samstudio.ui.icons import icon


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


GROUPS = ("&File", "&Edit", "&Mark", "&View", "&Play", "&Separate", "&Help")
FILE, EDIT, MARK, VIEW, PLAY, SEPARATE, HELP = GROUPS

ACTIONS = (
    ActionSpec("open", FILE, "Open…", ("Ctrl+O",), "open"),
    ActionSpec("open_demo", FILE, "Open the demo"),
    ActionSpec("export", FILE, "Export stems…", ("Ctrl+Shift+E",), "export", separated=True),
    ActionSpec("close", FILE, "Close the recording", ("Ctrl+W",), separated=True),
    ActionSpec("quit", FILE, "Quit", ("Ctrl+Q",)),
    ActionSpec("select_all", EDIT, "Select all", ("Ctrl+A",), separated=True),
    ActionSpec("escape", EDIT, "Clear the selection, or drop a drag", ("Esc",)),
    ActionSpec("delete_span", EDIT, "Delete the span", ("Del", "Backspace"), "delete"),
    ActionSpec("tool_select", MARK, "Select tool", ("V",), "select", checkable=True),
    ActionSpec("tool_plus", MARK, "＋ span tool", ("Shift+P",), "plus", checkable=True),
    ActionSpec("tool_minus", MARK, "− span tool", ("Shift+N",), "minus", checkable=True),
    ActionSpec("tool_box", MARK, "Box tool", ("Shift+B",), "box", checkable=True),
    ActionSpec("snap", MARK, "Snap", ("G",), checkable=True),
    ActionSpec("mark_plus", MARK, "＋ span from the selection", ("P", "+"), separated=True),
    ActionSpec("mark_minus", MARK, "− span from the selection", ("N", "-")),
    ActionSpec("mark_in", MARK, "Selection starts at the playhead", ("[", "I")),
    ActionSpec("mark_out", MARK, "Selection ends at the playhead", ("]", "O")),
    ActionSpec("next_span", MARK, "Next span", ("Alt+Right",), separated=True),
    ActionSpec("previous_span", MARK, "Previous span", ("Alt+Left",)),
    ActionSpec("flip_span", MARK, "Flip the span's sign", ("Shift+F",), "flip"),
    ActionSpec("mute_span", MARK, "Mute the span", ("Shift+M",), "mute"),
    ActionSpec("duplicate_span", MARK, "Duplicate the span", ("Ctrl+D",), "duplicate"),
    ActionSpec("zoom_in", VIEW, "Zoom in", ("Ctrl+=", "Ctrl++"), "zoom_in"),
    ActionSpec("zoom_out", VIEW, "Zoom out", ("Ctrl+-",), "zoom_out"),
    ActionSpec("zoom_selection", VIEW, "Zoom to the selection", ("Ctrl+E",), "zoom_selection"),
    ActionSpec("zoom_fit", VIEW, "Show the whole recording", ("Ctrl+F",), "zoom_fit"),
    ActionSpec("page_left", VIEW, "One page back", ("PgUp",)),
    ActionSpec("page_right", VIEW, "One page on", ("PgDown",)),
    ActionSpec("follow", VIEW, "Follow the playhead", checkable=True, separated=True),
    ActionSpec("spectrogram_settings", VIEW, "Spectrogram settings…", ("Ctrl+,",), "spectrogram"),
    ActionSpec("light_theme", VIEW, "Light theme", checkable=True),
    ActionSpec("play", PLAY, "Play or stop", ("Space",), "play"),
    ActionSpec("play_selection", PLAY, "Play the selection", ("Shift+Space",)),
    ActionSpec("loop", PLAY, "Loop", ("L",), "loop", checkable=True),
    ActionSpec("go_start", PLAY, "To the start", ("Home",), "start", separated=True),
    ActionSpec("go_end", PLAY, "To the end", ("End",), "end"),
    ActionSpec("back", PLAY, "Back 1 s", ("Left",)),
    ActionSpec("forward", PLAY, "On 1 s", ("Right",)),
    ActionSpec("back_far", PLAY, "Back 5 s", ("Shift+Left",)),
    ActionSpec("forward_far", PLAY, "On 5 s", ("Shift+Right",)),
    ActionSpec("hear_clip", PLAY, "Hear the clip", ("1",), separated=True),
    ActionSpec("hear_target", PLAY, "Hear the target", ("2",)),
    ActionSpec("hear_residual", PLAY, "Hear the residual", ("3",)),
    ActionSpec("mute_strip", PLAY, "Mute the focused strip", ("M",)),
    ActionSpec("solo_strip", PLAY, "Solo the focused strip", ("S",)),
    ActionSpec("separate", SEPARATE, "Separate", ("Ctrl+Return", "Ctrl+Enter"), "separate"),
    ActionSpec("cancel", SEPARATE, "Cancel the separation", ("Ctrl+.",), "cancel"),
    ActionSpec("edit_text", SEPARATE, "Type what it is", ("Ctrl+T",), separated=True),
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
