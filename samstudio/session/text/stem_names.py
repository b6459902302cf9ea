"""What the parts of a recording are called in file names: by the words that they were found by."""

from collections.abc import Sequence

from samstudio.session.take import Stem, Take

REST = "rest"
"""What is left of a sound that has a name."""
_LONGEST = 40


def target_name(take: Take) -> str:
    """`acoustic_guitar` by the take's text; empty where its prompt has none."""
    words = take.prompt.text.split()
    name = "_".join(words)
    while len(name) > _LONGEST and len(words) > 1:
        words = words[:-1]
        name = "_".join(words)
    return name[:_LONGEST].strip("_")


def stem_names(earlier: Sequence[tuple[str, Take]], take: Take, reserved: Sequence[str] = ()) -> dict[str, str]:
    """The name of each stem of a take, and of the targets `earlier` (key and take) in its chain, by their keys.

    No two are equal, nor equal to a `reserved` one, on a disk that takes capitals for small letters either.
    """
    name = target_name(take)
    wanted = {key: target_name(other) or key for key, other in earlier}
    wanted[str(Stem.TARGET)] = name or str(Stem.TARGET)
    wanted[str(Stem.RESIDUAL)] = REST if name else str(Stem.RESIDUAL)
    taken = {other.casefold() for other in reserved}
    names: dict[str, str] = {}
    # The rest keeps its name whatever a prompt says.
    for key in sorted(wanted, key=lambda key: key != Stem.RESIDUAL):
        names[key] = _free(wanted[key], taken)
        taken.add(names[key].casefold())
    return {key: names[key] for key in wanted}


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name}_{number}"
    return free
