import pytest

from samstudio import assets


@pytest.mark.parametrize(("is_bundle", "said"), [(True, "uv tool install"), (False, "pip install")])
def test_in_a_bundle_nothing_is_to_be_installed_into_it(monkeypatch, is_bundle, said):
    monkeypatch.setattr(assets, "IS_BUNDLE", is_bundle)
    assert f"""'{said} "samstudio[video]"'""" in assets.how_to_get("video")
