#!/bin/sh
# Makes the root file system of a Linux terminal: Debian, Gatepost in /opt/gatepost, its units, the updater.
#   pip wheel -w WHEELS ".[linux]"      once, on a computer with that Debian's Python and a compiler
#   rootfs.sh CLASS WHEELS FOLDER       as root; FOLDER is made
# Kernel and bootloader are the computer's own: the image is started by them with rauc.slot=A or rauc.slot=B.
set -eu

class=$1 wheels=$2 root=$3
packages=espeak-ng,fontconfig,libccid,libdrm2,libgbm1,libgl1,libgles2,pcscd,python3-venv,rauc,systemd-sysv,udev

debootstrap --variant=minbase --include="$packages" bookworm "$root"
chroot "$root" useradd --system --home-dir /var/lib/gatepost --shell /usr/sbin/nologin gatepost
for group in gpio input render; do
    chroot "$root" groupadd --system --force "$group"
done
cp -r "$wheels" "$root/tmp/wheels"
chroot "$root" python3 -m venv /opt/gatepost
chroot "$root" /opt/gatepost/bin/pip install --quiet --no-index --find-links /tmp/wheels "gatepost[linux]"
rm -r "$root/tmp/wheels"
chroot "$root" /opt/gatepost/bin/gatepost board units / --class "$class"
for unit in gatepost.service gatepost-mark-good.path gatepost-fall-back.timer; do
    chroot "$root" systemctl --quiet enable "$unit"
done
# The updater's own unit would call every start good.
chroot "$root" systemctl --quiet mask rauc-mark-good.service
rm -rf "$root/var/cache/apt" "$root/var/lib/apt/lists" "$root/root/.cache"
