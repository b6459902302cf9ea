"""The real application doing a piece of work over and over, until somebody kills it.

usage: python -m tests.app.driven_app RECORDING FOLDER SEED

It opens, marks, separates, saves and exports as fast as it can and writes one line to stdout for each thing that is
done, so that whoever kills it knows what had been promised by then.
"""

import json
import random
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from samstudio.app.editor import make_container
from samstudio.app.main import make_application
from samstudio.audio.export.export import export
from samstudio.audio.export.export_request import ExportRequest
from samstudio.controllers.persistence import autosave
from samstudio.session.prompt import Sign, Span
from tests.app.editing import make_window

SESSION = "work.samstudio"


class Driver(QObject):
    """Takes the next step when the one before is done."""

    def __init__(self, window, recording: Path, folder: Path, seed: int) -> None:
        super().__init__(window)
        self._window, self._container = window, window.container
        self._recording, self._folder, self._chance = recording, folder, random.Random(seed)
        self._edits, self._journaled = 0, ""
        self._look = QTimer(self, interval=20)
        self._look.timeout.connect(self._tell_journal)
        self._look.start()
        container = self._container
        container.clip_loader.completed.connect(self._marked)
        container.separator.finished.connect(self._separated)
        container.session_saver.saved.connect(self._saved)
        container.session_saver.failed.connect(self._failed)
        container.session_opener.failed.connect(self._failed)
        container.separator.failed.connect(self._failed)
        container.clip_loader.failed.connect(self._failed)

    def begin(self) -> None:
        path = self._folder / SESSION
        say("opening")
        is_reopened = (path / "session.json").exists() and self._chance.random() < 0.5
        self._container.document.recordings.close_all()
        self._window.commands.files.open_path(path if is_reopened else self._recording)

    def _marked(self) -> None:
        if self._container.session_state.is_restoring:
            QTimer.singleShot(10, self._marked)
            return
        say("opened")
        self._edit()
        say("separating")
        self._window.commands.separation.separate()

    def _edit(self) -> None:
        self._edits += 1
        prompt = self._container.document.prompt
        start = self._chance.uniform(0.0, 2.0)
        sign = Sign.PLUS if self._edits % 2 else Sign.MINUS
        self._container.document.edit_prompt("Mark", prompt.with_span(Span(start, start + 0.5, sign)))

    def _separated(self) -> None:
        say("separated")
        self._edit()
        QTimer.singleShot(self._chance.randrange(400), self._save)

    def _save(self) -> None:
        if self._container.separator.is_running or self._container.session_saver.is_saving:
            QTimer.singleShot(10, self._save)
            return
        document = self._container.document
        self._promise = f"{len(document.prompt.spans)} {len(document.takes)}"
        say(f"saving {self._promise}")
        self._container.session_saver.save(self._folder / SESSION, link_from=self._container.autosave.folder)

    def _saved(self) -> None:
        say(f"saved {self._promise}")
        document = self._container.document
        stems = {
            "target": document.current_take.sound.stems.target,
            "residual": document.current_take.sound.stems.residual,
        }
        request = ExportRequest(stems, document.clip, self._folder, existing="replace")
        say("exporting")
        self._container.background.run(export(request), done=self._exported)

    def _exported(self, _report) -> None:
        say("exported")
        if len(self._container.document.takes) < 4:
            self._edit()
            say("separating")
            self._window.commands.separation.separate()
        else:
            self.begin()

    def _tell_journal(self) -> None:
        if self._container.autosave.folder is None:
            return
        path = self._container.autosave.folder / "session.json"
        text = path.read_text("utf-8") if path.exists() else ""
        if text not in ("", self._journaled):
            self._journaled = text
            facts = json.loads(text)
            say(f"journaled {len(facts['prompt']['spans'])} {len(facts['takes'])}")

    def _failed(self, sentence: str) -> None:
        say(f"failed {sentence}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    recording, folder, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    autosave.DELAY = 100
    app = make_application()
    container = make_container()
    window = make_window(container)
    window.show()
    driver = Driver(window, recording, folder, seed)
    QTimer.singleShot(0, driver.begin)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
