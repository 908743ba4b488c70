#!/usr/bin/env bash
# What the tests need from the system: Debian's Chromium, a font that has Chinese (without one every glyph is a box
# and a test would still pass), Redis and nginx. PostgreSQL comes in a wheel. The tests start their own servers; those
# that Debian would start by itself stay off.
# Installs what is missing when it may; otherwise says what is missing and exits 1.
set -euo pipefail

missing=()
command -v chromium >/dev/null 2>&1 || missing+=(chromium)
dpkg-query --show --showformat='${db:Status-Status}' fonts-wqy-zenhei 2>/dev/null | grep -qx installed \
  || { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn file 2>/dev/null | head -n 1)" ]; } \
  || missing+=(fonts-wqy-zenhei)
command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || missing+=(nginx)
[ "${#missing[@]}" -eq 0 ] && exit 0

give_up() {
  echo "tests/install_system.sh: missing ${missing[*]} ($1); install by hand: apt-get install ${missing[*]}" >&2
  exit 1
}

command -v apt-get >/dev/null 2>&1 || give_up "no apt-get here"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || give_up "not root, and sudo asks for a password"
  as_root=(sudo -n)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1; }

# Asked before a package starts its service: 101 is no. A machine that has its own word on this keeps it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap 'rm -f "$log"; "${as_root[@]}" rm -f "$policy"' EXIT
fi
echo "Installing for the tests: ${missing[*]} …"
# The package lists of a fresh image are empty, those of an old one point at versions that are gone.
apt install --yes --no-install-recommends "${missing[@]}" || {
  apt update && apt install --yes --no-install-recommends "${missing[@]}"
} || give_up "apt-get failed: $(grep -E '^E:' "$log" | tail -n 1)"
