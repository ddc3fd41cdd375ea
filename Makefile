# What can be done here. `make` alone lists it.

# A disposable cluster of your own (kind, k3d, minikube) instead of the one-node one: its kubeconfig.
export SIDECAR_TEST_KUBECONFIG ?=
KUBECONFIG_FILE := $(or $(SIDECAR_TEST_KUBECONFIG),$(CURDIR)/target/cluster/kubeconfig)

# Where `make install` puts the plugin: a folder on PATH.
BINDIR ?= $(or $(CARGO_INSTALL_ROOT),$(CARGO_HOME),$(HOME)/.cargo)/bin

# The programs that `make bench` compares with.
BENCH := $(CURDIR)/target/bench/bin

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: cluster install ## The guide from end to end: cluster, create, traffic, inspect, logs
	@PATH="$(BINDIR):$(CURDIR)/target/cluster/bin:$$PATH" KUBECONFIG="$(KUBECONFIG_FILE)" tests/demo.sh

.PHONY: test
test: lint unit mermaid-test cluster-test demo-test ## Everything: format, lints, unit, cli, pictures, cluster, the demo

.PHONY: lint
lint:
	cargo fmt --check
	cargo fmt --check --manifest-path benches/side-by-side/Cargo.toml
	cargo clippy --all-targets --locked -- -D warnings
	@if command -v go >/dev/null; then cd tests/onenode && test -z "$$(gofmt -l . ../corpus | tee /dev/stderr)" && go vet ./...; fi

.PHONY: unit
unit: ## Tests that need no cluster
	cargo test --locked --lib --bins --test architecture --test cli --test replay --test corpus
	@if command -v go >/dev/null; then cd tests/onenode && go test ./...; fi

.PHONY: mermaid-test
ifneq ($(shell command -v npm),)
mermaid-test: tests/mermaid/node_modules/.package-lock.json ## Mermaid's own parser reads what `-o mermaid` writes; needs npm
	cargo build --locked
	node tests/mermaid/parse.mjs target/debug/kubectl-sidecar tests/fixtures/guide/*.yaml tests/fixtures/manifests/*

tests/mermaid/node_modules/.package-lock.json: tests/mermaid/package-lock.json
	npm ci --prefix tests/mermaid --ignore-scripts --no-audit --no-fund
	@touch "$@"
else
mermaid-test:
	@echo >&2 "NOT RUN: npm is missing, so Mermaid's own parser did not read what -o mermaid writes"
endif

.PHONY: cluster-test
cluster-test: cluster ## Tests on the real cluster
	cargo test --locked --test cluster -- --test-threads=6 # they wait for the cluster most of the time
	cargo test --locked --test faults -- --test-threads=1 # these break parts of it

.PHONY: soak
soak: cluster ## Many faults by chance, of the streams and of the node: SOAK_FAULTS (100), SOAK_SEED to repeat a run
	cargo test --locked --test faults -- --test-threads=1 --ignored --exact soak::by_chance

# The demo, with the binary the tests use; it leaves nothing behind.
.PHONY: demo-test
demo-test: cluster
	cargo build --locked
	@PATH="$(CURDIR)/target/debug:$(CURDIR)/target/cluster/bin:$$PATH" KUBECONFIG="$(KUBECONFIG_FILE)" tests/demo.sh --clean-up

.PHONY: traces
traces: ## Records anew, on the one-node cluster, what the replay tests replay
	tests/traces/record.sh

# How long each fuzz target runs.
FUZZ_SECONDS ?= 120

.PHONY: fuzz
fuzz: ## The fuzz targets, two minutes each; needs cargo-fuzz and a nightly compiler
	@for target in $$(cd fuzz && cargo +nightly fuzz list); do \
		(cd fuzz && cargo +nightly fuzz run --sanitizer none $$target -- -max_total_time=$(FUZZ_SECONDS)) || exit; \
	done

.PHONY: cluster
cluster: ## A real Kubernetes on this machine; prints the path of its kubeconfig
ifeq ($(SIDECAR_TEST_KUBECONFIG),)
	@tests/onenode/run up
else
	@echo $(SIDECAR_TEST_KUBECONFIG)
endif

.PHONY: cluster-down
cluster-down: ## Ends what `make cluster` started
	@tests/onenode/run down

# Smaller with ROUNDS=1 LINES_PER_CONTAINER=100000 SECONDS=10, or with SCENARIOS="backlog follow".
.PHONY: bench
bench: cluster $(BENCH)/kubectl $(BENCH)/stern ## Side by side with other clients, as ratios, into docs/benchmarks.md
	cargo build --locked --release
	cargo build --locked --release --manifest-path benches/side-by-side/Cargo.toml --target-dir target/bench
	@install target/bench/release/bare-client "$(BENCH)"
	@KUBECONFIG="$(KUBECONFIG_FILE)" target/bench/release/side-by-side $(SCENARIOS)

# A kubectl of its own, as it is released: the node's is part of one large binary. From what the node is built of.
$(BENCH)/kubectl: tests/onenode/kubernetes/go.mod
	version=$$(go list -C tests/onenode/kubernetes -m -f '{{.Version}}' k8s.io/kubernetes) && \
	CGO_ENABLED=0 go build -C tests/onenode/kubernetes -trimpath -buildvcs=false \
		-ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$$version" -o "$@" k8s.io/kubernetes/cmd/kubectl

$(BENCH)/stern:
	GOBIN="$(BENCH)" go install github.com/stern/stern@v1.34.0

.PHONY: install
install: ## The plugin onto PATH, as kubectl finds it
	cargo build --locked --release
	@mkdir -p "$(BINDIR)"
	install -m 755 target/release/kubectl-sidecar completions/kubectl_complete-sidecar "$(BINDIR)"
	@case ":$$PATH:" in *":$(BINDIR):"*) ;; *) echo >&2 "Put it on PATH: export PATH=\"$(BINDIR):\$$PATH\"";; esac
