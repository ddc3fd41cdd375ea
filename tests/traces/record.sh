#!/usr/bin/env bash
# Records the runs in this folder anew, all of them or those that are named: tests/traces/record.sh [NAME]…
# In some five minutes, on the one-node cluster (`make cluster`), parts of which it kills and starts again.
#
# Each run is a function below, by its name: it makes a pod, follows it, and breaks something. Or it is that of a test in
# tests/cluster, named in the list below the functions. The pods number their lines ("WORD N", from 1), so that the replay
# sees whether each came once and in order. Then read what came out of it:
# INSTA_UPDATE=always cargo test --test replay, and git diff.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
namespace=sidecar-traces-$$
output=$(mktemp -d)

# Without the lock: what is started here outlives this script.
onenode() { "$root/tests/onenode/run" "$@" 9>&-; }
kubectl() { "$root/target/cluster/bin/kubectl" --namespace "$namespace" "$@"; }

# pod NAME RESTART-POLICY [CONTAINER SCRIPT]…: makes a pod. Its scripts can count, and have /memory, which outlives them.
pod() {
    local name=$1 policy=$2
    shift 2
    containers "$@" | jq -s --arg name "$name" --arg policy "$policy" '{
        apiVersion: "v1", kind: "Pod", metadata: {name: $name},
        spec: {restartPolicy: $policy, terminationGracePeriodSeconds: 2, containers: .,
               volumes: [{name: "memory", emptyDir: {}}]}}' | changed | kubectl create -f - >/dev/null
}

# What a run changes of its pod, as a jq filter.
changed() { jq "${change:-.}"; }

containers() {
    local count='count() { i=0; while [ $i -lt "$2" ]; do i=$((i + 1)); echo "$1" $i; usleep "${3:-0}"; done; }'
    while [ $# -gt 0 ]; do
        jq -n --arg name "$1" --arg script "$count; $2" '{
            name: $name, image: "busybox:latest", imagePullPolicy: "IfNotPresent",
            command: ["/bin/sh", "-c", $script], volumeMounts: [{name: "memory", mountPath: "/memory"}]}'
        shift 2
    done
}

# Follows a pod in the background, and records it.
follow() {
    local pod=$1
    KUBECTL_SIDECAR_RECORD=$output/$pod.jsonl "$root/target/debug/kubectl-sidecar" \
        logs "$pod" --namespace "$namespace" >"$output/$pod" 2>&1 9>&- &
}

# Waits until following a pod has shown that text.
shows() {
    local pod=$1 text=$2 left=600
    until grep -qF -- "$text" "$output/$pod" 2>/dev/null; do
        ((left--)) || { echo "$pod does not show: $text" >&2; cat "$output/$pod" >&2; return 1; }
        sleep 0.1
    done
}

# --- Runs that break nothing of the node ---

no-newline() {
    pod no-newline Never main 'count line 3; printf "line 4"'
    kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/no-newline --timeout=60s >/dev/null
    follow no-newline
}

restart() {
    pod restart OnFailure \
        main 'if [ -e /memory/ran ]; then count second 200; exit 0; fi; touch /memory/ran; usleep 2000000; count first 200; exit 3' \
        beside 'count beside 40 100000'
    follow restart
}

crash-loop() {
    pod crash-loop OnFailure \
        main 'echo x >>/memory/runs; run=$(wc -l </memory/runs); count run-$run 10 100000; [ $run = 3 ]' \
        beside 'until [ -e /memory/runs ] && [ "$(wc -l </memory/runs)" = 3 ]; do usleep 200000; done; count beside 3'
    follow crash-loop
}

oom-killed() {
    change='.spec.containers[0].resources = {limits: {memory: "16Mi"}}' \
        pod oom-killed Never main 'count line 5 200000; exec tail /dev/zero'
    follow oom-killed
}

kinds() {
    change='.spec |= (.initContainers = [.containers[0], .containers[1] + {restartPolicy: "Always"}]
        | .containers |= .[2:])' \
        pod kinds Never \
        prepare 'count prepare 5 100000' \
        native 'trap "count polite 3; exit 0" TERM; count native 1000 100000 & wait' \
        main 'count main 20 100000; until [ -e /memory/end ]; do usleep 100000; done'
    follow kinds
    shows kinds 'main 5'
    kubectl debug kinds --container=ephemeral --image=busybox:latest --image-pull-policy=IfNotPresent --profile=general -- \
        /bin/sh -c 'for i in 1 2 3; do echo ephemeral $i; done' >/dev/null 2>&1
    shows kinds 'ephemeral 3'
    kubectl exec kinds -c main -- touch /memory/end
}

# A pod that is deleted, and made again under its name.
replaced() {
    containers main 'trap "count polite 3; exit 0" TERM; count line 1000 100000 & wait' beside 'count beside 1000 100000' |
        jq -s '{apiVersion: "apps/v1", kind: "StatefulSet", metadata: {name: "replaced"}, spec: {
            serviceName: "replaced", selector: {matchLabels: {app: "replaced"}},
            template: {metadata: {labels: {app: "replaced"}}, spec: {
                terminationGracePeriodSeconds: 2, containers: ., volumes: [{name: "memory", emptyDir: {}}]}}}}' |
        kubectl create -f - >/dev/null
    kubectl wait --for=create pod/replaced-0 --timeout=60s >/dev/null
    follow replaced-0
    shows replaced-0 'line 10'
    shows replaced-0 'beside 10'
    kubectl delete pod replaced-0 --wait=false >/dev/null
}

# --- Runs that do ---

kubelet-killed() {
    pod kubelet-killed Never main 'count main 100 100000' quiet 'count quiet 2 8000000'
    follow kubelet-killed
    shows kubelet-killed 'main 20'
    onenode kill kubelet
    onenode start
}

apiserver-killed() {
    pod apiserver-killed Never main 'count main 100 100000' quiet 'count quiet 2 8000000'
    follow apiserver-killed
    shows apiserver-killed 'main 20'
    onenode kill kube-apiserver
    sleep 2
    onenode start
}

# A node that is dead for a while, and comes back.
kubelet-stopped() {
    pod kubelet-stopped Never main 'count main 100 100000' quiet 'count quiet 2 8000000'
    follow kubelet-stopped
    shows kubelet-stopped 'main 20'
    onenode kill kubelet STOP
    sleep 4
    onenode start
}

# The first run ends after the apiserver, the second one has gone when it is back.
restarted-twice-while-away() {
    pod restarted-twice-while-away OnFailure \
        main 'echo x >>/memory/runs; run=$(wc -l </memory/runs); count run-$run 30 100000; [ $run = 3 ]' \
        beside 'count beside 220 100000'
    follow restarted-twice-while-away
    shows restarted-twice-while-away 'run-1 10'
    onenode kill kube-apiserver
    sleep 18 # the second run follows at once; the kubelet begins the third one 10 s later
    onenode start
}

harmless=(no-newline restart crash-loop oom-killed kinds replaced)
harmful=(kubelet-killed kubelet-stopped apiserver-killed restarted-twice-while-away)

# --- Runs of tests: of what a cluster does not do on demand ---

declare -A tests=(
    [evicted]=deaths::evicted_for_its_disk
    [rotated-while-away]=faults::rotation::while_away
    [rotated-while-connected]=faults::rotation::while_connected
    [cut-anywhere]=faults::few::cut_anywhere_in_any_way
    [stalled]=faults::streams::a_stall_without_end_of_the_only_stream
    [silent-node]=faults::streams::a_node_that_answers_nothing
    [too-many-requests]=faults::answers::too_many_requests
    [server-in-trouble]=faults::answers::a_server_in_trouble
    [not-known]=faults::answers::not_known_for_a_moment
    [watch-forgotten]=faults::answers::what_was_watched_is_forgotten
    [ended-while-away]=faults::away::the_pod_ends_meanwhile
    [replaced-while-away]=faults::away::the_pod_is_made_again_under_its_name
    [equal-lines]=faults::few::equal_stamps_and_equal_texts
    [stamps-step-back]=faults::few::stamps_that_step_back
    [stamps-step-back-over-a-second]=faults::few::stamps_that_step_back_over_the_border_of_a_second
    [clock-jumps-ahead]=faults::few::a_clock_that_jumps_ahead
    [clock-jumps-back]=faults::few::a_clock_that_jumps_back
)

# --- All of it ---

# record NAME: does the run, and keeps what was recorded.
record() {
    local name=$1 pod=$1
    [ "$name" != replaced ] || pod=replaced-0
    "$name"
    wait || true
    keep "$name" "$output/$pod.jsonl"
}

# record_tests TEST…: does the runs of these tests.
record_tests() {
    SIDECAR_TEST_RECORD=$output cargo test --quiet --locked --manifest-path "$root/Cargo.toml" --test cluster -- --test-threads=6 \
        --exact "${@/#/logs::}" >"$output/tests" 2>&1 9>&- || { cat "$output/tests" >&2; return 1; }
}

# keep NAME FILE: puts what was recorded into its place.
keep() {
    local name=$1 file=$2
    [ "$(wc -c <"$file")" -le 200000 ] || { echo "$name: more than 200 KB" >&2; return 1; }
    mv "$file" "$here/$name.jsonl"
    echo "$name: $(wc -l <"$here/$name.jsonl") lines, $(wc -c <"$here/$name.jsonl") bytes"
}

finish() {
    kubectl delete namespace "$namespace" --wait=false --ignore-not-found >/dev/null || true
    rm -rf "$output"
}

wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=("${harmless[@]}" "${harmful[@]}" "${!tests[@]}")
is_one_of() { local name=$1 one; shift; for one; do [ "$one" != "$name" ] || return 0; done; return 1; }
for name in "${wanted[@]}"; do
    is_one_of "$name" "${harmless[@]}" "${harmful[@]}" "${!tests[@]}" || { echo "no such run: $name" >&2; exit 1; }
done

export KUBECONFIG
KUBECONFIG=$(onenode up)
cargo build --quiet --locked --manifest-path "$root/Cargo.toml"
exec 9<"$root/target/cluster/lock"
flock --shared 9
trap finish EXIT
kubectl create namespace "$namespace" >/dev/null
kubectl wait --for=create serviceaccount/default --timeout=60s >/dev/null

jobs=()
for name in "${harmless[@]}"; do
    if is_one_of "$name" "${wanted[@]}"; then
        record "$name" &
        jobs+=($!)
    fi
done
for job in "${jobs[@]}"; do wait "$job"; done

to_run=()
for name in "${!tests[@]}"; do
    if is_one_of "$name" "${wanted[@]}"; then to_run+=("${tests[$name]}"); fi
done
if [ ${#to_run[@]} -gt 0 ]; then
    record_tests "${to_run[@]}"
    for name in "${!tests[@]}"; do
        if is_one_of "$name" "${wanted[@]}"; then
            test=logs::${tests[$name]}
            keep "$name" "$output/${test//::/.}.jsonl"
        fi
    done
fi

for name in "${harmful[@]}"; do
    if is_one_of "$name" "${wanted[@]}"; then
        flock --exclusive 9
        record "$name"
        flock --shared 9
    fi
done
