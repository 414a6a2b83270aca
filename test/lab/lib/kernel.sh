# shellcheck shell=bash
# The guest's kernel: one that is given, or one built from Debian's source package with kernel.config.

kernel_least=6.15
build_packages=(build-essential bc bison flex libelf-dev libssl-dev rsync xz-utils)

# Sets `kernel`: the one that is given, a ready one beside the checkout, or the one in the cache.
find_kernel() {
  local given=${AUXCTL_LAB_KERNEL:-} beside=$checkout_dir/../shared/lab/bzImage
  if [[ -n $given ]]; then
    [[ -r $given ]] || die "AUXCTL_LAB_KERNEL=$given cannot be read"
    kernel=$given
  elif [[ -r $beside && -z $build_kernel ]]; then
    kernel=$(readlink -f -- "$beside")
  else
    kernel=$(built_kernel_dir)/bzImage
    [[ -r $kernel ]]
  fi
}

# Another configuration is another kernel; kernels of earlier configurations stay until the cache is removed.
built_kernel_dir() {
  local key
  key=$({ cat -- "$lab_dir/kernel.config" && printf '%s' "${AUXCTL_LAB_KERNEL_SERIES:-}"; } | sha256sum)
  printf '%s\n' "$cache_dir/kernel-${key:0:12}"
}

# The newest series that apt offers, unless AUXCTL_LAB_KERNEL_SERIES names one.
kernel_series() {
  local series=${AUXCTL_LAB_KERNEL_SERIES:-}
  [[ -n $series ]] || series=$(private_apt apt-cache search --names-only '^linux-source-[0-9.]+$' |
    sed -n 's/^linux-source-\([0-9.]*\) .*/\1/p' | sort --version-sort | tail -n 1)
  version_at_least "${series:-0}" "$kernel_least" || die "apt offers no kernel source >= $kernel_least (newest: ${series:-none})"
  printf '%s\n' "$series"
}

# Unpacking and configuring each leave a mark and make keeps what it has built, so that an interrupted build goes on where it was.
make_kernel() {
  local into work series tree
  into=$(built_kernel_dir)
  work=$into.build
  debian_ready
  series=$(kernel_series)
  host_packages "${build_packages[@]}"
  tree=$work/linux-source-$series
  [[ -f $work/unpacked && -d $tree ]] || unpack_kernel "$work" "$series"
  [[ -f $work/configured ]] || configure_kernel "$tree" "$work"
  say "building Linux $series; 10 to 20 minutes on two cores (log: $work/build.log)"
  logged "$work/build.log" nice make -C "$tree" -j "$(nproc)" bzImage
  fresh_dir "$into.new"
  cp -- "$tree/arch/x86/boot/bzImage" "$tree/.config" "$into.new/"
  rm -rf -- "$into"
  mv -- "$into.new" "$into"
  rm -rf -- "$work"
  say "built $into/bzImage"
}

unpack_kernel() {
  local work=$1 series=$2 package
  say "getting the source of Linux $series"
  fresh_dir "$work"
  package=$(debian_download "$work" "linux-source-$series")
  dpkg-deb --fsys-tarfile "$package" | tar --extract --to-stdout "./usr/src/linux-source-$series.tar.xz" |
    tar --extract --xz --directory "$work"
  rm -- "$package"
  touch -- "$work/unpacked"
}

# merge_config.sh silently drops what a dependency forbids, so every option that was asked for is looked up afterwards.
configure_kernel() {
  local tree=$1 work=$2 wanted
  local log=$work/configure.log
  logged "$log" make -C "$tree" x86_64_defconfig
  logged "$log" env -C "$tree" scripts/kconfig/merge_config.sh -m .config "$lab_dir/kernel.config"
  logged "$log" make -C "$tree" olddefconfig
  while read -r wanted; do
    grep -qxF -- "$wanted" "$tree/.config" || say "this kernel does not take $wanted"
  done < <(grep '=y$' "$lab_dir/kernel.config")
  touch -- "$work/configured"
}
