# shellcheck shell=bash
# QEMU with the vfio-user-pci device, and a static busybox for the guest's first program.

qemu_least=10.1
packaged_qemu=$cache_dir/qemu
packaged_busybox=$cache_dir/busybox

qemu_suffices() {
  local version
  version=$("$1" --version 2>/dev/null | sed -n '1s/.*version \([0-9.]*\).*/\1/p')
  [[ -n $version ]] && version_at_least "$version" "$qemu_least" && "$1" -device help 2>/dev/null | grep -q '"vfio-user-pci"'
}

# Sets `qemu`: the one that is given, the one in the cache, or the machine's own where that is new enough.
find_qemu() {
  local given=${AUXCTL_LAB_QEMU:-}
  if [[ -n $given ]]; then
    qemu_suffices "$given" || die "AUXCTL_LAB_QEMU=$given is not QEMU >= $qemu_least with vfio-user-pci"
    qemu=$given
  elif [[ -x $packaged_qemu/qemu ]]; then
    qemu=$packaged_qemu/qemu
  else
    qemu=$(command -v qemu-system-x86_64) && qemu_suffices "$qemu"
  fi
}

make_qemu() {
  say "getting QEMU from $suite-backports"
  local new=$packaged_qemu.new
  fresh_dir "$new"
  debian_unpack "$new" qemu-system-x86
  rm -rf -- "$new"/usr/share/{doc,man,locale,info,lintian}
  write_qemu_starter "$new/qemu"
  qemu_suffices "$new/qemu" || die "the packaged QEMU does not start, or lacks vfio-user-pci: $new/qemu"
  rm -rf -- "$packaged_qemu"
  mv -- "$new" "$packaged_qemu"
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

# Sets `busybox`: the one that is given, or the one in the cache.
find_busybox() {
  busybox=${AUXCTL_LAB_BUSYBOX:-$packaged_busybox}
  [[ -x $busybox ]] && return
  [[ -z ${AUXCTL_LAB_BUSYBOX:-} ]] || die "AUXCTL_LAB_BUSYBOX=$AUXCTL_LAB_BUSYBOX is not a program"
  return 1
}

make_busybox() {
  say "getting a static busybox from $suite"
  local new=$packaged_busybox.new
  fresh_dir "$new"
  dpkg-deb --extract "$(debian_download "$new" busybox-static)" "$new"
  mv -- "$new/usr/bin/busybox" "$packaged_busybox"
  rm -rf -- "$new"
}
