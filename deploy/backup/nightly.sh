#!/bin/sh
# A backup of one service, and the end of those older than 14 days: nightly.sh SERVICE DIRECTORY
# The database's URL is read from the file DATABASE_URL_FILE, so that it shows in no list of processes.
set -eu

service=${1:?usage: nightly.sh SERVICE DIRECTORY}
directory=${2:?usage: nightly.sh SERVICE DIRECTORY}
keep_days=${OVERSIGHT_BACKUP_DAYS:-14}
project=$(cd "$(dirname "$0")/../.." && pwd)
oversight=$project/.venv/bin/oversight
[ -x "$oversight" ] || oversight=oversight

OVERSIGHT_DATABASE_URL=$(cat "${DATABASE_URL_FILE:?}")
export OVERSIGHT_DATABASE_URL
name=$directory/$service-$(date -u +%Y%m%dT%H%M%SZ).dump
"$oversight" backup take "$service" "$name"
# Only once there is a new one.
find "$directory" -maxdepth 1 -name "$service-*.dump*" -mtime "+$keep_days" -delete
