"""A Spark session for scoring: quiet, talking to nobody outside the master it was given.

On this machine (``local[N]``) Spark keeps to the loopback address and its workers run this very interpreter. On a
cluster the program's own package and the bundle travel with the run, once a node; what they import must be there.
"""

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import CONFIGS, ROOT
from pipeline.scoring.bundle import Bundle

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
QUIET = {
    "spark.app.name": "asylum-stance score",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
}
# Spark alone on this machine: no port that another machine could reach, and no more pieces than it can use.
ALONE = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.sql.shuffle.partitions": "16",
}
# One model a worker process and one thread a model: Spark's task slots are the parallelism.
WORKERS = {"spark.python.worker.reuse": "true", "spark.executorEnv.OMP_NUM_THREADS": "1"}


class SparkError(ValueError):
    """Spark cannot be started or cannot do what was asked; the message says why and what to do."""


@contextmanager
def spark_session(master: str | None) -> Iterator["SparkSession"]:
    """A session on ``master``, stopped at the end; None takes the master that ``spark-submit`` was given.

    Raises ``SparkError`` where pyspark, Java or the master is missing.
    """
    _check(master)
    # pyspark names pandas 3 as not yet tested; nothing here hands pandas to it
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.config(map=_settings(master))
    with sentences_of_spark(f"Spark cannot start on {master or 'its master'}"):
        spark = (builder.master(master) if master else builder).getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


@contextmanager
def sentences_of_spark(what: str) -> Iterator[None]:
    """Errors of Spark and Java become ``SparkError``: ``what`` happened, and the line of them that says why."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise SparkError(f"{what}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    causes = [line.split("Exception: ", 1)[1] for line in lines if line.startswith(":") and "Exception: " in line]
    told = [line for line in lines if line and not line.startswith(("at ", "An error occurred", ":", "Traceback"))]
    return (causes or told or [type(error).__name__])[0][:500]


@contextmanager
def shipped(spark: "SparkSession", bundle: Bundle) -> Iterator[str]:
    """What workers open the bundle by while the block runs: its own path where they share this machine's disk,
    else a name under which Spark unpacks it once a node (``SparkFiles``), with this program's code beside it."""
    if is_here(spark.sparkContext.master):
        yield str(bundle.folder.absolute())
        return
    name = f"bundle-{bundle.hash}"
    with tempfile.TemporaryDirectory(prefix="asylum-stance-") as folder:  # nodes fetch from it when they start
        for title, source in ((name, bundle.folder), ("pipeline", ROOT / "pipeline"), (CONFIGS.name, CONFIGS)):
            archive = shutil.make_archive(str(Path(folder, title)), "zip", source)
            spark.sparkContext.addArchive(f"{archive}#{title}")
        yield name


def is_here(master: str) -> bool:
    """Whether tasks run in the driver's own process tree (``local``, ``local[N]``; not ``local-cluster``)."""
    return master == "local" or master.startswith("local[")


def _check(master: str | None) -> None:
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise SparkError(
            "pyspark is not installed. Run `make spark`, or `pip install --require-hashes --no-deps "
            "-r requirements-spark.lock`, in the environment of this program"
        ) from error
    home = os.environ.get("JAVA_HOME")
    if not shutil.which(str(Path(home, "bin", "java")) if home else "java"):
        where = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise SparkError(f"no Java {where}. Spark 4 needs Java 17 or 21: install it, or set JAVA_HOME")
    if not master and "PYSPARK_GATEWAY_PORT" not in os.environ:
        raise SparkError("no master. Give --master local[2], spark://HOST:7077, yarn or k8s://…")


def _settings(master: str | None) -> dict[str, str]:
    """Settings of a session; on a cluster its own configuration decides on network, log and UI."""
    progress = {"spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower()}
    if not master or not is_here(master):
        return WORKERS | progress | {"spark.app.name": QUIET["spark.app.name"]}
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return QUIET | ALONE | WORKERS | progress | {"spark.executorEnv.PYTHONPATH": path}
