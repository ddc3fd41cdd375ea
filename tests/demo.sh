#!/usr/bin/env bash
# The beginner's guide to the sidecar pattern, walked through aloud: each step says what it shows, and the command that
# it runs. Ends with 0 only if every step was true.
#
# Needs kubectl, kubectl-sidecar and curl on PATH, and KUBECONFIG. `make demo` sees to that.
# --clean-up: leave nothing behind.
set -euo pipefail

namespace=sidecar-demo-$$
marker=/hello-from-the-demo-$$
clean_up=${1:-}
folder=$(mktemp -d)
background=()

bold() { if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
run() { printf '$ %s\n' "$*"; "$@"; }
fail() { printf '\nThe demo stops here: %s\n' "$*" >&2; exit 1; }

finish() {
    local code=$?
    for pid in "${background[@]}"; do kill "$pid" 2>/dev/null || true; done
    if [ "$code" != 0 ] || [ "$clean_up" = --clean-up ]; then
        kubectl delete namespace "$namespace" --wait=false --ignore-not-found >/dev/null || true
    fi
    [ "$code" = 0 ] && [ "$clean_up" != --clean-up ] || rm -rf "$folder"
}
trap finish EXIT

# Waits until a file says that; gives up after a while, and shows what it says instead.
wait_for() {
    local what=$1 file=$2 seconds=$3
    # 100 ms at a time: the file is written by a program that cannot be waited for.
    for ((i = 0; i < seconds * 10; i++)); do
        grep -q "$what" "$file" 2>/dev/null && return 0
        sleep 0.1
    done
    cat "$file" >&2
    return 1
}

for program in kubectl kubectl-sidecar curl; do
    command -v "$program" >/dev/null || fail "there is no $program on PATH"
done

# A copy of the kubeconfig whose namespace is the demo's, so that the commands read as in the guide.
cp "${KUBECONFIG:?the kubeconfig of the cluster}" "$folder/kubeconfig"
chmod 600 "$folder/kubeconfig"
export KUBECONFIG=$folder/kubeconfig
kubectl create namespace "$namespace" >/dev/null
kubectl config set-context --current --namespace="$namespace" >/dev/null

bold "1. A pod with two containers that share a volume: nginx writes its logs there, the sidecar reads them."
run kubectl sidecar create --show-kubectl || fail "the pod did not become ready"

bold "2. READY 2/2: both containers run."
run kubectl get pods
kubectl get pod webserver --no-headers | grep -q ' 2/2 ' || fail "the pod is not READY 2/2"

bold "3. A visit to the web server, at a path that nobody else asks for."
printf '$ kubectl port-forward pod/webserver :80\n'
kubectl port-forward pod/webserver :80 >"$folder/forward" 2>&1 &
background+=($!)
wait_for 'Forwarding from 127.0.0.1' "$folder/forward" 20 || fail "kubectl port-forward did not start"
port=$(sed -n 's/^Forwarding from 127\.0\.0\.1:\([0-9]*\) .*/\1/p' "$folder/forward" | head -n 1)
url=http://127.0.0.1:$port$marker
printf '$ curl %s\n' "$url"
status=$(curl -s -o /dev/null -w '%{http_code}' "$url") || fail "nginx did not answer"
echo "HTTP $status: there is no such page, and that is fine: we are after the line in the log"

bold "4. What the two containers share, in one picture."
run kubectl sidecar inspect webserver --show-kubectl
kubectl sidecar inspect webserver | grep -q 'shared-logs' || fail "inspect does not show the shared volume"

bold "5. The same files, seen from both containers; and the proof that they are the same."
run kubectl sidecar exec webserver -- ls /var/log/nginx | tee "$folder/files"
[ "$(grep -c '^access.log$' "$folder/files")" = 2 ] || fail "not both containers see access.log"
run kubectl sidecar inspect webserver --prove | tee "$folder/proof"
grep -q 'is proven to be shared' "$folder/proof" || fail "it is not proven that the volume is shared"

bold "6. The logs of both containers as one, until the sidecar prints the line of our visit (it looks every 30 s)."
printf '$ kubectl sidecar logs webserver\n'
mkfifo "$folder/logs"
kubectl sidecar logs webserver --color="$([ -t 1 ] && echo always || echo auto)" >"$folder/logs" &
background+=($!)
followed=$!
found=no
# 90 s: three turns of the sidecar's loop.
while IFS= read -r -t 90 line; do
    printf '%s\n' "$line"
    if [[ $line == *sidecar-container*$marker* ]]; then
        found=yes
        break
    fi
done <"$folder/logs"
kill "$followed" 2>/dev/null || true
[ "$found" = yes ] || fail "the sidecar did not print the line of our visit"

bold "That was the guide: nginx wrote a line into the shared volume, and the sidecar read it."
if [ "$clean_up" != --clean-up ]; then
    cat <<END
Go on with:
  export KUBECONFIG=$KUBECONFIG
  kubectl sidecar logs webserver
  kubectl sidecar create --dry-run=client -o yaml --annotate
Take all down with:
  kubectl delete namespace $namespace
  make cluster-down
END
fi
