"""A progress bar on stderr if that is a terminal."""

import sys
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from tqdm import tqdm


class Listener(Protocol):
    """Is informed of a job's progress."""

    def progressed(self, stage: str, fraction: float) -> None:
        """`fraction` (0..1) of a stage is done."""

    def noted(self, text: str) -> None:
        """A sentence for the user."""


class Bar:
    """Shows the progress of `total` jobs; the running one counts by its fraction. It implements Listener."""

    def __init__(self, total: int) -> None:
        count = "{n:.1f}/{total}" if total > 1 else "{percentage:3.0f}%"
        layout = "{desc} " + count + " |{bar}| {elapsed}<{remaining}"
        # disable=None: only a terminal gets a bar.
        self._bar = tqdm(total=total, bar_format=layout, file=sys.stderr, disable=None, leave=False)
        self._done = 0
        self.prefix = ""
        """Put before each printed line."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._bar.close()

    def finish_one(self) -> None:
        """Count one finished job."""
        self._done += 1
        self.progressed("", 0.0)

    def progressed(self, stage: str, fraction: float) -> None:
        """Move the bar; it may move back from one stage to the next."""
        # A terminal that was closed must not stop the work.
        with suppress(OSError):
            self._bar.set_description_str(stage, refresh=False)
            self._bar.update(self._done + fraction - self._bar.n)

    def noted(self, text: str) -> None:
        """Print a line without disturbing the bar."""
        with suppress(OSError):
            tqdm.write(self.prefix + text, file=sys.stderr)
