#!/bin/sh
# Installs Debian packages (the arguments) as root and leaves nothing running, enabled or changed beside them.
set -eu

guard=/usr/sbin/policy-rc.d
mark="temporary guard of the oversight set-up"
cluster_settings=/etc/postgresql-common/createcluster.d
no_cluster=$cluster_settings/oversight-setup.conf
services="rabbitmq-server.service epmd.service epmd.socket postgresql.service
nginx.service prometheus.service prometheus-alertmanager.service"

finish() {
    if [ -e "$guard" ] && grep -q "$mark" "$guard"; then rm -f "$guard"; fi
    rm -f "$no_cluster"
    rmdir "$cluster_settings" "${cluster_settings%/*}" 2>/dev/null || true
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# invoke-rc.d(8) asks this file before it starts a service; 101 forbids it. One that is there already is kept.
if [ ! -e "$guard" ]; then
    printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" >"$guard"
    chmod 755 "$guard"
fi
# Debian's PostgreSQL makes a cluster of its own on a first installation unless told not to.
case " $* " in
*" postgresql"*)
    mkdir -p "$cluster_settings"
    echo "create_main_cluster = false" >"$no_cluster"
    ;;
esac

before=""
for service in $services; do
    if [ -e "/lib/systemd/system/$service" ]; then before="$before $service"; fi
done

export DEBIAN_FRONTEND=noninteractive
install() {
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
}
if ! install "$@"; then
    # The lists of packages are missing or too old.
    apt-get update -o DPkg::Lock::Timeout=600
    install "$@"
fi

# What was there before stays as its owner wants it; what is new must not start at the next boot. The links are what
# enables a unit (systemctl may not be there), and the numbered ones are for machines without systemd.
for service in $services; do
    case "$before " in
    *" $service "*) continue ;;
    esac
    find /etc/systemd/system -type l -path "*.wants/$service" -delete 2>/dev/null || true
    script=${service%.*}
    if [ -e "/etc/init.d/$script" ] && command -v update-rc.d >/dev/null; then
        update-rc.d "$script" disable || true
    fi
done
