"""How smooth the whole window stays with a long recording, 500 spans and 20 takes.

    QT_QPA_PLATFORM=offscreen python benchmarks/window.py [minutes]

Prints medians and 95th percentiles in ms, on the clock and as work of the GUI thread, at 1920 x 1080: typing in the
prompt, selecting spans, moving one by the keys, panning, changing takes; and the memory in use.
"""

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.tools import (
    SIZE,
    clip_of,
    frame_times,
    many_spans,
    report,
    settle,
    spin,
    synthetic_clip,
    tell_memory,
    written,
)
from samstudio.app.container import Container
from samstudio.app.editor import Editor, make_container
from samstudio.app.main import make_application
from samstudio.app.main_window import MainWindow
from samstudio.session.span_edits import put
from samstudio.session.take import Sound, Stems, Take
from samstudio.ui.theme import apply_theme

TAKES = 20


def fill(container: Container) -> None:
    """The spans and the takes."""
    document, clip = container.document, clip_of(container)
    document.edit_prompt("Mark spans", replace(document.prompt, spans=many_spans(clip.duration)))
    samples, settings = clip.samples, container.preferences.separation_settings()
    for number in range(TAKES):
        # Arrays of their own over the same sound: twenty real ones would fill the disk.
        stems = Stems(samples[:], samples[:])
        document.add_take(Take(f"Take {number}", document.prompt, settings, Sound(stems), 1.0, len(samples)))


def measure(app: QApplication, container: Container, window: MainWindow) -> None:
    """What a person does all day."""
    document, timeline, field = container.document, window.timeline, window.prompt_panel.field
    field.setFocus()
    report("type a letter in the prompt", frame_times(app, lambda number: QTest.keyClicks(field, "abcde"[number % 5])))

    def commit(number: int) -> None:
        field.setText(f"word {number}")
        window.prompt_panel.commit_text()

    def scroll(by: float, _number: int) -> None:
        timeline.scroll_by(by)

    def edit(number: int) -> None:
        index = len(document.prompt.spans) // 2
        span = document.prompt.spans[index]
        moved = span.moved(span.start + (0.01 if number % 2 else -0.01), span.end)
        document.edit_prompt("Move span", replace(document.prompt, spans=put(document.prompt.spans, {index: moved})))

    report("change the words", frame_times(app, commit, 20))
    report("select another span", frame_times(app, lambda number: container.selection.select_span(number * 7)))
    report("change a span", frame_times(app, edit))
    for seen in (clip_of(container).duration, 60.0):
        timeline.zoom_to(0.0, seen)
        settle(app, container)
        zoom = frame_times(app, lambda number: timeline.zoom_by(0.98 if number < 30 else 1 / 0.98))
        report(f"zoom a little at {seen:g} s", zoom)
        step = 0.01 * seen
        report(f"pan {seen:g} s", frame_times(app, partial(scroll, step)))
    report("go to another take, the first time", frame_times(app, document.select_take, 4))
    settle(app, container)
    report("go to another take, again", frame_times(app, lambda number: document.select_take(number % 4), 40))


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 180.0
    with TemporaryDirectory() as home, TemporaryDirectory() as folder:
        # The settings of whoever runs this are left alone.
        os.environ["HOME"] = os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = home
        app = make_application()
        container = make_container()
        apply_theme(app, "dark")
        editor = Editor(container)
        window = editor.window
        window.resize(*SIZE)
        window.show()
        spin(app, 0.5)
        tell_memory("of the empty window")
        path = written(synthetic_clip(minutes), Path(folder))
        editor.commands.files.open_path(path)
        settle(app, container)
        tell_memory(f"with {minutes:g} minutes opened")
        fill(container)
        settle(app, container)
        tell_memory(f"with 500 spans and {TAKES} takes")
        measure(app, container, window)
        tell_memory("in the end")
        container.shut_down()


if __name__ == "__main__":
    main()
