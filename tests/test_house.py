"""The facts of the architecture, read from the source text. `python tests/test_house.py` prints them.

An import counts wherever it stands, in a function too; only those under TYPE_CHECKING do not, as they never run.
"""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "samstudio"
MOST_FILES, MOST_LINES = 15, 300
"""In a folder, and in a file."""

LAYERS = ({"cli"}, {"app"}, {"ui", "controllers"}, {"separation", "storage"}, {"audio"}, {"session", "dsp"}, {"assets"})
"""From the top down. Parts of one layer do not import each other; `separation` does not import `audio` either."""
APART = {("separation", "audio")}

EVERYWHERE = {"numpy", "platformdirs"}
HOMES = {
    "PySide6.QtWidgets": {"ui", "app"},
    "PySide6.QtSvg": {"ui"},
    "PySide6": {"controllers", "ui", "app"},
    "shiboken6": {"ui", "app"},
    "pyqtgraph": {"ui"},
    "torch": {"separation"},
    "torchaudio": {"separation"},
    "tokenizers": {"separation"},
    "safetensors": {"separation"},
    "huggingface_hub": {"separation"},
    "httpx2": {"separation"},
    "filelock": {"separation"},
    "soundfile": {"audio"},
    "sounddevice": {"audio"},
    "av": {"audio"},
    "soxr": {"audio"},
    "tqdm": {"cli"},
    "distributed": {"separation"},
    "dask": {"separation"},
    "cryptography": {"separation"},
}
"""Where a library may be imported; the longest name that fits counts."""
IMPORTED_AS = {
    "pyside6-essentials": ("PySide6", "shiboken6"),
    "huggingface-hub": ("huggingface_hub",),
    "distributed": ("distributed", "dask"),
}
"""What a dependency is called in import statements, where that is not its own name."""


@dataclass(frozen=True)
class SourceFile:
    """A module of the product: its dotted name, what it imports (dotted names), the classes it defines, its length."""

    path: Path
    name: str
    imports: frozenset[str]
    classes: tuple[str, ...]
    lines: int

    @property
    def part(self) -> str:
        """The package below `samstudio` that it lies in, or its own name."""
        return self.name.split(".")[1] if "." in self.name else ""


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node)


@cache
def product() -> tuple[SourceFile, ...]:
    """All modules of the product."""
    paths = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted(PACKAGE.rglob("*.py"))}
    modules = {name.removesuffix(".__init__") for name in paths.values()}
    found = []
    for path, dotted in paths.items():
        text = path.read_text("utf-8")
        imports, classes = set(), []
        for node in _nodes(ast.parse(text)):
            if isinstance(node, ast.Import):
                imports.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                # "from a import b" imports the module a.b, where there is one.
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    is_module = inner in modules or node.module in ("PySide6", "samstudio")
                    imports.add(inner if is_module else str(node.module))
            elif isinstance(node, ast.ClassDef):
                classes.append(node.name)
        name = dotted.removesuffix(".__init__")
        found.append(SourceFile(path, name, frozenset(imports - {name}), tuple(classes), text.count("\n")))
    return tuple(found)


@cache
def graph() -> dict[str, frozenset[str]]:
    """The product's modules, and those of them that each imports."""
    names = {source.name for source in product()}
    return {source.name: source.imports & names for source in product()}


def _reached(name: str) -> set[str]:
    """All modules that one imports, directly or through others."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        new = graph()[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return seen


def _engines() -> set[str]:
    """The dotted names of the engines' packages: those that hold a module `engine`."""
    return {f"samstudio.separation.{path.parent.name}" for path in (PACKAGE / "separation").glob("*/engine.py")}


def _is_inside(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def import_cycles() -> Iterator[str]:
    """Modules that import themselves through others."""
    for name in graph():
        if name in _reached(name):
            yield f"{name}, through {', '.join(sorted(m for m in graph()[name] if name in _reached(m)))}"


def imports_upwards() -> Iterator[str]:
    """Imports that do not point down the layers."""
    height = {part: level for level, parts in enumerate(LAYERS) for part in parts}
    for source in product():
        for imported in sorted(graph()[source.name]):
            other = imported.split(".")[1] if "." in imported else ""
            if source.part not in height or other not in height or source.part == other:
                continue
            if height[other] <= height[source.part] or (source.part, other) in APART:
                yield f"{source.name} imports {imported}"


def modules_without_a_layer() -> Iterator[str]:
    """Parts of the product that the table of layers does not know."""
    known = set().union(*LAYERS, {"", "__main__"})
    yield from sorted({source.part for source in product()} - known)


def imports_between_engines() -> Iterator[str]:
    """Engines whose modules reach another engine's."""
    for engine in sorted(_engines()):
        for name in (name for name in graph() if _is_inside(name, engine)):
            others = {other for other in _engines() - {engine} if any(_is_inside(m, other) for m in _reached(name))}
            yield from (f"{name} reaches {other}" for other in sorted(others))


def imports_of_engines_from_outside() -> Iterator[str]:
    """Modules outside an engine's package that import it by name; the registry finds engines by itself."""
    for name, imported in graph().items():
        for engine in _engines():
            if not _is_inside(name, engine) and any(_is_inside(module, engine) for module in imported):
                yield f"{name} imports {engine}"


def large_folders() -> Iterator[str]:
    """Folders with too many Python files, `__init__.py` apart."""
    for root in (PACKAGE, ROOT / "tests"):
        folders = defaultdict(list)
        for path in root.rglob("*.py"):
            folders[path.parent].append(path)
        for folder, paths in sorted(folders.items()):
            count = len([path for path in paths if path.name != "__init__.py"])
            if count > MOST_FILES:
                yield f"{folder.relative_to(ROOT)}: {count}"


def long_files() -> Iterator[str]:
    """Files of the product that have too many lines."""
    yield from (f"{s.path.relative_to(ROOT)}: {s.lines}" for s in product() if s.lines > MOST_LINES)


def repeated_class_names() -> Iterator[str]:
    """Class names, private ones too, that mean more than one thing."""
    homes = defaultdict(list)
    for source in product():
        for name in source.classes:
            homes[name].append(source.name)
    yield from (f"{name}: {', '.join(places)}" for name, places in sorted(homes.items()) if len(places) > 1)


@cache
def _third_party() -> dict[str, set[str]]:
    """The foreign modules that are imported, and the parts of the product that do."""
    found = defaultdict(set)
    for source in product():
        for name in source.imports:
            if name.split(".")[0] not in {*sys.stdlib_module_names, "samstudio"}:
                found[name].add(source.part)
    return found


def libraries_away_from_home() -> Iterator[str]:
    """Libraries that are imported outside their home, or have none."""
    for name, parts in sorted(_third_party().items()):
        fitting = [home for home in HOMES if _is_inside(name, home)]
        if name.split(".")[0] in EVERYWHERE:
            continue
        away = parts - (HOMES[max(fitting, key=len)] if fitting else set())
        if away:
            yield f"{name} in {', '.join(sorted(away))}"


def dependencies_that_are_not_used() -> Iterator[str]:
    """Dependencies in pyproject.toml that no module imports, and libraries imported that are none."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["cluster"]
    declared = [re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in lines]
    used = {name.split(".")[0] for name in _third_party()}
    modules = {name: IMPORTED_AS.get(name, (name,)) for name in declared}
    yield from (f"{name} is declared only" for name, names in modules.items() if not used.intersection(names))
    known = {name for names in modules.values() for name in names}
    yield from (f"{name} is not declared" for name in sorted(used - known))


FACTS = {
    "no import cycle": import_cycles,
    "imports point down the layers": imports_upwards,
    "every part has a layer": modules_without_a_layer,
    "no engine reaches another": imports_between_engines,
    "no engine is imported from outside": imports_of_engines_from_outside,
    f"no folder holds more than {MOST_FILES} Python files": large_folders,
    f"no file of the product has more than {MOST_LINES} lines": long_files,
    "no class name occurs twice": repeated_class_names,
    "every library has one home": libraries_away_from_home,
    "no dependency is only declared": dependencies_that_are_not_used,
}


@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_holds(fact):
    assert list(FACTS[fact]()) == []


def test_the_product_was_read():
    """Facts about nothing would hold."""
    assert len(product()) > 200
    assert len(_engines()) >= 2
    assert "samstudio.separation.engine" in graph()["samstudio.separation.marks"]
    assert "samstudio.session.stretch" in _reached("samstudio.separation.boxes")


if __name__ == "__main__":
    for title, offenders in FACTS.items():
        listed = list(offenders())
        print(f"{'no' if listed else 'ok'}  {title}", *(f"      {line}" for line in listed), sep="\n")
    print(f"{len(product())} modules, {sum(source.lines for source in product())} lines")
