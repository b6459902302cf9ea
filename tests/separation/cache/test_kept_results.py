"""Results that are kept: equal to the last bit, shared, bounded, and made anew where they are damaged."""

import errno
import os
from dataclasses import replace

import numpy as np
import pytest

from samstudio.separation.cache import kept_files
from samstudio.separation.cache.kept_files import KeptFiles
from samstudio.separation.cache.kept_results import KeptResults
from samstudio.separation.engine import (
    Absent,
    CacheUse,
    Notice,
    Predicted,
    Progress,
    Scored,
    SeparationRequest,
    StemChunk,
)
from samstudio.separation.registry import create_engine, find_engine
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import Measure, Scores, SeparationSettings

INFO = replace(find_engine("spectral"), weights_in_use=lambda _options: ("weights",))


class Everything:
    """Yields each kind of step there is; counts how often it was walked."""

    def __init__(self) -> None:
        self.walked = 0

    def separate(self, request):
        self.walked += 1
        noise = np.random.default_rng(0)
        first, last = request.wanted
        yield Notice("Rough: a test.")
        yield Predicted((Span(0.1, 0.2, Sign.MINUS), Span(0.3, 0.4, low=100.0, high=200.0)))
        yield Scored((Scores(4.1, 4.0, None, 3.9), Scores(0.5, measures=(Measure("kept", 0.5),))), on_demand=True)
        yield Absent(((0.0, 0.1),), 1)
        yield StemChunk(first, request.samples[first:last], request.samples[first:last], is_draft=True)
        for start in range(first, last, 1000):
            sound = request.samples[start : min(start + 1000, last)]
            target = noise.standard_normal(sound.shape).astype(np.float32)
            # Of the second one the residual is a model's own.
            rest = sound - target if start < 1000 else -target
            yield StemChunk(start, target, rest, 0, target * np.float32(0.5))
            yield Progress("Testing", start, last)


@pytest.fixture
def files(tmp_path):
    return KeptFiles(tmp_path / "results", tmp_path / "cache.json")


@pytest.fixture
def engine(files):
    engine = KeptResults(INFO, Everything(), files)
    engine.inner = engine._engine
    return engine


def request(text="bell", seed=0, frame_range=None, spans=()):
    samples = np.random.default_rng(7).standard_normal((2500, 2)).astype(np.float32)
    return SeparationRequest(samples, 8000, Prompt(text, spans), SeparationSettings(seed=seed), frame_range)


def result(steps):
    """The steps that make a result, sound as bytes."""
    kept = (Notice, Predicted, Scored, Absent)
    return [
        (step.start, step.candidate, step.target.tobytes(), step.residual.tobytes(), step.withheld.tobytes())
        if isinstance(step, StemChunk)
        else step
        for step in steps
        if isinstance(step, kept) or (isinstance(step, StemChunk) and not step.is_draft)
    ]


def is_hit(steps):
    return CacheUse(is_hit=True) in steps


def test_the_same_request_is_answered_with_the_same_bits(engine, files):
    first, again = list(engine.separate(request())), list(engine.separate(request()))
    assert (is_hit(first), is_hit(again), engine.inner.walked) == (False, True, 1)
    assert result(first) == result(again)
    # Another process, as it were.
    assert is_hit(list(KeptResults(INFO, Everything(), KeptFiles(files.folder, files._limit)).separate(request())))


def test_what_the_embedded_engine_makes(tone_clip):
    spans = (Span(0.2, 0.9), Span(1.2, 1.8, Sign.MINUS))
    asked = SeparationRequest(tone_clip.samples, tone_clip.sample_rate, Prompt("", spans))
    computed = [step for step in create_engine("spectral", keeps=False).separate(asked) if isinstance(step, StemChunk)]
    list(create_engine("spectral").separate(asked))
    steps = list(create_engine("spectral").separate(asked))
    kept = [step for step in steps if isinstance(step, StemChunk)]
    assert is_hit(steps)
    assert [step.target.tobytes() for step in kept] == [step.target.tobytes() for step in computed]
    assert [step.residual.tobytes() for step in kept] == [step.residual.tobytes() for step in computed]


@pytest.mark.parametrize(
    "other",
    [
        request("horn"),
        request(seed=1),
        request(frame_range=(500, 1500)),
        request(spans=(Span(0.0, 0.1),)),
        replace(request(), candidate=0),
        replace(request(), sample_rate=16000),
        replace(request(), samples=request().samples * np.float32(0.5)),
        replace(request(), prompt=Prompt("bell", dismissed=(Span(0.0, 0.1),))),
    ],
)
def test_another_request_is_computed(engine, other):
    list(engine.separate(request()))
    assert not is_hit(list(engine.separate(other)))


def test_other_weights_and_an_engine_whose_results_are_not_kept(engine, files):
    list(engine.separate(request()))
    other = replace(INFO, weights_in_use=lambda _options: ("others",))
    assert not is_hit(list(KeptResults(other, Everything(), files).separate(request())))
    unknown = KeptResults(replace(INFO, weights_in_use=None), Everything(), files)
    assert not is_hit([*unknown.separate(request()), *unknown.separate(request())])


def test_a_muted_span_changes_nothing(engine):
    list(engine.separate(request()))
    assert is_hit(list(engine.separate(request(spans=(Span(0.0, 0.1, muted=True),)))))


@pytest.mark.parametrize("place", [0, 3000, -1])
def test_a_damaged_result_is_made_anew(engine, files, place):
    list(engine.separate(request()))
    (path,) = files.folder.glob("*.kept")
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert not is_hit(list(engine.separate(request())))
    assert is_hit(list(engine.separate(request()))), "it is kept again"


def test_one_that_was_cut_short(engine, files):
    list(engine.separate(request()))
    (path,) = files.folder.glob("*.kept")
    path.write_bytes(path.read_bytes()[:100])
    assert not is_hit(list(engine.separate(request())))


def test_what_is_cancelled_leaves_nothing(engine, files):
    steps = engine.separate(request())
    next(step for step in steps if isinstance(step, StemChunk) and not step.is_draft)
    steps.close()
    assert list(files.folder.iterdir()) == []
    assert not is_hit(list(engine.separate(request())))


def test_those_used_longest_ago_make_room(engine, files):
    for seed in range(3):
        list(engine.separate(request(seed=seed)))
    size = files.info().size // 3
    for age, path in enumerate(sorted(files.folder.glob("*.kept"), key=lambda path: path.stat().st_mtime_ns)):
        os.utime(path, (age, age))
    assert is_hit(list(engine.separate(request(seed=0)))), "and is the one used last"
    files.set_most_bytes(2 * size + 100)
    assert files.info().count == 2
    assert [is_hit(list(engine.separate(request(seed=seed)))) for seed in (0, 2)] == [True, True]
    files.set_most_bytes(0)
    assert files.info().count == 0
    assert not is_hit([*engine.separate(request()), *engine.separate(request())])


def test_cleared(engine, files):
    list(engine.separate(request()))
    files.clear()
    assert files.info().count == 0
    assert not is_hit(list(engine.separate(request())))


def trouble(steps):
    return [step.trouble for step in steps if isinstance(step, CacheUse)]


def test_a_full_disk_is_told_in_a_sentence(engine, monkeypatch):
    monkeypatch.setattr(kept_files, "LEAST_FREE", 1 << 60)
    steps = list(engine.separate(request()))
    assert trouble(steps) == ["The result was not kept in the cache: the disk is full."]
    assert len(result(steps)) == 7


def test_a_disk_that_is_full_in_the_middle(engine, files, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "no space")

    steps = engine.separate(request())
    begun = [next(steps) for _ in range(6)]
    monkeypatch.setattr(kept_files.KeptWriter, "_add", full)
    rest = list(steps)
    assert trouble(rest) == ["The result was not kept in the cache: the disk is full."]
    assert len(result([*begun, *rest])) == 7
    assert list(files.folder.iterdir()) == []


def test_a_folder_that_cannot_be_written(engine, files):
    files.folder.write_bytes(b"a file")
    sentence = f"The result was not kept in the cache: “{files.folder}” cannot be written (File exists)."
    assert trouble(list(engine.separate(request()))) == [sentence]


def test_two_that_make_the_same_at_once(engine, files):
    both = [KeptResults(INFO, Everything(), files).separate(request()) for _ in range(2)]
    made = [[], []]
    for _ in range(20):
        for steps, walk in zip(made, both, strict=True):
            steps += [step for step in [next(walk, None)] if step is not None]
    assert result(made[0]) == result(made[1]) == result(engine.separate(request()))
    assert engine.inner.walked == 0
    assert [path.suffix for path in files.folder.iterdir()] == [".kept"]


def test_very_many_results_are_not_looked_through_for_each(engine, files, monkeypatch):
    looked = []
    original = KeptFiles._files
    monkeypatch.setattr(KeptFiles, "_files", lambda self: looked.append(1) or original(self))
    for seed in range(5):
        list(engine.separate(request(seed=seed)))
    assert len(looked) == 1
