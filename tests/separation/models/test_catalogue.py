import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import KNOWN, family_of, hub_id, known_model
from samstudio.separation.models.hub_id import HubId, is_hub_id
from samstudio.separation.registry import engines


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("small", HubId("facebook/sam-audio-small")),
        ("sam-audio-large-tv", HubId("facebook/sam-audio-large-tv")),
        ("facebook/sam-audio-base", HubId("facebook/sam-audio-base")),
        ("judge", HubId("facebook/sam-audio-judge", "sam_audio")),
        ("facebook/sam-audio-judge", HubId("facebook/sam-audio-judge", "sam_audio")),
        ("facebook/sam-audio-judge@main", HubId("facebook/sam-audio-judge", "main")),
        ("pe-a-frame-large", HubId("facebook/pe-a-frame-large", "perception_models")),
        ("t5-base", HubId("google-t5/t5-base")),
        ("someone/a-mirror", HubId("someone/a-mirror")),
        ("someone/a-mirror@v1.0", HubId("someone/a-mirror", "v1.0")),
    ],
)
def test_names_lead_to_the_hub(name, expected):
    assert hub_id(name) == expected


@pytest.mark.parametrize("name", ["", "small-ish", "a/b/c", "../x", "a/..", "a--b/c", "-a/b", "a/b.git", "a/b@", "ä/b"])
def test_other_words_are_no_hub_ids(name):
    assert not is_hub_id(name)
    with pytest.raises(SeparationError, match="is no file or folder here, and no hub id"):
        hub_id(name)


def test_sizes_follow_from_the_published_parameter_counts():
    sizes = {name: (known.disk / 1e9, known.memory / 1e9) for known in KNOWN for name in known.names[:1]}
    assert [round(sizes[name][0], 2) for name in ("small", "base", "large")] == [5.10, 7.72, 14.86]
    assert [round(sizes[name][1], 2) for name in ("small", "base", "large")] == [1.41, 2.72, 6.29]
    assert sizes["large-tv"] == sizes["large"]
    assert {known.names[0] for known in KNOWN if known.gated} == {
        *(f"{size}{variant}" for size in ("small", "base", "large") for variant in ("", "-tv")),
        "judge",
    }


def test_known_names_are_unique():
    names = [name for known in KNOWN for name in known.names]
    assert len(names) == len(set(names))
    assert all(known_model(name) for name in names)


def test_every_row_belongs_to_an_engine_and_names_helpers_of_the_table():
    names = {info.name for info in engines()}
    for known in KNOWN:
        assert known.family.engine in names
        assert family_of(known.family.engine) is known.family
        assert known.licence
        assert all(known_model(helper) for helper in known.helpers)
    assert family_of("no engine") is None
