"""How long the planner of alliances takes over all counties, as CPU time of one process."""

import time
from collections.abc import Iterator

import pandas as pd

from mhgis import indicators, store
from mhgis.measures import gaps
from mhgis.planning import alliances
from mhgis.planning.alliances import AllianceQuestion

RUNS = 5


def counties() -> pd.DataFrame:
    """Return every county of the modelled dataset as the planner takes it."""
    values = store.indicator_values("cn-modelled-2015", "county", 2015, "beds_per_100k")
    table = gaps.rank(values, indicators.get("beds_per_100k"), 30.0).set_index("area_code")
    for name in ("beds", "psychiatrists"):
        held = store.indicator_values("cn-modelled-2015", "county", 2015, name).set_index("area_code")["value"]
        table[name] = held.astype("Float64")
    place = store.areas("county").set_index("area_code")[["lon", "lat"]]
    return table.join(place).assign(name=table["name_en"], prefecture_code=table["parent_code"])


def bench_planner() -> Iterator[tuple[str, float, str]]:
    """Plan all counties, by the first rules and with every area that may lead."""
    table = counties()
    for name, rules in (("first rules", AllianceQuestion()), ("any area leads", AllianceQuestion(lead="any"))):
        taken = []
        for _ in range(RUNS):
            start = time.process_time()
            alliances.plan(table, rules)
            taken.append(time.process_time() - start)
        yield f"alliances of {len(table):,} counties, {name}", min(taken), "s of CPU"
