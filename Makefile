# jiedao: `make run` and `make test` are all that a newcomer needs. `make help` lists the rest.

CARGO ?= cargo
STRICT := -- -D warnings

.DEFAULT_GOAL := help
.PHONY: help setup build run test lint fmt bench audit clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install missing system packages (Debian); nothing to do is done at once
	@./setup.sh

build: setup ## Build both programs for use
	$(CARGO) build --release --locked

run: build ## Open the console with the demonstration subdistrict and its own district server
	@./target/release/jiedao

test: setup ## Formatting, lints for each feature set, all tests
	$(CARGO) fmt --check
	$(MAKE) --no-print-directory lint
	$(CARGO) test --locked

lint: setup ## Lints for each feature set
	$(CARGO) clippy --locked --all-targets $(STRICT)
	$(CARGO) clippy --locked --lib --no-default-features $(STRICT)
	$(CARGO) clippy --locked --lib --bins --no-default-features --features server $(STRICT)
	$(CARGO) clippy --locked --lib --bins --no-default-features --features console $(STRICT)

fmt: ## Format the code
	$(CARGO) fmt

bench: setup ## Measure, and print the tables of BENCHMARKS.md
	$(CARGO) bench --locked

audit: ## Licences, bans and sources of all dependencies (installs cargo-deny if it is missing)
	@command -v cargo-deny >/dev/null 2>&1 || $(CARGO) install --locked cargo-deny
	$(CARGO) deny --locked check bans licenses sources

clean: ## Remove everything that was built
	$(CARGO) clean
