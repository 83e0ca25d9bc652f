# What needs doing, by name. Everything comes from npm; make and npm are all that a machine must have.

SHELL := /bin/bash
.DELETE_ON_ERROR:

ARCH := $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,amd64)
NAME := secrets-store-csi-driver-provider-aws
EXECUTABLE := dist/$(NAME)-linux-$(ARCH)
SOURCES := $(shell find src build -type f ! -name '*.test.ts' 2>/dev/null) package-lock.json
say = @printf '\033[1m▸ %s\033[0m\n' "$(1)"

# The pinned Node that npm brings, whatever the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help
help: ## say what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: packages ## both executables, into dist/
	$(call say,building for amd64 and arm64)
	@npm run --silent build

.PHONY: test
test: packages $(EXECUTABLE) ## unit tests and tests over the real socket
	$(call say,testing)
	@npm run --silent test

.PHONY: demo
demo: packages $(EXECUTABLE) ## a mount from start to end, without a cluster
	$(call say,demo)
	@node scripts/demo.ts

.PHONY: bench
bench: packages $(EXECUTABLE) ## measure mounts, start-up and memory
	$(call say,measuring)
	@npm run --silent bench

.PHONY: bench-quick
bench-quick: packages $(EXECUTABLE) ## the same with few repetitions
	$(call say,measuring quickly)
	@npm run --silent bench -- --quick

.PHONY: e2e
e2e: packages $(EXECUTABLE) ## the whole in a cluster of its own
	$(call say,end to end)
	@node test/e2e/run.ts

.PHONY: clean
clean: ## remove what was built and fetched
	rm -rf dist .cache node_modules

$(EXECUTABLE): $(SOURCES) | packages
	$(call say,building for $(ARCH))
	@npm run --silent build -- --arch $(ARCH)

# npm ci only where the lockfile is another than the one that was installed.
.PHONY: packages
packages:
	@command -v npm >/dev/null || { \
	  echo 'npm is missing: install Node.js 20 or newer with npm (Debian, Ubuntu: apt-get install npm)' >&2; exit 1; }
	@cmp -s package-lock.json node_modules/.installed-lock.json || { \
	  printf '\033[1m▸ %s\033[0m\n' 'installing packages'; \
	  npm ci --no-audit --no-fund --no-progress && cp package-lock.json node_modules/.installed-lock.json; }

# make = all: build and push the image; also image, chart, installers, install.
include deployment/release.mk
