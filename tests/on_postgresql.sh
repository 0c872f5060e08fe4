#!/usr/bin/env bash
# Run a command on a PostgreSQL server of its own, named by DATABASE_URL; afterwards nothing is left of it.
#
#   tests/on_postgresql.sh COMMAND [ARGUMENT…]
#
# The server listens on a socket in its temporary folder alone, so that it takes no port and no other user reaches it.
# Beside the socket stands a program, `control`, that stops and starts it: `control stop --mode=immediate`.
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
cat >"$folder/control" <<END
#!/bin/sh
cd "$folder" && exec ${as_owner[*]} "$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/server.log" --silent --wait "\$@"
END
chmod +x "$folder/control"
leave() {
    "$folder/control" stop --mode=immediate || true
    rm --recursive --force "$folder"
}
trap leave EXIT
trap 'exit 130' INT TERM

(cd "$folder" && "${as_owner[@]}" "$programs/initdb" --pgdata="$folder/data" --username=kip --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log") || { cat "$folder/initdb.log" >&2; exit 1; }
# A test run need not survive a power cut.
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
synchronous_commit = off
full_page_writes = off
END
"$folder/control" start || { cat "$folder/server.log" >&2; exit 1; }

DATABASE_URL="postgres://kip@/postgres?host=$folder" "$@"
