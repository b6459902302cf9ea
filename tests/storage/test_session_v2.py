"""Regions of sessions of version 2 come back as the boxes of an object."""

from samstudio.storage.session_v2 import with_objects

REGION = {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.4}


def test_regions_are_the_boxes_of_an_object_that_is_not_followed():
    old = {"text": "bell", "regions": [REGION, {**REGION, "time": 1.5}]}
    upgraded = with_objects({"prompt": old, "takes": [{"id": "a", "prompt": old}, {"id": "b"}]})
    for prompt in (upgraded["prompt"], upgraded["takes"][0]["prompt"]):
        marks = [{"time": 0.0, "box": [0.1, 0.2, 0.3, 0.4]}, {"time": 1.5, "box": [0.1, 0.2, 0.3, 0.4]}]
        assert prompt == {"text": "bell", "objects": [{"marks": marks, "follows": False}]}
    assert upgraded["takes"][1] == {"id": "b"}


def test_what_is_no_region_is_left_for_the_reader_to_refuse():
    assert with_objects({"prompt": {"regions": []}}) == {"prompt": {}}
    for prompt in (None, [], {"regions": 3}):
        assert with_objects({"prompt": prompt, "takes": 7}) == {"prompt": prompt, "takes": 7}
    assert with_objects({"prompt": {"regions": [3]}})["prompt"]["objects"][0]["marks"] == [3]
