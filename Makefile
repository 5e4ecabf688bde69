# What stands after ## is what "make help" prints.

GO       ?= go
FUZZTIME ?= 20s
LINT     := $(GO) tool -modfile=tools/go.mod golangci-lint

.DEFAULT_GOAL := help
.PHONY: help build run test race fuzz lint fix golden docs bench faults soak e2e deps cross

help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build the static binary, bin/torwart
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/torwart ./cmd/torwart

run: build ## Watch torwart keep a site up while its application is killed (torwart demo)
	./bin/torwart demo

test: deps ## Install what the tests need (Debian, as root), then run all of them
	$(GO) test ./...

race: ## Run all tests with the race detector
	CGO_ENABLED=1 $(GO) test -race ./...

fuzz: ## Run every fuzz target for FUZZTIME (20s) each
	@GO="$(GO)" FUZZTIME="$(FUZZTIME)" scripts/fuzz

lint: cross ## Check format, go vet, golangci-lint, and that other systems compile
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "not formatted, run make fix:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(LINT) run --allow-serial-runners ./...

fix: ## Format, and mend what the linters can mend themselves
	$(LINT) run --allow-serial-runners --fix ./...

golden: ## Rewrite the golden files from what the code does now; read the diff
	@GO="$(GO)" scripts/golden

docs: ## Write the generated pages and the JSON Schema
	$(GO) generate ./...

bench: build ## Measure beside nginx and HAProxy and print the table
	$(GO) run ./bench

faults: build ## Play every fault beside nginx, HAProxy, Caddy and Traefik and print the table
	$(GO) run ./bench/faults

soak: ## Ten minutes of all faults under the race detector: does anything leak?
	CGO_ENABLED=1 $(GO) run -race ./bench/soak

e2e: deps ## Run the whole program against real servers, verbosely
	$(GO) test -count=1 -v ./e2e/...

deps: # what tests need from outside; never fails
	@scripts/test-deps

cross: # Linux first, but everything else compiles
	GOOS=darwin CGO_ENABLED=0 $(GO) build ./...
