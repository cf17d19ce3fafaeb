# shellcheck shell=bash
# The three servers: for each how it is prepared and started, when it is well, how it stops.
#
# Owns: their configuration and data folders. Does not own: processes, ports and folders as such
# (processes.sh). `ensure` is the entrance; it calls healthy_X, prepare_X, start_X and finish_X.

SERVERS=(postgres redis rabbitmq)

check_server() {
    case $1 in
        postgres | redis | rabbitmq) ;;
        *) die "no such server: $1 (${SERVERS[*]})" ;;
    esac
}

choose_ports() { # SERVER
    case $1 in
        postgres) choose_port postgres 0 ;;
        redis) choose_port redis 1 ;;
        rabbitmq)
            choose_port rabbitmq 2
            choose_port distribution 3
            if ! running epmd; then
                clear_remains epmd
                choose_port epmd 4
            fi
            ;;
        *) die "no such server: $1" ;;
    esac
}

ensure() { # SERVER: running and well
    running "$1" || "start_$1"
    await_ready "$1" 120
    [[ $1 != postgres ]] || create_database
}

write() { # FILE: standard input, as the service user, for its eyes only
    "${RUN_AS[@]}" bash -c 'umask 077; cat >"$0"' "$1"
}

# ---- PostgreSQL -------------------------------------------------------------------------------------

start_postgres() {
    local folder
    folder=$(home postgres)
    forget_unsafe_data "$folder"
    [[ -d $folder/data ]] || create_cluster "$folder"
    forget_stale_lock "$folder"
    postgres_settings | write "$folder/data/guildhall.conf"
    boot_id | write "$folder/boot"
    launch postgres "$(pg_bin)/postgres" -D "$folder/data" -c "config_file=$folder/data/guildhall.conf"
}

create_cluster() { # FOLDER: appears whole or not at all
    rm -rf "$1/data.new"
    printf '%s\n' "$PASSWORD" | write "$1/password.new"
    (cd "$1" && "${RUN_AS[@]}" env -i PATH="$PATH" HOME="$1" TZ=UTC "$(pg_bin)/initdb" -D "$1/data.new" \
        --username=guildhall --pwfile="$1/password.new" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8) </dev/null 9>&- | write "$1/log" ||
        { complain postgres "could not create its data"; exit 1; }
    rm -f "$1/password.new"
    mv "$1/data.new" "$1/data"
}

postgres_settings() {
    cat <<CONF
listen_addresses = '127.0.0.1'
port = $(port postgres)
unix_socket_directories = ''
max_connections = 400
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C.UTF-8'
log_line_prefix = '%m [%p] %q%d %a '
log_min_duration_statement = 2s
jit = off
checkpoint_timeout = 15min
max_wal_size = 2GB
min_wal_size = 256MB
wal_level = minimal
max_wal_senders = 0
max_logical_replication_workers = 0
# Not under /dev/shm: small in containers, and cleared when an ordinary user logs out.
dynamic_shared_memory_type = mmap
CONF
    if [[ $PROFILE == test ]]; then
        printf '%s\n' 'shared_buffers = 512MB' 'fsync = off' 'full_page_writes = off'
    else
        printf '%s\n' 'shared_buffers = 256MB' 'fsync = on'
    fi
}

# Without fsync a data folder that was in use when the machine went down cannot be trusted.
forget_unsafe_data() { # FOLDER
    [[ $PROFILE == test && -e $1/data/postmaster.pid && $(cat "$1/boot" 2>/dev/null) != "$(boot_id)" ]] ||
        return 0
    say "$PROFILE: the machine went down under the test database: made anew"
    rm -rf "$1/data"
}

# PostgreSQL refuses to start when the number in its lock file belongs to any process of the same user.
forget_stale_lock() { # FOLDER
    local lock=$1/data/postmaster.pid pid
    [[ -s $lock ]] || return 0
    read -r pid <"$lock"
    if ! tr '\0' ' ' <"/proc/${pid#-}/cmdline" 2>/dev/null | grep -qF -- "$1/data"; then rm -f "$lock"; fi
}

psql_in() { # DATABASE ARG...
    local database=$1
    shift
    env -i PATH="$PATH" PGPASSWORD="$PASSWORD" PGCONNECT_TIMEOUT=5 "$(pg_bin)/psql" -X -q -A -t \
        -h 127.0.0.1 -p "$(port postgres)" -U guildhall -d "$database" "$@" </dev/null
}

healthy_postgres() {
    "$(pg_bin)/pg_isready" -q -h 127.0.0.1 -p "$(port postgres)" -t 3
}

create_database() {
    psql_in guildhall -c 'SELECT 1' >/dev/null 2>&1 ||
        psql_in postgres -c 'CREATE DATABASE guildhall' ||
        die "$PROFILE: cannot create the database guildhall"
}

stop_postgres() { stop postgres INT 30; } # SIGINT: connections are cut, the data is written

# ---- Redis ------------------------------------------------------------------------------------------

start_redis() {
    local folder
    folder=$(home redis)
    # An alarm clock: what it knows is loaded again from PostgreSQL, so nothing is kept.
    write "$folder/redis.conf" <<CONF
bind 127.0.0.1
port $(port redis)
requirepass $PASSWORD
dir $folder
save ""
appendonly no
daemonize no
CONF
    launch redis redis-server "$folder/redis.conf"
}

healthy_redis() {
    local reply
    {
        printf 'AUTH %s\r\nPING\r\n' "$PASSWORD" >&3
        read -r -t 2 reply <&3 && [[ $reply == +OK* ]] && read -r -t 2 reply <&3 && [[ $reply == +PONG* ]]
    } 3<>"/dev/tcp/127.0.0.1/$(port redis)"
} 2>/dev/null

stop_redis() { stop redis TERM 10; }

# ---- RabbitMQ ---------------------------------------------------------------------------------------

# Its name server epmd is ours too, so that no other node of this machine meets ours.
start_epmd() {
    make_home epmd
    launch epmd epmd -address 127.0.0.1 -port "$(port epmd)"
    await_ready epmd 10
}

healthy_epmd() { answers "$(port epmd)"; }

rabbitmq_env() { # settings of node and tools, one NAME=VALUE a line
    local folder=$1
    cat <<ENV
RABBITMQ_NODENAME=guildhall-$PROFILE-$(printf %08x "$ID")@localhost
RABBITMQ_CONF_ENV_FILE=/dev/null
RABBITMQ_CONFIG_FILE=$folder/rabbitmq.conf
RABBITMQ_ADVANCED_CONFIG_FILE=$folder/advanced.config
RABBITMQ_ENABLED_PLUGINS_FILE=$folder/enabled_plugins
RABBITMQ_MNESIA_BASE=$folder/data
RABBITMQ_LOG_BASE=$folder
RABBITMQ_LOGS=-
RABBITMQ_PID_FILE=$folder/node.pid
RABBITMQ_DIST_PORT=$(port distribution)
RABBITMQ_SCHEDULER_BIND_TYPE=u
RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none
ERL_EPMD_PORT=$(port epmd)
ERL_EPMD_ADDRESS=127.0.0.1
ERL_CRASH_DUMP=$folder/erl_crash.dump
RUNNING_UNDER_SYSTEMD=true
ENV
}
# RUNNING_UNDER_SYSTEMD: RabbitMQ's script then becomes the node, instead of a shell that watches it.

start_rabbitmq() {
    local folder settings
    folder=$(home rabbitmq)
    running epmd || start_epmd
    [[ -s $folder/.erlang.cookie ]] ||
        printf %s "$PASSWORD" | "${RUN_AS[@]}" bash -c 'umask 377; cat >"$0"' "$folder/.erlang.cookie"
    printf '[].\n' | write "$folder/enabled_plugins"
    write "$folder/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$(port rabbitmq)
default_user = guildhall
default_pass = $PASSWORD
log.console = true
log.console.level = warning
log.file = false
CONF
    mapfile -t settings < <(rabbitmq_env "$folder")
    launch rabbitmq env "${settings[@]}" /usr/lib/rabbitmq/bin/rabbitmq-server
}

# The answer to a protocol header is a frame of type 1, Connection.Start.
healthy_rabbitmq() {
    local reply
    {
        printf 'AMQP\x00\x00\x09\x01' >&3
        IFS= read -r -N 1 -t 2 reply <&3 && [[ $reply == $'\x01' ]]
    } 3<>"/dev/tcp/127.0.0.1/$(port rabbitmq)"
} 2>/dev/null

stop_rabbitmq() {
    stop rabbitmq TERM 60
    stop epmd TERM 10
}

rabbitmqctl_here() {
    local folder settings
    folder=$(home rabbitmq)
    mapfile -t settings < <(rabbitmq_env "$folder")
    cd "$folder"
    exec "${RUN_AS[@]}" env -i PATH="$PATH" HOME="$folder" LANG=C.UTF-8 "${settings[@]}" \
        /usr/lib/rabbitmq/bin/rabbitmqctl "$@"
}
