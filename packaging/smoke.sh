#!/usr/bin/env bash
# The smoke test of a bundle: smoke.sh PROGRAM [PICTURE.png]
#
# Starts the program on a screen of its own in an empty home, without PATH and PYTHONPATH, opens the demo, types "bird",
# separates, exports, checks that both files sum to the recording sample for sample, and runs doctor. Needs Xvfb and
# xdotool; a picture of the window needs ImageMagick. Ends with 0 if all of it works.
set -euo pipefail
program=$(realpath -- "${1:?usage: smoke.sh PROGRAM [PICTURE.png]}")
picture=${2:-}
here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
home=$(mktemp -d)
screen=
# Words that the window says come through here.
words=$home.words
cleanup() {
    [ -z "${window:-}" ] || kill "$window" 2>/dev/null || true
    [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
    rm -rf -- "$home" "$words" "$home.display"
}
trap cleanup EXIT
mkfifo "$words" "$home.display"
Xvfb -displayfd 1 -screen 0 1600x1000x24 -nolisten tcp > "$home.display" 2>/dev/null &
screen=$!
read -r display < "$home.display"

bundled() { env -i HOME="$home" PATH= DISPLAY=":$display" LC_ALL=C.UTF-8 QT_QPA_PLATFORM=xcb \
    ${OMP_NUM_THREADS:+OMP_NUM_THREADS=$OMP_NUM_THREADS} "$program" "$@"; }
press() { DISPLAY=":$display" xdotool "$@"; }

bundled --version
bundled -c "$(cat "$here/smoke_window.py")" > "$words" 2> "$home/log" &
window=$!
last=
while read -r -t 900 word place; do
    echo "smoke.sh: $word"
    last=$word
    case $word in
    shown) press search --sync --onlyvisible --class samstudio windowfocus > /dev/null ;;
    cleared) press key ctrl+t ;;
    asked) press type bird ;;
    typed) press key Return ;;
    taken)
        [ -z "$picture" ] || DISPLAY=":$display" import -window root "$picture"
        press key ctrl+shift+e
        ;;
    exporting) press mousemove $place click 1 ;;
    esac
done < "$words"
if [ "$last" != exported ]; then
    cat "$home/log" >&2
    echo "smoke.sh: waited in vain after: ${last:-nothing}" >&2
    exit 1
fi
wait "$window"
window=
if grep -n "Traceback" "$home/log" >&2; then
    exit 1
fi
bundled -c "$(cat "$here/smoke_null.py")" "$home"
bundled doctor | tee "$home/doctor"
if grep -q "PortAudio is missing" "$home/doctor"; then
    echo "smoke.sh: the bundle's own PortAudio is not found" >&2
    exit 1
fi
