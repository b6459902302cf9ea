"""The real window for tests, with what stands behind it within reach."""

from samstudio.app.container import Container
from samstudio.app.editor import Editor
from samstudio.app.main_window import MainWindow


def make_window(container: Container) -> MainWindow:
    """A window that has its `container` and `commands` as attributes, other than the product's."""
    editor = Editor(container)
    editor.window.container, editor.window.commands = container, editor.commands
    return editor.window
