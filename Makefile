# The verbs live in make.py, which needs only Python 3.11+ and pip; this file is for fingers that type `make`.
PYTHON ?= python3

.PHONY: demo test lint bench proof lock
demo test lint bench proof:
	@$(PYTHON) make.py $@

# After a change of dependencies: the lock file and its exports, against the public index whatever this machine uses.
UV ?= uv
EXPORT = $(UV) export --quiet --frozen --no-emit-project --no-annotate --no-default-groups
lock:
	$(UV) lock --no-config --default-index https://pypi.org/simple
	$(EXPORT) --only-group build --output-file requirements/build.txt
	$(EXPORT) --output-file requirements/base.txt
	$(EXPORT) --extra documents --extra web --extra mcp --output-file requirements/server.txt
	$(EXPORT) --group dev --extra documents --extra tables --extra web --extra mcp --extra ray \
		--output-file requirements/dev.txt
