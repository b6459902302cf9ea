#!/usr/bin/env bash
# Installs a .deb in a new Debian root without Python, runs the smoke test there, and removes it: as root,
#   clean_root.sh PACKAGE.deb [FOLDER]
# Needs mmdebstrap, Xvfb and xdotool. The root is made in FOLDER, or is there from an earlier run.
set -euo pipefail
package=$(realpath -- "${1:?usage: clean_root.sh PACKAGE.deb [FOLDER]}")
root=${2:-$(mktemp -d)/root}
here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
[ -e "$root/etc" ] || mmdebstrap --variant=minbase "${SUITE:-bookworm}" "$root"
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
cleanup() {
    umount "$root/proc" "$root/tmp" 2>/dev/null || true
    rm -f -- "$wrapper"
}
wrapper=$(mktemp)
trap cleanup EXIT
mount -t proc proc "$root/proc"
# The screen's socket and the empty home are in there.
mount --bind /tmp "$root/tmp"
cp /etc/resolv.conf "$root/etc/resolv.conf"
inside apt-get -q update > /dev/null
if inside which python3; then
    echo "clean_root.sh: this root has a Python" >&2
    exit 1
fi
cp "$package" "$root/var/cache/"
inside apt-get -q -y install --no-install-recommends "/var/cache/$(basename "$package")" > "$wrapper.log"
rm "$root/var/cache/$(basename "$package")"
echo "clean_root.sh: installed; $(inside dpkg-query -W -f '${Package}\n' | wc -l) packages in the root"
printf '#!/bin/sh\nexec /usr/sbin/chroot %s /usr/bin/samstudio "$@"\n' "$root" > "$wrapper"
chmod +x "$wrapper"
bash "$here/smoke.sh" "$wrapper"
inside apt-get -q -y purge samstudio > /dev/null
left=$(find "$root" -xdev -path "$root/proc" -prune -o -path "$root/tmp" -prune -o -iname '*samstudio*' -print)
if [ -n "$left" ]; then
    echo "clean_root.sh: left behind: $left" >&2
    exit 1
fi
rm -f -- "$wrapper.log"
echo "clean_root.sh: removed without a trace"
