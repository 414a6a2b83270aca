# shellcheck shell=bash
# Programs that others wrote for the same devices, in a root of their own that the guest enters by chroot.

vendor_tools=$cache_dir/vendor-tools
vendor_tools_least=4.33
# Whose output the checks compare ours with; another list is another root.
vendor_tools_packages=(mstflint pciutils ethtool iproute2)

# Succeeds when the root is there, with all of these packages.
find_vendor_tools() { [[ -f $vendor_tools/packages && $(<"$vendor_tools/packages") == "${vendor_tools_packages[*]}" ]]; }

# Debian's stable releases have an older version. Nothing of the packages is run here: their own set-up is not needed for the tools.
make_vendor_tools() {
  local new=$vendor_tools.new
  suite=sid suites=(sid) target=sid apt_dir=$cache_dir/apt-sid
  say "getting ${vendor_tools_packages[*]} from $suite"
  fresh_dir "$new"
  debian_ready
  local version
  version=$(private_apt apt-cache show --no-all-versions mstflint | sed -n 's/^Version: //p')
  version_at_least "${version:-0}" "$vendor_tools_least" || die "apt offers no mstflint >= $vendor_tools_least (newest: ${version:-none})"
  debian_unpack "$new" "${vendor_tools_packages[@]}" base-files bash coreutils libc-bin python3
  rm -rf -- "$new"/usr/share/{doc,man,locale,info,lintian}
  mkdir -p -- "$new"/{proc,sys,dev,tmp,run}
  printf '%s\n' "$version" >"$new/version"
  printf '%s\n' "${vendor_tools_packages[*]}" >"$new/packages"
  rm -rf -- "$vendor_tools"
  mv -- "$new" "$vendor_tools"
}

nvme_tools=$cache_dir/nvme-tools
nvme_tools_least=2.13

# Succeeds when nvme-cli is there, and starts.
find_nvme_tools() { [[ -x $nvme_tools/nvme ]] && "$nvme_tools/nvme" version >/dev/null; }

# Of the stable release: what its JSON is like changes from one version to the next. It runs on its own C library and needs no root of its own.
make_nvme_tools() {
  local new=$nvme_tools.new
  say "getting nvme-cli from $suite"
  fresh_dir "$new"
  debian_ready
  local version
  version=$(private_apt apt-cache show --no-all-versions nvme-cli | sed -n 's/^Version: //p')
  version_at_least "${version:-0}" "$nvme_tools_least" || die "apt offers no nvme-cli >= $nvme_tools_least (newest: ${version:-none})"
  debian_unpack "$new" nvme-cli
  rm -rf -- "$new"/usr/share "$new"/etc "$new"/var
  cat >"$new/nvme" <<'STARTER'
#!/bin/sh
root=$(dirname -- "$(readlink -f -- "$0")")
lib=$root/usr/lib/x86_64-linux-gnu
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$lib:$lib/systemd" "$root/usr/sbin/nvme" "$@"
STARTER
  chmod +x -- "$new/nvme"
  rm -rf -- "$nvme_tools"
  mv -- "$new" "$nvme_tools"
}
