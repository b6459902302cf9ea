"""Takes as a tree: a take made from another take's residual is its child."""

from collections.abc import Sequence

from samstudio.session.take import Take


def tree_order(takes: Sequence[Take]) -> tuple[tuple[int, int], ...]:
    """Index and depth of every take, each below its source, siblings in the order they were made.

    A take whose source is gone is at the root, and so is one that a damaged file makes its own ancestor.
    """
    places = {take.id: index for index, take in enumerate(takes)}
    below: dict[int | None, list[int]] = {}
    for index, take in enumerate(takes):
        source = places.get(take.source)
        below.setdefault(source if source is not None and source < index else None, []).append(index)
    order: list[tuple[int, int]] = []
    waiting = [(index, 0) for index in reversed(below.get(None, []))]
    while waiting:
        index, depth = waiting.pop()
        order.append((index, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(index, []))]
    return tuple(order)


MOST_IN_CHAIN = 64
"""The takes of a chain, first to last: each has a strip in the mixer and a track to play."""


def chain_to(take: Take, takes: Sequence[Take]) -> tuple[Take, ...]:
    """The takes that `take` came from, each made from the residual of the one before; `take` itself is the last.

    If one of them was deleted the chain begins after it, with a take that still names a source; likewise where there
    are more than MOST_IN_CHAIN of them.
    """
    by_id, chain, seen = {other.id: other for other in takes}, [take], {take.id}
    while (source := by_id.get(chain[-1].source)) is not None and source.id not in seen and len(chain) < MOST_IN_CHAIN:
        chain.append(source)
        seen.add(source.id)
    return tuple(reversed(chain))


def continued_by(takes: Sequence[Take], take: Take) -> tuple[Take, ...]:
    """The takes made from the residual of `take`."""
    return tuple(other for other in takes if other.source == take.id)


def unique_name(name: str, others: Sequence[str]) -> str:
    """`name`, or `name (2)`, `name (3)` ... if others have it already."""
    taken, number, free = set(others), 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
