"""
Next sites on a ground: who is out of reach of care, where new sites would reach most of them, and how sure that is.

Puts `mhgis.measures.access` (who is out of reach) and `mhgis.planning.allocate` (which sites) together. Where care is a
model's, what a site is worth is the mean over the draws, what a choice achieves has a range over them, and each site
has a share of draws in which it would be chosen again. A place where nobody knows whether there is care is neither a
gap nor a site. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis.i18n import N_
from mhgis.measures import distance
from mhgis.measures.access import Borders, Distances, Ground
from mhgis.measures.question import Between, Code, Codes, Question
from mhgis.planning import allocate
from mhgis.planning.allocate import Answer, Case

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: people further from any care than this count as this far, km; no site serves further
FARTHEST_KM: Final = 400.0
#: draws in which the choice is made anew
DRAWS_TRIED: Final = 50
PER_100K: Final = 100_000
PER_CENT: Final = 100
#: stands for the care there is: one site, as far from each origin as its nearest care
_CARE: Final = "care"
#: what holds in more than this share of the draws is told as likely
_LIKELY: Final = 0.5

Goal = Literal["covered", "mean", "fewest", "worst"]
GOAL_NAMES: Final[dict[Goal, str]] = {
    "covered": N_("Most people within reach"),
    "mean": N_("Least mean distance"),
    "fewest": N_("Fewest sites for a share of people"),
    "worst": N_("Least worst distance"),
}
#: the most areas of one kind that a link names
MOST_CODES: Final = 40


@dataclass(frozen=True)
class SitesQuestion(Question):
    """
    What is asked of next sites.

    `sites` new ones within `reach` (km) of whom they serve, for a `goal`; `share` (per cent of people) is that of the
    goal `fewest`. People of areas below the benchmark count `weight` per cent of others. `quota` is the most in one
    province, 0 for no limit; `beds` what one site holds, 0 for enough for all who reach it. `region` limits the place
    to one region; `forced` and `forbidden` are codes of areas that get a site, or none.
    """

    goal: Goal = "covered"
    sites: Annotated[int, Between(1, 500)] = 10
    reach: Annotated[int, Between(5, 400)] = 100
    share: Annotated[int, Between(1, 100)] = 95
    borders: Borders = "open"
    weight: Annotated[int, Between(100, 1_000)] = 100
    quota: Annotated[int, Between(0, 500)] = 0
    beds: Annotated[int, Between(0, 5_000)] = 0
    region: Annotated[str, Code()] = ""
    forced: Annotated[tuple[str, ...], Codes(MOST_CODES)] = ()
    forbidden: Annotated[tuple[str, ...], Codes(MOST_CODES)] = ()


@dataclass(frozen=True, eq=False)
class Need:
    """
    Who is to be reached.

    Attributes
    ----------
    table
        By origin of the place: `people`; `out`, the share of draws in which it is out of reach, 1 or 0 where figures
        were reported (NA = not known, or no population figure); `weight`, the people out of reach, those of areas
        below the benchmark weighed (0 where not known); `distance_km` to care (the middle of the draws; NA = not
        known; `FARTHEST_KM` at most).
    outs
        Draws by origins: out of reach; one row where figures were reported.
    """

    table: pd.DataFrame
    outs: Flags

    @property
    def expected(self) -> pd.Series:
        """People out of reach, the mean over the draws; 0 where not known."""
        return (self.table["people"].astype("Float64") * self.table["out"]).fillna(0).astype("float64")


def need(
    ground: Ground, found: Distances, question: SitesQuestion, inside: pd.Series, below: Flags | None = None
) -> Need:
    """
    Say who is out of reach before anything is opened.

    Parameters
    ----------
    ground, found
        Where people and care are, and how far they are from each other.
    question
        `reach` says from where on someone is out of reach, `weight` what people of areas below the benchmark count.
    inside
        By area code: whether it lies in the place.
    below
        Draws by origins of the ground (one row where figures were reported): below the benchmark.
    """
    here = inside.reindex(ground.origins.index).fillna(value=False).to_numpy(bool)
    table = found.table[here]
    people = ground.origins["people"][here].astype("Int64")
    if found.draws is not None:
        outs = found.draws[:, here] > question.reach
        out = pd.Series(outs.mean(axis=0), index=table.index, dtype="Float64")
    else:
        surely, perhaps = table["lower"].gt(question.reach), table["upper"].gt(question.reach)
        outs = surely.to_numpy(bool)[None, :]
        out = surely.astype("Float64").mask(perhaps & ~surely)
    out = out.mask(people.isna())
    counts = outs.astype(np.float64)
    if below is not None and question.weight > PER_CENT:
        counts = counts * np.where(below[:, here], question.weight / PER_CENT, 1.0).astype(np.float64)
    weight = pd.Series(counts.mean(axis=0), index=table.index) * people.astype("float64")
    return Need(
        pd.DataFrame({
            "people": people,
            "out": out,
            "weight": weight.where(out.notna(), 0.0).fillna(0.0),
            "distance_km": table["value"].astype("Float64").clip(upper=FARTHEST_KM).mask(people.isna()),
        }),
        outs,
    )  # fmt: skip


def below(ground: Ground, benchmark: float) -> Flags:
    """
    Say which origins have less than a benchmark, in units for 100,000 people.

    Returns
    -------
    below
        Draws by origins, one row where figures were reported; an area of which units or people are not known is not
        said to be below.
    """
    people = ground.origins["people"].astype("Float64").to_numpy("float64", na_value=np.nan)
    if ground.draws is not None:
        units: Numbers = ground.draws.astype(np.float64)
    else:
        held = ground.sites["amount"].astype("Float64").groupby(ground.sites["area_code"])
        of_area = held.agg(lambda one: one.sum(skipna=False)).reindex(ground.origins.index)
        units = np.asarray(of_area.to_numpy("float64", na_value=np.nan), dtype=np.float64)[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Flags = PER_100K * units / people < benchmark
    return found


@dataclass(frozen=True)
class Span:
    """A number of people as a range: the 5 %, 50 % and 95 % quantile over draws, or one number three times."""

    lower: int
    value: int
    upper: int


@dataclass(frozen=True, eq=False)
class Proposal:
    """
    Where the next sites go and what they achieve.

    Attributes
    ----------
    need
        Who was to be reached.
    answer
        The choice with its bound, in the terms of the goal: people (weighed), km or sites.
    sites
        By area code, most people first: `people` that it newly brings within reach (each counted at the nearest new
        site; the mean over draws), `assured`, how many areas it makes sure in the same way, and `again`, in how many
        of 100 draws it would be chosen again (NA: not a model's, or another goal).
    fate
        By origin of the place: `site`, `new` (comes within reach), `before` (was within reach), `left` (stays out of
        it) or `unknown`; where care is a model's, what holds in most draws.
    reached, left
        People newly within reach, and people still out of it. Who is not known is in neither.
    areas_unknown, people_unknown
        Areas of which it is not known whether they are within reach, and the people in them who are known.
    assured
        Those of them, by code, that have a new site within reach, so that it is sure afterwards.
    """

    need: Need
    answer: Answer
    sites: pd.DataFrame
    fate: pd.Series
    reached: Span
    left: Span
    areas_unknown: int
    people_unknown: int
    assured: pd.Index


def propose(
    ground: Ground,
    found: Distances,
    question: SitesQuestion,
    inside: pd.Series,
    *,
    below: Flags | None = None,
    benchmark: float | None = None,
) -> Proposal:
    """
    Choose sites for those of a place who are out of reach, and say what the choice achieves.

    Parameters
    ----------
    ground, found, question, inside, below
        As for `need`. Sites may open at the point of any area of the place of which it is known whether it has care,
        except the forbidden ones.
    benchmark
        Units for 100,000 people: how many people what one site holds is enough for. None: for all who reach it.

    Raises
    ------
    UnsolvableError
        If the conditions leave no choice, in words.
    """
    needed = need(ground, found, question, inside, below)
    here = ground.origins.loc[needed.table.index]
    known = pd.Series(data=True, index=here.index)
    if not ground.is_modelled:
        unknown = ground.sites[ground.sites["amount"].isna()]
        known = ~known.index.to_series().isin(unknown["area_code"])
    candidates = [code for code in here.index[known.to_numpy(bool)] if code not in question.forbidden]
    links = _links(here, here.loc[candidates], question, _radius(question))
    case = _case(needed, links, candidates, here["province_code"], question)
    answer = _answer(needed, case, question, benchmark)
    sites = _sites(needed, links, answer, question.reach)
    if ground.is_modelled and question.goal == "covered" and not question.beds:
        again = _again(needed, case, question)
        sites["again"] = again.reindex(sites.index).astype("Float64")
    return _told(needed, links, answer, sites.sort_values(["people"], ascending=False, kind="stable"), question)


def _radius(question: SitesQuestion) -> float:
    return float(question.reach) if question.goal in {"covered", "fewest"} else FARTHEST_KM


def _links(origins: pd.DataFrame, candidates: pd.DataFrame, question: SitesQuestion, radius_km: float) -> pd.DataFrame:
    borders = None if question.borders == "open" else (origins["province_code"], candidates["province_code"])
    if not len(candidates):
        return pd.DataFrame({"origin": [], "site": [], "distance_km": []}).astype({"distance_km": "float64"})
    pairs = distance.reach(origins, candidates, radius_km, lambda share: share * radius_km, borders).weights.tocoo()
    return pd.DataFrame(
        {"origin": origins.index[pairs.row], "site": candidates.index[pairs.col], "distance_km": pairs.data}
    )


def _case(
    needed: Need, links: pd.DataFrame, candidates: Sequence[str], province: pd.Series, question: SitesQuestion
) -> Case:
    quota = dict.fromkeys(map(str, province.unique()), question.quota) if question.quota else {}
    forced = tuple(code for code in question.forced if code in set(candidates))
    groups = {str(code): str(name) for code, name in province[list(candidates)].items()}
    return Case(needed.table["weight"], links, (), tuple(candidates), forced, groups, quota)


def _answer(needed: Need, case: Case, question: SitesQuestion, benchmark: float | None) -> Answer:
    k, rows = question.sites, needed.table
    if question.goal == "covered" and question.beds and benchmark:
        # so many people are served by what one site holds, at the benchmark's rate
        holds = dict.fromkeys(case.candidates, question.beds * PER_100K / benchmark)
        return allocate.most_served(case, k, question.reach, holds)
    if question.goal == "covered":
        return allocate.most_covered(case, k, question.reach)
    if question.goal == "fewest":
        total, outside = float(rows["people"][rows["out"].notna()].sum()), float(needed.expected.sum())
        # who is within reach already counts for the share
        lacking = question.share / PER_CENT * total - (total - outside)
        if lacking <= 0 or outside == 0:
            return Answer(case.forced, float(len(case.forced)), 0.0, float(len(case.forced)), 0.0)
        return allocate.fewest_sites(replace(case, weight=needed.expected), question.reach, min(lacking / outside, 1.0))
    away = rows["distance_km"].dropna().astype("float64")
    people = rows["people"].astype("Float64").where(rows["distance_km"].notna()).fillna(0).astype("float64")
    nearer = case.links[case.links["distance_km"].to_numpy() < away.reindex(case.links["origin"]).to_numpy("float64")]
    care = pd.DataFrame({"origin": away.index, "site": _CARE, "distance_km": away.to_numpy()})
    links = pd.concat([nearer, care], ignore_index=True)
    whole = replace(case, weight=people, existing=(_CARE,), links=links)
    return allocate.least_mean(whole, k, FARTHEST_KM) if question.goal == "mean" else allocate.least_worst(whole, k)


def _near(links: pd.DataFrame, sites: Sequence[str], reach_km: float) -> pd.Series:
    """Return the nearest of some sites by origin, for the origins that have one within reach."""
    near = links[links["site"].isin(sites) & links["distance_km"].le(reach_km)]
    nearest = near.sort_values(["distance_km", "site"], kind="stable").drop_duplicates("origin")
    return nearest.set_index("origin")["site"]


def _sites(needed: Need, links: pd.DataFrame, answer: Answer, reach_km: float) -> pd.DataFrame:
    near = _near(links, answer.sites, reach_km)
    brought = needed.expected.reindex(near.index).groupby(near).sum()
    order = pd.Index(answer.sites, dtype="str")
    people = brought.reindex(order).fillna(0).round().astype("Int64")
    unknown = near[near.index.isin(needed.table.index[needed.table["out"].isna()])]
    assured = unknown.value_counts().reindex(order).fillna(0).astype("int64")
    return pd.DataFrame({"people": people, "assured": assured, "again": pd.Series(pd.NA, order, dtype="Float64")})


def _again(needed: Need, case: Case, question: SitesQuestion) -> pd.Series:
    """Choose anew in some of the draws; return in how many of 100 each candidate is chosen."""
    tried = np.unique(np.linspace(0, len(needed.outs) - 1, DRAWS_TRIED).round().astype(int))
    people = needed.table["people"].astype("Float64").fillna(0).to_numpy("float64")
    chosen = allocate.chosen_by_weights(case, question.sites, question.reach, needed.outs[tried] * people)
    counts = pd.Series([code for sites in chosen for code in sites], dtype="str").value_counts()
    return (100 * counts / len(tried)).reindex(list(case.candidates)).fillna(0.0)


def _told(needed: Need, links: pd.DataFrame, answer: Answer, sites: pd.DataFrame, question: SitesQuestion) -> Proposal:
    rows = needed.table
    near = rows.index.isin(_near(links, answer.sites, question.reach).index)
    known = rows["out"].notna().to_numpy(bool)
    outside = rows["out"].fillna(0).to_numpy("float64") > _LIKELY
    fate = pd.Series("before", rows.index, dtype="str")
    fate = fate.mask(outside & near, "new").mask(outside & ~near, "left").mask(~known, "unknown")
    fate = fate.mask(fate.index.isin(answer.sites), "site")
    people = np.where(known, rows["people"].astype("Float64").fillna(0).to_numpy("float64"), 0.0)
    return Proposal(
        needed, answer, sites, fate,
        reached=_span((needed.outs & near).astype(np.float64) @ people),
        left=_span((needed.outs & ~near).astype(np.float64) @ people),
        areas_unknown=int((~known).sum()),
        people_unknown=int(rows["people"][~known].sum()),
        assured=rows.index[~known & near],
    )  # fmt: skip


def _span(people: Numbers) -> Span:
    lower, value, upper = distance.quantiles(people[:, None])
    return Span(round(float(lower[0])), round(float(value[0])), round(float(upper[0])))
