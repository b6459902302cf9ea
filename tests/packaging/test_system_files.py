"""The files that each system wants round a bundle."""

import plistlib
import re
import struct
import xml.etree.ElementTree as ET
from configparser import RawConfigParser

import pytest
from bundle import icons, linux, macos, plan, windows

from samstudio.assets import asset
from samstudio.audio.files import AUDIO_SUFFIXES

PROJECT = plan.read_project()
INNO = (plan.PACKAGING / "windows/samstudio.iss").read_text("utf-8-sig")


@pytest.fixture
def share(tmp_path):
    linux.write_share(tmp_path, PROJECT, asset("icons/samstudio.svg"))
    return tmp_path


def test_the_linux_files_are_valid(share):
    assert [text for text in linux.check_share(share) if "not installed" not in text] == []


def test_the_desktop_entry_is_that_of_the_window(share):
    entry = RawConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read_string((share / "applications/samstudio.desktop").read_text("utf-8"))
    main = entry["Desktop Entry"]
    assert (main["Exec"], main["Icon"], main["StartupWMClass"]) == ("samstudio %F", "samstudio", "samstudio")
    assert "audio/flac;" in main["MimeType"]
    assert (share / "icons/hicolor/scalable/apps/samstudio.svg").is_file()
    component = ET.parse(share / f"metainfo/{plan.IDENTIFIER}.metainfo.xml").getroot()
    assert component.find("releases/release").get("version") == PROJECT.version
    assert component.find("launchable").text == "samstudio.desktop"


def test_a_template_with_an_unknown_name_is_refused():
    assert linux.fill("a @B@ c", {"B": "b"}) == "a b c"
    with pytest.raises(KeyError):
        linux.fill("@WRONG@", {})


def test_the_control_file_has_every_field(tmp_path):
    library = tmp_path / "lib.so"
    library.write_bytes(b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.4\0")
    glibc = linux.needed_glibc([library])
    assert glibc == "2.34"
    text = linux.control(PROJECT, 2_000_000, glibc, "amd64")
    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    assert fields["Package"] == "samstudio"
    assert fields["Installed-Size"] == "1953"
    assert "libc6 (>= 2.34)" in fields["Depends"].split(", ")
    assert "@" not in fields["Depends"]


def test_icons_hold_their_pictures():
    pictures = {16: b"sixteen", 256: b"large"}
    packed = icons.ico(pictures)
    assert struct.unpack_from("<HHH", packed) == (0, 1, 2)
    for number, (size, png) in enumerate(pictures.items()):
        width, height, *_, length, place = struct.unpack_from("<BBBBHHII", packed, 6 + 16 * number)
        assert (width, height) == (size % 256, size % 256)
        assert packed[place : place + length] == png
    mac = icons.icns(pictures)
    assert mac[:4] == b"icns"
    assert struct.unpack_from(">I", mac, 4)[0] == len(mac)
    assert mac.count(b"large") == 2


def test_the_icon_is_drawn(qapp):
    png = icons.draw(asset("icons/samstudio.svg"), 32)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack_from(">II", png, 16) == (32, 32)


@pytest.mark.parametrize(
    ("version", "numbers"), [("0.1.0", (0, 1, 0, 0)), ("1.2rc3", (1, 2, 0, 0)), ("2.0.1.7+g1", (2, 0, 1, 7))]
)
def test_windows_wants_four_numbers(version, numbers):
    assert windows.version_numbers(version) == numbers


def test_the_installer_offers_every_kind_of_file():
    offered = re.findall(r"Software\\Classes\\(\.\w+)\\OpenWithProgids", INNO)
    assert tuple(offered) == AUDIO_SUFFIXES


def test_the_installer_is_given_what_it_uses_and_names_what_it_defines():
    given = {"Version", "Bundle", "Out", "Icon"}
    assert set(re.findall(r"{#(\w+)}", INNO)) == given | set(re.findall(r"#define (\w+)", INNO))
    for kind, pattern in (("Tasks", r'^Name: "(\w+)"; Description: '), ("cm", r"^english\.(\w+)=")):
        defined = set(re.findall(pattern, INNO, re.MULTILINE))
        used = set(re.findall(rf"{kind}: (\w+)" if kind == "Tasks" else r"{cm:(\w+)}", INNO))
        assert used - defined <= {"CreateDesktopIcon"}
        assert defined <= used
    # Every line of a list names its parts as `Name: value`, with strings in paired quotation marks.
    for line in INNO.split("[Code]")[0].splitlines():
        assert line.count('"') % 2 == 0, line


def test_the_mac_knows_a_session_as_one_file():
    facts = plistlib.loads(plistlib.dumps(macos.info_plist(PROJECT)))
    (session,) = facts["UTExportedTypeDeclarations"]
    assert session["UTTypeTagSpecification"] == {"public.filename-extension": ["samstudio"]}
    assert facts["CFBundleDocumentTypes"][0]["LSItemContentTypes"] == [session["UTTypeIdentifier"]]
    assert facts["CFBundleShortVersionString"] == PROJECT.version
    rights = plistlib.loads((plan.PACKAGING / "macos/entitlements.plist").read_bytes())
    assert all(value is True for value in rights.values())
    assert "com.apple.security.cs.disable-library-validation" in rights
