"""Every action of the window in one table: how it is shown, what it needs, and the command that it calls."""

from samstudio.app.action_rows.correcting import CORRECT_ROWS
from samstudio.app.action_rows.files import EDIT_ROWS, FILE_ROWS
from samstudio.app.action_rows.listening import MIX_ROWS, PLAY_ROWS
from samstudio.app.action_rows.marking import MARK_ROWS
from samstudio.app.action_rows.row import ActionRow
from samstudio.app.action_rows.separating import SEPARATE_ROWS, TAKE_ROWS
from samstudio.app.action_rows.video import VIDEO_ROWS
from samstudio.app.action_rows.viewing import VIEW_ROWS
from samstudio.app.action_spec import HELP

# fmt: off
HELP_ROWS = (
    ActionRow("command_palette", HELP, "Find an action…", ("Ctrl+K", "Ctrl+Shift+P"), "search",
              callback=lambda c: c.palette.command_palette),
    ActionRow("shortcuts", HELP, "Keys and gestures", ("F1", "?"), "help", callback=lambda c: c.keys.shortcuts),
    ActionRow("guide", HELP, "Guide", callback=lambda c: c.guide.show_guide),
    ActionRow("keyboard", HELP, "Keyboard…", icon="keyboard", callback=lambda c: c.keys.keyboard),
    ActionRow("show_log", HELP, "Show the log", callback=lambda c: c.view.show_log),
    ActionRow("about", HELP, "About SAM Studio", callback=lambda c: c.view.about),
)
# fmt: on

ACTIONS = (
    *FILE_ROWS,
    *EDIT_ROWS,
    *MARK_ROWS,
    *VIDEO_ROWS,
    *VIEW_ROWS,
    *PLAY_ROWS,
    *MIX_ROWS,
    *SEPARATE_ROWS,
    *CORRECT_ROWS,
    *TAKE_ROWS,
    *HELP_ROWS,
)
"""In the order of the menus. A row is one line, or two: how it is shown, and what it needs and calls."""


def default_keys() -> dict[str, tuple[str, ...]]:
    """The keys of each action where the user has chosen no others."""
    return {row.name: row.keys for row in ACTIONS}
