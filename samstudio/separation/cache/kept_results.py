"""An engine whose results are kept: what was asked for before is answered with the same samples, to the last bit."""

import json
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

import numpy as np

from samstudio.separation.cache.content import sound_digest
from samstudio.separation.cache.kept_files import CacheError, KeptFile, KeptFiles, KeptWriter
from samstudio.separation.cache.origin import numeric_facts
from samstudio.separation.devices import choose_device
from samstudio.separation.engine import (
    Absent,
    CacheUse,
    Engine,
    Notice,
    Predicted,
    Progress,
    Scored,
    SeparationError,
    SeparationRequest,
    StemChunk,
    Step,
)
from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.listening.pe_a_frame.weights import find_weights
from samstudio.separation.models.weights.stamp import folder_stamp
from samstudio.separation.steps import mapped
from samstudio.session.clip import Samples
from samstudio.session.prompt import Sign, Span
from samstudio.session.take import Measure, Scores

READING = "Reading from the cache"


class KeptResults:
    """The engine that `info` describes; whole results are kept in `files`."""

    def __init__(self, info: EngineInfo, engine: Engine, files: KeptFiles | None = None) -> None:
        self._info, self._engine, self._files = info, engine, files or KeptFiles()

    def separate(self, request: SeparationRequest) -> Generator[Step, None, None]:
        """See `Engine`. A result from the cache begins with a `CacheUse`."""
        if not self._files.most_bytes:
            yield from self._engine.separate(request)
            return
        key = yield from self._key(request)
        if key:
            finding = self._files.find(key)
            kept = yield from mapped(finding, lambda fraction: Progress(READING, fraction / 2.0, 1.0))
            if kept is not None:
                yield CacheUse(is_hit=True)
                yield from _replayed(kept, request)
                return
        yield from self._computed(request, key)

    def _key(self, request: SeparationRequest) -> Generator[Step, None, str]:
        """Tells everything that the result depends on; empty where that cannot be told."""
        settings, prompt, weights = request.settings, request.prompt, self._info.weights_in_use
        if weights is None:
            return ""
        try:
            device, stamps = choose_device(settings.device), weights(settings.options)
        except SeparationError:
            # The engine says so itself.
            return ""
        listener = find_weights()
        sound = yield from mapped(
            sound_digest(request.samples, request.sample_rate), lambda _nothing: Progress("Starting", 0.0, 0.0)
        )
        unused = {row.name for row in self._info.settings if not row.changes_result}
        facts = {
            "numeric": numeric_facts(device),
            "weights": (stamps, folder_stamp(listener) if listener else ()),
            "sound": sound,
            "engine": settings.engine,
            "seed": settings.seed,
            "silent_in_minus": settings.silent_in_minus,
            "options": {name: value for name, value in settings.options.items() if name not in unused},
            "text": prompt.text,
            "spans": [asdict(span) for span in prompt.active_spans],
            "objects": [asdict(known) for known in prompt.active_objects],
            "dismissed": [asdict(span) for span in prompt.dismissed],
            "video": request.video.key if request.video is not None and prompt.active_objects else "",
            "wanted": request.wanted,
            "part": request.frame_range is not None,
            "candidate": request.candidate,
        }
        return blake2b(json.dumps(facts, default=str, sort_keys=True).encode(), digest_size=20).hexdigest()

    def _computed(self, request: SeparationRequest, key: str) -> Generator[Step, None, None]:
        """What the engine makes, which is kept when all of it is there."""
        recorder, steps = _Recorder(self._files, key, request), self._engine.separate(request)
        try:
            for step in steps:
                recorder.add(step)
                yield step
            recorder.finish()
        finally:
            steps.close()
            recorder.close()
        if recorder.trouble:
            yield CacheUse(trouble=recorder.trouble)


class _Recorder:
    """Writes the steps of an engine; what cannot be written is told in `trouble`, and the work goes on."""

    def __init__(self, files: KeptFiles, key: str, request: SeparationRequest) -> None:
        self.trouble = ""
        self._request, self._head = request, list[dict[str, Any]]()
        self._writer: KeptWriter | None = None
        if key:
            start, stop = request.wanted
            with self._told():
                self._writer = files.begin(key, (stop - start) * request.samples.shape[1] * 8)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the cache is told, and disturbs nothing else."""
        try:
            yield
        except CacheError as error:
            self.close()
            self.trouble, self._writer = str(error), None

    def add(self, step: Step) -> None:
        """Write a step that is part of the result."""
        if self._writer is None or isinstance(step, Progress | CacheUse):
            return
        with self._told():
            if not isinstance(step, StemChunk):
                self._head.append({"step": type(step).__name__, **asdict(step)})
            elif not step.is_draft:
                self._head.append(self._written(self._writer, step))

    def _written(self, writer: KeptWriter, chunk: StemChunk) -> dict[str, Any]:
        sound = self._request.samples[chunk.start : chunk.start + len(chunk.target)]
        # Most residuals follow from the target: half the room.
        follows = _are_equal(_rest(sound, chunk.target), chunk.residual)
        return {
            "step": StemChunk.__name__,
            "start": chunk.start,
            "candidate": chunk.candidate,
            "target": writer.write(chunk.target),
            "residual": None if follows else writer.write(chunk.residual),
            "withheld": None if chunk.withheld is None else writer.write(chunk.withheld),
        }

    def finish(self) -> None:
        """All of it is there."""
        if self._writer is not None:
            with self._told():
                self._writer.keep(self._head)

    def close(self) -> None:
        """Leave nothing of a result that is not whole."""
        if self._writer is not None:
            self._writer.close()


def _rest(sound: Samples, target: Samples) -> Samples:
    # A recording may hold anything that a float can be.
    with np.errstate(all="ignore"):
        return sound - target


def _are_equal(one: Samples, other: Samples) -> bool:
    """Whether two arrays hold the same bits."""
    same = one.dtype == other.dtype == np.float32 and one.shape == other.shape
    return same and np.array_equal(
        np.ascontiguousarray(one).view(np.uint32), np.ascontiguousarray(other).view(np.uint32)
    )


def _replayed(kept: KeptFile, request: SeparationRequest) -> Generator[Step, None, None]:
    """The steps that were written, as they came."""
    first, last = request.wanted
    with closing(kept):
        for facts in kept.head:
            step = _step(kept, facts, request)
            yield step
            if isinstance(step, StemChunk):
                done = (step.start + len(step.target) - first) / (last - first)
                yield Progress(READING, 0.5 + done / 2.0, 1.0)


def _step(kept: KeptFile, facts: dict[str, Any], request: SeparationRequest) -> Step:
    kind = facts["step"]
    if kind == StemChunk.__name__:
        start, target = facts["start"], kept.read(facts["target"])
        sound = request.samples[start : start + len(target)]
        residual = _rest(sound, target) if facts["residual"] is None else kept.read(facts["residual"])
        withheld = None if facts["withheld"] is None else kept.read(facts["withheld"])
        return StemChunk(start, target, residual, facts["candidate"], withheld)
    if kind == Notice.__name__:
        return Notice(facts["text"])
    if kind == Predicted.__name__:
        return Predicted(tuple(Span(**{**span, "sign": Sign(span["sign"])}) for span in facts["spans"]))
    if kind == Absent.__name__:
        return Absent(tuple((start, end) for start, end in facts["stretches"]), facts["candidate"])
    scores = (
        Scores(**{**score, "measures": tuple(Measure(**measure) for measure in score["measures"])})
        for score in facts["scores"]
    )
    return Scored(tuple(scores), facts["on_demand"])
