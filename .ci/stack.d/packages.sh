# shellcheck shell=bash
# What the private stack needs from Debian, and how it gets there.
#
# Owns: the list of packages and the installation. Does not own: anything that runs.
# Holds: no server of the system is started, stopped or enabled by an installation made here, and no
# setting of the system differs afterwards.

POLICY=/usr/sbin/policy-rc.d
CREATECLUSTER=/etc/postgresql-common/createcluster.conf

pg_bin() { # the newest server's programs: /usr/lib/postgresql/15/bin
    printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1 | xargs -r dirname
}

present() { # PACKAGE: judged by the file we use, so that a build of one's own counts too
    case $1 in
        postgresql) [[ -x $(pg_bin)/initdb && -x $(pg_bin)/psql ]] ;;
        redis-server) command -v redis-server >/dev/null ;;
        rabbitmq-server) [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] && command -v epmd >/dev/null ;;
        libpq-dev) compgen -G '/usr/lib/*/libpq.so' >/dev/null || command -v pg_config >/dev/null ;;
        pkg-config) command -v pkg-config >/dev/null ;;
        build-essential) command -v cc >/dev/null && command -v make >/dev/null ;;
        *) die "unknown package: $1" ;;
    esac
}

missing_packages() {
    local package wanted=(libpq-dev pkg-config build-essential)
    servers_are_given || wanted+=(postgresql redis-server rabbitmq-server)
    for package in "${wanted[@]}"; do
        present "$package" || printf '%s\n' "$package"
    done
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        die "please install these Debian packages, or what stands for them here: ${missing[*]}"
    if ((EUID != 0)); then
        die "some packages are missing; please run:  sudo apt-get install -y --no-install-recommends ${missing[*]}"
    fi
    say "installing ${missing[*]}"
    # A subshell, so that its trap puts the system's settings back however this ends.
    (
        trap restore_system EXIT
        trap 'exit 130' INT TERM HUP
        hold_services
        had_epmd=$(command -v epmd || true)
        if [[ " ${missing[*]} " == *" postgresql "* && ! -e $CREATECLUSTER ]]; then
            apt_install postgresql-common
            hold_main_cluster
        fi
        apt_install "${missing[@]}"
        stay_disabled "${missing[@]}"
    ) 9>&-
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} == 0)) || die "still missing after the installation: ${missing[*]}"
}

apt_install() {
    local log
    log=$(mktemp)
    # Without any lists there is nothing to choose from.
    if ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; then
        apt_get update >"$log" 2>&1 || { tail -n 20 "$log" >&2; die "apt-get update failed"; }
    fi
    # Lists that are too old name packages that are gone: then, and only then, fetch new ones.
    if ! apt_get install --no-install-recommends "$@" >"$log" 2>&1; then
        if ! { apt_get update && apt_get install --no-install-recommends "$@"; } >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            die "apt-get could not install $*"
        fi
    fi
    rm -f "$log"
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -y -q \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# Debian starts a server as soon as it is installed, unless policy-rc.d answers 101.
hold_services() {
    local answer=0
    if [[ -x $POLICY ]]; then
        "$POLICY" redis-server start </dev/null >/dev/null 2>&1 || answer=$?
        ((answer != 101)) || return 0
    fi
    [[ ! -e $POLICY ]] || mv "$POLICY" "$POLICY.before-guildhall"
    printf '#!/bin/sh\n# temporary, of a running Guildhall installation\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
}

# Debian creates an empty cluster "main" on port 5432, which would start with the machine.
hold_main_cluster() {
    cp -p "$CREATECLUSTER" "$CREATECLUSTER.before-guildhall"
    printf 'create_main_cluster = false\n' >>"$CREATECLUSTER"
}

restore_system() {
    if grep -qs 'Guildhall installation' "$POLICY"; then rm -f "$POLICY"; fi
    local file
    for file in "$POLICY" "$CREATECLUSTER"; do
        [[ ! -e $file.before-guildhall ]] || mv "$file.before-guildhall" "$file"
    done
}

stay_disabled() { # what we installed does not start with the machine either
    command -v systemctl >/dev/null || return 0
    local package
    for package in "$@"; do
        case $package in
            postgresql) systemctl disable --quiet postgresql.service ;;
            redis-server) systemctl disable --quiet redis-server.service ;;
            rabbitmq-server)
                systemctl disable --quiet rabbitmq-server.service
                [[ $had_epmd ]] || systemctl disable --quiet epmd.socket epmd.service
                ;;
            *) ;;
        esac 2>/dev/null || true
    done
}
