# Liandong: what a person runs. CI runs `make test`.
.DEFAULT_GOAL := list
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
export CARGO_TERM_PROGRESS_WHEN ?= auto

.PHONY: list demo test fmt lint plain docs schemas web pages browser screenshots dashboards compose unit s3 sim kafka kafka-cluster kafka-stop kafkastop kafkalaws load faults busy crash corridorkafka peers failover chaos rehearsal

WEB := dashboards/web
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
# What a cluster runs is what is tested: one build for lint, tests and browser. TLS to brokers wants OpenSSL's headers.
FEATURES := kafka,s3$(shell pkg-config --exists openssl 2>/dev/null && echo ,kafka-tls)

list: ## Lists these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

demo: ## Builds and plays a small living city (Ctrl-C stops it, starting again resumes)
	@echo "[1/3] the pages"
	@$(MAKE) --no-print-directory web
	@echo "[2/3] the server (a few minutes the first time)"
	cargo build --release --locked --bin liandong
	@echo "[3/3] starting the city"
	exec $(TARGET)/release/liandong demo

test: fmt lint plain docs pages browser dashboards compose unit ## Everything CI checks, the tests last

fmt: ## Formatting
	cargo fmt --all -- --check

lint: ## Clippy, warnings are errors
	cargo clippy --workspace --all-targets --locked --features $(FEATURES) -- -D warnings

plain: ## The build without a cluster, as `make demo` makes it: no more than whole
	cargo clippy --lib --bins --locked -- -D warnings

docs: ## The API's documentation, warnings are errors
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --features $(FEATURES)

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json
	cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error

web: $(WEB)/node_modules/.package-lock.json ## Builds the pages
	cd $(WEB) && npm run --silent build -- --logLevel warn

pages: web ## Types, accessibility faults and unit tests of the pages
	cd $(WEB) && npm run --silent check && npm run --silent unit

browser: web ## The pages in Chromium before a real server (installs Debian's where root and missing)
	./$(WEB)/browser/chromium.sh
	cargo build --locked --bin liandong --features $(FEATURES)
	cd $(WEB) && SERVER_UNDER_TEST=$(TARGET)/debug/liandong npm run --silent browser

schemas: $(WEB)/node_modules/.package-lock.json ## Writes docs/schemas and the pages' types anew from the Rust types
	cargo run --locked --bin liandong --features $(FEATURES) -- schemas --out docs/schemas
	cd $(WEB) && npm run --silent schemas

screenshots: web ## Makes the README's pictures
	./$(WEB)/browser/chromium.sh
	cargo build --release --locked --bin liandong
	cd $(WEB) && SERVER_UNDER_TEST=$(TARGET)/release/liandong npm run --silent screenshots

dashboards: ## The alarms by their own tests, with promtool (installs Debian's where root and missing)
	./dashboards/check.sh

compose: ## docker-compose.yml and what it mounts, as far as that goes without an engine
	./dev/compose/check.sh

unit: ## All tests, on a real broker too, which it starts and ends; says which it could not run (wants a JDK and Maven)
	./dev/tests.sh $(FEATURES)

s3: ## Installs a small S3 server into ./scratch/tools, for the tests of snapshots in a bucket (2 minutes)
	test -x scratch/tools/bin/s3s-fs || cargo install s3s-fs --version 0.14.1 --features binary --locked \
		--root scratch/tools --quiet

sim: ## Writes a day of the city by seed to ./scratch/sim
	cargo run --release --locked --bin liandong -- simulate --seed 1 --hours 24 --out scratch/sim

kafka: ## Starts a real Kafka broker at 127.0.0.1:19092, without a container (wants a JDK and Maven)
	./dev/kafka/broker.sh start

kafka-cluster: ## Starts three of them, at 127.0.0.1:19092, 19102 and 19112: each partition thrice
	./dev/kafka/broker.sh cluster

kafka-stop: ## Ends them
	./dev/kafka/broker.sh stop

kafkastop: kafka-stop

kafkalaws: ## The laws of every journal on a real broker of their own, which it starts and ends
	KAFKA_PORT=19192 ./dev/kafka/broker.sh run cargo test --locked --features $(FEATURES) --test it -- kafka journal_laws

load: ## Measures corridor, fan-out and storm (7 minutes; see load-tests/README.md)
	cargo build --release --locked --workspace
	$(TARGET)/release/load-tests corridor
	$(TARGET)/release/load-tests fanout
	$(TARGET)/release/load-tests storm

faults: ## Stalls pages, then kills pages and the server: in the end all show the same (6 minutes)
	cargo build --release --locked --workspace
	$(TARGET)/release/load-tests stalled
	$(TARGET)/release/load-tests returns

busy: web ## Measures a wall in Chromium: its opening, script and heap with 10,000 live cases
	./$(WEB)/browser/chromium.sh
	cargo build --release --locked --bin liandong
	cd $(WEB) && SERVER_UNDER_TEST=$(TARGET)/release/liandong npm run --silent busy

crash: ## Kills the server 200 times under load and checks that nothing was lost
	cargo build --release --locked --workspace
	$(TARGET)/release/load-tests crash

corridorkafka: ## Measures the corridor on Kafka beside a bare round trip (5 minutes; wants a JDK and Maven, as the next three)
	cargo build --release --locked --workspace --features kafka
	$(TARGET)/release/load-tests kafka-corridor

peers: ## Compares reports a CPU-second with Kafka Streams and a client that only reads (REPORTS=folder of a city's own; 10 minutes)
	cargo build --profile dist --locked --bin liandong --features kafka
	cargo build --release --locked --workspace --features kafka
	$(TARGET)/release/load-tests throughput --server $(TARGET)/dist/liandong $(if $(REPORTS),--reports $(REPORTS))

failover: ## Kills the owner of partitions 50 times, then 3 times with nobody standing by (15 minutes)
	cargo build --release --locked --workspace --features kafka
	$(TARGET)/release/load-tests failover
	$(TARGET)/release/load-tests failover --cold

chaos: ## Kills processes, brokers and disks of a cluster under load, and checks that nothing was lost (SEED=1; 20 minutes)
	cargo build --release --locked --workspace --features kafka
	$(TARGET)/release/load-tests chaos --seed $(or $(SEED),1)

rehearsal: ## Rehearses a rolling upgrade to another core, with two builds on a broker of their own (5 minutes)
	cargo build --locked --bin liandong --features kafka,next-core
	mkdir -p scratch && cp $(TARGET)/debug/liandong scratch/liandong-newer
	cargo build --locked --bin liandong --features kafka
	./dev/kafka/broker.sh run ./dev/rehearse.sh $(TARGET)/debug/liandong scratch/liandong-newer
