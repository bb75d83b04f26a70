# The two commands are `make serve` and `make test`; `make install` sets up alone. README.md has them without make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AXE := 4.14.1
PIP_QUIET ?= --quiet

.PHONY: serve install test check tests lock translations axe clean

serve: install
	@# A file with an error is reported and leaves the others published; whether there is enough to serve, serve says.
	$(BIN)/hub sync || echo "Not everything could be published, see above. Serving the rest."
	$(BIN)/hub serve

install: $(VENV)/.serve

$(VENV)/.serve: requirements/serve.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing what serving needs (about 150 MB) ..."
	$(BIN)/pip install $(PIP_QUIET) --disable-pip-version-check --progress-bar on -r requirements/serve.txt
	$(BIN)/pip install $(PIP_QUIET) --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; found $$($(PYTHON) --version). Say which: make PYTHON=python3.12 serve"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.full: requirements/full.txt $(VENV)/.serve
	@echo "installing what the tests need (torch among it) ..."
	$(BIN)/pip install $(PIP_QUIET) --disable-pip-version-check --progress-bar on -r requirements/full.txt
	@touch $@

test: check tests

check: $(VENV)/.full
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

tests: $(VENV)/.full
	$(BIN)/pytest

# The locks, for whoever changes requirements/*.in. The full one names torch without its "+cpu", so that pip takes the
# CPU wheel where one is configured and the registry's elsewhere.
lock: $(VENV)/.full
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --no-header --no-annotate --strip-extras --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --output-file requirements/full.txt requirements/full.in
	sed -i -e 's/^\(torch==[0-9.]*\)+cpu/\1/' -e '/^#/d' -e '/^$$/d' requirements/full.txt
	$(BIN)/pip-compile --quiet --no-header --no-annotate --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --constraint requirements/full.txt --output-file requirements/serve.txt requirements/serve.in
	sed -i -e '/^#/d' -e '/^$$/d' requirements/serve.txt

# Takes new texts into the catalogues of translations/; translate what is then empty.
translations: $(VENV)/.full
	$(BIN)/pybabel extract --mapping babel.cfg --no-location --sort-output --output-file /tmp/hub.pot .
	for locale in en nb nl; do \
	  $(BIN)/pybabel update --no-fuzzy-matching --ignore-pot-creation-date --input-file /tmp/hub.pot \
	    --output-dir translations --locale $$locale; done

clean:
	rm -rf $(VENV) var index/current index/generations index/vectors.sqlite* index/lock

# axe-core for the accessibility tests; not part of the product, so it is fetched and not kept.
axe: tests/browser/.cache/package/axe.min.js

tests/browser/.cache/package/axe.min.js:
	mkdir -p tests/browser/.cache
	cd tests/browser/.cache && npm pack --silent axe-core@$(AXE) && tar -xzf axe-core-$(AXE).tgz package/axe.min.js \
	  && rm axe-core-$(AXE).tgz
