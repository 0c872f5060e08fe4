#!/usr/bin/env bash
# Run a command on a PostgreSQL server of its own, named by DATABASE_URL; afterwards nothing is left of it.
#
#   tests/on_postgresql.sh COMMAND [ARGUMENT…]
#
# The server listens on a socket in its temporary folder alone, so that it takes no port and no other user reaches it.
set -euo pipefail

programs="$(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort | tail --lines=1)"
[ -x "$programs/initdb" ] || programs="$(dirname "$(command -v initdb)")" || {
    echo "PostgreSQL is not installed here: there is no initdb." >&2
    exit 1
}

# A short name: the name of a socket may have no more than 107 characters.
folder="$(mktemp --directory /tmp/postgresql.XXXXXX)"
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    chown postgres "$folder"
    as_owner=(runuser --user postgres --)
else
    as_owner=(env)
fi
server() { (cd "$folder" && "${as_owner[@]}" "$programs/pg_ctl" --pgdata="$folder/data" --silent "$@"); }
leave() {
    server stop --mode=immediate || true
    rm --recursive --force "$folder"
}
trap leave EXIT
trap 'exit 130' INT TERM

(cd "$folder" && "${as_owner[@]}" "$programs/initdb" --pgdata="$folder/data" --username=kip --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log") || { cat "$folder/initdb.log" >&2; exit 1; }
# A test run need not survive a power cut.
server start --wait --log="$folder/server.log" --options="-c listen_addresses='' -k '$folder' \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off" || { cat "$folder/server.log" >&2; exit 1; }

DATABASE_URL="postgres://kip@/postgres?host=$folder" "$@"
