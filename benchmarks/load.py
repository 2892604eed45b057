"""Load on a server on this machine: parallel clients for some seconds, with articles of 4,000 characters.

    python benchmarks/load.py [--clients 50] [--seconds 30] [--workers 2] [--characters 4000]

Starts `extractor serve` on loopback, asks one lone client first, then many. A client that is told 429 waits as
`Retry-After` says. Prints latencies, answers by status and the memory of the server with its workers, and exits with 1
if there was an answer but 200 and 429, if memory grew by a quarter in the second half, or if the 99th percentile of the
answered requests is more than 50 times the median of the lone client.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx

ARTICLES = Path(__file__).resolve().parent.parent / "corpus" / "articles"


def texts(characters: int) -> list[str]:
    """Articles of that length, cut from the corpus."""
    found = [path.read_text("utf-8") for path in sorted(ARTICLES.glob("*.txt"))]
    whole = "\n".join(found)
    return [(whole[start:] + whole)[:characters] for start in range(0, len(whole), max(1, len(whole) // 12))]


def memory(pid: int) -> int:
    """Bytes of a process and its children that are theirs alone or shared between them."""
    pids = [pid]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int(re.search(r"^PPid:\s+(\d+)", (entry / "status").read_text(), re.M)[1])  # type: ignore[index]
            except (OSError, TypeError):
                continue
            if parent == pid:
                pids.append(int(entry.name))
    total = 0
    for each in pids:
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{each}/smaps_rollup").read_text(), re.M)[1]) * 1024  # type: ignore[index]
        except (OSError, TypeError):
            continue
    return total


async def ask(client: httpx.AsyncClient, text: str) -> tuple[int, float, float]:
    """Status, seconds, and seconds to wait before the next request."""
    begun = time.perf_counter()
    answer = await client.post("/extract", json={"text": text, "published": "2026-01-20"})
    return answer.status_code, time.perf_counter() - begun, float(answer.headers.get("retry-after", 0))


async def load(url: str, pid: int, options: argparse.Namespace) -> int:
    """Ask, and tell what came back."""
    articles = texts(options.characters)
    limits = httpx.Limits(max_connections=options.clients + 1)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        for text in articles * 2:
            await ask(client, text)
        lone = sorted([(await ask(client, text))[1] for text in articles * 3])
        before = memory(pid)
        statuses: Counter[int | str] = Counter()
        seconds: list[float] = []
        sizes: list[int] = []
        end = time.perf_counter() + options.seconds

        async def one(number: int) -> None:
            turn = number
            while time.perf_counter() < end:
                turn += 1
                try:
                    status, took, wait = await ask(client, articles[turn % len(articles)])
                except httpx.HTTPError as error:
                    statuses[type(error).__name__] += 1
                    continue
                statuses[status] += 1
                if status == 200:
                    seconds.append(took)
                await asyncio.sleep(wait)

        async def watch() -> None:
            while time.perf_counter() < end:
                sizes.append(memory(pid))
                await asyncio.sleep(1)

        await asyncio.gather(watch(), *(one(n) for n in range(options.clients)))
    seconds.sort()
    p99, median = seconds[int(0.99 * (len(seconds) - 1))], statistics.median(lone)
    half = sizes[len(sizes) // 2]
    print(f"lone client      median {median * 1000:.0f} ms, p99 {lone[int(0.99 * (len(lone) - 1))] * 1000:.0f} ms")
    print(f"{options.clients} clients       median {statistics.median(seconds) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms "
          f"= {p99 / median:.1f} times the lone median")
    print(f"answers          {dict(statuses)}, {len(seconds) / options.seconds:.1f} texts a second")
    print("memory           " + ", ".join(f"{size / 1e6:.0f} MB {when}" for size, when in
                                          ((before, "before"), (half, "half way"), (sizes[-1], "at the end"))))
    fine = set(statuses) <= {200, 429} and p99 <= 50 * median and sizes[-1] <= 1.25 * half
    return 0 if fine else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    for name, default in (("clients", 50), ("seconds", 30), ("workers", 2), ("characters", 4000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    server = subprocess.Popen([sys.executable, "-m", "extractor.cli", "serve", "--port", "0", "--workers",
                               str(options.workers)], stderr=subprocess.PIPE, text=True, cwd=os.path.dirname(__file__))
    try:
        assert server.stderr is not None
        return asyncio.run(load(server.stderr.readline().split()[-1], server.pid, options))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
