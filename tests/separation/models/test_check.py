import json
from dataclasses import replace

import pytest
import torch

from samstudio.separation.engine import SeparationError
from samstudio.separation.models import check
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.files import config_file, model_folder
from samstudio.separation.models.part_reader import ModelContents
from samstudio.separation.registry import engines
from tests.separation.models.stored import own_folder

SMALL = ModelContents("small", "a.pt", {Role.CODEC: "a.pt", Role.VISION: ""})


class MadeUpReader:
    """Reads models whose config.json says so."""

    def role(self, path):
        file = config_file(model_folder(path))
        config = json.loads(file.read_text()) if file.is_file() else {}
        return {"made up": Role.MODEL, "made up text": Role.TEXT}.get(config.get("kind"))

    def helpers(self, path):
        if (model_folder(path) / "damaged").exists():
            raise SeparationError("no helpers")
        return {"beside": Role.TEXT, "google-t5/t5-base": Role.TEXT, "someone/spans": Role.SPANS}

    def contents(self, path):
        return SMALL

    def faults(self, path, role):
        yield f"{path.name} is a faulty {role}"
        raise SeparationError("and cannot be read on")


class ReadsNothing(MadeUpReader):
    def role(self, path):
        return None


@pytest.fixture(autouse=True)
def _another_engine(monkeypatch):
    """An engine that reads models of its own, after those that there are."""
    made_up = replace(engines()[0], name="made-up", part_reader=MadeUpReader)
    others = [replace(info, part_reader=ReadsNothing) for info in engines()]
    monkeypatch.setattr(check, "engines", lambda: (*others, made_up))


def folder_of(path, kind):
    own_folder(path)
    (path / "config.json").write_text(json.dumps({"kind": kind}))
    return path


def test_the_engine_that_knows_a_config_reads_it(tmp_path):
    folder = folder_of(tmp_path / "mine", "made up")
    for path in (folder, folder / "checkpoint.pt"):
        part = check.identify(path)
        assert (part.engine, part.role) == ("made-up", Role.MODEL)
        assert list(check.faults(path)) == [f"{path.name} is a faulty model", "and cannot be read on"]
    assert check.identify(folder_of(tmp_path / "other", "of nobody")) is None


def test_helpers_are_what_a_model_does_not_bring_along(tmp_path):
    folder = folder_of(tmp_path / "mine", "made up")
    assert check.helpers(folder) == {"t5-base": Role.TEXT, "someone/spans": Role.SPANS}
    own_folder(folder / "beside")
    assert check.helpers(folder / "checkpoint.pt") == {"t5-base": Role.TEXT, "someone/spans": Role.SPANS}
    (folder / "damaged").touch()
    assert check.helpers(folder) == {}
    assert check.helpers(folder_of(tmp_path / "text", "made up text")) == {}
    assert check.helpers(tmp_path / "nowhere") == {}


def test_the_contents_of_a_model_are_told_in_words(tmp_path):
    assert check.contents(folder_of(tmp_path / "mine", "made up")) == SMALL
    assert SMALL.words == "small, codec inside, no vision encoder"
    assert check.contents(folder_of(tmp_path / "text", "made up text")) is None
    assert check.contents(tmp_path / "nowhere") is None


def test_a_model_that_no_engine_reads_is_named(tmp_path):
    folder = folder_of(tmp_path / "mine", "of nobody")
    torch.save({"layer1.weight": torch.zeros(1)}, folder / "checkpoint.pt")
    (fault,) = check.faults(folder)
    assert fault.startswith(f"{folder} holds the weights of a model that no engine uses")
    assert "(its first key is 'layer1.weight'): choose those of " in fault
