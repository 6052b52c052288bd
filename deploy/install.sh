#!/usr/bin/env bash
# Puts the site onto a Debian machine, or into an image: docs/running.md leads through it, the
# Dockerfile takes the same steps, and `make kit` goes through them in a plain Debian. In a checkout,
# as root; each step can be taken again.
#
#   deploy/install.sh all https://letters.example        one machine: the steps below, but for the last
#
#   deploy/install.sh packages      what the site needs of Debian
#   deploy/install.sh servers       PostgreSQL, Redis and nginx
#   deploy/install.sh user          who the site runs as, and the folders of that user
#   deploy/install.sh site          Python's packages and the catalogs: with each release
#   deploy/install.sh settings https://letters.example   secrets, keys and .env: what is there stays
#   deploy/install.sh database      role, database, and no addresses in PostgreSQL's own log
#   deploy/install.sh schema        migrations and static files: with each release
#   deploy/install.sh units         systemd's units, started
#   deploy/install.sh proxy letters.example              nginx in front, once a certificate is there
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

user=undersigned
secrets=/etc/undersigned
data=/var/lib/undersigned
backups=/var/backups/undersigned

all() {
    packages
    servers
    user
    site
    settings "$1"
    database
    schema
    units
}

packages() { debian python3-venv libfribidi0 postgresql-client; }

# procps: the `kill` of `systemctl reload`, which a small Debian lacks.
servers() { debian postgresql redis-server nginx logrotate procps; }

user() {
    id "$user" >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir "$data" --shell /usr/sbin/nologin "$user"
    # nginx passes through to the static files, and lists nothing.
    install -d -o "$user" -g "$user" -m 711 "$data"
    install -d -o "$user" -g "$user" -m 700 "$backups"
    install -d -g "$user" -m 750 "$secrets"
}

site() {
    [[ -x .venv/bin/python ]] || python3 -m venv .venv
    .venv/bin/pip install --quiet --no-deps --require-hashes --requirement requirements/runtime.txt
    .venv/bin/pybabel --quiet compile --domain django --directory locale
    # The site's user writes nothing here.
    .venv/bin/python -m compileall -q campaign signatures
}

settings() (
    umask 077
    for name in secret-key data-key backup-passphrase; do
        [[ -e $secrets/$name ]] || fresh_secret >"$secrets/$name"
        readable "$secrets/$name"
    done
    if [[ ! -e .env ]]; then
        sed -e "s|^SITE_URL=.*|SITE_URL=$1|" \
            -e "s|^SECRET_KEY_FILE=.*|SECRET_KEY_FILE=$secrets/secret-key|" \
            -e "s|^DATA_KEY_FILE=.*|DATA_KEY_FILE=$secrets/data-key|" \
            -e "s|^BACKUP_PASSPHRASE_FILE=.*|BACKUP_PASSPHRASE_FILE=$secrets/backup-passphrase|" \
            -e 's|^DATABASE_URL=.*|DATABASE_URL=postgresql://%2Fvar%2Frun%2Fpostgresql/undersigned|' \
            -e "s|^\(OPERATOR_[A-Z]*\|MAIL_FROM\)=.*|\1=|" .env.example >.env
    fi
    readable .env
    if [[ ! -e $secrets/record-key.pem ]]; then
        as "$user" env RECORD_KEY_FILE="$data/record-key.pem" .venv/bin/python manage.py make_record_key
        mv "$data/record-key.pem" "$secrets/"
    fi
)

database() {
    [[ $(in_postgres postgres "SELECT 1 FROM pg_roles WHERE rolname = '$user'") ]] ||
        as postgres createuser "$user"
    [[ $(in_postgres postgres "SELECT 1 FROM pg_database WHERE datname = '$user'") ]] ||
        as postgres createdb --owner "$user" "$user"
    in_postgres "$user" 'CREATE EXTENSION IF NOT EXISTS pg_trgm'
    in_postgres postgres 'ALTER SYSTEM SET log_parameter_max_length = 0'
    in_postgres postgres 'ALTER SYSTEM SET log_parameter_max_length_on_error = 0'
    in_postgres postgres 'SELECT pg_reload_conf()' >/dev/null
}

schema() {
    as "$user" .venv/bin/python manage.py migrate --verbosity 0
    as "$user" .venv/bin/python manage.py collectstatic --noinput --verbosity 0
}

units() {
    (cd deploy/systemd && find . -type f -exec install -D -m 644 {} /etc/systemd/system/{} \;)
    systemctl daemon-reload
    systemctl enable --quiet --now undersigned-web undersigned-beat undersigned-backup.timer \
        undersigned-worker@{celery,mail,updates,outside}
}

proxy() {
    [[ -r /etc/ssl/$1/fullchain.pem && -r /etc/ssl/$1/privkey.pem ]] ||
        fail "nginx needs fullchain.pem and privkey.pem in /etc/ssl/$1."
    sed "s/letters\.example/$1/g" deploy/nginx.conf >/etc/nginx/conf.d/undersigned.conf
    # Debian's own page would be the answer to names that are not ours.
    rm -f /etc/nginx/sites-enabled/default
    nginx -q -t
    systemctl reload-or-restart nginx
}

debian() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o Dpkg::Use-Pty=0 update
    apt-get -qq -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" >/dev/null
}

as() { if [[ $EUID -eq 0 ]]; then runuser -u "$1" -- "${@:2}"; else "${@:2}"; fi; }

in_postgres() { as postgres psql --quiet --no-psqlrc --tuples-only --no-align --dbname "$1" --command "$2"; }

fresh_secret() { python3 -c 'import secrets; print(secrets.token_urlsafe(48))'; }

# By root and the site.
readable() { chgrp "$user" "$1" && chmod 640 "$1"; }

fail() {
    echo "$*" >&2
    exit 1
}

umask 022
case "$# ${1:-}" in
    "1 packages" | "1 servers" | "1 user" | "1 site" | "1 database" | "1 schema" | "1 units") "$1" ;;
    "2 all" | "2 settings" | "2 proxy") "$1" "$2" ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2 ;;
esac
