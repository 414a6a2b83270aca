# shellcheck shell=bash
# Packages of a newer Debian than the machine's, without touching the machine: a private apt whose
# state lives in the cache, with the address, proxy and certificates of the machine's own apt.

suite=trixie
# What the private apt reads, and from which of them it takes packages.
suites=("$suite" "$suite-backports")
target=$suite-backports
apt_dir=$cache_dir/apt

# The address from which this machine gets Debian itself.
debian_address() {
  local codename
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  # shellcheck disable=SC2016 # apt itself replaces $(REPO_URI)
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Release: $codename" | head -n 1
}

private_apt() { APT_CONFIG=$apt_dir/apt.conf "$@"; }

# Makes the private apt, with its package lists read; at most once in a run.
debian_ready() {
  [[ -z ${debian_is_ready:-} ]] || return 0
  command -v apt-get >/dev/null || die "no apt-get here; set AUXCTL_LAB_QEMU, AUXCTL_LAB_BUSYBOX and AUXCTL_LAB_KERNEL"
  local address
  address=$(debian_address)
  if [[ -z $address ]]; then
    as_root apt-get update -q >/dev/null
    address=$(debian_address)
  fi
  [[ -n $address ]] || die "apt on this machine has no Debian source; set AUXCTL_LAB_QEMU, AUXCTL_LAB_BUSYBOX and AUXCTL_LAB_KERNEL"
  mkdir -p -- "$apt_dir"/{lists/partial,cache/archives/partial}
  : >"$apt_dir/status"
  local each
  for each in "${suites[@]}"; do printf 'deb %s %s main\n' "$address" "$each"; done >"$apt_dir/sources.list"
  cat >"$apt_dir/apt.conf" <<CONF
Dir::State "$apt_dir";
Dir::State::status "$apt_dir/status";
Dir::State::lists "lists";
Dir::Cache "$apt_dir/cache";
Dir::Etc::sourcelist "$apt_dir/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "";
CONF
  say "reading the package lists of ${suites[*]}"
  logged "$apt_dir/update.log" private_apt apt-get update -q --error-on=any
  debian_is_ready=yes
}

# Unpacks packages, with all that they depend on, into a folder. Nothing of them is run.
debian_unpack() {
  local into=$1 archive
  shift
  debian_ready
  fresh_dir "$apt_dir/cache/archives/partial"
  rm -f -- "$apt_dir"/cache/archives/*.deb
  logged "$apt_dir/download.log" private_apt apt-get install -q -y --download-only --no-install-recommends \
    -t "$target" "$@"
  for archive in "$apt_dir"/cache/archives/*.deb; do
    dpkg-deb --extract "$archive" "$into"
  done
  rm -f -- "$apt_dir"/cache/archives/*.deb
}

# Downloads one package alone and prints the file's name.
debian_download() {
  local into=$1 package=$2
  debian_ready
  (cd -- "$into" && logged "$apt_dir/download.log" private_apt apt-get download -q -t "$target" "$package")
  printf '%s\n' "$into/$package"_*.deb
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n "$@"
  else
    die "this needs root: $*"
  fi
}

# Installs on the machine itself what a build needs and the machine does not have.
host_packages() {
  local package missing=()
  for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local install=(as_root apt-get install -q -y --no-install-recommends "${missing[@]}")
  "${install[@]}" >"$cache_dir/host-packages.log" 2>&1 && return
  as_root apt-get update -q >"$cache_dir/host-packages.log" 2>&1
  logged "$cache_dir/host-packages.log" "${install[@]}"
}
