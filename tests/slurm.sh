#!/usr/bin/env bash
# Sweeps of the embedded network as job arrays of a real Slurm, which is started on this machine for it and stopped again whatever happens: undisturbed, with a task killed, one requeued, the controller
# killed, half of the tasks cancelled, and the command that submitted it interrupted. Each ends with the files of a sweep without Slurm, byte for byte.
#
#   tests/slurm.sh            after dotnet build -c Release; PHOSPHENE (the program with its words), TASKS and STEPS are read from the environment
#
# Needs root, and Slurm: apt-get install --no-install-recommends slurm-wlm munge. Where they are missing it says that it was skipped. It takes two minutes, on a machine that does little else.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
read -ra phosphene <<< "${PHOSPHENE:-dotnet $root/src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll}"
tasks=${TASKS:-7} steps=${STEPS:-32}

PATH=$PATH:/usr/sbin
for program in sbatch squeue scontrol scancel slurmctld slurmd munged; do
    command -v "$program" > /dev/null || { echo "Slurm: skipped, there is no $program here; apt-get install --no-install-recommends slurm-wlm munge"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo 'Slurm: skipped, its daemons are started by root.'; exit 0; }

place=$(mktemp -d "${TMPDIR:-/tmp}/phosphene-slurm.XXXXXX")
munged='' slurmctld='' slurmd=''
stop() {
    local status=$?
    [ -z "$slurmctld" ] || scancel --quiet --user=root > /dev/null 2>&1 || true
    for pid in $slurmd $slurmctld $munged; do
        kill "$pid" 2> /dev/null || continue
        for _ in $(seq 50); do kill -0 "$pid" 2> /dev/null || continue 2; sleep 0.1; done
        kill -9 "$pid" 2> /dev/null || true
    done
    # Children of daemons that were killed.
    for pid in $(workers ""); do kill -9 "$pid" 2> /dev/null || true; done
    [ "$status" = 0 ] || tail -n 20 "$place"/*.log "$place"/log/slurm*.log >&2 || true
    rm -rf "$place"
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT TERM

# The processes of this place that have a text in their words.
workers() {
    local process words
    for process in /proc/[0-9]*; do
        words=$(tr '\0' ' ' 2> /dev/null < "$process/cmdline") || continue
        [[ $words == *"$place"* && $words == *"$1"* && ${process#/proc/} != "$$" ]] && echo "${process#/proc/}"
    done || true
}

fail() { echo "Slurm: FAILED: $*" >&2; exit 1; }

# wait_for WHAT COMMAND...: until the command ends well, for half a minute.
wait_for() {
    for _ in $(seq 150); do "${@:2}" && return; sleep 0.2; done
    fail "$1: waited for it in vain"
}

mkdir -p "$place"/{state,spool,log,munge,work}
chmod 755 "$place"
export SLURM_CONF=$place/slurm.conf
host=$(hostname -s)
ports=$((20000 + RANDOM % 20000))
cat > "$SLURM_CONF" << EOF
ClusterName=loop
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$ports
SlurmdPort=$((ports + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# What is requeued waits until the credential of its first run has expired, two minutes if not said otherwise.
AuthInfo=socket=$place/munge/socket,cred_expire=5
StateSaveLocation=$place/state
SlurmdSpoolDir=$place/spool
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd.pid
SlurmctldLogFile=$place/log/slurmctld.log
SlurmdLogFile=$place/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$place/log/jobcomp.log
SchedulerType=sched/builtin
SchedulerParameters=sched_min_interval=50000,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SlurmdTimeout=30
KillWait=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
EOF
dd if=/dev/urandom of="$place/munge/key" bs=1024 count=1 status=none
chown -R munge:munge "$place/munge"; chmod 755 "$place/munge"; chmod 400 "$place/munge/key"
setpriv --reuid=munge --regid=munge --clear-groups "$(command -v munged)" --foreground --socket="$place/munge/socket" --key-file="$place/munge/key" \
    --log-file="$place/munge/munged.log" --pid-file="$place/munge/pid" --seed-file="$place/munge/seed" > "$place/log/munged.out" 2>&1 &
munged=$!
start_slurmctld() { setsid slurmctld -D "$@" > "$place/log/slurmctld.out" 2>&1 & slurmctld=$!; }
wait_for munged test -S "$place/munge/socket"
start_slurmctld -c
setsid slurmd -D -N "$host" > "$place/log/slurmd.out" 2>&1 & slurmd=$!
is_idle() { [ "$(sinfo --noheader --format=%T 2> /dev/null)" = idle ]; }
wait_for 'an idle node' is_idle

words=(embedded:shapes --layers 'conv3/relu,conv4/relu,conv5/relu' --size 64 --steps "$steps" --threads 1)
seconds() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(seconds)" 'BEGIN { printf "%.1f s", b - a }'; }

start=$(seconds)
"${phosphene[@]}" sweep "${words[@]}" -o "$place/alone" --quiet
echo "Slurm: without it $(since "$start")"

folder() { echo "$place/work/100% of $1's \"sweep\""; }
submit() { "${phosphene[@]}" sweep "${words[@]}" -o "$(folder "$1")" --engine slurm --array "$tasks" "${@:2}" 2>> "$place/$1.log" > "$place/$1.out"; }
records() { find "$(folder "$1")" -name '*-channel-*.json' 2> /dev/null | wc -l; }
job() { sed 's/.*"job":"\([0-9]*\)".*/\1/' "$(folder "$1")/slurm/job.json"; }
has_some() { [ "$(records "$1")" -ge 4 ]; }
begun() { wait_for "the first pictures of '$1'" has_some "$1"; }
# ends NAME [CODE]: waits for the command that submitted NAME, three minutes at most, and it ends with that code, or well. A controller that was killed starts once more what it had not written down; where that still runs, Slurm drains the node, and an administrator resumes it.
ends() {
    for _ in $(seq 900); do
        if ! kill -0 "$command" 2> /dev/null; then
            local code=0
            wait "$command" || code=$?
            [ "$code" = "${2:-0}" ] || fail "the command of '$1' ended with $code"
            return
        fi
        [[ $(sinfo --noheader --format=%T 2> /dev/null) != drain* ]] || scontrol update NodeName="$host" State=RESUME 2> /dev/null || true
        sleep 0.2
    done
    kill -9 "$command"
    fail "the command of '$1': waited for it in vain"
}
jobs_of() { grep -oE '[Jj]ob [0-9]+: |as job [0-9]+' "$place/$1.log" | wc -l; }

# same NAME JOBS: the files are those of the sweep without Slurm, and so many jobs were submitted.
same() {
    "${phosphene[@]}" status "$(folder "$1")" --verify > /dev/null || fail "'$1' has damaged pictures"
    diff -r --exclude=slurm "$place/alone" "$(folder "$1")" || fail "'$1' has other files"
    [ "$(jobs_of "$1")" = "$2" ] || { cat "$place/$1.log" >&2; fail "'$1' took $(jobs_of "$1") jobs in place of $2"; }
    echo "Slurm: $1, $2 job$([ "$2" = 1 ] || echo s), $(since "$start"): the same files"
}

start=$(seconds)
submit undisturbed & command=$!
ends undisturbed
same undisturbed 1

# A task that has just begun: one that was there before may have done its work. Between two tasks there is none.
kills_a_new_one() {
    local victim
    for victim in $(workers '--shard'); do
        [[ " $earlier " == *" $victim "* ]] || { kill -9 "$victim"; return; }
    done
    return 1
}
start=$(seconds)
submit killed & command=$!
begun killed
earlier=$(workers '--shard' | tr '\n' ' ')
wait_for 'a task to kill' kills_a_new_one
ends killed
same killed 2

# Between two tasks none runs, and one that is ending cannot be requeued.
requeues_one() {
    local task
    read -r task <<< "$(squeue --noheader --states=RUNNING --array --format=%i)"
    [ -n "$task" ] && scontrol requeue "$task"
}
start=$(seconds)
submit requeued & command=$!
begun requeued
wait_for 'a task to requeue' requeues_one
ends requeued
same requeued 1

start=$(seconds)
submit controller & command=$!
begun controller
# It writes down what it knows every few seconds.
is_saved() { [ "$place/state/job_state" -nt "$(folder controller)/slurm/job.json" ]; }
wait_for 'the state of the controller' is_saved
kill -9 "$slurmctld"
wait "$slurmctld" 2> /dev/null || true
sleep 3
start_slurmctld
ends controller
same controller 1
settles() {
    scancel --quiet --user=root
    scontrol update NodeName="$host" State=RESUME 2> /dev/null
    [ -z "$(squeue --noheader)" ] && is_idle
}
wait_for 'an empty queue' settles

start=$(seconds)
submit cancelled & command=$!
begun cancelled
scancel "$(job cancelled)_[$((tasks / 2))-$((tasks - 1))]"
ends cancelled
same cancelled 2

start=$(seconds)
submit interrupted & command=$!
begun interrupted
read -r victim <<< "$(workers '--engine')"
kill -TERM "$victim"
ends interrupted 143
before=$(job interrupted)
submit interrupted & command=$!
ends interrupted
[ "$(job interrupted)" = "$before" ] || fail "what was running was submitted again"
same interrupted 1
