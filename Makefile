# Guildhall on this machine. What these targets start is private to this clone: servers and their data
# lie under .stack/, on loopback ports of their own. See .ci/stack for the servers themselves.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help run stop status demo test chaos bench toolchain

export PATH := $(PATH):$(HOME)/.cargo/bin
GUILDHALL := $(abspath $(or $(CARGO_TARGET_DIR),target))/release/guildhall

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*##/ { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: toolchain ## install what is missing, start the servers, build, migrate and serve; Ctrl-C ends it
	@.ci/stack up run
	cargo build --release -p guildhall
	exec .ci/stack serve $(GUILDHALL) serve all

stop: ## stop everything that run, test and demo have left running; data stay
	@.ci/stack down '*'

status: ## which servers of this clone run, and where
	@.ci/stack status

demo: toolchain ## play complete stories against the running suite, or against one of its own
	@.ci/stack up run
	cargo build --release -p guildhall
	exec .ci/stack demo $(GUILDHALL)

test: toolchain ## the whole suite on servers of its own, which stay up (CI=true: stop); ARGS="-p orders"
	@if [[ "$${CI:-}" == true ]]; then trap ".ci/stack down 'test*'" EXIT; fi
	.ci/stack up test
	settings=$$(.ci/stack env test)
	eval "$$settings"
	cargo test $(or $(ARGS),--workspace)

chaos: toolchain ## three replicas under load for a minute, one killed every two seconds
	@.ci/stack up test
	settings=$$(.ci/stack env test)
	eval "$$settings"
	GUILDHALL_CHAOS_SECONDS=60 cargo test -p guildhall --test chaos -- --nocapture

bench: toolchain ## throughput, lateness, cost; BENCH_PARTS=moderation (needs no servers), BENCH_SECONDS=5: tests/src/bin/bench
	@if [[ "$${BENCH_PARTS:-}" == moderation ]]; then
		.ci/stack install
	else
		.ci/stack up bench
		settings=$$(.ci/stack env bench)
		eval "$$settings"
	fi
	cargo build --release -p guildhall -p journeys
	exec $(dir $(GUILDHALL))bench

toolchain:
	@command -v cargo >/dev/null && command -v rustc >/dev/null ||
		{ echo "Guildhall needs a Rust toolchain (cargo and rustc); see https://rustup.rs" >&2; exit 1; }
