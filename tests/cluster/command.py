"""The `samstudio` command with an engine of a test, which worker processes have too: they import this file again."""

import sys
import time
from pathlib import Path

from samstudio.cli.main import main
from samstudio.separation.engine import Notice, Progress, SeparationError, SeparationRequest, StemChunk
from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.registry import register

STEPS = 40


class Patient:
    """Halves what is wanted; fails at "bad". At "until PATH" it waits for that file after each part."""

    def separate(self, request: SeparationRequest):
        first, end = request.wanted
        text = request.prompt.text
        yield Notice("Halved, not separated.")
        if text == "bad":
            raise SeparationError("There is nothing to halve.")
        size = -(-(end - first) // STEPS)
        for start in range(first, end, size):
            part = request.samples[start : min(start + size, end)]
            yield StemChunk(start, part * 0.5, part - part * 0.5)
            yield Progress("Halving", start + len(part) - first, end - first)
            while text.startswith("until ") and not Path(text.removeprefix("until ")).exists():
                time.sleep(0.01)
                yield Progress("Waiting", 0.0, 0.0)


PATIENT = EngineInfo("patient", "Patient", "Halves.", Patient)

if __name__ in ("__main__", "__mp_main__"):
    register(PATIENT)

if __name__ == "__main__":
    sys.exit(main())
