# shellcheck shell=bash
# QEMU with the vfio-user-pci device, and a static busybox for the guest's first program.

qemu_least=10.1

qemu_suffices() {
  local version
  version=$("$1" --version 2>/dev/null | sed -n '1s/.*version \([0-9.]*\).*/\1/p')
  [[ -n $version ]] && version_at_least "$version" "$qemu_least" && "$1" -device help 2>/dev/null | grep -q '"vfio-user-pci"'
}

# Sets `qemu` and `busybox` to commands that work, making them when nothing else does.
find_qemu() {
  local packaged=$cache_dir/qemu
  if [[ -n ${AUXCTL_LAB_QEMU:-} ]]; then
    qemu_suffices "$AUXCTL_LAB_QEMU" || die "AUXCTL_LAB_QEMU=$AUXCTL_LAB_QEMU is not QEMU >= $qemu_least with vfio-user-pci"
    qemu=$AUXCTL_LAB_QEMU
  elif [[ -x $packaged/qemu ]]; then
    qemu=$packaged/qemu
  elif command -v qemu-system-x86_64 >/dev/null && qemu_suffices qemu-system-x86_64; then
    qemu=$(command -v qemu-system-x86_64)
  else
    say "getting QEMU from $suite-backports"
    fresh_dir "$packaged.new"
    debian_unpack "$packaged.new" qemu-system-x86
    rm -rf -- "$packaged.new"/usr/share/{doc,man,locale,info,lintian}
    write_qemu_starter "$packaged.new/qemu"
    rm -rf -- "$packaged"
    mv -- "$packaged.new" "$packaged"
    qemu=$packaged/qemu
    qemu_suffices "$qemu" || die "the packaged QEMU does not start, or lacks vfio-user-pci: $qemu"
  fi
}

# The packaged QEMU runs on its own C library, so that it fits any machine and still sees the machine's files.
write_qemu_starter() {
  cat >"$1" <<'STARTER'
#!/bin/sh
root=$(dirname -- "$(readlink -f -- "$0")")
lib=$root/usr/lib/x86_64-linux-gnu
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$lib:$lib/pulseaudio" "$root/usr/bin/qemu-system-x86_64" \
  -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" -L "$root/usr/lib/ipxe/qemu" "$@"
STARTER
  chmod +x -- "$1"
}

find_busybox() {
  local packaged=$cache_dir/busybox
  busybox=${AUXCTL_LAB_BUSYBOX:-$packaged}
  [[ -x $busybox ]] && return
  [[ -z ${AUXCTL_LAB_BUSYBOX:-} ]] || die "AUXCTL_LAB_BUSYBOX=$AUXCTL_LAB_BUSYBOX is not a program"
  say "getting a static busybox from $suite"
  local work=$cache_dir/busybox.new
  fresh_dir "$work"
  dpkg-deb --extract "$(debian_download "$work" busybox-static)" "$work"
  mv -- "$work/usr/bin/busybox" "$packaged"
  rm -rf -- "$work"
}
