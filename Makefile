# What needs doing, by name. Everything comes from npm; make and npm are all that a machine must have.

SHELL := /bin/bash
.DELETE_ON_ERROR:

ARCH := $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,amd64)
NAME := secrets-store-csi-driver-provider-aws
EXECUTABLE := dist/$(NAME)-linux-$(ARCH)
SOURCES := $(shell find src build -type f ! -name '*.test.ts' 2>/dev/null) package-lock.json
say = @if [ -t 1 ]; then printf '\033[1m▸ %s\033[0m\n' "$(1)"; else printf '▸ %s\n' "$(1)"; fi

.PHONY: help
help: ## say what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo 'Variables, as in "make test FILES=src/process/sensitive.test.ts":'
	@sed -n 's/^#: /  /p' $(MAKEFILE_LIST)

.PHONY: build
build: packages ## both executables, into dist/
	$(call say,building for amd64 and arm64)
	@npm run --silent build

#: FILES         test files, for test (default: all)
.PHONY: test
test: packages $(EXECUTABLE) ## unit tests and tests over the real socket
	$(call say,testing)
	@npm run --silent test -- $(FILES)

#: FAST=1        for demo: all scenes without waiting for Enter
.PHONY: demo
demo: packages $(EXECUTABLE) ## a mount from start to end, without a cluster
	$(call say,demo)
	@scripts/with-node node scripts/demo.ts $(if $(FAST),--fast)

.PHONY: bench
bench: packages $(EXECUTABLE) ## measure mounts, start-up and memory
	$(call say,measuring)
	@npm run --silent bench

.PHONY: bench-quick
bench-quick: packages $(EXECUTABLE) ## the same with few repetitions
	$(call say,measuring quickly)
	@npm run --silent bench -- --quick

.PHONY: fuzz
fuzz: packages ## broken and hostile input, ten minutes a reader
	$(call say,fuzzing)
	@scripts/with-node node test/fuzz/run.ts --seconds 600 --keep

.PHONY: e2e
e2e: packages $(EXECUTABLE) ## the whole in a cluster of its own
	$(call say,end to end)
	@scripts/with-node node test/e2e/run.ts

.PHONY: clean
clean: ## remove what was built and fetched
	rm -rf dist .cache node_modules

$(EXECUTABLE): $(SOURCES) | packages
	$(call say,building for $(ARCH))
	@npm run --silent build -- --arch $(ARCH)

# npm ci only where the lockfile is newer than what was installed from it: npm writes this file when it is done.
.PHONY: packages
packages: node_modules/.package-lock.json
node_modules/.package-lock.json: package-lock.json
	$(call say,installing packages)
	@scripts/install-packages.sh
	@touch $@

# make = all: build and push the image; also image, chart, installers, install.
include deployment/release.mk
