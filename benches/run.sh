#!/usr/bin/env bash
# Side by side, in one run, as ratios: start-up and size, and a backlog of 2 × 1,000,000 lines beside raw curls of the same
# streams. `make bench` builds the release binary and brings up the cluster first.
#
# Prints Markdown. Needs kubectl, curl and /usr/bin/time (Debian: apt-get install time) on PATH, and KUBECONFIG.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
sidecar=$here/target/release/kubectl-sidecar
rounds=${ROUNDS:-3}
lines=${LINES_PER_CONTAINER:-1000000}
namespace=sidecar-bench-$$
folder=$(mktemp -d)
trap 'kubectl delete namespace "$namespace" --wait=false --ignore-not-found >/dev/null; rm -rf "$folder"' EXIT

# Runs a command, and adds "CPU-seconds peak-KiB" to a file: the sum over all its processes, and the largest one.
measured() {
    local into=$1
    shift
    /usr/bin/time -q -f '%U %S %M' -o "$folder/time" "$@"
    awk '{ print $1 + $2, $3 }' "$folder/time" >>"$into"
}

# The median of a column.
median() { sort -n -k"$2,$2" "$1" | awk -v column="$2" '{ value[NR] = $column } END { print value[int((NR + 1) / 2)] }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# The median wall time in milliseconds of 50 starts.
start_up() {
    for _ in $(seq 50); do
        local began=$EPOCHREALTIME
        "$@" >/dev/null
        echo "$began $EPOCHREALTIME"
    done | awk '{ print ($2 - $1) * 1000 }' | sort -n | awk '{ value[NR] = $1 } END { printf "%.1f", value[int((NR + 1) / 2)] }'
}

echo "## Size and start-up"
echo
echo "Stripped binary: $(awk -v bytes="$(stat -c %s "$sidecar")" 'BEGIN { printf "%.1f MB", bytes / 1e6 }')"
echo
kubectl_ms=$(start_up kubectl version --client)
echo "| command | median of 50, ms | of \`kubectl version --client\` |"
echo "|---|---|---|"
echo "| \`kubectl version --client\` | $kubectl_ms | 1.00 |"
for words in --help version; do
    ours_ms=$(start_up "$sidecar" "$words")
    echo "| \`kubectl-sidecar $words\` | $ours_ms | $(ratio "$ours_ms" "$kubectl_ms") |"
done
echo

kubectl create namespace "$namespace" >/dev/null
kubectl wait --for=create serviceaccount/default -n "$namespace" --timeout=60s >/dev/null
writer() {
    cat <<END
  - name: $1
    image: busybox:latest
    imagePullPolicy: IfNotPresent
    command: ["/bin/sh", "-c"]
    args: ["seq $lines | awk '{ print \"$1 \" \$1 \" with some text behind it, so that it is as long as the usual line of a log, about 115 bytes\" }'; touch /tmp/done; while true; do sleep 3600; done"]
    readinessProbe: { exec: { command: ["/bin/ls", "/tmp/done"] }, periodSeconds: 1 }
END
}
kubectl apply -n "$namespace" -f - >/dev/null <<END
apiVersion: v1
kind: Pod
metadata: { name: backlog }
spec:
  terminationGracePeriodSeconds: 1
  containers:
$(writer a)
$(writer b)
END
kubectl wait --for=condition=Ready pod/backlog -n "$namespace" --timeout=600s >/dev/null

# The same streams by curl, with the kubeconfig's client certificate.
field() { kubectl config view --raw --minify -o jsonpath="{$1}"; }
field '.clusters[0].cluster.certificate-authority-data' | base64 -d >"$folder/ca"
field '.users[0].user.client-certificate-data' | base64 -d >"$folder/cert"
(umask 077 && field '.users[0].user.client-key-data' | base64 -d >"$folder/key")
cat >"$folder/curls" <<END
url="$(field '.clusters[0].cluster.server')/api/v1/namespaces/$namespace/pods/backlog/log?timestamps=true&container="
for container in a b; do
    curl -sS --fail --cacert $folder/ca --cert $folder/cert --key $folder/key "\$url\$container" -o $folder/\$container.log &
done
wait
END

for _ in $(seq "$rounds"); do
    measured "$folder/ours" "$sidecar" logs backlog -n "$namespace" --follow=false --timestamps --prefix=none >"$folder/merged"
    measured "$folder/curl" bash "$folder/curls"
    measured "$folder/kubectl" kubectl logs backlog -n "$namespace" --all-containers --prefix --timestamps >/dev/null
done
expected=$((2 * lines))
merged=$(wc -l <"$folder/merged")
disordered=$(awk '$1 < before { count++ } { before = $1 } END { print count + 0 }' "$folder/merged")
[ "$(sort "$folder/merged" | sha256sum)" = "$(cat "$folder"/[ab].log | sort | sha256sum)" ] && same=yes || same=no
writes=-
if command -v strace >/dev/null; then
    strace -f -e trace=write -o "$folder/strace" "$sidecar" logs backlog -n "$namespace" --follow=false >/dev/null
    writes=$(grep -c 'write(1, ' "$folder/strace")
fi

echo "## A backlog of 2 × $lines lines"
echo
echo "| client | CPU s, median of $rounds | of two curls | peak memory, MiB |"
echo "|---|---|---|---|"
for client in curl ours kubectl; do
    cpu=$(median "$folder/$client" 1)
    memory=$(median "$folder/$client" 2 | awk '{ printf "%.1f", $1 / 1024 }')
    echo "| $client | $cpu | $(ratio "$cpu" "$(median "$folder/curl" 1)") | $memory |"
done
echo
echo "Ours: $merged of $expected lines, the same lines as the curls': $same, out of order: $disordered, writes to standard output: $writes."
