"""Nothing outside an engine's package names it: whoever shows or uses engines takes them from the registry."""

import re
from pathlib import Path

import pytest

import samstudio
from samstudio.separation.registry import engines

ROOT = Path(samstudio.__file__).parent
ALLOWED = {
    # The rows of the published models say whose they are.
    "separation/models/catalogue.py",
    # What earlier versions wrote.
    "storage/settings_v1.py",
    "controllers/settings/renamed_actions.py",
    # A session that names no engine means this one: part of the format.
    "session/take.py",
}


@pytest.mark.parametrize("info", engines(), ids=lambda info: info.name)
def test_nothing_outside_its_package_names_an_engine(info):
    package = info.name.replace("-", "_")
    words = info.title.lower().split()
    named = [rf"[\"'`>]{info.name}[\"'`<]", rf"separation\.{package}\b", rf"{info.title} engine"]
    # A title of one word may be a word of the field's: "spectral" is said of more than the engine.
    named += [r"[ _-]?".join(words)] if len(words) > 1 else []
    pattern = re.compile("|".join(named), re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted(ROOT.rglob("*.py"))
        if not path.is_relative_to(ROOT / "separation" / package) and path.relative_to(ROOT).as_posix() not in ALLOWED
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_only_what_must_name_an_engine_may():
    for name in ALLOWED:
        text = (ROOT / name).read_text("utf-8").lower()
        assert re.search(r"sam[ _-]?audio|\"spectral\"", text), f"{name} needs no exception any more"
