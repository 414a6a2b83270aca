# shellcheck shell=bash
# What every part of the lab's set-up shares: where things are kept, how it speaks, how it locks.

lab_dir=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
checkout_dir=$(cd -- "$lab_dir/../.." && pwd)
cache_dir=${AUXCTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/auxctl}/lab

say() { printf 'lab: %s\n' "$*" >&2; }

die() {
  printf 'lab: error: %s\n' "$*" >&2
  exit 1
}

# Runs a long command quietly; its output goes to a log that is shown only when it fails.
logged() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 && return
  tail -n 30 -- "$log" >&2
  die "failed: $* (the whole log: $log)"
}

# Makes a thing unless it is found. Only making needs the lock: a second set-up waits for the first,
# then finds the thing there.
find_or_make() {
  local thing=$1
  "find_$thing" && return
  lock_cache
  "find_$thing" && return
  "make_$thing"
  "find_$thing" || die "made the $thing, and yet it is not usable"
}

lock_cache() {
  [[ -z ${cache_is_locked:-} ]] || return 0
  cache_is_locked=yes
  mkdir -p -- "$cache_dir"
  exec 9>"$cache_dir/lock"
  flock --nonblock 9 && return
  say "another set-up is running; waiting for it"
  flock 9
}

# Files appear in the cache whole or not at all: made under a temporary name, then renamed.
# A name left by an interrupted run is removed here, which the lock makes safe.
fresh_dir() {
  local dir=$1
  rm -rf -- "$dir"
  mkdir -p -- "$dir"
}

version_at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort --version-sort | head -n 1) == "$2" ]]; }
