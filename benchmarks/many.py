"""How long the window takes to show very many spans, suggested spans, labels, regions and takes, as seconds each.

    QT_QPA_PLATFORM=offscreen python benchmarks/many.py [count] [name ...]

Each line is a case: seconds until the event loop is idle again, on the clock and as work of the GUI thread alone.
Cases: spans (disjoint, nested, random, a staircase, a comb), suggestions, labels, regions, session, chain (takes, each
from what the one before left), flat (takes side by side); then the window is closed.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.tools import RATE, spin
from samstudio.app.container import Container
from samstudio.app.editor import Editor, make_container
from samstudio.app.main import make_application
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.region import Region
from samstudio.session.session import ClipReference, Session
from samstudio.session.take import SeparationSettings, Sound, Stems, Take
from samstudio.storage.label_files import read_labels
from samstudio.storage.session_folder import SaveRequest, save_session
from samstudio.storage.session_reader import open_session
from samstudio.ui.theme import apply_theme

SECONDS = 100.0
SIGNS = (Sign.PLUS, Sign.MINUS)


def span_cases(count: int) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """Disjoint, nested, random, a staircase, and long ones under as many short ones of the other sign."""
    step = SECONDS / count
    noise = np.random.default_rng(1)
    starts, lengths = noise.uniform(0, SECONDS - 1, count), noise.uniform(0.01, 1, count)
    yield "disjoint", tuple(Span(i * step, (i + 0.5) * step, SIGNS[i % 2]) for i in range(count))
    yield "nested", tuple(Span(i * step / 3, SECONDS - i * step / 3, SIGNS[i % 2]) for i in range(count))
    yield (
        "random",
        tuple(
            Span(a, a + b, SIGNS[i % 2]) for i, (a, b) in enumerate(zip(starts.tolist(), lengths.tolist(), strict=True))
        ),
    )
    yield "staircase", tuple(Span(i * step / 2, i * step / 2 + SECONDS / 2, SIGNS[i % 2]) for i in range(count))
    half = count // 2
    yield (
        "comb",
        tuple(Span(i * step / 10, SECONDS) for i in range(half))
        + tuple(Span(2 * i * step, (2 * i + 1) * step, Sign.MINUS) for i in range(half)),
    )


def takes(count: int, stems: Stems, *, chained: bool) -> tuple[Take, ...]:
    """Of one sound."""
    made: list[Take] = []
    for number in range(count):
        source = made[-1].id if made and chained else ""
        made.append(
            Take(
                f"Take {number}",
                Prompt("tone"),
                SeparationSettings(),
                Sound(stems),
                0.1,
                len(stems.target),
                source=source,
            )
        )
    return tuple(made)


def written_session(count: int, stems: Stems, folder: Path) -> Path:
    """A session of as many takes, all of one sound."""
    session = Session(ClipReference("", RATE, 1, len(stems.target)), takes=takes(count, stems, chained=True))
    for _ in save_session(SaveRequest(folder / "many.samstudio", session, hashed=False)):
        pass
    return folder / "many.samstudio"


def labels(count: int, folder: Path) -> Path:
    """An Audacity label file with overlapping labels of both kinds."""
    file = folder / "labels.txt"
    noise = np.random.default_rng(2).uniform(0, SECONDS - 1, count)
    file.write_text("".join(f"{a:.6f}\t{a + 0.7:.6f}\t{'+-'[i % 2]}\n" for i, a in enumerate(noise)), "utf-8")
    return file


class Window:
    """The window with a recording of silence, and a clock."""

    def __init__(self, app: QApplication, container: Container) -> None:
        self.app, self.container = app, container
        self.editor = Editor(container)
        self.editor.window.resize(1600, 900)
        self.editor.window.show()
        self.samples = np.zeros((int(SECONDS) * RATE, 1), np.float32)
        container.document.open(AudioClip(self.samples, RATE))
        spin(app, 0.5)

    def timed(self, name: str, work: Callable[[], object]) -> None:
        """Print how long `work` and the painting after it took."""
        begun, worked = time.perf_counter(), time.thread_time()
        work()
        for _ in range(3):
            self.app.processEvents()
            self.editor.window.repaint()
        seconds, own = time.perf_counter() - begun, time.thread_time() - worked
        print(f"{name:24} {seconds:8.2f} s, work {own:6.2f} s", flush=True)

    def show_prompt(self, prompt: Prompt) -> None:
        """As an edit of the user's."""
        self.container.document.edit_prompt("Benchmark", prompt)


def run(window: Window, count: int, wanted: set[str], folder: Path) -> None:
    """Every case, or the wanted ones."""
    document = window.container.document
    stems = Stems(window.samples, window.samples)

    def suggest(spans: tuple[Span, ...]) -> None:
        heard = tuple(sorted((replace(span, sign=Sign.PLUS) for span in spans), key=lambda span: span.start))
        take = Take("Take", Prompt(), SeparationSettings(), Sound(stems), 0.1, len(stems.target), predicted=heard)
        document.restore_takes(document.recording, (take,), take.id)

    for name, spans in span_cases(count):
        if not wanted or {"spans", name} & wanted:
            window.timed(f"spans {name}", partial(window.show_prompt, Prompt(spans=spans)))
            window.timed("  select all", lambda: window.container.selection.select_spans(tuple(range(count))))
            changed = Prompt(spans=(*spans[:-1], replace(spans[-1], muted=True)))
            window.timed("  change one", partial(window.show_prompt, changed))
            window.timed("  none", lambda: window.show_prompt(Prompt()))
            if not wanted or "suggestions" in wanted:
                window.timed("  suggested", partial(suggest, spans))
                window.timed("  none", lambda: document.restore_takes(document.recording, (), ""))
    if not wanted or "labels" in wanted:
        file = labels(count, folder)
        window.timed("labels: read", lambda: read_labels(file))
    if not wanted or "regions" in wanted:
        regions = tuple(Region(0.1, 0.1, 0.5, 0.5, i * SECONDS / count) for i in range(count))
        window.timed("regions", lambda: window.show_prompt(Prompt().with_regions(*regions)))
        window.timed("  none", lambda: window.show_prompt(Prompt()))
    if not wanted or "session" in wanted:
        saved = written_session(count, stems, folder)
        window.timed("session: read", lambda: list(open_session(saved)))
    for name, chained in (("chain", True), ("flat", False)):
        if not wanted or name in wanted:
            made = takes(count, stems, chained=chained)
            restore = partial(document.restore_takes, document.recording, made, made[-1].id)
            window.timed(f"takes {name}", restore)
            window.timed("  choose another", lambda: document.select_take(0))
            window.timed("  delete one", lambda: document.delete_take(0))


def main() -> None:
    """Run the cases named on the command line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    app = make_application()
    apply_theme(app, "dark")
    container = make_container()
    with TemporaryDirectory() as folder:
        window = Window(app, container)
        run(window, count, set(sys.argv[2:]), Path(folder))
        window.timed("close", lambda: (window.editor.window.close(), container.shut_down()))


if __name__ == "__main__":
    main()
