"""Whether the served model stands many clients at once, and how long they wait.

    python -m tests.bench.serving --model models:/asylum-stance@champion    (from the root of the repository)

Starts `mlflow models serve` on a free port of this machine and sends articles from several clients at once: the
samples, and short invented ones, no two the same. Exit code 1 where one answer is not right: another status than
200, or not the sentences of the article that was asked for.
"""

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from pipeline import ROOT
from pipeline.records import Article
from pipeline.text.readers import read

HOST = "127.0.0.1"
JSON = {"Content-Type": "application/json"}
START_SECONDS = 120
ANSWER_SECONDS = 300
SAMPLE_EVERY = 50  # a sample article is twenty times as long as an invented one
SHORT = (
    "The bill returns on day {n}. “This rule is cruel number {n},” said Ilse Marwood{n} of Harbour Lights. "
    "Ministers expect {n} arrivals.",
    "“We will restore order at pier {n},” the minister Nell Garside told MPs. Critics disagreed {n} times.",
    "Councillors in Marlow{n} voted {n} to 3 against the hostel. They warned that costs would rise.",
)


@dataclass(frozen=True)
class Server:
    """A server that answers: its port, and the process group that it runs in."""

    port: int
    group: int

    def peak_memory(self) -> int:
        """Bytes that its processes held at most, each at its own peak."""
        return sum(_peaks(self.group))


@dataclass(frozen=True)
class Answer:
    """What came back for one request: seconds that it took, and what is wrong with it (empty: nothing)."""

    seconds: float
    fault: str


@contextmanager
def serving(model: str, workers: int = 1) -> Iterator[Server]:
    """Serve a model folder or URI as `make serve` does. Raises ``RuntimeError`` where it does not come up."""
    port = free_port()
    as_make_has_it = {
        "OMP_NUM_THREADS": "1",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "HF_HUB_OFFLINE": "1",
        "MLFLOW_TRACKING_URI": os.environ.get("MLFLOW_TRACKING_URI", f"sqlite:///{ROOT / 'mlflow.db'}"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    command = ["models", "serve", "--model-uri", model, "--env-manager", "local", "--host", HOST]
    process = subprocess.Popen(
        [sys.executable, "-m", "mlflow", *command, "--port", str(port), "--workers", str(workers)],
        env={**os.environ, **as_make_has_it},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await(process, port)
        yield Server(port, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def free_port() -> int:
    """A port that nobody listens to now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def ask(port: int, body: bytes, headers: Mapping[str, str] = JSON) -> tuple[int, str]:
    """Status and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("POST", "/invocations", body, dict(headers))
        answered = connection.getresponse()
        return answered.status, answered.read().decode("utf-8")
    finally:
        connection.close()


def articles(count: int) -> Iterator[dict[str, str]]:
    """``count`` records: invented ones, and now and then a sample."""
    found = [one for one in read([str(ROOT / "seeds" / "samples")], 2_000_000) if isinstance(one, Article)]
    for number in range(count):
        if number % SAMPLE_EVERY == 0:
            text = found[number // SAMPLE_EVERY % len(found)].text
        else:
            text = SHORT[number % len(SHORT)].format(n=number)
        yield {"id": f"request-{number}", "text": text, "date": "2025-11-24"}


def load(port: int, records: Sequence[Mapping[str, str]], clients: int, progress: bool = False) -> list[Answer]:
    """Send each record as a request, ``clients`` at once, each on a connection of its own: those that are kept
    stay with the worker that took them."""

    def one(record: Mapping[str, str]) -> Answer:
        began = time.perf_counter()
        try:
            fault = wrong(record, *ask(port, json.dumps({"dataframe_records": [record]}).encode()))
        except (OSError, http.client.HTTPException) as error:
            fault = f"{type(error).__name__}: {error}"
        return Answer(time.perf_counter() - began, fault)

    with ThreadPoolExecutor(clients) as pool:
        answers = pool.map(one, records)
        shown = track(answers, "requests", len(records), console=Console(stderr=True), disable=not progress)
        return list(shown)


def wrong(record: Mapping[str, str], status: int, body: str) -> str:
    """What is wrong with an answer; empty where it is the statements of the record."""
    if status != 200:
        return f"status {status}: {body[:200]}"
    rows = json.loads(body)["predictions"]
    if not rows or {row["article_id"] for row in rows} != {record["id"]}:
        return f"{record['id']}: rows of another article, or none"
    torn = [row["sentence_id"] for row in rows if record["text"][row["start"] : row["end"]] != row["text"]]
    return f"{torn[0]}: not the sentence that stands there" if torn else ""


def figures(answers: Sequence[Answer], seconds: float, server: Server) -> dict[str, float]:
    """What is reported: counts, requests a second, latencies in milliseconds, memory in megabytes."""
    p50, p95, p99 = np.percentile([answer.seconds for answer in answers], [50, 95, 99]) * 1000
    return {
        "requests": len(answers),
        "failures": sum(bool(answer.fault) for answer in answers),
        "requests a second": round(len(answers) / seconds, 1),
        "p50 ms": round(p50, 1),
        "p95 ms": round(p95, 1),
        "p99 ms": round(p99, 1),
        "peak memory MB": round(server.peak_memory() / 1e6),
    }


def main() -> int:
    """Serve, ask, print; the exit code."""
    chosen = _arguments()
    with serving(chosen.model, chosen.workers) as server:
        began = time.perf_counter()
        answers = load(server.port, list(articles(chosen.requests)), chosen.clients, progress=True)
        found = figures(answers, time.perf_counter() - began, server)
    for fault in [answer.fault for answer in answers if answer.fault][:10]:
        print(fault, file=sys.stderr)
    print(json.dumps(found, indent=1))
    return int(found["failures"] > 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="models:/asylum-stance@champion", help="folder or URI of a model")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=1, help="processes of the server")
    return parser.parse_args()


def _await(process: subprocess.Popen, port: int) -> None:
    """Return once the server answers its health check."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up; run `mlflow models serve` by hand to see why")


def _peaks(group: int) -> Iterator[int]:
    """Bytes of the peak of each process of a group, where the machine tells (Linux does)."""
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(path.parent.name)) == group:
                lines = dict(line.split(":", 1) for line in path.read_text().splitlines())
                yield int(lines["VmHWM"].split()[0]) * 1024
        except (OSError, KeyError):
            continue  # it ended meanwhile


if __name__ == "__main__":
    sys.exit(main())
