"""The list of licences is complete, and its texts are there."""

import sysconfig
from email.message import Message
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
import soundfile
from bundle import licences

PACKAGES = Path(sysconfig.get_path("purelib"))


def test_packages_are_found_by_the_files_that_ship():
    sources = [np.__file__, soundfile.__file__]
    found = {part.name: part for part in licences.packages_of(sources, PACKAGES)}
    assert set(found) == {"numpy", "soundfile"}
    assert found["numpy"].version == np.__version__
    assert "BSD" in found["numpy"].licence
    assert found["numpy"].texts
    assert all(path.is_file() for path in found["numpy"].texts)


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": "MIT OR Apache-2.0"}, "MIT OR Apache-2.0"),
        ({"License": "LGPL"}, "LGPL"),
        (
            {"License": "A long\ntext of a licence", "Classifier": "License :: OSI Approved :: MIT License"},
            "MIT License",
        ),
        ({}, "see its text"),
    ],
)
def test_a_licence_is_read_from_each_kind_of_metadata(fields, licence):
    metadata = Message()
    for name, value in fields.items():
        metadata[name] = value
    package = type("Package", (), {"metadata": metadata})()
    assert licences.licence_of(package) == licence


def test_qt_is_listed_under_its_licence():
    assert "LGPL" in licences.licence_of(distribution("PySide6-Essentials"))


def test_a_debian_copyright_file_names_its_licences_once(tmp_path):
    file = tmp_path / "copyright"
    file.write_text("License: LGPL-2.1+\nFiles: a\nLicense: MIT\n text\nLicense: LGPL-2.1+\n", "utf-8")
    assert licences.licence_of_copyright(file) == "LGPL-2.1+, MIT"


def test_the_list_names_every_part_and_links_its_texts(tmp_path):
    text = tmp_path / "LICENSE"
    text.write_text("words", "utf-8")
    parts = [licences.Licensed("av", "18", "BSD", (text, text)), licences.Licensed("A's", "1", "MIT | X", ())]
    written = licences.write_licences(parts, tmp_path / "licences", qt_folder="_internal/PySide6")
    lines = written.read_text("utf-8").splitlines()
    assert "x264" in next(line for line in lines if line.startswith("| av | 18 | BSD |"))
    assert "| A's | 1 | MIT / X |  |  |" in lines
    assert "_internal/PySide6" in written.read_text("utf-8")
    names = {path.name for path in (tmp_path / "licences").iterdir()}
    assert names - {text.name for text in licences.COMMON_TEXTS} == {"LICENCES.md", "av-LICENSE", "av-LICENSE+"}
    assert {"LGPL-3.0.txt", "GPL-3.0.txt"} <= names
