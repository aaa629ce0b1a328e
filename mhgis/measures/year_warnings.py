"""
Whether what a figure is made of is of one year: counts, the people they are divided by, the boundaries they lie in.

Pure: takes years and gives sentences. Every figure of an area carries them among its warnings.
"""

from dataclasses import dataclass

from mhgis.i18n import Language, translator


@dataclass(frozen=True)
class Years:
    """
    The years of a figure's parts.

    Attributes
    ----------
    counts
        Of what is counted.
    people
        Of the people it is divided by; None where it is divided by nobody.
    boundaries
        Of the boundary set; None where it is not told.
    n_moved
        How many areas of the figure's level have had other borders since the year of the counts.
    is_estimate
        Whether nobody counted the people of that year.
    """

    counts: int
    people: int | None = None
    boundaries: int | None = None
    n_moved: int = 0
    is_estimate: bool = False


def warnings(years: Years, lang: Language) -> tuple[str, ...]:
    """Return a sentence for each two years that differ, and one where the people are an estimate."""
    _, said = translator(lang), []
    if years.people is not None and years.people != years.counts:
        other = _("Rates of {year} divide by the people of {people_year}: there is no figure for {year} itself.")
        said.append(other.format(year=years.counts, people_year=years.people))
    if years.people is not None and years.is_estimate:
        estimate = _("The people of {people_year} are themselves an estimate between two censuses.")
        said.append(estimate.format(people_year=years.people))
    if years.boundaries is not None and years.boundaries != years.counts and years.n_moved:
        moved = _("Figures of {year} stand on boundaries of {boundary_year}; units with other borders then: {n}.")
        said.append(moved.format(year=years.counts, boundary_year=years.boundaries, n=years.n_moved))
    return tuple(said)
