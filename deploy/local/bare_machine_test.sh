#!/bin/sh
# Proves the two commands on a bare machine: a minimal Debian with nothing but Python and make, in a directory.
#
#   sudo deploy/local/bare_machine_test.sh DIRECTORY [COMMAND]
#
# DIRECTORY.base keeps the untouched Debian for the next time, DIRECTORY is the machine of this run, and COMMAND
# (by default both commands, each twice) runs in a fresh checkout of HEAD under its /opt, which no server account
# can enter. Package mirror, certificates and proxies are this machine's own. Needs root, git and debootstrap.
set -eu

machine=$(realpath -m "${1:?usage: bare_machine_test.sh DIRECTORY [COMMAND]}")
default="make demo ARGS=--exit && make demo ARGS=--exit && make test && make test"
command=${2:-$default}
base=$machine.base
project=$(cd "$(dirname "$0")/../.." && pwd)

mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
        grep -oE 'https?://[^ ]+' | grep -E '/debian/?$' | head -n 1
}

if [ ! -e "$base/etc/debian_version" ]; then
    . /etc/os-release
    debootstrap --variant=minbase --include=python3,make,ca-certificates "$VERSION_CODENAME" "$base" "$(mirror)"
fi

rm -rf "$machine"
cp -a "$base" "$machine"
for file in /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt /etc/pip.conf; do
    if [ -e "$file" ]; then cp -L "$file" "$machine$file"; fi
done
mkdir -m 700 -p "$machine/opt/oversight"
git -C "$project" archive HEAD | tar -x -C "$machine/opt/oversight"

# A process and mount namespace of its own: at the end nothing of it is left running or mounted.
export MACHINE="$machine" COMMAND="$command"
exec unshare --mount --pid --fork --kill-child sh -euc '
    mount -t proc proc "$MACHINE/proc"
    mount --rbind /dev "$MACHINE/dev"
    keep=$(env | grep -iE "^(https?_proxy|no_proxy|ssl_cert_(file|dir)|pip_cert|node_extra_ca_certs)=" || true)
    exec env -i $keep PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 \
        chroot "$MACHINE" sh -euc "cd /opt/oversight && $COMMAND"
'
