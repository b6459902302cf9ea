"""The macOS files round a bundle: icon, Info.plist, disk image. Not run: see README.md."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bundle.plan import IDENTIFIER, PACKAGING, ROOT, Project

SESSION_TYPE = f"{IDENTIFIER}.session"


def info_plist(project: Project) -> dict[str, Any]:
    """The keys of Info.plist beside those that PyInstaller writes."""
    return {
        "CFBundleDisplayName": "SAM Studio",
        "CFBundleShortVersionString": project.version,
        "LSMinimumSystemVersion": "13.0",
        "LSApplicationCategoryType": "public.app-category.music",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "MIT licence",
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": SESSION_TYPE,
                "UTTypeDescription": "SAM Studio session",
                # A folder that is shown and opened as one file.
                "UTTypeConformsTo": ["com.apple.package"],
                "UTTypeTagSpecification": {"public.filename-extension": ["samstudio"]},
            }
        ],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "SAM Studio session",
                "CFBundleTypeRole": "Editor",
                "LSItemContentTypes": [SESSION_TYPE],
                "LSHandlerRank": "Owner",
                "LSTypeIsPackage": True,
            },
            {
                "CFBundleTypeName": "Recording",
                "CFBundleTypeRole": "Viewer",
                "LSItemContentTypes": ["public.audio", "public.movie"],
                "LSHandlerRank": "Alternate",
            },
        ],
    }


def plan(project: Project, python: Path, folder: Path) -> dict[str, Any]:
    """What the recipe of PyInstaller needs on macOS."""
    icon = folder / "samstudio.icns"
    draw = [str(python), str(PACKAGING / "bundle/icons.py"), str(ROOT / "resources/icons/samstudio.svg"), str(icon)]
    subprocess.run(draw, check=True)
    return {
        "icon": str(icon),
        "info_plist": info_plist(project),
        "entitlements": str(PACKAGING / "macos/entitlements.plist"),
    }


def make_image(app: Path, project: Project, out: Path, say: Callable[[str], None]) -> list[Path]:
    """The disk image with the app, signed and notarised where the environment names who does it.

    Raises CalledProcessError.
    """
    identity, profile = os.environ.get("SAMSTUDIO_SIGNED_BY"), os.environ.get("SAMSTUDIO_NOTARY_PROFILE")
    if identity:
        # Once more, and last: the licences were added after PyInstaller had signed.
        sign = ["codesign", "--force", "--options", "runtime", "--timestamp", "--sign", identity]
        subprocess.run([*sign, "--entitlements", str(PACKAGING / "macos/entitlements.plist"), str(app)], check=True)
    else:
        subprocess.run(["codesign", "--force", "--deep", "--sign", "-", str(app)], check=True)
        say("SAMSTUDIO_SIGNED_BY names no identity: the app is signed for this machine alone")
    staging, image = out / "image", out / f"{project.name}-{project.version}-macos.dmg"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    subprocess.run(["ditto", str(app), str(staging / app.name)], check=True)
    (staging / "Applications").symlink_to("/Applications")
    create = ["hdiutil", "create", "-volname", "SAM Studio", "-srcfolder", str(staging), "-format", "UDZO", "-ov"]
    subprocess.run([*create, str(image)], check=True)
    shutil.rmtree(staging)
    if identity and profile:
        subprocess.run(
            ["xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, "--wait"], check=True
        )
        subprocess.run(["xcrun", "stapler", "staple", str(image)], check=True)
    return [image]
