"""
The one registry of indicators: what can be mapped, ranked and exported, what each means, and the rule that computes it.

Names are English message ids of the gettext catalogues. Holds no values: see `mhgis.store`; applies no rule: see
`mhgis.measures.tables` for counts and `etl.measure` for a model's draws; and no warnings: those are the country's, see
`mhgis.country`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, get_args

from mhgis.errors import UnknownChoiceError, UnknownRuleError
from mhgis.i18n import N_, ngettext_noop

Level = Literal["country", "province", "prefecture", "county"]
LEVELS: Final[tuple[Level, ...]] = ("country", "province", "prefecture", "county")

Resource = Literal["facilities", "beds", "psychiatrists", "nurses"]
RESOURCES: Final[tuple[Resource, ...]] = get_args(Resource)
#: what a facility holds
HELD: Final[tuple[Resource, ...]] = tuple(resource for resource in RESOURCES if resource != "facilities")
STAFF: Final[tuple[Resource, ...]] = ("psychiatrists", "nurses")


@dataclass(frozen=True)
class Words:
    """
    What is said of a resource beside its name, which is that of its count; message ids.

    `short` heads a column; `within` stands in a sentence; `one_many` are one unit and many, with a place for the
    number; `nearest` is what people live far from; `share_of_east` what a region's share of all of it is called.
    """

    short: str
    within: str
    one_many: tuple[str, str]
    nearest: str
    share_of_east: str


WORDS: Final[dict[str, Words]] = {
    "facilities": Words(
        N_("Facilities"), N_("mental-health facilities"), ngettext_noop("{n} facility", "{n} facilities"),
        N_("the nearest mental-health facility"), N_("Share of the east in facilities"),
    ),
    "beds": Words(
        N_("Beds"), N_("psychiatric beds"), ngettext_noop("{n} bed", "{n} beds"), N_("the nearest psychiatric bed"),
        N_("Share of the east in beds"),
    ),
    "psychiatrists": Words(
        N_("Psychiatrists"), N_("psychiatrists"), ngettext_noop("{n} psychiatrist", "{n} psychiatrists"),
        N_("the nearest psychiatrist"), N_("Share of the east in psychiatrists"),
    ),
    "nurses": Words(
        N_("Nurses"), N_("psychiatric nurses"), ngettext_noop("{n} nurse", "{n} nurses"),
        N_("the nearest psychiatric nurse"), N_("Share of the east in nurses"),
    ),
}  # fmt: skip

#: what is counted of areas themselves
OfAreas = Literal["counties", "counties_without_facility"]
#: what a dataset counts of an area, published, modelled or imported
Counted = Resource | OfAreas
COUNTED: Final[tuple[Counted, ...]] = (*RESOURCES, *get_args(OfAreas))
#: what is published of each province, from which a model allocates to areas below it
OF_PROVINCES: Final[tuple[Counted, ...]] = ("facilities", "beds", *get_args(OfAreas))
_FACILITIES_FROM: Final = ("facilities", *get_args(OfAreas))
#: published totals from which a model allocates each resource
ALLOCATED_FROM: Final[dict[str, tuple[str, ...]]] = {
    "facilities": _FACILITIES_FROM,
    "beds": ("beds", *_FACILITIES_FROM),
    **{staff: (staff, f"east_share_{staff}", "beds", *_FACILITIES_FROM) for staff in STAFF},
}

People = Literal["people"]
PEOPLE: Final = "people"
#: what only the draws of a model tell
OfDraws = Literal["people without a facility in their county"]
PEOPLE_WITHOUT: Final = "people without a facility in their county"

#: all that an indicator can be made of
Quantity = Counted | People | OfDraws
QUANTITIES: Final[tuple[str, ...]] = (*COUNTED, PEOPLE, PEOPLE_WITHOUT)

#: `more_is_better`: supply; `less_is_better`: a lack
Direction = Literal["more_is_better", "less_is_better"]


@dataclass(frozen=True)
class Count:
    """So many of a thing."""

    numerator: Counted | OfDraws
    denominator: ClassVar[None] = None
    scale: ClassVar[float] = 1


@dataclass(frozen=True)
class Rate:
    """Units of a resource for so many people: the count times `scale`, divided by the people of the area."""

    numerator: Resource
    denominator: ClassVar[People] = "people"
    scale: float = 100_000


@dataclass(frozen=True)
class Ratio:
    """Units of one resource for each `scale` of another, of the same area, year and, in a model, draw."""

    numerator: Resource
    denominator: Resource
    scale: float = 1


@dataclass(frozen=True)
class Share:
    """A part of a whole, in per cent."""

    numerator: OfAreas | OfDraws
    denominator: Quantity
    scale: ClassVar[float] = 100


@dataclass(frozen=True)
class Probability:
    """In how many of a model's draws an area has no facility, in per cent; its range is over the weightings."""

    numerator: ClassVar[str] = "draws without a facility"
    denominator: ClassVar[str] = "draws"
    scale: ClassVar[float] = 100


@dataclass(frozen=True)
class Measured:
    """What a page works out for itself, such as a distance: shown there, never in a dataset."""

    numerator: ClassVar[str] = ""
    denominator: ClassVar[None] = None
    scale: ClassVar[float] = 1


#: how an indicator comes to its value; whatever applies one matches all of them, and stops at any other
Rule = Count | Rate | Ratio | Share | Probability | Measured


@dataclass(frozen=True)
class Bands:
    """
    Classes with a meaning: the inner edges, a name (message id) for each band from the lowest up, and the source.

    `names` has one more entry than `edges`; `limits` are the ids of the benchmarks that the edges are.
    """

    edges: tuple[float, ...]
    names: tuple[str, ...]
    limits: tuple[str, ...]
    origin_id: str


#: shortage bands for beds per 100,000 people: 30 is the consensus minimum, 60 the optimum
BED_BANDS: Final = Bands(
    (15, 25, 30, 60),
    (N_("Severe shortage"), N_("Moderate shortage"), N_("Mild shortage"), N_("Minimum met"), N_("Optimum met")),
    ("delphi-severe-beds", "delphi-moderate-beds", "delphi-minimum-beds", "delphi-optimal-beds"),
    "mundt2022",
)


@dataclass(frozen=True)
class Indicator:
    """
    One thing that can be shown of an area.

    `unit` is a message id; `levels` are those at which the indicator means something, `instead` what says nearly the
    same at the others, the nearest first; `rule` says what it is computed from; `decimals` is how many a reader needs;
    `bands` are the classes that a norm marks off, if one does.
    """

    id: str
    name: str
    unit: str
    direction: Direction
    levels: tuple[Level, ...]
    rule: Rule
    decimals: int = 0
    definition: str = ""
    instead: tuple[str, ...] = ()
    bands: Bands | None = None

    @property
    def numerator(self) -> str:
        """What is counted."""
        return self.rule.numerator

    @property
    def denominator(self) -> str | None:
        """What the count is divided by; None for a count."""
        return self.rule.denominator

    @property
    def scale(self) -> float:
        """What the quotient is multiplied by."""
        return self.rule.scale

    @property
    def parts(self) -> Resource | None:
        """The resource a shortfall is counted in; None where there is none: of a ratio, a share, a measure."""
        match self.rule:
            case Rate(numerator=resource):
                return resource
            case Count(numerator=counted):
                return next((resource for resource in RESOURCES if resource == counted), None)
            case _:
                return None

    @property
    def modelled_only(self) -> bool:
        """Whether only the draws of a model can tell it."""
        return isinstance(self.rule, Probability) or PEOPLE_WITHOUT in {self.numerator, self.denominator}


_COUNTS = (
    Indicator(
        "facilities", N_("Mental-health facilities"), N_("facilities"), "more_is_better", LEVELS, Count("facilities"),
        definition=N_("Hospitals, departments and clinics that give mental-health care, as the source counts them."),
    ),
    Indicator(
        "beds", N_("Psychiatric beds"), N_("beds"), "more_is_better", LEVELS, Count("beds"),
        definition=N_("Open beds for psychiatric inpatients in all kinds of facility."),
    ),
    Indicator(
        "psychiatrists", N_("Psychiatrists"), N_("psychiatrists"), "more_is_better", LEVELS, Count("psychiatrists"),
        definition=N_("Licensed psychiatrists, assistants and registrars as the source counts them."),
    ),
    Indicator(
        "nurses", N_("Psychiatric nurses"), N_("nurses"), "more_is_better", LEVELS, Count("nurses"),
        definition=N_("Registered nurses who work in mental-health facilities."),
    ),
)  # fmt: skip

_RATES = (
    Indicator(
        "facilities_per_100k", N_("Facilities per 100,000"), N_("per 100,000 people"), "more_is_better", LEVELS,
        Rate("facilities"), decimals=2,
        definition=N_("Mental-health facilities for every 100,000 residents."),
    ),
    Indicator(
        "beds_per_100k", N_("Psychiatric beds per 100,000"), N_("per 100,000 people"), "more_is_better", LEVELS,
        Rate("beds"), decimals=1, bands=BED_BANDS,
        definition=N_("Psychiatric beds for every 100,000 residents."),
    ),
    Indicator(
        "psychiatrists_per_100k", N_("Psychiatrists per 100,000"), N_("per 100,000 people"), "more_is_better", LEVELS,
        Rate("psychiatrists"), decimals=2,
        definition=N_("Psychiatrists for every 100,000 residents."),
    ),
    Indicator(
        "nurses_per_100k", N_("Psychiatric nurses per 100,000"), N_("per 100,000 people"), "more_is_better", LEVELS,
        Rate("nurses"), decimals=2,
        definition=N_("Psychiatric nurses for every 100,000 residents."),
    ),
)  # fmt: skip

_RATIOS = (
    Indicator(
        "beds_per_psychiatrist", N_("Beds per psychiatrist"), N_("beds per psychiatrist"), "less_is_better",
        ("country", "province"), Ratio("beds", "psychiatrists"), decimals=1, instead=("psychiatrists_per_100k",),
        definition=N_("Psychiatric beds for every psychiatrist: the load on staff."),
    ),
)  # fmt: skip

_ABSENCE = (
    Indicator(
        "counties_without_facility", N_("Counties without a facility"), N_("counties"), "less_is_better",
        ("country", "province"), Count("counties_without_facility"),
        instead=("people_without_facility", "probability_no_facility"),
        definition=N_("County-level units in which no mental-health facility was counted."),
    ),
    Indicator(
        "share_counties_without_facility", N_("Share of counties without a facility"), N_("% of counties"),
        "less_is_better", ("country", "province"), Share("counties_without_facility", "counties"), decimals=1,
        instead=("share_people_without_facility", "probability_no_facility"),
        definition=N_("Counties without a facility as a share of all county-level units of the same year."),
    ),
    Indicator(
        "probability_no_facility", N_("Probability of no facility"), N_("%"), "less_is_better", ("county",),
        Probability(), instead=("share_people_without_facility", "share_counties_without_facility"),
        definition=N_("Share of the model's draws in which the county has no mental-health facility."),
    ),
    Indicator(
        "people_without_facility", N_("People in counties without a facility"), N_("people"), "less_is_better",
        ("country", "province", "prefecture"), Count(PEOPLE_WITHOUT), instead=("probability_no_facility",),
        definition=N_(
            "Residents of counties without a mental-health facility: the mean of the model's draws."
        ),
    ),
    Indicator(
        "share_people_without_facility", N_("Share of people in counties without a facility"), N_("% of people"),
        "less_is_better", ("country", "province", "prefecture"), Share(PEOPLE_WITHOUT, PEOPLE), decimals=1,
        instead=("probability_no_facility",),
        definition=N_("People in counties without a facility as a share of all residents."),
    ),
)  # fmt: skip

REGISTRY: Final[dict[str, Indicator]] = {i.id: i for i in (*_COUNTS, *_RATES, *_RATIOS, *_ABSENCE)}

#: what a first visit shows
DEFAULT: Final = "beds_per_100k"

# what is told side by side, each where it is known, in this order
#: of the country as a whole
OF_COUNTRY: Final = (
    "facilities", "beds", "beds_per_100k", "psychiatrists_per_100k", "nurses_per_100k", "counties_without_facility",
)  # fmt: skip
#: of the area that is selected on a map, beside what the map shows
OF_AREA: Final = (
    "beds_per_100k", "beds", "facilities", "counties_without_facility", "people_without_facility",
    "probability_no_facility", "psychiatrists", "nurses",
)  # fmt: skip
#: of an area's neighbours, beside what is shown
OF_NEIGHBOURS: Final = ("beds_per_100k", "facilities", "counties_without_facility", "probability_no_facility")
#: of an office's dataset, before all others
OF_IMPORT: Final = ("beds_per_100k", "facilities", "psychiatrists", "nurses", "beds")
#: the first of these is on the map of what an import would change
OF_PREVIEW: Final = (
    "beds_per_100k", "facilities", "psychiatrists_per_100k", "nurses_per_100k", "psychiatrists", "nurses", "beds",
)  # fmt: skip

#: of what counts, the rate or the share that is made of it
RATE_OF: Final[dict[str, str]] = {
    count.id: rate.id
    for rate in reversed(REGISTRY.values())
    for count in REGISTRY.values()
    if isinstance(count.rule, Count) and isinstance(rate.rule, Rate | Share) and rate.numerator == count.numerator
}


def rate_of(indicator: Indicator) -> str:
    """Return the id of the rate of a resource's count; of anything else its own."""
    return RATE_OF[indicator.id] if indicator.id in RESOURCES else indicator.id


def resource_of(indicator: Indicator) -> str:
    """Return the resource an indicator counts; of one that counts none, that of what a first visit shows."""
    return next(name for name in (indicator.numerator, REGISTRY[DEFAULT].numerator) if name in RESOURCES)


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


def require_rules(registered: Iterable[Indicator]) -> None:
    """
    Refuse indicators that nothing could compute, before anything is computed.

    Raises
    ------
    UnknownRuleError
        If a rule is of no known kind, is one of a page alone, or names a quantity that no dataset counts; all of them
        at once.
    """
    faults = [fault for indicator in registered for fault in _faults_of(indicator)]
    if faults:
        raise UnknownRuleError(" ".join(faults))


def _faults_of(indicator: Indicator) -> list[str]:
    match indicator.rule:
        case Count() | Rate() | Ratio() | Share():
            named = (indicator.numerator, *([indicator.denominator] if indicator.denominator else []))
            known = ", ".join(QUANTITIES)
            return [
                f"The indicator {indicator.id!r} is made of {name!r}, which nothing counts; give it some of: {known}."
                for name in named
                if name not in QUANTITIES
            ]
        case Probability():
            return []
        case _:
            return [str(unknown_rule(indicator))]


def unknown_rule(indicator: Indicator) -> UnknownRuleError:
    """Return the error for an indicator whose rule is none of those that a build applies."""
    kinds = ", ".join(kind.__name__ for kind in get_args(Rule) if kind is not Measured)
    message = (
        f"The indicator {indicator.id!r} cannot be computed, for its rule is {indicator.rule!r}; "
        f"give it one of these in mhgis/indicators.py: {kinds}."
    )
    return UnknownRuleError(message)
