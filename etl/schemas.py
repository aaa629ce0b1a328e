"""
What each table of a data pack must look like: columns, types, domains, keys and what refers to what.

A registry only; `etl.tables` reads and checks. A new table is one more `Schema` here. A pack gives its areas, people
and counts in `areas`, `population` and `resources`; or by tables of its own that `etl.harmonise` makes them from.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from mhgis.indicators import OF_PROVINCES, REGISTRY, RESOURCES, Rate, Share
from mhgis.measures.facility_kinds import WITH_BEDS
from mhgis.planning.alliance_words import BASES, DIMENSIONS, MODELS, PARTS, TOPICS, VALUES
from mhgis.words.verdicts import UNIT_WORDS

Dtype = Literal["str", "Int64", "Float64", "boolean"]


@dataclass(frozen=True)
class Column:
    """
    One column and what its cells may hold.

    `refers` names another table's key column (`sources.source_id`); `area` is the level whose codes are allowed, or the
    name of the column that gives the level as `@level`; `region` allows the regions of the pack, `level` its levels;
    `parts` allows several values of `refers`, `domain` or regions, joined with semicolons. One that is `optional` is
    empty where a table leaves it out.
    """

    name: str
    dtype: Dtype = "str"
    nullable: bool = False
    domain: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    refers: str | None = None
    area: str | None = None
    region: bool = False
    level: bool = False
    parts: bool = False
    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Schema:
    """
    A table: its columns in order, the columns that together are its key, and what it holds.

    One that is `needed` is in every pack; the others are empty where a pack leaves them out.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    about: str = field(default="")
    needed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def _text(name: str, *, nullable: bool = False, about: str = "") -> Column:
    return Column(name, nullable=nullable, about=about)


def _choice(name: str, *domain: str, nullable: bool = False, parts: bool = False) -> Column:
    return Column(name, nullable=nullable, domain=domain, parts=parts)


_SOURCE: Final = Column("source_id", refers="sources.source_id")
_YEAR: Final = Column("year", "Int64", minimum=1900, maximum=2100)
_UNITS: Final = ("per 100,000", "per 10,000", "%")
_BENCHMARK_INDICATORS: Final = tuple(
    indicator.id
    for indicator in REGISTRY.values()
    if isinstance(indicator.rule, Rate | Share) and not indicator.modelled_only
)

_TABLES: Final = (
    Schema(
        "sources", ("source_id",),
        (
            _text("source_id"), _text("title"), _text("publisher"), _YEAR, _text("identifier", nullable=True),
            _text("licence"), Column("licence_zh", nullable=True, optional=True, about="the same in Chinese"),
            _text("how_read"), _choice("kind", "source", "derived"),
            Column("parts", nullable=True, refers="sources.source_id", parts=True),
            _text("title_zh", about="the work's own Chinese title in 《》, else what it is"), _text("publisher_zh"),
            _text("how_read_zh"), _text("short_en", about="as a caption cites it"), _text("short_zh"),
        ),
        "Where figures come from; a derived source unites the sources in `parts`.", needed=True,
    ),
    Schema(
        "areas", ("level", "area_code"),
        (
            Column("level", level=True, about="the part it plays: country, province, prefecture or county"),
            _text("area_code"), _text("parent_code", nullable=True, about="the area one level up"),
            _text("name_en"), _text("name_zh", nullable=True, about="in Chinese, or as the country writes it"),
            _text("area_type", nullable=True, about="kind of unit; settings go by it"),
            Column("region", nullable=True, region=True),
            Column("is_applicable", "boolean", about="false where the country's statistics do not reach"),
            _text("note", nullable=True), _SOURCE,
        ),
        "Every area of every level with its names and its place; codes of the smallest are those of the boundaries.",
    ),
    Schema(
        "population", ("level", "area_code", "year"),
        (
            Column("level", level=True), Column("area_code", area="@level"), _YEAR,
            Column("people", "Int64", nullable=True, minimum=0),
            _text("method", about="how it was counted, in English"), _SOURCE,
        ),
        "Residents; `people` is empty where nobody has counted. Levels left out are summed where all parts are known.",
    ),
    Schema(
        "resources", ("level", "area_code", "year", "resource"),
        (
            Column("level", level=True), Column("area_code", area="@level"), _YEAR,
            _choice("resource", *RESOURCES, "counties", "counties_without_facility"),
            Column("value", "Float64", nullable=True, minimum=0),
            _choice("status", "reported", "zero", "not_reported", "suppressed"), _SOURCE,
        ),
        "Counts as published, a row an area, year and resource; what is not there is not reported.",
    ),
    Schema(
        "county_population", ("area_code",),
        (
            Column("area_code", area="county"), _text("name_zh"), Column("people", "Int64", nullable=True, minimum=0),
            _choice(
                "method", "exact", "published", "missing", "renamed", "renamed_or_merged",
                "renamed_or_merged+zone_added",
                "exact+zone_added", "exact+zone_area_split", "exact+zone_added+zone_area_split",
                "exact+renamed_or_merged", "exact+renamed_or_merged+zone_added",
            ),
            _text("census_units", nullable=True), _SOURCE,
        ),
        "Census of 2020 on today's county-level units; `people` is empty where the census has no figure.",
    ),
    Schema(
        "province_population", ("area_code", "year"),
        (
            Column("area_code", area="province"), _text("name_zh"), _YEAR, Column("people", "Int64", minimum=0),
            _SOURCE,
        ),
        "The provinces' own rows of the censuses of 2010 and 2020.",
    ),
    Schema(
        "population_otherwise", ("level", "area_code", "year"),
        (
            Column("level", level=True), Column("area_code", area="@level"), _YEAR,
            Column("people", "Int64", minimum=0), _text("note_en", nullable=True), _text("note_zh", nullable=True),
            _SOURCE,
        ),
        "The same people by another source than rates divide by: how far the two are apart is how unsure a rate is.",
    ),
    Schema(
        "province_resources", ("area_code", "resource", "year"),
        (
            Column("area_code", area="province"), _text("name_zh"),
            _choice("resource", *OF_PROVINCES), _YEAR,
            Column("value", "Int64", minimum=0), _SOURCE,
        ),
        "The 31-province table of 2010 and 2015.",
    ),
    Schema(
        "national_resources", ("year", "measure", "place", "source_id"),
        (
            _YEAR,
            _choice(
                "measure", *RESOURCES, "beds_in_hospitals", "psychiatric_hospitals",
                "prefectures", "prefectures_without_beds", "counties", "counties_with_beds",
                "counties_without_facility", "counties_without_beds",
                *(kind for kind in WITH_BEDS if kind != "psychiatric_hospitals"),
                *(f"beds_in_{kind}" for kind in WITH_BEDS),
                *(f"east_share_{resource}" for resource in RESOURCES),
            ),
            Column("value", "Float64", minimum=0), _choice("unit", "count", "share"), _text("place"), _SOURCE,
            _text("note", nullable=True),
        ),
        "National totals as printed; `place` says where in the source.",
    ),
    Schema(
        "national_rates", ("year", "indicator", "place", "source_id"),
        (
            _YEAR, _choice("indicator", *_BENCHMARK_INDICATORS), Column("value", "Float64", minimum=0),
            _text("as_printed"), _choice("unit_printed", *_UNITS), _text("place"), _SOURCE,
            Column("is_main", "boolean", about="drawn in the trend"),
            Column("is_break", "boolean", about="not comparable with the year before"),
            _text("note_en", nullable=True), _text("note_zh", nullable=True),
        ),
        "National rates as printed, in the unit of the indicator, with the breaks of the series.",
    ),
    Schema(
        "national_later", ("year", "item", "source_id"),
        (
            _YEAR, _text("item"), _text("label_en"), _text("label_zh"), Column("value", "Float64", minimum=0),
            _choice("unit", "count", "share"), _text("how_read_en"), _text("how_read_zh"),
            _text("note_en", nullable=True), _text("note_zh", nullable=True), _SOURCE,
        ),
        "National figures of later years, read second-hand and defined otherwise: no series of ours goes on with them.",
    ),
    Schema(
        "benchmark_definitions", ("measure",),
        (
            _text("measure"), _choice("indicator", *_BENCHMARK_INDICATORS, nullable=True),
            _choice("comparability", "like", "wider", "narrower", "other", "none"), _text("definition_en"),
            _text("definition_zh"), _text("comparability_en"), _text("comparability_zh"), _SOURCE,
        ),
        "What each measure of the benchmarks counts, and how far it compares with one of our indicators.",
    ),
    Schema(
        "benchmarks", ("benchmark_id",),
        (
            _text("benchmark_id"), Column("measure", refers="benchmark_definitions.measure"), _text("unit"),
            _choice(
                "group_type", "world", "income_group", "who_region", "country", "subnational", "planning_norm",
                "eu", "oecd"
            ),
            _text("group_printed"), _text("group_name"), _text("group_name_zh"),
            Column("value", "Float64", minimum=0), _YEAR, _text("period"),
            _text("statistic"), _text("statistic_zh"), _choice("status", "read", "read-secondary", "computed"),
            Column("applies_to", nullable=True, region=True, parts=True),
            Column("is_listed", "boolean"), Column("rank", "Int64", nullable=True, minimum=1), _text("label_en"),
            _text("label_zh"),
            Column("short_en", nullable=True, optional=True, about="for a narrow list, without value"),
            Column("short_zh", nullable=True, optional=True), _text("note", nullable=True), _SOURCE,
        ),
        "International and national reference values as printed; `is_listed` and `rank` make the picker.",
    ),
    Schema(
        "who_country_values", ("iso3", "measure"),
        (
            _text("iso3"), _text("country"), _choice("who_region", "AFR", "AMR", "EMR", "EUR", "SEAR", "WPR"),
            _choice(
                "income_group", "Low-income", "Lower-middle-income", "Upper-middle-income", "High-income", nullable=True
            ),
            _text("gho_code"), Column("measure", refers="benchmark_definitions.measure"),
            Column("value", "Float64", minimum=0, about="per 100,000 people"), _YEAR, _text("flag", nullable=True),
            _SOURCE,
        ),
        "Country values of the WHO Mental Health Atlas 2017 round.",
    ),
    Schema(
        "published_figures", ("id",),
        (
            _text("id"), _text("document"), _text("claim"), _text("as_printed"), _text("recomputed"),
            _text("consistent"),
            _text("most_likely_value"), _text("reason"), _choice("confidence", "high", "medium", "low"),
            _text("claim_zh"), _text("most_likely_value_zh"), _text("reason_zh"),
            Column("stands_out", "Int64", nullable=True, minimum=1), _SOURCE,
        ),
        "Printed figures of two papers, with the verdict of the reader who compiled them.",
    ),
    Schema(
        "published_figure_checks", ("figure_id", "check_no"),
        (
            Column("figure_id", refers="published_figures.id"), Column("check_no", "Int64", minimum=1),
            _text("formula"), _text("printed_text", nullable=True), Column("printed", "Float64", nullable=True),
            _choice("relation", "=", "<", ">", nullable=True), Column("step", "Float64", minimum=0),
            _choice("unit", *UNIT_WORDS), Column("printed_in", nullable=True, refers="published_figures.id"),
        ),
        "Formulas that recompute printed figures from their parts.",
    ),
    Schema(
        "published_figure_parts", ("figure_id", "part"),
        (
            Column("figure_id", refers="published_figures.id"), _text("part"), Column("value", "Float64"),
            Column("step", "Float64", minimum=0, about="unit of the last printed place; 0 = exact"),
            _text("label_en"), _text("label_zh"), _SOURCE,
        ),
        "The numbers that formulas of checks are computed from.",
    ),
    Schema(
        "alliances", ("alliance_id",),
        (
            _text("alliance_id"), _text("document"), _choice("field", "mental", "general"), _text("name"),
            _text("established"), _text("established_iso"), _text("initiator"), _text("city"), _text("province"),
            _text("members_printed"), _text("members_count", nullable=True), _text("provinces_printed"),
            _text("provinces_count"), _text("policy_type"), _text("initiator_category"), _text("region"),
            _text("combination"), _text("channel"), _text("integration"), _text("basis"),
            _text("achievements_printed", nullable=True), _text("note", nullable=True), _SOURCE,
            _choice("date_kind", "established", "started", "proposed", "span", "repeated"), _text("name_zh"),
            _text("initiator_zh"), _text("established_zh"), _text("members_zh"), _text("reach_zh"),
            _text("policy_type_zh"), _text("note_zh", nullable=True),
        ),
        "Medical alliances as printed, with our Chinese of it; member counts overlap and are never added.",
    ),
    Schema(
        "alliance_dimensions", ("alliance_id", "dimension"),
        (
            Column("alliance_id", refers="alliances.alliance_id"), _choice("dimension", *DIMENSIONS),
            _choice("value", *VALUES, parts=True), _choice("basis", *BASES), _SOURCE,
        ),
        "Each alliance in the dimensions: what it is, and whether that is printed of it or inferred.",
    ),
    Schema(
        "alliance_places", ("alliance_id", "level", "area_code"),
        (
            Column("alliance_id", refers="alliances.alliance_id"),
            _choice("level", "province", "prefecture", "county"), Column("area_code", area="@level"),
            _choice("basis", *BASES), _SOURCE,
        ),
        "Where the initiators of alliances are, and whether that is printed.",
    ),
    Schema(
        "alliance_models", ("model_id", "part", "item"),
        (
            _choice("model_id", *MODELS),
            _choice("part", *PARTS), Column("item", "Int64", minimum=1), _text("text_en"), _text("text_zh"),
            _text("section", about="where the source says it"), _SOURCE,
        ),
        "The recommended models of alliance in our own words, an item a row.",
    ),
    Schema(
        "alliance_foreign", ("form_id",),
        (
            _text("form_id"), Column("place", "Int64", minimum=1), _text("name_en"), _text("name_zh"),
            _choice("combination", "virtual", "physical", "not_printed"),
            _choice("integration", "vertical", "horizontal_vertical", "not_printed"), _text("countries_en"),
            _text("countries_zh"), _text("text_en"), _text("text_zh"), _text("note_en", nullable=True),
            _text("note_zh", nullable=True), _SOURCE,
        ),
        "Forms of alliance abroad in our own words.",
    ),
    Schema(
        "alliance_policies", ("policy_id",),
        (
            _text("policy_id"), _text("issued", about="ISO 8601 as far as printed"), _text("number_en"),
            _text("number_zh"), _text("title_en"), _text("title_zh"), _text("text_en"), _text("text_zh"),
            _text("note_en", nullable=True), _text("note_zh", nullable=True), _SOURCE,
        ),
        "Documents of policy on cooperation among hospitals, in our own words.",
    ),
    Schema(
        "alliance_survey", ("question_id", "answer_no"),
        (
            _text("question_id"), Column("answer_no", "Int64", minimum=1), _text("question_en"), _text("question_zh"),
            _text("answer_en"), _text("answer_zh"), Column("cases", "Int64", minimum=0),
            Column("percent", "Float64", minimum=0, maximum=100, about="as printed"), _SOURCE,
        ),
        "Answers of residents who were asked about alliances, as printed.",
    ),
    Schema(
        "alliance_notes", ("topic", "item"),
        (
            _choice("topic", *TOPICS), Column("item", "Int64", minimum=1), _text("text_en"), _text("text_zh"), _SOURCE,
        ),
        "What must be said beside each of the tables on alliances.",
    ),
    Schema(
        "methods", ("method_id",),
        (
            _text("method_id"), _text("method"), _text("formula"), _text("citation"), _text("citation_status"),
            _text("python"), _text("verified"), _text("caveat", nullable=True), _SOURCE,
        ),
        "Formulas and citations of the measures.",
    ),
    Schema(
        "datasets", ("dataset_id",),
        (
            _text("dataset_id"), _text("title_zh"), _text("title_en"), _choice("kind", "published", "modelled",
            "imported"),
            _YEAR, _text("created_at", about="ISO 8601 date"), _text("note_zh"), _text("note"), _SOURCE,
        ),
        "The sets of figures that are never mixed on one map.", needed=True,
    ),
    Schema(
        "province_names", ("area_code",),
        (
            Column("area_code", area="province"), _text("name_zh"), _text("name_en"), _text("name_en_full"),
            Column("region", nullable=True, region=True),
            Column("region_source_id", nullable=True, refers="sources.source_id"), _SOURCE,
        ),
        "English names and regions of the provinces.",
    ),
    Schema(
        "area_special", ("level", "area_code", "kind"),
        (
            _choice("level", "province", "prefecture", "county"), Column("area_code", area="@level"), _text("name_zh"),
            _choice(
                "kind", "municipality", "city_without_counties", "directly_administered", "reserve",
                "outside_mainland_statistics", "founded_after_census", "no_census_figure",
            ),
            _text("note"), _SOURCE,
        ),
        "The hierarchy's special cases.",
    ),
    Schema(
        "area_code_aliases", ("level", "alias_code"),
        (
            _choice("level", "province", "prefecture", "county"), _text("alias_code"), Column("area_code",
            area="@level"),
            _text("note"), _SOURCE,
        ),
        "Other codes under which a unit of today may come in a register or an older table.",
    ),
    Schema(
        "area_code_changes", ("level", "former_code", "former_name", "area_code"),
        (
            _choice("level", "province", "prefecture", "county"), _text("former_code"), _text("former_name"),
            _text("former_parent", nullable=True, about="the prefecture it lay in, where it was another one"),
            Column("last_listed", "Int64", minimum=1900, maximum=2100, about="last year in a list of codes"),
            _choice("kind", "renamed", "recoded", "converted", "succeeded", "divided", "ceded", "grouping"),
            _choice("level_now", "province", "prefecture", "county"), Column("area_code", area="@level_now"),
            Column("is_main", "boolean", about="has the seat; one a former unit"), _SOURCE,
        ),
        "Codes and names in force between 2010 and 2023, and the units of today they led to; `ceded` names a unit that "
        "is still there and gave a part to another.",
    ),
    Schema(
        "place_words", ("level", "kind", "word"),
        (
            _choice("level", "province", "prefecture", "county", nullable=True),
            _choice(
                "kind", "ending", "english_ending", "people_ending", "placeholder", "alias", "code_length", "system"
            ),
            _text("word"), _text("meaning", nullable=True, about="short ending, or the code an alias is for"), _SOURCE,
        ),
        "How places are written in registers: endings names may lose, words that name nothing, other names, codes.",
    ),
    Schema(
        "character_variants", ("variant",), (_text("variant"), _text("character"), _SOURCE),
        "Characters of place names as they are written elsewhere, and the one they are compared as.",
    ),
    Schema(
        "name_overrides", ("kind", "key"),
        (
            _choice("kind", "char", "stem", "name", "code"), _text("key"), _text("pinyin", nullable=True),
            _text("name_en", nullable=True), _text("reason"), _SOURCE,
        ),
        "Where the romanised name of a place departs from plain pinyin.",
    ),
    Schema(
        "ethnic_names", ("name_zh",), (_text("name_zh"), _text("name_en"), _SOURCE),
        "English names of the ethnic groups that autonomous areas are named after.",
    ),
    Schema(
        "corrections", ("correction_id",),
        (
            _text("correction_id"), _text("table"), _text("key"), _text("column"), _text("expect"),
            _text("correct", nullable=True), _text("reason"), _SOURCE,
        ),
        "Upstream errors: the wrong value found, the right one, and why.",
    ),
)  # fmt: skip

SCHEMAS: Final[dict[str, Schema]] = {schema.name: schema for schema in _TABLES}
