"""
The one registry of indicators: what can be mapped, ranked and exported, and what each means.

Names are English message ids of the gettext catalogues. Holds no values: see `mhgis.store`; and no warnings: those are
the country's, see `mhgis.country`.
"""

from dataclasses import dataclass
from typing import Final, Literal

from mhgis.errors import UnknownChoiceError
from mhgis.i18n import N_

Level = Literal["country", "province", "prefecture", "county"]
LEVELS: Final[tuple[Level, ...]] = ("country", "province", "prefecture", "county")

Resource = Literal["facilities", "beds", "psychiatrists", "nurses"]
RESOURCES: Final[tuple[Resource, ...]] = ("facilities", "beds", "psychiatrists", "nurses")

#: `more_is_better`: supply; `less_is_better`: a lack
Direction = Literal["more_is_better", "less_is_better"]


@dataclass(frozen=True)
class Indicator:
    """
    One thing that can be shown of an area.

    `unit` is a message id; `numerator` and `denominator` name resources, other indicators or `people`; `scale` is what
    their ratio is multiplied by; `levels` are those at which the indicator means something; `parts` names the
    resource a shortfall is counted in, where there is one; `decimals` is how many a reader needs.
    """

    id: str
    name: str
    unit: str
    direction: Direction
    levels: tuple[Level, ...]
    numerator: str
    denominator: str | None = None
    scale: float = 1
    parts: Resource | None = None
    decimals: int = 0
    modelled_only: bool = False
    definition: str = ""


_COUNTS = (
    Indicator(
        "facilities", N_("Mental-health facilities"), N_("facilities"), "more_is_better", LEVELS, "facilities",
        parts="facilities",
        definition=N_("Hospitals, departments and clinics that give mental-health care, as the source counts them."),
    ),
    Indicator(
        "beds", N_("Psychiatric beds"), N_("beds"), "more_is_better", LEVELS, "beds", parts="beds",
        definition=N_("Open beds for psychiatric inpatients in all kinds of facility."),
    ),
    Indicator(
        "psychiatrists", N_("Psychiatrists"), N_("psychiatrists"), "more_is_better", LEVELS, "psychiatrists",
        parts="psychiatrists",
        definition=N_("Licensed psychiatrists, assistants and registrars as the source counts them."),
    ),
    Indicator(
        "nurses", N_("Psychiatric nurses"), N_("nurses"), "more_is_better", LEVELS, "nurses", parts="nurses",
        definition=N_("Registered nurses who work in mental-health facilities."),
    ),
)  # fmt: skip

_RATES = (
    Indicator(
        "facilities_per_100k", N_("Facilities per 100,000"), N_("per 100,000 people"), "more_is_better", LEVELS,
        "facilities", "people", 100_000, parts="facilities", decimals=2,
        definition=N_("Mental-health facilities for every 100,000 residents."),
    ),
    Indicator(
        "beds_per_100k", N_("Psychiatric beds per 100,000"), N_("per 100,000 people"), "more_is_better", LEVELS,
        "beds", "people", 100_000, parts="beds", decimals=1,
        definition=N_("Psychiatric beds for every 100,000 residents."),
    ),
    Indicator(
        "psychiatrists_per_100k", N_("Psychiatrists per 100,000"), N_("per 100,000 people"), "more_is_better", LEVELS,
        "psychiatrists", "people", 100_000, parts="psychiatrists", decimals=2,
        definition=N_("Psychiatrists for every 100,000 residents."),
    ),
    Indicator(
        "nurses_per_100k", N_("Psychiatric nurses per 100,000"), N_("per 100,000 people"), "more_is_better", LEVELS,
        "nurses", "people", 100_000, parts="nurses", decimals=2,
        definition=N_("Psychiatric nurses for every 100,000 residents."),
    ),
    Indicator(
        "beds_per_psychiatrist", N_("Beds per psychiatrist"), N_("beds per psychiatrist"), "less_is_better",
        ("country", "province"), "beds", "psychiatrists", 1, decimals=1,
        definition=N_("Psychiatric beds for every psychiatrist: the load on staff."),
    ),
)  # fmt: skip

_ABSENCE = (
    Indicator(
        "counties_without_facility", N_("Counties without a facility"), N_("counties"), "less_is_better",
        ("country", "province"), "counties_without_facility",
        definition=N_("County-level units in which no mental-health facility was counted."),
    ),
    Indicator(
        "share_counties_without_facility", N_("Share of counties without a facility"), N_("% of counties"),
        "less_is_better", ("country", "province"), "counties_without_facility", "counties", 100, decimals=1,
        definition=N_("Counties without a facility as a share of all county-level units of the same year."),
    ),
    Indicator(
        "probability_no_facility", N_("Probability of no facility"), N_("%"), "less_is_better", ("county",),
        "draws without a facility", "draws", 100, decimals=0, modelled_only=True,
        definition=N_("Share of the model's draws in which the county has no mental-health facility."),
    ),
    Indicator(
        "people_without_facility", N_("People in counties without a facility"), N_("people"), "less_is_better",
        ("country", "province", "prefecture"), "people without a facility in their county", modelled_only=True,
        definition=N_(
            "Residents of counties without a mental-health facility, in the middle one of the model's draws."
        ),
    ),
    Indicator(
        "share_people_without_facility", N_("Share of people in counties without a facility"), N_("% of people"),
        "less_is_better", ("country", "province", "prefecture"), "people without a facility in their county", "people",
        100, decimals=1, modelled_only=True,
        definition=N_("People in counties without a facility as a share of all residents."),
    ),
)  # fmt: skip

REGISTRY: Final[dict[str, Indicator]] = {i.id: i for i in (*_COUNTS, *_RATES, *_ABSENCE)}

#: what a first visit shows
DEFAULT: Final = "beds_per_100k"


def get(indicator_id: str) -> Indicator:
    """
    Return an indicator by its id.

    Raises
    ------
    UnknownChoiceError
        If there is none of that name.
    """
    if indicator_id not in REGISTRY:
        message = f"There is no indicator {indicator_id!r}; expected one of: {', '.join(REGISTRY)}."
        raise UnknownChoiceError(message)
    return REGISTRY[indicator_id]
