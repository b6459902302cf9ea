"""How Sphinx builds the guide."""

from samstudio.app.actions import ACTIONS
from samstudio.app.gestures import GESTURES


def _key_tables() -> str:
    """Every key and mouse gesture, a table a group."""
    groups: dict[str, list[str]] = {}
    shown = [(row.group.replace("&", ""), row.text, row.keys) for row in ACTIONS]
    shown += [(gesture.group, gesture.text, gesture.keys) for gesture in GESTURES]
    for group, text, keys in shown:
        if keys:
            groups.setdefault(group, []).append(f"| {text} | {', '.join(f'`{key}`' for key in keys)} |")
    return "\n\n".join(
        "\n".join([f"## {group}", "", "| | |", "| --- | --- |", *lines]) for group, lines in groups.items()
    )


project = "SAM Studio"
copyright = "The SAM Studio authors, MIT licence"  # noqa: A001 (Sphinx's own name)
html_title = "SAM Studio: the guide"
html_theme = "furo"
html_copy_source = html_show_sourcelink = html_show_sphinx = html_use_index = False
extensions = ["myst_parser"]
myst_enable_extensions = ["substitution"]
myst_substitutions = {"keys": _key_tables()}
