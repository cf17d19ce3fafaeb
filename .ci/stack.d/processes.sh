# shellcheck shell=bash
# Processes and ports of one profile: who runs, on which port, under which user.
#
# Owns: .stack/<profile>/<server>.pid and .port, and each server's home folder. Does not own: how a
# particular server is started or asked whether it is well (servers.sh).

# Never chosen: where PostgreSQL, Redis, RabbitMQ, its distribution and epmd are by default.
STANDARD_PORTS=" 5432 6379 5672 5671 15672 15692 25672 4369 "

# ---- users and folders ------------------------------------------------------------------------------

# PostgreSQL refuses to run as root; root's servers all run as `postgres`. RUN_AS is put before commands.
choose_service_user() {
    RUN_AS=()
    SERVICE_USER=
    ((EUID == 0)) || return 0
    SERVICE_USER=nobody
    ! getent passwd postgres >/dev/null || SERVICE_USER=postgres
    RUN_AS=(setpriv "--reuid=$SERVICE_USER" "--regid=$(id -g "$SERVICE_USER")" --init-groups --)
}

# A server's folder. In a clone that the service user cannot enter (/root is closed) the folder lies
# under /var/lib, and .stack holds a link to it.
make_home() { # SERVER
    local link=$PROFILE_DIR/$1 target
    if [[ -z $SERVICE_USER ]]; then
        mkdir -p -m 700 "$link"
        return
    fi
    if "${RUN_AS[@]}" test -x "$PROFILE_DIR"; then
        target=$link
    else
        target=/var/lib/guildhall-$(printf %08x "$ID")/$1
        mkdir -p -m 755 "$(dirname "$target")"
        [[ -e $link ]] || ln -sfn "$target" "$link"
    fi
    [[ -d $target ]] || install -d -m 700 -o "$SERVICE_USER" -g "$(id -g "$SERVICE_USER")" "$target"
}

home() { readlink -f "$PROFILE_DIR/$1"; }

# ---- ports ------------------------------------------------------------------------------------------

port() { cat "$PROFILE_DIR/$1.port"; }

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range of outgoing connections. Each name has its place in a block of ten that comes from the
# clone's path, so that clones on one machine differ even while they are stopped.
choose_port() { # NAME PLACE: keeps the port it had, unless somebody else is there now
    local file=$PROFILE_DIR/$1.port candidate block=$((ID % 1200))
    if [[ -s $file ]] && ! answers "$(<"$file")"; then return; fi
    while :; do
        candidate=$((20000 + block * 10 + $2))
        if [[ $STANDARD_PORTS != *" $candidate "* ]] && ! answers "$candidate"; then break; fi
        block=$(((block + 1) % 1200))
    done
    [[ ! -s $file ]] || say "$PROFILE: port $(<"$file") of $1 is taken, $candidate from now on"
    printf '%s\n' "$candidate" >"$file"
}

# ---- processes --------------------------------------------------------------------------------------

record() { printf '%s' "$PROFILE_DIR/$1.pid"; }

boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown; }

start_time() { # PID: its start in ticks since boot; nothing for one that is gone or a zombie
    local stat fields
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[0]} != [ZX] ]] && printf '%s' "${fields[19]}"
}

remember() { # SERVER PID
    printf '%s %s %s\n' "$2" "$(start_time "$2")" "$(boot_id)" >"$(record "$1")"
}

recorded_pid() { cut -d ' ' -f 1 "$(record "$1")"; }

running() { # SERVER: the process we started, not one that got its number later
    local pid start boot
    { read -r pid start boot <"$(record "$1")"; } 2>/dev/null || return 1
    [[ $boot == "$(boot_id)" && $start == "$(start_time "$pid")" ]]
}

# Starts a daemon in its home: own session, no inherited descriptor (a reader of our output must see its
# end), a clean environment, its output in the log.
launch() { # SERVER COMMAND...
    local server=$1 folder fd
    shift
    folder=$(home "$server")
    [[ ! -e $folder/log ]] || mv -f "$folder/log" "$folder/log.1"
    cd "$folder"
    (
        for fd in /proc/self/fd/*; do
            fd=${fd##*/}
            ((fd <= 2 || fd == 255)) || eval "exec $fd>&-"
        done
        raise_open_files
        # shellcheck disable=SC2016 # expanded by the inner shell, as the service user
        exec setsid "${RUN_AS[@]}" env -i PATH="$PATH" HOME="$folder" LANG=C.UTF-8 \
            bash -c 'umask 077; exec >>"$0" 2>&1; exec "$@"' "$folder/log" "$@" </dev/null >/dev/null 2>&1
    ) &
    remember "$server" $!
}

raise_open_files() { # not beyond 65536: Erlang looks at each possible descriptor at its start
    local hard
    hard=$(ulimit -Hn)
    if [[ $hard == unlimited ]] || ((hard > 65536)); then hard=65536; fi
    ulimit -Sn "$hard"
}

await_end() { # SERVER SECONDS
    local deadline=$((SECONDS + $2))
    while running "$1"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

await_ready() { # SERVER SECONDS: as "healthy_SERVER" says
    local deadline=$((SECONDS + $2))
    while running "$1"; do
        if "healthy_$1"; then return 0; fi
        if ((SECONDS >= deadline)); then
            complain "$1" "did not answer within $2 s"
            return 1
        fi
        sleep 0.1
    done
    complain "$1" "ended while starting"
    return 1
}

complain() { # SERVER WHAT
    say "$PROFILE: $1 $2; the end of $PROFILE_DIR/$1/log:"
    tail -n 25 "$PROFILE_DIR/$1/log" >&2 || true
}

stop() { # SERVER SIGNAL SECONDS
    if running "$1"; then
        kill "-$2" "$(recorded_pid "$1")" 2>/dev/null || true
        if ! await_end "$1" "$3"; then
            say "$PROFILE: $1 did not stop within $3 s: killed"
            kill -KILL "$(recorded_pid "$1")" 2>/dev/null || true
            await_end "$1" 10
        fi
    fi
    clear_remains "$1"
}

# What a killed server left behind, or a server whose record is lost: server programs whose working
# folder is this home. Searched as the service user, who alone may look there.
orphans() { # SERVER
    local link pid
    while read -r link; do
        pid=${link#/proc/}
        pid=${pid%/cwd}
        case $(cat "/proc/$pid/comm" 2>/dev/null) in
            postgres | redis-server | beam.smp | epmd | erl_child_setup | inet_gethost)
                if start_time "$pid" >/dev/null; then printf '%s\n' "$pid"; fi
                ;;
            *) ;;
        esac
    done < <("${RUN_AS[@]}" find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' \
        \( -lname "$(home "$1")" -o -lname "$(home "$1")/*" \) 2>/dev/null || true)
}

clear_remains() { # SERVER: of one that does not run, so that its ports are free again
    rm -f "$(record "$1")"
    [[ ! -e $PROFILE_DIR/$1 ]] || end_orphans "$1"
}

end_orphans() { # SERVER
    local left deadline=$((SECONDS + 5)) signal=QUIT
    while mapfile -t left < <(orphans "$1") && ((${#left[@]})); do
        ((SECONDS < deadline)) || signal=KILL
        ((SECONDS < deadline + 10)) || die "$PROFILE: processes of $1 survive SIGKILL: ${left[*]}"
        kill "-$signal" "${left[@]}" 2>/dev/null || true
        sleep 0.1
    done
}
