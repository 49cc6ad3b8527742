#!/usr/bin/env bash
# Puts a MariaDB server into the folder that is named: Debian's package (or Ubuntu's) and what it needs that is not there,
# unpacked beside the system instead of installed, so that nobody has to be root; and the system tables of a new server.
set -euo pipefail
home=$(realpath -m "$1") fetched=$(mktemp -d)
trap 'rm -rf "$fetched"' EXIT

mkdir -p "$home" "$fetched/lists/partial" "$fetched/archives/partial"
apt=(apt-get -qq -o Debug::NoLocking=1 -o "APT::Sandbox::User=$(id -un)" -o "Dir::State::Lists=$fetched/lists" -o "Dir::Cache=$fetched")
"${apt[@]}" update
"${apt[@]}" --yes --no-install-recommends --reinstall --download-only install mariadb-server-core
for package in "$fetched"/archives/*.deb; do dpkg --extract "$package" "$home"; done

share=$home/usr/share/mysql
mkdir "$home/data"
{
  printf 'CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n'
  cat "$share/mysql_system_tables.sql" "$share/mysql_system_tables_data.sql"
} | LD_LIBRARY_PATH=$(echo "$home"/usr/lib/*/ | tr ' ' ':') "$home/usr/sbin/mariadbd" --no-defaults --bootstrap \
  --user="$(id -un)" --datadir="$home/data" --lc-messages-dir="$share" --character-sets-dir="$share/charsets" \
  --innodb-log-file-size=4M --skip-log-error 2>"$home/bootstrap.log" || { cat "$home/bootstrap.log" >&2; exit 1; }
