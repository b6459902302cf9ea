"""A separation on a worker: its engine is walked there, and each step is sent back."""

import pickle
import time
from contextlib import closing
from typing import TYPE_CHECKING

from samstudio.separation.engine import Progress, SeparationError, SeparationRequest
from samstudio.separation.registry import create_engine
from samstudio.separation.remote.clip_store import stored_clip
from samstudio.separation.remote.workers.running_task import RunningTask
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import ScratchError
from samstudio.session.take import SeparationSettings

if TYPE_CHECKING:
    from distributed import Queue

MOST_WAITING = 8
"""Steps that wait for the client; the engine waits then, or a slow line would fill the memory."""
PAUSE = 0.1
"""Seconds between two looks at the queue while it is full."""


def separate_remotely(
    topic: str,
    digest: str,
    sample_rate: int,
    prompt: Prompt,
    settings: SeparationSettings,
    frame_range: tuple[int, int] | None,
    candidate: int | None,
) -> None:
    """Runs on a worker: put the steps into the queue that is called `topic`, pickled; at the end None, or an error."""
    from distributed import Queue, get_client

    with RunningTask(topic) as task:
        queue = Queue(topic, client=get_client())
        end: SeparationError | None = None
        told = 0.0
        try:
            samples = stored_clip(digest)
            if samples is None:
                raise SeparationError("The recording is not there any more: please separate again.")
            request = SeparationRequest(samples, sample_rate, prompt, settings, frame_range, candidate=candidate)
            with closing(create_engine(settings.engine).separate(request)) as steps:
                for step in steps:
                    task.check_wanted()
                    # Some engines tell their progress far more often than anyone looks.
                    if not isinstance(step, Progress) or time.monotonic() - told > PAUSE:
                        told = time.monotonic()
                        _send(queue, task, pickle.dumps(step))
        except SeparationError as error:
            end = error
        except ScratchError as error:
            end = SeparationError(str(error))
        _send(queue, task, pickle.dumps(end))


def _send(queue: "Queue", task: RunningTask, data: bytes) -> None:
    while queue.qsize() >= MOST_WAITING:
        task.check_wanted()
        time.sleep(PAUSE)
    queue.put(data)
