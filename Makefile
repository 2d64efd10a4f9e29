# baldwin needs Go, git and make. `make` alone lists the targets.

GO ?= go
# The binary is static; only the race detector wants cgo.
export CGO_ENABLED = 0

# Packages whose arithmetic decides a stored number (the list of internal/archtest), tested in every
# form in which the compiler could give other bits.
DECIDING = ./task ./learner ./life ./strategy ./evolve ./stats ./internal/kernel ./internal/rng ./internal/detmath
# Packages with goroutines, light enough for the race detector.
RACE = ./evolve ./run ./cluster

# What compares the NEON kernels with the reference, at all lengths, alignments and values.
NEON = Equals?Reference|Hardware|Pages|Addressed|Special|Allocations|Panic

# Rounds of make peers.
ROUNDS = 3

GOTEST = .cache/bin/gotest
LINT = $(GO) tool -modfile=tools/go.mod golangci-lint

.NOTPARALLEL:
.PHONY: help build demo test verify lint gen bench peers docs release cover clean \
	test-tools test-format test-unit test-v3 test-noasm test-arm64 test-race test-gen

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/baldwin
	@mkdir -p bin
	$(GO) build -trimpath -o bin/baldwin ./cmd/baldwin

demo: build ## build, then a short real meta-training with progress (about two minutes)
	./bin/baldwin demo

test: ## bring what the tests need, then all tests and lint (under 12 minutes on two cores)
	@rm -rf .cache/test && mkdir -p .cache/test
	@$(MAKE) --no-print-directory test-tools test-format lint test-gen test-unit test-race test-v3 test-noasm test-arm64
	@$(GOTEST) -total

test-tools: $(GOTEST) ## bring gcc, qemu, chromium and Python for the tests, where that is possible
	@scripts/need.sh gcc
	@scripts/need.sh qemu
	@scripts/need.sh chromium
	@scripts/need.sh python

test-format: ## gofmt and go vet, also of other builds and modules
	@echo "== gofmt and go vet"
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "not gofmt'ed: $$bad"; exit 1; fi
	@$(GO) vet ./...
	@$(GO) vet -tags noasm $(DECIDING)
	@GOARCH=arm64 $(GO) vet $(DECIDING)
	@$(GO) -C internal/kernel/gen vet ./...
	@$(GO) -C bench/peers/functions vet ./...

test-unit: $(GOTEST) ## all tests, as built for this machine
	@echo "== all tests"
	@$(GOTEST) unit ./...
	@$(GOTEST) tools -C tools -count=1 ./gotest ./sbom ./site # site reads pages outside its module, which the test cache does not see

test-race: $(GOTEST) ## tests under the race detector
	@echo "== race detector"
	@if command -v gcc >/dev/null; then CGO_ENABLED=1 $(GOTEST) race -race -short $(RACE); \
	elif [ "$(BALDWIN_REQUIRE_TOOLS)" = 1 ]; then echo "missing tool: gcc"; exit 1; \
	else echo "NOT TESTED on this machine: the race detector (it needs gcc)"; fi

test-v3: $(GOTEST) ## packages that decide numbers, at GOAMD64=v3, where the compiler fuses products
	@echo "== GOAMD64=v3"
	@if [ "$$($(GO) env GOARCH)" != amd64 ]; then echo "this machine is no amd64: its own build fuses where it can"; \
	elif [ -r /proc/cpuinfo ] && ! grep -qw bmi2 /proc/cpuinfo; then echo "NOT TESTED on this machine: GOAMD64=v3 (the CPU lacks BMI2)" | tee -a .cache/test/missing.txt; \
	else GOAMD64=v3 $(GOTEST) v3 $(DECIDING); fi

test-noasm: $(GOTEST) ## the same packages without assembly
	@echo "== noasm"
	@$(GOTEST) noasm -tags noasm $(DECIDING)

test-arm64: $(GOTEST) ## their goldens and the NEON kernels on arm64, by emulation where need be
	@echo "== arm64"
	@qemu=$$(command -v qemu-aarch64-static || command -v qemu-aarch64); \
	if [ "$$($(GO) env GOARCH)" = arm64 ]; then $(GOTEST) arm64 -run '^TestGolden' $(DECIDING); \
	elif [ -n "$$qemu" ]; then GOARCH=arm64 $(GOTEST) arm64 -exec "$$qemu" -run '^TestGolden' $(DECIDING) && \
		GOARCH=arm64 $(GOTEST) neon -exec "$$qemu" -short -run '$(NEON)' ./internal/kernel; \
	elif [ "$(BALDWIN_REQUIRE_TOOLS)" = 1 ]; then echo "missing tool: qemu-aarch64-static"; exit 1; \
	else echo "NOT TESTED on this machine: the goldens under arm64 (they need qemu-aarch64-static)"; fi

test-gen: ## the committed kernels and docs/reference.md are what the generators write
	@echo "== generated files"
	@GO="$(GO)" scripts/kernels.sh
	@$(GO) test ./cli -count=1 -run '^TestReference$$' -reference check

verify: test ## all of test, then the long forms: soaks, fault tables, scale (hours)
	@echo "== long forms"
	@rm -rf .cache/test && mkdir -p .cache/test
	@scripts/need.sh mlflow
	@BALDWIN_LONG=1 $(GOTEST) long -count=1 -p 1 -timeout 6h ./...
	@GOAMD64=v3 BALDWIN_LONG=1 $(GOTEST) long-v3 -count=1 -p 1 -timeout 6h $(DECIDING)
	@CGO_ENABLED=1 $(GOTEST) long-race -count=1 -race -timeout 2h ./...
	@GOARCH=arm64 $(GOTEST) long-arm64 -count=1 -exec "$$(command -v qemu-aarch64-static || command -v qemu-aarch64)" -timeout 2h $(DECIDING)
	@$(GOTEST) -total

lint: ## golangci-lint, compiled once from tools/go.mod (about two minutes)
	@echo "== golangci-lint"
	@$(LINT) run ./...
	@cd tools && $(GO) tool golangci-lint run --config ../.golangci.yml ./gotest ./sbom ./site

gen: ## write the generated files again (kernels, docs/reference.md)
	$(GO) generate ./...

bench: build ## how much of this machine's peak each kernel and a whole generation reach
	./bin/baldwin bench

docs: ## the documentation as HTML, in .cache/site
	@$(GO) -C tools run ./site -root .. -out ../.cache/site

release: ## static binaries for six platforms, checksums and bills of materials, in dist/ (a quarter of an hour)
	@GO="$(GO)" scripts/release.sh linux/amd64

peers: build ## baldwin beside JAX, evosax, EvoTorch and numpy: installs them (6 GB, mostly torch) and prints the ratios
	@for kind in jax torch; do venv=.cache/peers/$$kind; wanted=bench/peers/requirements-$$kind.txt; \
		cmp -s $$wanted $$venv/requirements.txt || { echo "installing $$wanted into $$venv ..." && python3 -m venv $$venv && \
		$$venv/bin/python -m pip install --quiet --disable-pip-version-check -r $$wanted && cp $$wanted $$venv/requirements.txt; } || exit 1; done
	@python3 bench/peers/run.py $(ROUNDS) $(CURDIR)/.cache/peers $(CURDIR)/bin/baldwin
	@$(MAKE) --no-print-directory peers-functions

peers-functions: ## baldwin's strategies beside gonum's CMA-ES and eaopt's OES on standard functions
	@cd bench/peers/functions && $(GO) run .

cover: ## test coverage, as .cache/cover.html
	@mkdir -p .cache
	$(GO) test -coverpkg=./... -coverprofile=.cache/cover.out ./...
	$(GO) tool cover -html=.cache/cover.out -o .cache/cover.html
	@$(GO) tool cover -func=.cache/cover.out | tail -n 1

clean: ## remove bin, dist and .cache
	rm -rf bin dist .cache

$(GOTEST): tools/gotest/main.go tools/go.mod
	@mkdir -p $(@D)
	@$(GO) -C tools build -o ../$@ ./gotest
