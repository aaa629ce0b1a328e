"""A list is not handed on without saying what it is, in its own words and for programs."""

import json

import pandas as pd
import pytest

from mhgis.exports import csv_json, listing
from mhgis.words.provenance import About, Origin

ROWS = pd.DataFrame(
    {
        "Code": ["620102", "620103", "620104"],
        "Area": ["Chengguan", "=HYPERLINK(1)", None],
        "Value": pd.array([12.5, pd.NA, 0.0], dtype="Float64"),
        "People": pd.array([1_000, pd.NA, 0], dtype="Int64"),
    },
    index=[7, 3, 5],
)
ABOUT = About(
    indicator="beds_per_100k", title="Beds in Gansu", unit="per 100,000 people", dataset="cn-published", year=2015,
    level="county", origins=(Origin("s", "Survey"),), processing="published", warnings=("Years differ.", "Few."), n=3,
    n_unknown=1, build="abc", built_on="2026-11-22",
)  # fmt: skip


def described(about: About = ABOUT, lang: str = "en", **other: object) -> listing.Listing:
    given = {
        "dataset": "Published figures", "area": "Gansu", "benchmark": "30 beds", "link": "https://x.org/gaps?lang=en",
        "sources": [("Survey (2019)", "figures only"), ("Census (2022)", "MIT")],
    }  # fmt: skip
    return listing.describe(ROWS, ["620102", "620103", "620104"], about, lang, **{**given, **other})


def modelled() -> listing.Listing:
    return described(About(**{**vars(ABOUT), "processing": "modelled"}))


def test_the_lines_above_a_table_say_all_that_a_reader_needs():
    assert described(filtered="value:>30", order="Rank, ascending").head() == [
        ("Title", "Beds in Gansu"),
        ("Indicator", "Psychiatric beds per 100,000"),
        ("Unit", "per 100,000 people"),
        ("Dataset", "Published figures (cn-published)"),
        ("Year", "2015"),
        ("Level", "County"),
        ("Area", "Gansu"),
        ("Benchmark", "30 beds"),
        ("Filter", "value:>30"),
        ("Order", "Rank, ascending"),
        ("Rows", "3"),
        ("Known and unknown", "3 areas, 1 of them unknown."),
        ("Note", "Years differ."),
        ("Note", "Few."),
        ("Build", "abc"),
        ("Date of the build", "2026-11-22"),
        ("Link", "https://x.org/gaps?lang=en"),
        ("Source", "Survey (2019)"),
        ("Licence", "figures only"),
        ("Source", "Census (2022)"),
        ("Licence", "MIT"),
    ]


def test_no_filter_is_said_too_and_in_chinese():
    said = dict(described(lang="zh").head())
    assert said["筛选条件"] == "无：显示全部地区"
    assert "床位" in said["指标"]


def test_a_program_reads_the_same_under_machine_names():
    said = described().about()
    assert set(said) > listing.REQUIRED
    assert said["notes"] == ["Years differ.", "Few."]
    assert said["sources"][1] == {"source": "Census (2022)", "licence": "MIT"}
    assert said["watermark"] is None
    assert said["language"] == "en"


def test_modelled_figures_carry_a_watermark_on_every_row_and_in_every_head():
    marked = modelled()
    assert marked.table()["What this is"].tolist() == [listing.WATERMARK] * 3
    assert ("What this is", listing.WATERMARK) in marked.head()
    assert marked.about()["watermark"] == listing.WATERMARK
    assert "What this is" not in described().table()


@pytest.mark.parametrize(
    ("other", "missing"),
    [({"dataset": ""}, "dataset"), ({"benchmark": ""}, "benchmark"), ({"link": ""}, "link"), ({"sources": []}, "a so")],
)
def test_a_list_that_does_not_say_where_it_comes_from_is_refused(other, missing):
    with pytest.raises(ValueError, match=f"not handed on without {missing}"):
        described(**other)


def test_columns_that_cannot_be_told_apart_and_rows_without_an_area_are_refused():
    whole = vars(described())
    with pytest.raises(ValueError, match="found twice: Value, value"):
        listing.Listing(**{**whole, "rows": ROWS.rename(columns={"People": "value"})})
    with pytest.raises(ValueError, match="2 codes for 3 rows"):
        listing.Listing(**{**whole, "codes": ("1", "2")})


def test_json_has_the_rows_as_seen_with_their_types_and_null_for_unknown():
    read = json.loads(csv_json.to_json(modelled()))
    assert read["about"]["dataset"] == "Published figures (cn-published)"
    assert read["rows"] == [
        {"Code": "620102", "Area": "Chengguan", "Value": 12.5, "People": 1000, "What this is": listing.WATERMARK},
        {"Code": "620103", "Area": "=HYPERLINK(1)", "Value": None, "People": None, "What this is": listing.WATERMARK},
        {"Code": "620104", "Area": None, "Value": 0.0, "People": 0, "What this is": listing.WATERMARK},
    ]


def test_json_of_no_rows_is_json():
    empty = listing.Listing(**{**vars(described()), "rows": ROWS.iloc[:0], "codes": ()})
    assert json.loads(csv_json.to_json(empty))["rows"] == []


def test_the_same_list_gives_the_same_json_in_chinese_characters():
    assert csv_json.to_json(described(lang="zh")) == csv_json.to_json(described(lang="zh"))
    assert "筛选" not in csv_json.to_json(described(lang="zh")).decode()  # machine names
    assert "每10万" in csv_json.to_json(described(lang="zh", filtered="每10万")).decode()
