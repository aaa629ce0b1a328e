"""
A ratio of two resources, registered and nothing else done: what it comes to in each kind of dataset, by plain counting.

And what no rule can compute, and what a rule did not come to, is never published.
"""

import math
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from etl import publish, stages
from etl.build import Folders
from mhgis import paths, store
from mhgis.importing import library
from mhgis.indicators import LEVELS, REGISTRY, Indicator, Ratio
from tests.data import made_import

RATIO = Indicator(
    "nurses_per_bed", "Nurses per bed", "nurses per bed", "more_is_better", LEVELS, Ratio("nurses", "beds"), decimals=2,
    definition="Registered nurses for every psychiatric bed.",
)  # fmt: skip
PUBLISHED, MODEL = "cn-published", "cn-modelled-2015"
CHECK = "rates_recompute.sql"
KEY = ["dataset_id", "level", "area_code", "year"]


@pytest.fixture(scope="module")
def folder(published, tmp_path_factory):
    """A data folder published from the project's own sources by a registry with the ratio in it, and an import."""
    folder = tmp_path_factory.mktemp("ratio")
    cache = folder / "cache"
    cache.mkdir()
    for stage in ("snapshot", "shapes", "harmonise"):
        (cache / stage).symlink_to(paths.cache() / stage)
    (folder / "cn").symlink_to(paths.tables())
    (folder / "published").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MHGIS_DATA", str(folder))
        patch.setitem(REGISTRY, RATIO.id, RATIO)
        for name, run in (("model", stages.modelled), ("measure", stages.measured)):
            (cache / name).mkdir()
            run(Folders(cache, cache / name, ""))
        file = paths.published() / "mhgis-ratio.duckdb"
        publish.write(file, stages._published_tables(Folders(cache, cache, ""), "ratio"))
        publish.move_pointer(file, "ratio", {}, {})
        library.save(draft())
        yield folder


def draft():
    """A register: nurses of one facility not told, counties without a bed and without a nurse, small counts hidden."""
    rows = made_import.facilities()
    rows["nurses"] = [None if at == 4 else 2 * at for at in range(len(rows))]
    rows.loc[rows.index[8:12], "beds"] = 0
    rows.loc[rows.index[12:16], "nurses"] = 0
    rows.loc[rows.index[16:20], "beds"] = [1, 0, 0, 0]
    rows.loc[rows.index[20:24], "nurses"] = [2, 0, 0, 0]
    return made_import.draft(facilities=rows.astype({"nurses": "Float64"}), threshold=3)


def values_of(kind):
    return store.query(
        "SELECT dataset_id, level, area_code, v.year, value, lower, upper, status FROM indicator_value v "
        "JOIN dataset d USING (dataset_id) WHERE indicator = ? AND d.kind = ?",
        [RATIO.id, kind],
    )


def counts_of(kind):
    return store.query(
        "SELECT dataset_id, level, area_code, r.year, resource, value, status FROM resource r "
        "JOIN dataset d USING (dataset_id) WHERE d.kind = ?",
        [kind],
    )


def quotients_of(counts):
    """Return value and status of nurses per bed by area and year, counted one by one."""
    parts = {}
    for *key, resource, value, status in counts[[*KEY, "resource", "value", "status"]].itertuples(index=False):
        parts.setdefault(tuple(key), {})[resource] = (value, status)
    return {key: quotient(held["nurses"], held.get("beds", (None, "not_reported"))) for key, held in parts.items()
            if "nurses" in held}  # fmt: skip


def quotient(nurses, beds):
    statuses = {nurses[1], beds[1]}
    worst = [status for status in ("not_applicable", "suppressed", "not_reported") if status in statuses]
    if worst or beds[0] == 0:
        return (None, worst[0] if worst else "not_applicable")
    return (nurses[0] / beds[0], nurses[1])


def published_of(rows):
    return {
        tuple(key): (None if pd.isna(value) else value, status)
        for *key, value, status in rows[[*KEY, "value", "status"]].itertuples(index=False)
    }


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("kind", ["published", "imported"])
def test_the_ratio_of_counts_is_that_of_each_area_and_year(kind):
    assert published_of(values_of(kind)) == quotients_of(counts_of(kind))


@pytest.mark.usefixtures("folder")
def test_what_is_unknown_hidden_zero_and_undefined_are_told_apart_in_the_ratio():
    # 57,591 nurses and 433,090 beds in the country, in the survey of 2015
    assert published_of(values_of("published"))[PUBLISHED, "country", "100000", 2015] == (57_591 / 433_090, "reported")
    rows = values_of("imported")
    assert set(rows["status"]) == {"reported", "zero", "not_reported", "suppressed", "not_applicable"}
    # four facilities with 20 + at beds and 2 x at nurses each, the fifth with unknown nurses, two counties hidden
    made = rows[rows["level"].eq("county")].set_index("area_code").loc[made_import.counties()[:7]]
    assert made["status"].tolist() == [
        "not_reported", "not_reported", "not_applicable", "zero", "suppressed", "suppressed", "reported",
    ]  # fmt: skip
    assert made["value"].iloc[6] == 2 * (24 + 25 + 26 + 27) / (44 + 45 + 46 + 47)


@pytest.mark.usefixtures("folder")
def test_the_ratio_of_a_model_is_that_of_each_draw():
    draws = store.query("SELECT resource, area_code, draws FROM ensemble_count WHERE resource IN ('nurses', 'beds')")
    of = {resource: rows.set_index("area_code")["draws"] for resource, rows in draws.groupby("resource")}
    counties = store.areas("county").set_index("area_code").loc[of["beds"].index]
    holders = {
        "country": dict.fromkeys(counties.index, "100000"), "province": counties["province_code"].to_dict(),
        "prefecture": counties["parent_code"].to_dict(), "county": {code: code for code in counties.index},
    }  # fmt: skip
    values = values_of("modelled").set_index(["level", "area_code"])
    for level, holder in holders.items():
        sums = {resource: added(rows, holder) for resource, rows in of.items()}
        for code in sorted(set(holder.values())):
            pairs = list(zip(sums["nurses"][code].tolist(), sums["beds"][code].tolist(), strict=True))
            row = values.loc[(level, code)]
            assert (tuple(row[["value", "lower", "upper"]].fillna(-1)), row["status"]) == expected_of(pairs), code
    assert len(values) == len(store.areas())
    assert values["status"].value_counts().drop("not_applicable").gt(30).all()


def added(rows, holder):
    """Add up the draws of the counties that each area holds."""
    sums = {}
    for county, draws in rows.items():
        sums[holder[county]] = sums.get(holder[county], 0) + draws
    return sums


def expected_of(pairs):
    """Return mean, 5 % and 95 % of the quotients of 1,000 draws, the 50th and the 950th; -1 for none; the status."""
    empty = sum(beds == 0 for _nurses, beds in pairs)
    if empty:
        return (-1, -1, -1), "not_applicable" if empty == len(pairs) else "not_reported"
    ordered = sorted(nurses / beds for nurses, beds in pairs)
    mean = pytest.approx(math.fsum(ordered) / len(ordered), rel=1e-12)
    return (mean, ordered[49], ordered[949]), "modelled"


@pytest.mark.usefixtures("folder")
def test_every_data_check_passes_with_the_ratio_in_the_file():
    texts = publish.check_texts(paths.tables())
    file = store.current().file
    assert {name: len(store.query(sql, file=file)) for name, sql in texts.items()} == dict.fromkeys(texts, 0)
    assert store.query(texts[CHECK]).empty


# what a rule did not come to is found


FIRST_KNOWN = """
SELECT DISTINCT ON (dataset_id, indicator, level) dataset_id, indicator, level, area_code, year FROM indicator_value
WHERE value IS NOT NULL ORDER BY dataset_id, indicator, level, people IS NULL, area_code, year
"""
NAMES = ["dataset_id", "indicator", "level", "area_code", "year"]


@pytest.fixture
def harm(folder, tmp_path, monkeypatch):
    """Change a column of the first known figure of each dataset, indicator and level in a copy; return which."""

    def change(setting, where="true"):
        known = store.query(FIRST_KNOWN)
        for name in ("published", "local"):
            shutil.copytree(folder / name, tmp_path / name)
        monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
        for file in (store.current().file, *(one.file for one in store.active())):
            with store.create(file) as connection:
                connection.register("known", known)
                connection.execute(
                    f"UPDATE indicator_value SET {setting} WHERE {where} AND ({', '.join(NAMES)}) IN (FROM known)"
                )
        return known

    return change


def keys(rows):
    return set(map(tuple, rows[NAMES].itertuples(index=False)))


@pytest.mark.parametrize(
    "setting", ["value = value * (1 + 1e-6) + 1e-6", "value = NULL", "people = coalesce(people, 0) + 1"]
)
def test_a_harmed_figure_of_any_indicator_of_any_dataset_is_found(harm, setting):
    rows = harm(setting)
    assert set(rows["indicator"]) == {*REGISTRY}
    assert len(rows["dataset_id"].unique()) == 3
    assert keys(store.query(publish.check_texts()[CHECK])) == keys(rows)


@pytest.mark.parametrize("limit", ["lower", "upper"])
def test_a_harmed_limit_of_any_modelled_indicator_is_found(harm, limit):
    rows = harm(f"{limit} = {limit} * (1 + 1e-6) + 1e-6", f"{limit} IS NOT NULL").query("dataset_id == @MODEL")
    # the range of a probability is over weightings, of which the file has the draws of one
    expected = keys(rows[rows["indicator"].ne("probability_no_facility")])
    assert keys(store.query(publish.check_texts()[CHECK])) == expected


# what no rule computes stops the build


def test_an_unknown_rule_stops_the_build_with_one_sentence_and_nothing_is_published(tmp_data):
    made_up = (
        "from mhgis import indicators; from dataclasses import replace; from etl import cli; "
        "known = indicators.REGISTRY['beds_per_psychiatrist']; "
        "indicators.REGISTRY['made_up'] = replace(known, id='made_up', rule='half of it'); "
        "raise SystemExit(cli.main(['build', '--quiet']))"
    )
    done = subprocess.run([sys.executable, "-c", made_up], cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "mhgis: The indicator 'made_up' cannot be computed, for its rule is 'half of it'; give it one of these in "
        "mhgis/indicators.py: Count, Rate, Ratio, Share, Probability.\n"
    )
    assert not list((tmp_data / "published").glob("*"))
    assert not list((tmp_data / "cache").glob("*/*.parquet"))
