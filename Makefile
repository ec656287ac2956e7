# Every target does its own set-up: nothing needs to be installed first but Python and make.
.PHONY: help run check test bench lock docs clean

help:
	@echo 'make run     the site with demo data on 127.0.0.1:8050 (PORT=8051 for another port)'
	@echo 'make check   formatting, lint, types, layers, texts, generated pages'
	@echo 'make test    every test'
	@echo 'make bench   the benchmarks, each beside its peer'
	@echo 'make docs    the generated pages of docs/ again'
	@echo 'make lock    the lock files again, from pyproject.toml'

run check test bench:
	@exec scripts/bootstrap $@ $(ARGS)

docs:
	@scripts/bootstrap venv && .venv/bin/python scripts/write_docs.py

lock:
	@scripts/bootstrap venv && exec sh scripts/write_locks
