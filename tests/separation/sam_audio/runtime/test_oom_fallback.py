"""Going on where the memory runs out, with work that is a list of numbers."""

from itertools import chain
from types import SimpleNamespace

import pytest
import torch

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback, UnitTooLargeError
from samstudio.separation.steps import Steps, finish


def device() -> Device:
    cpu = SimpleNamespace(name="cpu")
    return Device(SimpleNamespace(name="card", on_cpu=lambda: cpu))


class Squares:
    """Work that fits the card up to `room` units at once, and any number of units on the CPU up to `cpu_room`."""

    def __init__(self, room: int, cpu_room: int = 100) -> None:
        self.limits = {"card": room, "cpu": cpu_room}
        self.done: list[tuple[str, int]] = []

    def __call__(self, model, start: int, stop: int) -> Steps[list[int]]:
        yield
        if stop - start > self.limits[model.name]:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        self.done.append((model.name, stop - start))
        return [n * n for n in range(start, stop)]


def all_of(fallback: OomFallback, work: Squares, stop: int) -> list[int]:
    return list(chain.from_iterable(finish(fallback.pieces(0, stop, work))))


@pytest.mark.parametrize(
    ("fits", "pieces"),
    [
        (100, [("card", 8), ("card", 8), ("card", 4)]),
        (7, [("card", 4)] * 5),
        (1, [("card", 1)] * 20),
        (0, [("cpu", 1)] * 20),
    ],
)
def test_pieces_become_smaller_and_stay_so(fits, pieces):
    work = Squares(fits)
    assert all_of(OomFallback(device(), 8, "it"), work, 20) == [n * n for n in range(20)]
    assert work.done == pieces


def test_there_is_one_notice_for_each_step_down():
    shared = device()
    all_of(OomFallback(shared, 8, "decoding"), Squares(1), 20)
    all_of(OomFallback(shared, 8, "encoding"), Squares(0), 20)
    given = [notice.text for notice in shared.new_notices()]
    assert given == [
        "The graphics card ran out of memory: decoding was done in smaller pieces.",
        "The graphics card ran out of memory: encoding was done in smaller pieces.",
        "The graphics card ran out of memory: the rest of encoding was done on the CPU.",
    ]
    assert list(shared.new_notices()) == []


def test_a_caller_with_an_alternative_to_the_cpu_is_reported_first():
    fallback = OomFallback(device(), 2, "it")
    fallback.raises_first = True
    with pytest.raises(UnitTooLargeError):
        all_of(fallback, Squares(0), 3)
    fallback.raises_first = False
    assert all_of(fallback, Squares(0), 3) == [0, 1, 4]


def test_where_even_the_cpu_has_no_room_one_sentence_says_so():
    with pytest.raises(SeparationError, match="close other programs"):
        all_of(OomFallback(device(), 2, "it"), Squares(0, 0), 3)


def test_other_errors_are_nobodys_business():
    def broken(_model, _start, _stop):
        yield
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it is the very one above
        finish(OomFallback(device(), 2, "it").pieces(0, 1, broken))


@pytest.mark.parametrize(
    ("failure", "done", "said"),
    [
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), [("cpu", 1)] * 4, "ran out of memory"),
        (NotImplementedError("The operator 'aten::x' is not implemented for MPS"), [("cpu", 4)], "does not know"),
    ],
)
def test_what_apples_card_cannot_do_the_cpu_does(failure, done, said):
    work = Squares(0)

    def on_apples_card(model, start: int, stop: int) -> Steps[list[int]]:
        if model.name == "card":
            raise failure
        return (yield from work(model, start, stop))

    card = device()
    assert all_of(OomFallback(card, 4, "the separation"), on_apples_card, 4) == [0, 1, 4, 9]
    assert work.done == done
    assert said in next(reversed(list(card.new_notices()))).text


def test_another_error_is_not_taken_for_a_lack_of_memory():
    def fail(_model, _start: int, _stop: int) -> Steps[list[int]]:
        raise RuntimeError("shape mismatch")
        yield

    with pytest.raises(RuntimeError, match="shape mismatch"):
        all_of(OomFallback(device(), 4, "it"), fail, 4)
