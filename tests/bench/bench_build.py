"""The pipeline: nothing cached, then nothing changed. Budgets: 90 s, 5 s, 2,000 MB."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mhgis import paths

#: what `ru_maxrss` counts in: bytes on macOS, KiB elsewhere
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def build(env: dict[str, str]) -> tuple[float, float]:
    """Run `mhgis build` in a process of its own; return its seconds and its peak memory in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "etl.cli", "build"], cwd=paths.ROOT, env=env, stdout=sys.stderr, stderr=sys.stderr
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"mhgis build ended with {process.returncode}")
    return seconds, usage.ru_maxrss * RSS_UNIT / 1e6


def bench_build() -> Iterator[tuple[str, float, str]]:
    """Build into an empty data folder, then again."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(paths.ROOT / "data" / "cn", data / "cn")
        env = {**os.environ, "MHGIS_DATA": str(data), "MHGIS_STATIC": str(Path(folder) / "static")}
        seconds, memory_mb = build(env)
        yield "build_first", seconds, "s"
        yield "build_peak_memory", memory_mb, "MB"
        seconds, _ = build(env)
        yield "build_unchanged", seconds, "s"
