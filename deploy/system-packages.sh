#!/usr/bin/env bash
# Install the named Debian packages that are missing.
#
#   system-packages.sh needed PACKAGE…   fails when one cannot be installed
#   system-packages.sh wanted PACKAGE…   says what is missing, and goes on
#
# On systems without dpkg and apt-get it does nothing.
set -euo pipefail

how="$1"
shift

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || exit 0

missing=()
for package in "$@"; do
    status="$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)"
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=(env)
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n env)
else
    as_root=()
fi

if [ ${#as_root[@]} -gt 0 ]; then
    echo "Installing ${missing[*]}"
    install=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends)
    # Fetching the package lists takes a while, so first try without; on a fresh machine they are empty or old.
    if "${install[@]}" "${missing[@]}" >/dev/null 2>&1; then
        exit 0
    fi
    if "${as_root[@]}" apt-get update --quiet=2 && "${install[@]}" "${missing[@]}" >/dev/null; then
        exit 0
    fi
fi

echo "These system packages are missing and could not be installed here. As root, run:" >&2
echo "    apt-get install ${missing[*]}" >&2
[ "$how" = wanted ] && echo "Going on without them; what needs them will not work until then." >&2
