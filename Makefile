# What can be done here. `make` alone lists it.

# A disposable cluster of your own (kind, k3d, minikube) instead of the one-node one: its kubeconfig.
export SIDECAR_TEST_KUBECONFIG ?=
KUBECONFIG_FILE := $(or $(SIDECAR_TEST_KUBECONFIG),$(CURDIR)/target/cluster/kubeconfig)

# Where `make install` puts the plugin: a folder on PATH.
BINDIR ?= $(or $(CARGO_INSTALL_ROOT),$(CARGO_HOME),$(HOME)/.cargo)/bin

# The programs that `make bench` compares with.
BENCH := $(CURDIR)/target/bench/bin

# The commit that is built, for what people run: `kubectl sidecar version` names it.
COMMIT = $(shell git describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null)

# Tools that cargo or go build once for this machine, each of one version.
TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/kubectl-sidecar-tools
CARGO_DENY := $(TOOLS)/cargo-deny-0.20.2
CYCLONEDX := $(TOOLS)/cargo-cyclonedx-0.5.9
ABOUT := $(TOOLS)/cargo-about-0.9.3
KREW := $(TOOLS)/krew-v0.4.3
ACTIONLINT := $(TOOLS)/actionlint-v1.7.12

# The kubectl that runs what was installed from an archive.
export SIDECAR_KUBECTL ?= $(CURDIR)/target/cluster/bin/kubectl

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: cluster install ## The guide from end to end: cluster, create, traffic, inspect, logs
	@PATH="$(BINDIR):$(CURDIR)/target/cluster/bin:$$PATH" KUBECONFIG="$(KUBECONFIG_FILE)" tests/demo.sh

.PHONY: test
test: lint licenses workflows unit mermaid-test cluster-test demo-test dist-test ## Everything: format, lints, unit, cli, pictures, cluster, the demo, the archive

.PHONY: lint
lint:
	cargo fmt --check
	cargo fmt --check --manifest-path benches/side-by-side/Cargo.toml
	cargo clippy --all-targets --locked -- -D warnings
	@if command -v go >/dev/null; then cd tests/onenode && test -z "$$(gofmt -l . ../corpus | tee /dev/stderr)" && go vet ./...; fi

.PHONY: licenses
licenses: $(CARGO_DENY) ## What dependencies may bring: licences, sources, versions; no network but for crates
	cargo fetch --locked
	"$(CARGO_DENY)/bin/cargo-deny" --offline --locked check --hide-inclusion-graph bans licenses sources

.PHONY: advisories
advisories: $(CARGO_DENY) ## Known weaknesses of dependencies; fetches the list of them
	"$(CARGO_DENY)/bin/cargo-deny" --locked check advisories

.PHONY: workflows
ifneq ($(shell command -v go),)
workflows: $(ACTIONLINT) ## The files in .github/workflows; needs Go
	"$(ACTIONLINT)/actionlint"
else
workflows:
	@echo >&2 "NOT RUN: go is missing, so nobody looked at the workflows"
endif

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

# What shows what the size is made of.
WITH_SYMBOLS := CARGO_PROFILE_RELEASE_STRIP=none cargo build --locked --release --target-dir target/bench/symbols

# Smaller with ROUNDS=1 LINES_PER_CONTAINER=100000 SECONDS=10, or with SCENARIOS="backlog follow".
.PHONY: bench
bench: export KUBECTL_SIDECAR_COMMIT = $(COMMIT)
bench: cluster $(BENCH)/kubectl $(BENCH)/stern ## Side by side with other clients, as ratios, into docs/benchmarks.md
	cargo build --locked --release
	$(if $(filter-out $(SCENARIOS),start-up),$(if $(SCENARIOS),,$(WITH_SYMBOLS)),$(WITH_SYMBOLS))
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

.PHONY: archive
archive: $(CYCLONEDX) $(ABOUT) ## The archive of a release, and its SBOM, into target/dist; for TARGET, or this machine
	PATH="$(CYCLONEDX)/bin:$(ABOUT)/bin:$$PATH" packaging/archive target/dist $(TARGET)

.PHONY: dist
dist: archive ## The same, with sums and the manifest for krew
	packaging/manifest target/dist

.PHONY: dist-test
dist-test: cluster dist dist-tested ## Whether krew takes that, installs it, and nothing of this machine is in it

# What is in target/dist already.
.PHONY: dist-tested
ifneq ($(shell command -v go),)
dist-tested: export SIDECAR_KREW = $(KREW)
dist-tested: $(KREW)
endif
dist-tested:
	@test -n "$$SIDECAR_KREW" || echo >&2 "NOT RUN: go is missing, so the real krew did not install the archive"
	SIDECAR_DIST="$(CURDIR)/target/dist" cargo test --locked --test dist

.PHONY: dist-check
dist-check: dist dist-tested ## The same, and that two builds in two folders are the same bytes
	PATH="$(CYCLONEDX)/bin:$(ABOUT)/bin:$$PATH" packaging/twice $(TARGET)

# Renamed into place: who is interrupted leaves nothing behind.
$(ABOUT): FEATURES := --features cli
$(CARGO_DENY) $(CYCLONEDX) $(ABOUT):
	@mkdir -p "$(TOOLS)"
	name=$$(echo "$(@F)" | sed 's/-[0-9].*//') && version=$$(echo "$(@F)" | sed 's/.*-//') && \
	CARGO_TARGET_DIR="$@.build" cargo install --locked --no-default-features $(FEATURES) --root "$@.new" --version "$$version" "$$name"
	@rm -rf "$@.build" && mv "$@.new" "$@"

$(KREW):
	GOFLAGS= GOBIN="$@.new" go install sigs.k8s.io/krew/cmd/krew@v0.4.3 sigs.k8s.io/krew/cmd/validate-krew-manifest@v0.4.3
	@mv "$@.new" "$@"

$(ACTIONLINT):
	GOFLAGS= GOBIN="$@.new" go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
	@mv "$@.new" "$@"

.PHONY: install
install: export KUBECTL_SIDECAR_COMMIT = $(COMMIT)
install: ## The plugin onto PATH, as kubectl finds it
	cargo build --locked --release
	@mkdir -p "$(BINDIR)"
	install -m 755 target/release/kubectl-sidecar completions/kubectl_complete-sidecar "$(BINDIR)"
	@case ":$$PATH:" in *":$(BINDIR):"*) ;; *) echo >&2 "Put it on PATH: export PATH=\"$(BINDIR):\$$PATH\"";; esac
