#!/usr/bin/env bash
# Keep the database that `make demo` has filled as a release, for test_migrating.py:
#
#   DATABASE_URL=… tests/releases/keep.sh FOLDER
#
# Its people use the site first (lived_in.py). Run it on SQLite and on PostgreSQL, on demos of the same day; the README.md
# in the folder of the last release has the commands.
set -euo pipefail

folder="$1"
MEDIA_ROOT="$(mktemp --directory)"
export MEDIA_ROOT DEBUG=1 LOG_LEVEL=WARNING EMAIL_URL=dummymail://
trap 'rm --recursive "$MEDIA_ROOT"' EXIT
in_shell() { .venv/bin/python manage.py shell --no-imports --command "$1"; }

mkdir --parents "$folder"
in_shell "from tests.releases import lived_in; lived_in.live()"
case "$DATABASE_URL" in
    sqlite:*)
        in_shell "from django.db import connection; connection.cursor().execute(\"VACUUM INTO '$folder/demo.sqlite3'\")"
        xz --extreme -9 "$folder/demo.sqlite3"
        ;;
    *)
        # Without what only a newer psql or a newer server understands.
        pg_dump --inserts --no-owner --no-privileges "$DATABASE_URL" \
            | sed --regexp-extended '/^\\(un)?restrict \w+$/d; /^SET transaction_timeout = 0;$/d' \
            | xz --extreme -9 >"$folder/demo.sql.xz"
        ;;
esac
in_shell "from tests.releases import seen; seen.record('$folder')"
