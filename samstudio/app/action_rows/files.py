"""The actions on files, sessions and recordings, and those of the Edit menu."""

from samstudio.app.action_rows.row import ActionRow
from samstudio.app.action_spec import EDIT, FILE
from samstudio.app.requirements import CLIP, REDO, SEVERAL, SPAN_OR_SUGGESTION, SPANS, SPANS_OR_MARKERS, TAKE, UNDO

# fmt: off
FILE_ROWS = (
    ActionRow("open", FILE, "Open…", ("Ctrl+O",), "open", callback=lambda c: c.files.open),
    ActionRow("open_session", FILE, "Open session…", ("Ctrl+Shift+O",), callback=lambda c: c.files.open_session),
    ActionRow("open_demo", FILE, "Open the demo", callback=lambda c: c.files.open_demo),
    ActionRow("save", FILE, "Save the session", ("Ctrl+S",), "save",
              separated=True, needs=CLIP, callback=lambda c: c.sessions.save),
    ActionRow("save_as", FILE, "Save the session as…", ("Ctrl+Shift+S",),
              needs=CLIP, callback=lambda c: c.sessions.save_as),
    ActionRow("export", FILE, "Export stems…", ("Ctrl+Shift+E",), "export",
              separated=True, needs=TAKE, callback=lambda c: c.export.export),
    ActionRow("export_all", FILE, "Export all recordings…", needs=SEVERAL, callback=lambda c: c.export_all.export_all),
    ActionRow("copy_stem", FILE, "Copy the stem as a file", ("Ctrl+Alt+C",),
              needs=TAKE, callback=lambda c: c.stem_drag_out.copy_stem),
    ActionRow("import_labels", FILE, "Import labels…", ("Ctrl+I",),
              separated=True, needs=CLIP, callback=lambda c: c.labels.import_labels),
    ActionRow("export_labels", FILE, "Export labels…",
              needs=SPANS_OR_MARKERS, callback=lambda c: c.labels.export_labels),
    ActionRow("next_recording", FILE, "Next recording", ("Ctrl+Tab",), separated=True,
              needs=SEVERAL, callback=lambda c: c.recordings.next_recording),
    ActionRow("previous_recording", FILE, "Previous recording", ("Ctrl+Shift+Tab",),
              needs=SEVERAL, callback=lambda c: c.recordings.previous_recording),
    ActionRow("close", FILE, "Close the recording", ("Ctrl+W",),
              separated=True, needs=CLIP, callback=lambda c: c.files.close),
    ActionRow("quit", FILE, "Quit", ("Ctrl+Q",), callback=lambda c: c.files.quit),
)

EDIT_ROWS = (
    ActionRow("undo", EDIT, "Undo", ("Ctrl+Z",), "undo", needs=UNDO, callback=lambda c: c.history.undo),
    ActionRow("redo", EDIT, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", needs=REDO, callback=lambda c: c.history.redo),
    ActionRow("select_all", EDIT, "Select all", ("Ctrl+A",),
              separated=True, needs=CLIP, callback=lambda c: c.view.select_all),
    ActionRow("escape", EDIT, "Clear the selection or cancel a drag", ("Esc",), callback=lambda c: c.areas.escape),
    ActionRow("select_all_spans", EDIT, "Select all spans", ("Ctrl+Shift+A",),
              needs=SPANS, callback=lambda c: c.spans.select_all_spans),
    ActionRow("delete_span", EDIT, "Delete the span", ("Del", "Backspace"), "delete",
              needs=SPAN_OR_SUGGESTION, callback=lambda c: c.spans.delete_span),
    ActionRow("preferences", EDIT, "Preferences…", ("Ctrl+,",),
              separated=True, callback=lambda c: c.preferences.preferences),
)
# fmt: on
