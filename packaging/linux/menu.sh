#!/bin/sh
# Puts SAM Studio, unpacked from its archive, into the menu of this user: menu.sh, or menu.sh remove.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$share/applications/samstudio.desktop
icon=$share/icons/hicolor/scalable/apps/samstudio.svg
if [ "${1:-}" = remove ]; then
    rm -f "$entry" "$icon"
else
    mkdir -p "${entry%/*}" "${icon%/*}"
    # In an Exec line a program's name with spaces stands in quotation marks.
    sed "s|^Exec=samstudio|Exec=\"$here/samstudio\"|" "$here/share/applications/samstudio.desktop" > "$entry"
    cp "$here/share/icons/hicolor/scalable/apps/samstudio.svg" "$icon"
fi
