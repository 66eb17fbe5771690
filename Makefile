# Two commands: `make repro` (train, compare, score the samples) and `make test`.
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin

# A quiet machine: nothing phones home, and threads sleep instead of spinning when another process is busy.
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true
export DVC_NO_ANALYTICS := true
export HF_HUB_OFFLINE ?= 1
export HF_HUB_DISABLE_TELEMETRY := 1
export OMP_WAIT_POLICY := PASSIVE
export GOMP_SPINCOUNT := 0
export PATH := $(abspath $(BIN)):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help env repro samples test spark test-spark smoke lint ui serve lock clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: $(VENV)/ready  ## create the environment from the lock

# torch stands outside the lock: its builds differ from platform to platform
$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet --require-hashes --no-deps --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.dvc/plots.html: $(VENV)/ready
	$(BIN)/python -c "from pathlib import Path; from pipeline.report.dvc_template import write_dvc_template; write_dvc_template(Path('$@'))"

repro: env .dvc/plots.html  ## train and compare both learners, then score the sample articles
	dvc repro
	@$(MAKE) --no-print-directory samples
	@printf '%s\n' '' \
	  'report    reports/evaluation.html      open it in a browser' \
	  'metrics   metrics/                     dvc metrics show metrics/tfidf.json metrics/transformer.json metrics/ensemble.json' \
	  'plots     plots/                       dvc plots show --open' \
	  'samples   scored/                      statements.parquet, articles.parquet, rejects.parquet' \
	  'runs      mlflow.db                    make ui, or: asylum-stance compare' \
	  '' 'Commands live in $(BIN); run `. $(BIN)/activate` first to type them as they stand.'

# the samples are scored anew only when the model or the samples have changed
samples: scored/score.json

scored/score.json: models/scorer/bundle.json $(shell find seeds/samples -type f)
	asylum-stance score seeds/samples --out scored

test: env  ## run the tests
	$(BIN)/python -m pytest

spark: $(VENV)/spark  ## add pyspark to the environment (Spark itself needs Java 17)

# built here from its source package; setuptools and wheel are in the lock
$(VENV)/spark: $(VENV)/ready requirements-spark.lock
	$(BIN)/pip install --quiet --require-hashes --no-deps --no-build-isolation --requirement requirements-spark.lock
	@touch $@

test-spark: spark  ## run the tests of scoring on Spark, on a real Spark of two task slots
	$(BIN)/python -m pytest tests/spark

smoke: env .dvc/plots.html  ## run the whole DAG on configs/smoke.yaml in build/smoke
	rm -rf build/smoke && mkdir -p build/smoke
	git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory build/smoke
	cp configs/smoke.yaml build/smoke/configs/params.yaml
	cp .dvc/plots.html build/smoke/.dvc/plots.html
	cd build/smoke && git init --quiet && PYTHONPATH=. dvc repro && PYTHONPATH=. python -m pipeline.cli score seeds/samples --out scored && dvc metrics show metrics/tfidf.json metrics/transformer.json metrics/ensemble.json

lint: env  ## check style
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

ui: env  ## open the recorded runs in MLflow at 127.0.0.1:5000
	$(BIN)/mlflow ui --host 127.0.0.1 --backend-store-uri sqlite:///$(CURDIR)/mlflow.db

# workers are processes, each with its own model; a request computes on one core of one of them
MODEL   ?= models:/asylum-stance@champion
PORT    ?= 5001
WORKERS ?= 1
TIMEOUT ?= 120
serve: export MLFLOW_TRACKING_URI ?= sqlite:///$(CURDIR)/mlflow.db
serve: export OMP_NUM_THREADS ?= 1
serve: export MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR := false
serve: env  ## answer articles over HTTP at 127.0.0.1:5001 (docs/serving.md)
	$(BIN)/mlflow models serve --model-uri $(MODEL) --env-manager local --host 127.0.0.1 --port $(PORT) \
	  --workers $(WORKERS) --timeout $(TIMEOUT)

# needs uv; CUDA's own packages are torch's business, so they stay out with it
NOT_LOCKED := torch triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti \
  nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand \
  nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink \
  nvidia-nvshmem-cu13 nvidia-nvtx
lock:  ## resolve requirements.lock anew from pyproject.toml
	uv pip compile pyproject.toml --quiet --extra dev --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links $(NOT_LOCKED:%=--no-emit-package %) -o requirements.lock
	echo 'pyspark==4.3.0' | uv pip compile - --quiet --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links -o requirements-spark.lock

clean:  ## remove what the pipeline wrote (not the environment, not the recorded runs)
	rm -rf build data metrics plots reports scored models/*/
