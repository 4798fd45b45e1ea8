#!/bin/sh
# Makes the root file system of a Linux terminal: Debian, Gatepost in /opt/gatepost, its units, the updater.
#   rootfs.sh CLASS WHEEL FOLDER    as root; WHEEL: Gatepost's own (pip wheel --no-deps .); FOLDER is made
# Kernel and bootloader are the computer's own: the image is started by them with rauc.slot=A or rauc.slot=B.
set -eu

class=$1 wheel=$2 root=$3
packages=ca-certificates,espeak-ng,fontconfig,libccid,libdrm2,libgbm1,libgl1,libgles2,pcscd,python3-pyscard,python3-venv,rauc,systemd-sysv,udev

debootstrap --variant=minbase --include="$packages" bookworm "$root"
chroot "$root" useradd --system --home-dir /var/lib/gatepost --shell /usr/sbin/nologin gatepost
for group in gpio input render; do
    chroot "$root" groupadd --system --force "$group"
done
cp "$wheel" "$root/tmp"
# pyscard has no wheel for Linux; Debian's own does.
chroot "$root" python3 -m venv --system-site-packages /opt/gatepost
chroot "$root" /opt/gatepost/bin/pip install --quiet "/tmp/$(basename "$wheel")[linux]"
rm "$root/tmp/$(basename "$wheel")"
chroot "$root" /opt/gatepost/bin/gatepost board units / --class "$class"
for unit in gatepost.service gatepost-mark-good.path gatepost-fall-back.timer; do
    chroot "$root" systemctl --quiet enable "$unit"
done
# The updater's own unit would call every start good.
chroot "$root" systemctl --quiet mask rauc-mark-good.service
rm -rf "$root/var/cache/apt" "$root/var/lib/apt/lists" "$root/root/.cache"
