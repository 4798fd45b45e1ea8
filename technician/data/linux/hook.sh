#!/bin/sh
# The updater's hook, carried in the bundle: class and floor are looked at before anything is written.
set -eu

state=${GATEPOST_STATE:-/var/lib/gatepost}

refuse() {
    echo "$1" >&2
    exit 10
}

case $1 in
install-check)
    [ "$RAUC_MF_COMPATIBLE" = "$RAUC_SYSTEM_COMPATIBLE" ] ||
        refuse "this is for $RAUC_MF_COMPATIBLE, the terminal is a $RAUC_SYSTEM_COMPATIBLE"
    floor=$(cat "$state/floor" 2>/dev/null || echo 0)
    [ "$RAUC_MF_VERSION" -ge "$floor" ] || refuse "version $RAUC_MF_VERSION is older than $floor, the oldest allowed"
    ;;
slot-post-install)
    # Durable before the bootloader hears of it: without the note nobody would fall back.
    echo "$RAUC_SLOT_BOOTNAME @FLOOR@" >"$state/on-trial.new"
    sync "$state/on-trial.new"
    mv "$state/on-trial.new" "$state/on-trial"
    ;;
*)
    refuse "unknown hook $1"
    ;;
esac
