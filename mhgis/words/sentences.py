"""
Sentences made of figures: the headline of each page, in both languages.

Every sentence gives its year and calls a modelled figure modelled; none names a county by a modelled figure.
Holds no lookups: figures come in as numbers and ranked frames.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from mhgis import formats
from mhgis.i18n import N_, Language, ngettext, translator
from mhgis.indicators import WORDS, Indicator, Level
from mhgis.measures.drawn import CHANCE_LABELS, DrawnTally, Spread, chance_of
from mhgis.measures.gaps import Tally
from mhgis.planning.scenario import Action, Effect, EffectOfDraws
from mhgis.view.links import PARTS

#: keeps a number and its sign on one line
_NO_BREAK: Final = "\u00a0"

LEVEL_NAMES: Final[dict[Level, str]] = {
    "country": N_("Country"),
    "province": N_("Province"),
    "prefecture": N_("Prefecture"),
    "county": N_("County"),
}


@dataclass(frozen=True)
class Scene:
    """What a sentence is about. `scope` names the province or prefecture it is limited to, empty for the country."""

    lang: Language
    indicator: Indicator
    level: Level
    year: int
    modelled: bool
    scope: str = ""
    benchmark: float | None = None
    imported: bool = False

    @property
    def name(self) -> str:
        """The indicator's name as it stands within a sentence."""
        name = translator(self.lang)(self.indicator.name)
        return name[:1].lower() + name[1:]

    def number(self, value: float) -> str:
        """Return a value with the decimals a reader needs, none where it is whole."""
        return formats.number(value, 0 if float(value).is_integer() else max(1, self.indicator.decimals))


def areas(n: int, level: Level, lang: Language, scope: str = "") -> str:
    """Return a number of areas: `31 provinces`, `86 counties of` the scope; 86 个县级单位."""
    forms: dict[str, Callable[[], str]] = {
        "country": lambda: ngettext(lang, "{n} country", "{n} countries", n),
        "province": lambda: ngettext(lang, "{n} province", "{n} provinces", n),
        "prefecture": lambda: ngettext(lang, "{n} prefecture", "{n} prefectures", n),
        "county": lambda: ngettext(lang, "{n} county", "{n} counties", n),
    }
    forms_within: dict[str, Callable[[], str]] = {
        "prefecture": lambda: ngettext(lang, "{n} prefecture of {scope}", "{n} prefectures of {scope}", n),
        "county": lambda: ngettext(lang, "{n} county of {scope}", "{n} counties of {scope}", n),
    }
    form = forms_within[level] if scope else forms[level]
    return form().format(n=formats.number(n), scope=scope)


@dataclass(frozen=True)
class Told:
    """A number of the country with its year, and that of an earlier year; None where it is not known."""

    value: float
    year: int
    before: float | None = None
    year_before: int | None = None


def overview(country: str, lang: Language, beds: Told | None, without: Told | None, share: float | None) -> str:
    """
    Return how a country stands: the latest there is, and what it was before.

    Parameters
    ----------
    country
        Its name, in the language.
    lang
        Of the sentence.
    beds
        Per 100,000 people; None where not known.
    without
        Counties without a facility, of the same year as the beds; None where not known.
    share
        Of all counties, of those without a facility (%); None where not known.
    """
    _ = translator(lang)
    if beds is None:
        return _("No national rate of psychiatric beds can be given")
    said = _("In {year} {country} had {beds} psychiatric beds per 100,000 people")
    parts = [said.format(year=beds.year, country=country, beds=_and_before(beds, 1, lang))]
    if without is not None:
        of_all = "" if share is None else formats.percent(share, 1).replace(" ", _NO_BREAK)
        counted = areas(int(without.value), "county", lang)
        if without.before is not None:
            form = _("{counties} had no facility ({year}: {before})")
            before = formats.number(without.before)
            parts.append(form.format(counties=counted, year=without.year_before, before=before))
        elif of_all:
            parts.append(_("{counties} ({share}) had no facility").format(counties=counted, share=of_all))
        else:
            parts.append(_("{counties} had no facility").format(counties=counted))
    return _("; ").join(parts)


def _and_before(told: Told, decimals: int, lang: Language) -> str:
    number = formats.number(told.value, decimals)
    if told.before is None:
        return number
    _ = translator(lang)
    said = _("{value} ({year}: {before})")
    return said.format(value=number, year=told.year_before, before=formats.number(told.before, decimals))


def later(said: str, country: str, indicator: Indicator, told: Told, lang: Language) -> str:
    """Return a headline of an earlier year with what the whole country came to since."""
    _ = translator(lang)
    name = _(indicator.name)
    words = {"said": said, "year": told.year, "country": country, "name": name[:1].lower() + name[1:]}
    words["value"] = formats.number(told.value, indicator.decimals)
    if name.casefold() in said.casefold():
        return _("{said}; {country} in {year}: {value}").format(**words)
    return _("{said}; {name} of {country} in {year}: {value}").format(**words)


def headline(
    scene: Scene, ranked: pd.DataFrame, tally: Tally, name_column: str, drawn: DrawnTally | None = None
) -> str:
    """
    Return what a map shows: how many areas fall short, or from where to where the values go.

    Parameters
    ----------
    scene
        What is shown.
    ranked, tally
        As `mhgis.measures.gaps` gives them, limited to the scope.
    name_column
        Column of `ranked` that holds the names in the language of the scene.
    drawn
        The same counted in each draw of a model; None where figures are not a model's, or not of its draws.
    """
    if tally.short + tally.enough == 0:
        return nothing_known(scene, tally)
    if scene.benchmark is not None:
        return _short_of(scene, tally, drawn)
    return _from_to(scene, ranked, name_column)


def nothing_known(scene: Scene, tally: Tally) -> str:
    """Return that nobody has published or imported such figures at this level, or that they do not apply."""
    _ = translator(scene.lang)
    if tally.unknown:
        said = _("For {year}, {name} was not published for any of {areas}")
        if scene.imported:
            said = _("For {year}, the imported figures do not tell {name} for any of {areas}")
        counted = areas(tally.unknown, scene.level, scene.lang, scene.scope)
        return said.format(year=scene.year, name=scene.name, areas=counted)
    said = _("{name}: does not apply to {areas}")
    counted = areas(tally.not_applicable, scene.level, scene.lang, scene.scope)
    return said.format(name=_(scene.indicator.name), areas=counted)


def _short_of(scene: Scene, tally: Tally, drawn: DrawnTally | None) -> str:
    _ = translator(scene.lang)
    if drawn is not None:
        sentence = _short_in_draws(scene, drawn)
    else:
        said = _("In {year}, {short} of {areas} had fewer than {benchmark} {name}")
        if scene.indicator.direction == "less_is_better":
            said = _("In {year}, {short} of {areas} had more than {benchmark} {name}")
        sentence = said.format(
            year=scene.year,
            short=formats.number(tally.short),
            areas=areas(tally.short + tally.enough, scene.level, scene.lang, scene.scope),
            benchmark=scene.number(scene.benchmark or 0),
            name=scene.name,
        )
        sentence = _("Model estimate: {sentence}").format(sentence=sentence) if scene.modelled else sentence
    if not tally.left_out:
        return sentence
    return _("{said}; of {n} more it cannot be told").format(said=sentence, n=formats.number(tally.left_out))


def _short_in_draws(scene: Scene, drawn: DrawnTally) -> str:
    _ = translator(scene.lang)
    said = _("In the model, {short} of {areas} had fewer than {benchmark} {name} in {year}")
    if scene.indicator.direction == "less_is_better":
        said = _("In the model, {short} of {areas} had more than {benchmark} {name} in {year}")
    sentence = said.format(
        short=ranged(drawn.short),
        areas=areas(drawn.areas, scene.level, scene.lang, scene.scope),
        benchmark=scene.number(scene.benchmark or 0),
        name=scene.name,
        year=scene.year,
    )
    if drawn.people_short is None:
        return sentence
    people = ranged_people(drawn.people_short, scene.lang)
    return _("{said}; {people} lived there").format(said=sentence, people=people)


def ranged(drawn: Spread, *, mean: bool = False) -> str:
    """Return a number of things as a model's draws have it: `2,233 (2,207–2,261)`, the median or the mean first."""
    first = formats.number(round(drawn.mean if mean else drawn.middle))
    return first if drawn.is_certain else f"{first} ({formats.interval(drawn.lower, drawn.upper)})"


def ranged_people(drawn: Spread, lang: Language) -> str:
    """Return a number of people as a model's draws have it: `988 million people (970 million–1.01 billion)`."""
    first = formats.people(drawn.middle, lang)
    lower, upper = (formats.people(end, lang, unit=False) for end in (drawn.lower, drawn.upper))
    return (
        first if lower == upper else translator(lang)("{n} ({lower}–{upper})").format(n=first, lower=lower, upper=upper)
    )


def _from_to(scene: Scene, ranked: pd.DataFrame, name_column: str) -> str:
    _ = translator(scene.lang)
    known = ranked[ranked["value"].notna()].sort_values(["value", "area_code"])
    least, most = known.iloc[0], known.iloc[-1]
    parts = {
        "year": scene.year,
        "name": scene.name,
        "areas": areas(len(known), scene.level, scene.lang, scene.scope),
        "least": scene.number(least["value"]),
        "most": scene.number(most["value"]),
    }
    if len(known) == 1:
        one = _("In {year}, {name} was {most} in {areas} (model estimate)")
        named = _("In {year}, {name} was {most} ({most_area})")
        return (one if scene.modelled else named).format(**parts, most_area=most[name_column])
    if least["value"] == most["value"]:
        each = _("In {year}, {name} was {most} in each of {areas}")
        modelled = _("In {year}, {name} was {most} in each of {areas} (model estimate)")
        return (modelled if scene.modelled else each).format(**parts)
    if scene.modelled:
        said = _("In {year}, {name} went from {least} to {most} across {areas} (model estimate)")
        return said.format(**parts)
    said = _("In {year}, {name} went from {least} ({least_area}) to {most} ({most_area}) across {areas}")
    return said.format(**parts, least_area=least[name_column], most_area=most[name_column])


def absence(scene: Scene, without: int | None, people: float | None, lower: float | None, upper: float | None) -> str:
    """
    Return how many counties have no facility, as published, and how many people live there, as modelled.

    Parameters
    ----------
    scene
        What is shown; `scope` empty for the country.
    without
        Published number of counties without a facility.
    people, lower, upper
        Modelled people in such counties: median and 5-95 % range.
    """
    _ = translator(scene.lang)
    counties = areas(without or 0, "county", scene.lang, scene.scope)
    if not without:
        return _("In {year}, every one of the counties shown had a facility").format(year=scene.year)
    if people is None:
        return _("In {year}, {counties} had no mental-health facility").format(year=scene.year, counties=counties)
    said = _("In {year}, {counties} had no mental-health facility; about {people} lived there (model estimate)")
    alike = formats.people(lower, scene.lang) == formats.people(upper, scene.lang)
    ranged = _(
        "In {year}, {counties} had no mental-health facility; about {people} lived there "
        "(model estimate, {lower} to {upper})"
    )
    return (said if alike else ranged).format(
        year=scene.year,
        counties=counties,
        people=formats.people(people, scene.lang),
        lower=formats.people(lower, scene.lang, unit=False),
        upper=formats.people(upper, scene.lang, unit=False),
    )


def shortfalls(
    scene: Scene, ranked: pd.DataFrame, tally: Tally, name_column: str, drawn: DrawnTally | None = None
) -> str:
    """Return what a gap list comes to: areas that fall short, units they lack. Parameters as of `headline`."""
    _ = translator(scene.lang)
    if tally.short + tally.enough == 0:
        return nothing_known(scene, tally)
    if scene.benchmark is None and scene.indicator.direction == "more_is_better":
        return _without_any(scene, tally, drawn)
    if scene.benchmark is None:
        return _from_to(scene, ranked, name_column)
    short, unit = _short_of(scene, tally, drawn), unit_of_parts(scene.indicator, scene.lang)
    if scene.indicator.parts is None:
        return short
    if drawn is not None:
        # the mean: it is what the column of the list adds up to
        lacking = drawn.lacking and drawn.lacking.mean and formats.with_unit(ranged(drawn.lacking, mean=True), unit)
    else:
        lacking = tally.units_lacking and formats.with_unit(formats.number(tally.units_lacking), unit)
    return _("{short}; together they lack {units}").format(short=short, units=lacking) if lacking else short


def _without_any(scene: Scene, tally: Tally, drawn: DrawnTally | None) -> str:
    _ = translator(scene.lang)
    if drawn is not None:
        said = _("In the model, {zero} of {areas} had none in {year}: {name}")
        counted = areas(drawn.areas, scene.level, scene.lang, scene.scope)
        return said.format(zero=ranged(drawn.zero), areas=counted, name=scene.name, year=scene.year)
    sentence = _("In {year}, {zero} of {areas} had zero {name}").format(
        year=scene.year,
        zero=formats.number(tally.zero),
        areas=areas(tally.short + tally.enough, scene.level, scene.lang, scene.scope),
        name=scene.name,
    )
    return _("Model estimate: {sentence}").format(sentence=sentence) if scene.modelled else sentence


def chance(scene: Scene, short: float, zero: float) -> str:
    """Return in how many of a model's draws an area is short, and in how many it has nothing at all (per cent)."""
    _ = translator(scene.lang)
    said = []
    if scene.benchmark is not None:
        word = _(CHANCE_LABELS[chance_of(short)])
        said.append(_("Short in {share} of the draws ({word})").format(word=word.lower(), share=_of_draws(short)))
    if scene.indicator.direction == "more_is_better":
        said.append(_("none at all in {share}").format(share=_of_draws(zero)))
    return _("; ").join(said)


def _of_draws(percent: float) -> str:
    # a draw in a thousand is not none
    return formats.percent(percent, 1 if 0 < percent < 1 or 99 < percent < 100 else 0)  # noqa: PLR2004


def probability_of_short(scene: Scene) -> str:
    """Return what the legend of a map of probabilities is headed with: of what they are."""
    _ = translator(scene.lang)
    said = _("Probability of fewer than {benchmark} {name}")
    return said.format(benchmark=scene.number(scene.benchmark or 0), name=scene.name)


def worst(scene: Scene, n: int) -> str:
    """Return the title of a list of the areas furthest short."""
    _ = translator(scene.lang)
    counted = areas(n, scene.level, scene.lang)
    if scene.indicator.direction == "more_is_better":
        said = _("The {areas} with the lowest {name}, {year}")
    else:
        said = _("The {areas} with the highest {name}, {year}")
    return said.format(areas=counted, name=scene.name, year=scene.year)


def unit_of_parts(indicator: Indicator, lang: Language) -> str:
    """Return the unit a shortfall is counted in: beds, facilities, psychiatrists, nurses."""
    return translator(lang)(indicator.parts or "")


def unknown(scene: Scene, tally: Tally) -> str:
    """Return of how many areas nothing is known, and how many people live there."""
    _ = translator(scene.lang)
    counted = areas(tally.unknown, scene.level, scene.lang, scene.scope)
    if tally.people_unknown is None:
        return _("We do not know the figure of {areas}").format(areas=counted)
    people = formats.people(tally.people_unknown, scene.lang)
    return _("We do not know the figure of {areas}, where {people} live").format(areas=counted, people=people)


def sources(lang: Language, n: int, note: str = "") -> str:
    """Return how many sources there are, and what the country's pack says of them, if anything."""
    _ = translator(lang)
    said = ngettext(lang, "{n} source stands behind these figures", "{n} sources stand behind these figures", n)
    return _("; ").join(part for part in (said.format(n=formats.number(n)), note) if part)


def notice(ignored: Sequence[str], lang: Language) -> str:
    """Return which parts of a link could not be used; `ignored` are keys of `mhgis.view.links.PARTS`."""
    _ = translator(lang)
    parts = _(", ").join(_(PARTS[key]) for key in ignored)
    said = _("Part of this link could not be used, so the usual choice is shown instead: {parts}.")
    return said.format(parts=parts)


def left_out(titles: Sequence[str], lang: Language) -> str:
    """Return that imported datasets cannot be read, what that means for the page, and where it says what to do."""
    _ = translator(lang)
    said = ngettext(
        lang,
        "{n} imported dataset cannot be read and is left out here: {titles}. The page Import says what to do.",
        "{n} imported datasets cannot be read and are left out here: {titles}. The page Import says what to do.",
        len(titles),
    )
    return said.format(n=formats.number(len(titles)), titles=("、" if lang == "zh" else ", ").join(titles))


def mended(dataset: str, version: int, lang: Language) -> str:
    """Return what to do about a version that cannot be read, or, without one, about a dataset's pointer."""
    _ = translator(lang)
    if version:
        said = _(
            "Version {n} of {dataset} cannot be read and is shown nowhere. Show another of its versions, put the "
            "folder back from a backup, or import the file again."
        )
        return said.format(n=version, dataset=dataset)
    said = _(
        "The file dataset.json of {dataset} cannot be read, so nobody can say which version is shown. Put it back from "
        "a backup of the data folder, or take the folder away and import the file again."
    )
    return said.format(dataset=dataset)


def without_facility(scene: Scene, counties: int, without: int) -> str:
    """
    Return how many of a place's counties had no facility, and that which ones they are was not published.

    Parameters
    ----------
    scene
        What is shown; `scope` names the province, empty for the country.
    counties, without
        County-level units of that year and those without a facility, as published.
    """
    _ = translator(scene.lang)
    said = _("Of {counties} in {year}, {without} had no mental-health facility; which ones was not published.")
    counted = areas(counties, "county", scene.lang, scene.scope)
    return said.format(year=scene.year, counties=counted, without=formats.number(without))


def scenario(scene: Scene, n_actions: int, effect: Effect, drawn: EffectOfDraws | None = None) -> str:
    """
    Return what a scenario does to the gap: how many people more live where the benchmark is met, which gaps close.

    Parameters
    ----------
    scene
        What is looked at; without a benchmark having any is what counts.
    n_actions
        How many actions the ledger has.
    effect
        What they do, on the counts as they are.
    drawn
        What they do over a model's draws, of which the middle is said. None where figures are not a model's.
    """
    _, lang = translator(scene.lang), scene.lang
    if not n_actions:
        return _("No action yet: nothing changes against the baseline")
    said = _("this action") if n_actions == 1 else _("these {n} actions").format(n=formats.number(n_actions))
    people = effect.covered if drawn is None else drawn.covered.value
    closed, opened = len(effect.closed), len(effect.opened)
    if drawn is not None:
        closed, opened = int(drawn.closed.value), int(drawn.opened.value)
    words = {
        "actions": said, "people": formats.people(abs(people), lang, unit=False), "there": there(scene),
        "gaps": _gaps(closed, opened, lang),
    }  # fmt: skip
    if people > 0:
        text = _("With {actions} {people} more people live in {there}; {gaps}")
    elif people < 0:
        text = _("With {actions} {people} fewer people live in {there}; {gaps}")
    elif effect.assured:
        words["gaps"] = areas(len(effect.assured), scene.level, lang)
        words["people"], words["there"] = formats.people(effect.people_assured, lang), mark(scene)
        text = ngettext(
            lang,
            "With {actions} {gaps} not known before is now for certain {there}: {people} live there",
            "With {actions} {gaps} not known before are now for certain {there}: {people} live there",
            len(effect.assured),
        )
    elif not effect.before and effect.unknown:
        text = _("With {actions} units are added, but no figure is known here, so nobody can say whether a gap closes")
    else:
        still = effect.after if drawn is None else int(drawn.after.value)
        words["gaps"] = areas(still, scene.level, lang, scene.scope)
        words["there"] = mark(scene)
        text = _("With {actions} no area comes to be {there}; {gaps} stay short")
    whole = text.format(**words)
    return _("Model estimate: {sentence}").format(sentence=whole) if scene.modelled else whole


#: the areas that meet a mark, of the country and of a place in it
_THERE: Final[dict[Level, tuple[str, str]]] = {
    "country": (N_("countries {mark}"), N_("countries {mark}")),
    "province": (N_("provinces {mark}"), N_("provinces {mark}")),
    "prefecture": (N_("prefectures {mark}"), N_("prefectures of {scope} {mark}")),
    "county": (N_("counties {mark}"), N_("counties of {scope} {mark}")),
}


def mark(scene: Scene) -> str:
    """Return what an area must have: `at or above 30` of the indicator; any at all without a benchmark."""
    _ = translator(scene.lang)
    if not scene.benchmark:
        return _("provided with any {unit}").format(unit=unit_of_parts(scene.indicator, scene.lang))
    said = _("at or above {benchmark} {name}")
    return said.format(benchmark=scene.number(scene.benchmark), name=scene.name)


def below(scene: Scene) -> str:
    """Return the areas that have not: `Areas below 30` of the indicator; those without any where no benchmark is."""
    _ = translator(scene.lang)
    if not scene.benchmark:
        return _("Areas without any {unit}").format(unit=unit_of_parts(scene.indicator, scene.lang))
    said = _("Areas below {benchmark} {name}")
    return said.format(benchmark=scene.number(scene.benchmark), name=scene.name)


def there(scene: Scene) -> str:
    """Return the areas that have it: `counties of a place at or above 30` of the indicator."""
    _ = translator(scene.lang)
    return _(_THERE[scene.level][bool(scene.scope)]).format(scope=scene.scope, mark=mark(scene))


def _gaps(closed: int, opened: int, lang: Language) -> str:
    said = ngettext(lang, "{n} gap closes", "{n} gaps close", closed).format(n=formats.number(closed))
    if opened:
        more = ngettext(lang, "{n} gap opens", "{n} gaps open", opened).format(n=formats.number(opened))
        return translator(lang)(", ").join([said, more])
    return said


def units(held: Mapping[str, int], lang: Language) -> str:
    """Return units by resource in words: `200 beds, 1 facility`; a dash where there are none."""
    said = [ngettext(lang, *WORDS[name].one_many, n).format(n=formats.number(n)) for name, n in held.items() if n]
    return translator(lang)(", ").join(said) or formats.NOTHING


def action(done: Action, names: Mapping[str, str], lang: Language) -> str:
    """
    Return an action of a scenario in words.

    Parameters
    ----------
    done
        The action.
    names
        What each area, and each facility that is named, is called; a code that is not among them stands for itself.
    lang
        Of the sentence.
    """
    _ = translator(lang)
    called = [names.get(area, area) for area in done.areas]
    words = {
        "area": called[0], "to": called[-1],
        "units": units({name: abs(n) if _takes(done) else n for name, n in done.units}, lang),
        "facility": names.get(done.facility, done.facility), "n": formats.number(len(called)),
        "years": formats.number(done.years), "rate": formats.number(done.rate, _decimals(done.rate)),
        "unit": _(done.resource),
    }  # fmt: skip
    return _(_form(done)).format(**words)


def _decimals(number: float) -> int:
    return 0 if float(number).is_integer() else 2


def _takes(done: Action) -> bool:
    return done.do == "add" and any(n < 0 for _name, n in done.units) and all(n <= 0 for _name, n in done.units)


def _form(done: Action) -> str:
    forms = {
        ("open", False): N_("Open a facility in {area}, with: {units}"),
        ("close", False): N_("Close a facility in {area}, with: {units}"),
        ("close", True): N_("Close {facility} in {area}, with: {units}"),
        ("add", False): N_("Take from {area}: {units}") if _takes(done) else N_("Add in {area}: {units}"),
        ("add", True): N_("Expand {facility} in {area} by: {units}"),
        ("move", False): N_("Move from {area} to {to}: {units}"),
        ("move", True): N_("Move {facility} from {area} to {to}, with: {units}"),
        ("recruit", False): N_("Recruit in {area}, each year for {years} years: {units}"),
    }
    if done.do == "reach":
        one = N_("Bring {area} up to {rate} {unit} per 100,000 people")
        return one if len(done.areas) == 1 else N_("Bring {n} areas up to {rate} {unit} per 100,000 people each")
    return forms[done.do, bool(done.facility) and (done.do, True) in forms]
