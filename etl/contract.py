"""
The published file's contract: every table and column, its type, its meaning and its unit.

The comments here are written into the file itself, so that whoever opens it with DuckDB alone can read them.
"""

from typing import Final, NamedTuple


class Table(NamedTuple):
    """A table: what it holds, its columns (type, meaning), the columns that make a row unique, and its order."""

    comment: str
    columns: dict[str, tuple[str, str]]
    key: tuple[str, ...]


_DATASET = ("VARCHAR", "dataset the figure belongs to; figures of two datasets are never mixed unsaid")
_CODE = ("VARCHAR", "code as the country's data pack has it, kept as text; unique within a level")
_LEVEL = ("VARCHAR", "country, province, prefecture or county")
_YEAR = ("INTEGER", "calendar year the figure describes")
_STATUS = ("VARCHAR", "reported, zero, not_reported, suppressed, not_applicable or modelled")
_ORIGIN = ("VARCHAR", "where the figure comes from: a row of `origin`")
_LOWER = ("DOUBLE", "modelled: 5 % quantile of the draws (of a probability: lowest under the weightings); else NULL")
_UPPER = ("DOUBLE", "modelled: 95 % quantile of the draws (of a probability: highest under the weightings); else NULL")

TABLES: Final[dict[str, Table]] = {
    "area": Table(
        "Areas of every level, keyed by level and code: a municipality is a province and a prefecture unit at once.",
        {
            "area_code": _CODE,
            "level": _LEVEL,
            "parent_code": ("VARCHAR", "code of the area one level up; NULL for the country"),
            "parent_level": ("VARCHAR", "level of the parent"),
            "province_code": ("VARCHAR", "code of the province the area lies in; NULL for the country"),
            "name_zh": ("VARCHAR", "official Chinese name"),
            "name_en": ("VARCHAR", "English name: official for provinces, romanised for the rest"),
            "pinyin": ("VARCHAR", "romanised name for search: lower case, no tones, no spaces"),
            "initials": ("VARCHAR", "first letters of the syllables, for search"),
            "area_type": ("VARCHAR", "kind of unit: district, county, county-level city, banner, league, ..."),
            "region": ("VARCHAR", "region of the country the area lies in, as the data pack divides it; NULL for none"),
            "setting": ("VARCHAR", "urban or rural, by the kind of unit, as the data pack tells; NULL for neither"),
            "area_km2": ("DOUBLE", "area of the full shape on the WGS 84 ellipsoid, km2"),
            "lon": ("DOUBLE", "longitude of a point inside the area, degrees, EPSG:4326"),
            "lat": ("DOUBLE", "latitude of a point inside the area, degrees, EPSG:4326"),
            "is_proper_prefecture": ("BOOLEAN", "whether a prefecture row counts among the country's prefectures"),
            "is_applicable": ("BOOLEAN", "false where the country's mental-health statistics do not reach"),
            "special": ("VARCHAR", "special cases of the hierarchy, joined by a semicolon; NULL for none"),
            "boundary_year": ("INTEGER", "year of the boundary set"),
        },
        ("level", "area_code"),
    ),
    "area_shape": Table(
        "Shapes of the areas, a valid coverage at each level and tolerance.",
        {
            "level": _LEVEL,
            "area_code": _CODE,
            "tolerance": ("DOUBLE", "simplification in degrees; 0 is the full shape, the only one to measure on"),
            "geometry": ("BLOB", "WKB, longitude and latitude, EPSG:4326"),
        },
        ("level", "area_code", "tolerance"),
    ),
    "neighbour": Table(
        "Areas that share a border (a line, not a point), each pair in both directions; upper levels from counties.",
        {
            "level": _LEVEL,
            "area_code": _CODE,
            "neighbour_code": ("VARCHAR", "code of the neighbour, of the same level"),
            "border_km": ("DOUBLE", "length of the shared border on the full shapes, km along great circles"),
        },
        ("level", "area_code", "neighbour_code"),
    ),
    "border_line": Table(
        "Border lines of the boundary set that belong to no area, drawn as the set has them.",
        {
            "line_id": ("INTEGER", "place in the boundary set's file"),
            "geometry": ("BLOB", "WKB, longitude and latitude, EPSG:4326"),
        },
        ("line_id",),
    ),
    "population": Table(
        "Residents by area and year. Counties and prefectures sum over polygons, provinces are the census's own rows.",
        {
            "area_code": _CODE,
            "level": _LEVEL,
            "year": _YEAR,
            "people": ("BIGINT", "residents; NULL where no figure exists"),
            "status": _STATUS,
            "method": ("VARCHAR", "how the figure was come by"),
            "origin_id": _ORIGIN,
        },
        ("level", "area_code", "year"),
    ),
    "dataset": Table(
        "Coherent sets of resource counts.",
        {
            "dataset_id": ("VARCHAR", "identifier used in links"),
            "title_zh": ("VARCHAR", "Chinese title"),
            "title_en": ("VARCHAR", "English title"),
            "kind": ("VARCHAR", "published, modelled or imported"),
            "year": ("INTEGER", "main year of the dataset"),
            "created_at": ("VARCHAR", "date an imported dataset was taken in, ISO 8601; NULL for those of the build"),
            "note": ("VARCHAR", "what a user has to know before using it, in English"),
            "note_zh": ("VARCHAR", "the same in Chinese"),
        },
        ("dataset_id",),
    ),
    "resource": Table(
        "Counts of facilities, beds, psychiatrists and nurses.",
        {
            "dataset_id": _DATASET,
            "area_code": _CODE,
            "level": _LEVEL,
            "year": _YEAR,
            "resource": ("VARCHAR", "facilities, beds, psychiatrists or nurses"),
            "value": ("DOUBLE", "count; for modelled data the median of the draws; NULL where not known"),
            "lower": _LOWER,
            "upper": _UPPER,
            "status": _STATUS,
            "origin_id": _ORIGIN,
        },
        ("dataset_id", "level", "area_code", "year", "resource"),
    ),
    "indicator_value": Table(
        "Indicators by area and year; a rate has the status of its numerator.",
        {
            "dataset_id": _DATASET,
            "area_code": _CODE,
            "level": _LEVEL,
            "year": _YEAR,
            "indicator": ("VARCHAR", "id in the registry of indicators"),
            "value": ("DOUBLE", "value in the indicator's unit; NULL where not known"),
            "lower": _LOWER,
            "upper": _UPPER,
            "status": _STATUS,
            "people": ("BIGINT", "residents of the area in the same year; NULL where no figure exists"),
            "origin_id": _ORIGIN,
        },
        ("dataset_id", "indicator", "level", "year", "area_code"),
    ),
    "indicator": Table(
        "The registry of indicators: what can be mapped, ranked and exported.",
        {
            "indicator": ("VARCHAR", "id"),
            "name": ("VARCHAR", "English name, the id of its message in the catalogues"),
            "unit": ("VARCHAR", "English unit, the id of its message"),
            "direction": ("VARCHAR", "more_is_better or less_is_better"),
            "levels": ("VARCHAR", "levels at which it means something, joined by a semicolon"),
            "numerator": ("VARCHAR", "what is counted"),
            "denominator": ("VARCHAR", "what it is divided by; NULL for a count"),
            "scale": ("DOUBLE", "what the ratio is multiplied by"),
            "definition": ("VARCHAR", "what it measures"),
        },
        ("indicator",),
    ),
    "indicator_offer": Table(
        "What can be chosen: rows and known values by dataset, indicator, level and year.",
        {
            "dataset_id": _DATASET,
            "indicator": ("VARCHAR", "id in the registry of indicators"),
            "level": _LEVEL,
            "year": _YEAR,
            "n": ("INTEGER", "areas with a row"),
            "n_known": ("INTEGER", "areas with a number"),
        },
        ("dataset_id", "indicator", "level", "year"),
    ),
    "facility": Table(
        "Single facilities, where a dataset has them; the published and modelled datasets have none.",
        {
            "dataset_id": _DATASET,
            "facility_id": ("VARCHAR", "identifier within the dataset"),
            "name": ("VARCHAR", "name as registered"),
            "kind": ("VARCHAR", "kind of facility"),
            "sponsor": ("VARCHAR", "who runs it"),
            "grade": ("VARCHAR", "hospital grade"),
            "area_code": _CODE,
            "lon": ("DOUBLE", "longitude, degrees, EPSG:4326"),
            "lat": ("DOUBLE", "latitude, degrees, EPSG:4326"),
            "beds": ("INTEGER", "psychiatric beds; NULL where not known"),
            "psychiatrists": ("INTEGER", "psychiatrists; NULL where not known"),
            "nurses": ("INTEGER", "psychiatric nurses; NULL where not known"),
            "year": _YEAR,
            "origin_id": _ORIGIN,
        },
        ("dataset_id", "facility_id"),
    ),
    "benchmark": Table(
        "Reference values, each with its group, year, statistic, definition and source.",
        {
            "benchmark_id": ("VARCHAR", "identifier used in links"),
            "indicator": ("VARCHAR", "indicator it can be held against, or the source's own measure"),
            "group_type": ("VARCHAR", "planning norm, World, WHO region, World Bank income group, country, ..."),
            "group_name": ("VARCHAR", "which group"),
            "value": ("DOUBLE", "value in the unit of the indicator"),
            "year": ("VARCHAR", "year or span of years as the source gives it"),
            "statistic": ("VARCHAR", "median, mean, norm, target, ..."),
            "status": ("VARCHAR", "read (from the source), read-secondary or computed (from country values)"),
            "source": ("VARCHAR", "where it comes from: a row of `origin`"),
            "note": ("VARCHAR", "what to know before comparing"),
            "unit": ("VARCHAR", "unit, that of the indicator"),
            "measure": ("VARCHAR", "the source's own measure"),
            "group_name_zh": ("VARCHAR", "which group, in Chinese"),
            "last_year": ("INTEGER", "last year the value describes"),
            "statistic_zh": ("VARCHAR", "statistic, in Chinese"),
            "definition": ("VARCHAR", "what the source counts, in English"),
            "definition_zh": ("VARCHAR", "what the source counts, in Chinese"),
            "comparability": ("VARCHAR", "how far it compares with our figures, in English"),
            "comparability_zh": ("VARCHAR", "how far it compares with our figures, in Chinese"),
            "comparability_class": ("VARCHAR", "like, wider, narrower or other: whether the same thing is counted"),
            "applies_to": ("VARCHAR", "regions the value is meant for, joined by a semicolon; NULL for any"),
            "label_zh": ("VARCHAR", "Chinese label"),
            "label_en": ("VARCHAR", "English label"),
            "is_listed": ("BOOLEAN", "whether it is offered in a picker"),
            "rank": ("INTEGER", "place in the picker"),
        },
        ("benchmark_id",),
    ),
    "published_rate": Table(
        "National rates as published, corrected where the source slipped, with the breaks between years.",
        {
            "year": _YEAR,
            "indicator": ("VARCHAR", "indicator the rate is of"),
            "value": ("DOUBLE", "rate in the indicator's unit"),
            "as_printed": ("VARCHAR", "as printed"),
            "unit_printed": ("VARCHAR", "unit as printed"),
            "place": ("VARCHAR", "where in the source"),
            "is_main": ("BOOLEAN", "whether it is the one drawn in a trend"),
            "is_break": ("BOOLEAN", "whether it does not compare with the year before"),
            "note_en": ("VARCHAR", "what it counts, in English"),
            "note_zh": ("VARCHAR", "what it counts, in Chinese"),
            "origin_id": _ORIGIN,
        },
        ("indicator", "year", "place", "origin_id"),
    ),
    "province_published": Table(
        "Published numbers of county-level units by province, in the units of their year.",
        {
            "area_code": _CODE,
            "level": _LEVEL,
            "year": _YEAR,
            "counties": ("INTEGER", "county-level units of that year"),
            "counties_without_facility": ("INTEGER", "of them, those without a mental-health facility"),
            "origin_id": _ORIGIN,
        },
        ("level", "area_code", "year"),
    ),
    "published_figure": Table(
        "Printed figures of the papers, recomputed.",
        {
            "id": ("VARCHAR", "identifier"),
            "document": ("VARCHAR", "paper that prints the figure"),
            "claim": ("VARCHAR", "what the figure is said to be"),
            "as_printed": ("VARCHAR", "as printed"),
            "recomputed": ("VARCHAR", "recomputed from its parts"),
            "consistent": ("VARCHAR", "verdict"),
            "most_likely_value": ("VARCHAR", "value that most likely was meant"),
            "reason": ("VARCHAR", "why"),
            "confidence": ("VARCHAR", "high, medium or low"),
        },
        ("id",),
    ),
    "alliance": Table(
        "Medical alliances as printed. Member counts overlap and are never added up.",
        {
            "alliance_id": ("VARCHAR", "identifier"),
            "name": ("VARCHAR", "name as printed"),
            "established": ("VARCHAR", "date as far as printed, ISO 8601"),
            "initiator": ("VARCHAR", "leading institution"),
            "city": ("VARCHAR", "city of the initiator"),
            "province": ("VARCHAR", "province of the initiator"),
            "members_printed": ("VARCHAR", "members as printed; never to be added up"),
            "provinces_printed": ("VARCHAR", "reach as printed"),
            "policy_type": ("VARCHAR", "type of alliance in policy"),
            "initiator_category": ("VARCHAR", "first of the four dimensions"),
            "region": ("VARCHAR", "second: inside or outside the region"),
            "combination": ("VARCHAR", "third: vertical, horizontal"),
            "channel": ("VARCHAR", "fourth: online, offline"),
            "integration": ("VARCHAR", "close or loose"),
            "basis": ("VARCHAR", "printed, inferred or mixed: how the classification was come by"),
        },
        ("alliance_id",),
    ),
    "model_without": Table(
        "People in counties without a facility under each weighting of the 2015 model: the sensitivity analysis.",
        {
            "weighting": ("VARCHAR", "name of the weighting"),
            "area_code": _CODE,
            "level": _LEVEL,
            "people": ("BIGINT", "mid-2015 residents with a known figure"),
            "value": ("DOUBLE", "people in counties without a facility: median of the draws"),
            "lower": _LOWER,
            "upper": _UPPER,
            "counties_without_facility": ("INTEGER", "counties without a facility in every draw, in today's units"),
        },
        ("weighting", "level", "area_code"),
    ),
    "model_adjustment": Table(
        "Provinces where today's units make the published number of counties without a facility impossible.",
        {
            "area_code": _CODE,
            "counties": ("INTEGER", "county-level units today"),
            "published_without": ("INTEGER", "counties without a facility as published"),
            "facilities": ("INTEGER", "facilities as published"),
            "modelled_without": ("INTEGER", "counties without a facility in every draw"),
        },
        ("area_code",),
    ),
    "origin": Table(
        "Where figures come from.",
        {
            "origin_id": ("VARCHAR", "identifier"),
            "title": ("VARCHAR", "title of the work, or what was computed"),
            "publisher": ("VARCHAR", "publisher or journal"),
            "year": ("VARCHAR", "year of publication"),
            "identifier": ("VARCHAR", "DOI, ISBN or other identifier"),
            "licence": ("VARCHAR", "licence or terms"),
            "how_read": ("VARCHAR", "how the figures were taken from it"),
            "title_zh": ("VARCHAR", "title in Chinese; the work's own in 《》, else what it is"),
            "publisher_zh": ("VARCHAR", "publisher or journal, in Chinese"),
            "how_read_zh": ("VARCHAR", "how the figures were taken from it, in Chinese"),
            "short_en": ("VARCHAR", "short name as a caption cites it, in English"),
            "short_zh": ("VARCHAR", "the same in Chinese"),
        },
        ("origin_id",),
    ),
    "origin_part": Table(
        "Which sources a computed figure unites.",
        {
            "origin_id": ("VARCHAR", "a computed origin"),
            "part_id": ("VARCHAR", "a source it unites: a row of `origin`"),
        },
        ("origin_id", "part_id"),
    ),
    "pack": Table(
        "What the country's data pack says of the country: names, codes, levels, regions, notes; see mhgis.country.",
        {
            "key": ("VARCHAR", "entry, dotted: pack, code, levels, start.*, regions.*, warnings.<indicator>.*, ..."),
            "lang": ("VARCHAR", "language of the value; empty where it is the same in all"),
            "value": ("VARCHAR", "JSON"),
        },
        ("key", "lang"),
    ),
    "setting": Table(
        "What the country's data pack says of its maps: what the app has to know that is no figure.",
        {
            "key": (
                "VARCHAR",
                "map.standard_parallels, map.centre (degrees of an equal-area conic), map.view, map.inset (windows)",
            ),
            "value": ("VARCHAR", "JSON; a window is west, south, east, north in degrees, EPSG:4326"),
        },
        ("key",),
    ),
    "build": Table(
        "What this file is.",
        {
            "build": ("VARCHAR", "checksum of all inputs and code, shortened"),
            "built_at": (
                "VARCHAR",
                "time of the commit it was built from, ISO 8601; the pointer holds the clock's time",
            ),
            "version": ("VARCHAR", "version of mhgis"),
            "git_commit": ("VARCHAR", "commit it was built from; NULL outside a checkout"),
        },
        ("build",),
    ),
}
