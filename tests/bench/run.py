"""
Measure the budgets: run every `bench_*` function of `bench_*.py` and print one JSON line a metric (`make bench`).

A bench function yields `(metric, value, unit)`. Arguments choose: `run.py build` runs those with `build` in
their name. Values are what this machine took, nothing fails for being slow; each file's first line has the budgets.
"""

import importlib.util
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent

Metric = tuple[str, float, str]
Bench = Callable[[], Iterator[Metric]]


def load(path: Path) -> ModuleType:
    """Import one file by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        message = f"{path.name} is no Python module"
        raise ImportError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def collect(chosen: list[str]) -> Iterator[Bench]:
    """Yield the bench functions of this folder, file by file, those of `chosen` only where any are named."""
    for path in sorted(HERE.glob("bench_*.py")):
        module = load(path)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_here = name.startswith("bench_") and function.__module__ == path.stem
            if is_here and (not chosen or any(part in f"{path.stem}.{name}" for part in chosen)):
                yield function


def main() -> None:
    """Run and print; progress goes to the other stream."""
    sys.path.insert(0, str(HERE.parent.parent))
    for bench in collect(sys.argv[1:]):
        sys.stderr.write(f"{bench.__module__}.{bench.__name__} ...\n")
        for metric, value, unit in bench():
            print(json.dumps({"metric": metric, "value": round(value, 3), "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
