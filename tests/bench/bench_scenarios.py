"""Budgets: the answer of a scenario of twenty actions over all counties in 2 s, its slide in 5 s, on one machine."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from mhgis.planning import scenario, scenario_store
from mhgis.planning.scenario import Action, Ledger
from mhgis.ui.page import present, scenarios
from mhgis.view.view import View

MODEL = "cn-modelled-2015"
RUNS = 3


def planned() -> tuple[View, Ledger]:
    """Return a view of all counties, and a ledger that opens 20 facilities and brings a province to the benchmark."""
    view = View(MODEL, "county", year=2015, indicator="beds_per_100k", benchmark="delphi-minimum-beds")
    base = scenarios.baseline(view)
    short = scenario.is_short(base.counts["beds"], base.people, 30.0).fillna(value=False).astype(bool)
    lacking = list(base.counts.index[short])
    opened = tuple(Action("open", (code,), (("beds", 50),)) for code in lacking[:: len(lacking) // 20][:20])
    first = base.rows.loc[lacking[0], "province_code"]
    there = tuple(code for code in lacking if base.rows.loc[code, "province_code"] == first)
    reached = Action("reach", there, resource="beds", rate=30.0)
    return view, Ledger("bench", MODEL, scenario_store.build_of(MODEL), 2015, (*opened, reached))


def fastest(do: Callable[[int], object]) -> float:
    """Return the least CPU seconds of a few runs."""
    taken = []
    for run in range(RUNS):
        start = time.process_time()
        do(run)
        taken.append(time.process_time() - start)
    return min(taken)


def bench_scenario() -> Iterator[tuple[str, float, str]]:
    """Replay a ledger, find what it does over all draws, list the areas, and draw its map for a slide."""
    view, ledger = planned()
    base = scenarios.baseline(view)
    n = len(ledger.actions)
    yield (
        f"scenario of {n} actions, counts",
        fastest(lambda _run: scenario.run(ledger, base.counts, base.people)),
        "s of CPU",
    )
    # each name is another ledger, so that no run is answered from memory
    found = fastest(lambda run: scenarios.found(view, replace(ledger, name=f"bench {run}")))
    yield f"scenario of {n} actions, whole answer", found, "s of CPU"
    got = scenarios.found(view, ledger)
    yield f"scenario of {n} actions, list", fastest(lambda _run: scenarios.rows_of(view, got)), "s of CPU"
    plan = scenario_store.keep(ledger)
    try:
        seen = scenarios.saved_view(replace(view, plan=(plan,)), "bench")
        slide = fastest(lambda _run: present.slide_of(seen, (view.lang,), "http://localhost"))
    finally:
        scenario_store.remove(plan)
    yield f"scenario of {n} actions, slide", slide, "s of CPU"
