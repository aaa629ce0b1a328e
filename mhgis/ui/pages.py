"""
The pages: what each is called, what it answers, what it is set by, and how a saved view of it goes on a slide.

A new page is a row here, a file in `pages/` and one in `mhgis/ui/page/`. Navigation, sharing, presenting and the tests
read this table; nothing else lists pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mhgis.figures.static_map import MapView
from mhgis.i18n import N_
from mhgis.ui.page import access, coverage, equity, gaps, overview, scenarios, sites
from mhgis.ui.part import map_files
from mhgis.ui.part.shell import CONTROLS, Selector
from mhgis.view.saved_views import PRESENT
from mhgis.view.view import View


def _as_it_is(view: View) -> View:
    return view


@dataclass(frozen=True)
class PageEntry:
    """
    One page.

    Attributes
    ----------
    page_id
        The name of its file in `pages/`, and of its address.
    group, title, question
        Under which heading it stands, what it is called, and what it answers: message ids.
    selectors
        The controls of the side that change what it shows, in their order.
    is_saved
        Whether a view of it can be kept under a name.
    slide
        Returns the map of a view of it under its sentence, in the language of the view.
    on_slide
        Returns the view whose map that is.
    has_own_slide
        Whether that map is the page's own; else it is that of the view's indicator.
    """

    page_id: str
    group: str
    title: str
    question: str
    selectors: tuple[Selector, ...] = CONTROLS
    is_saved: bool = True
    slide: Callable[[View], MapView] = map_files.slide
    on_slide: Callable[[View], View] = _as_it_is
    has_own_slide: bool = False

    @property
    def file(self) -> str:
        """The page's file, as Streamlit names it."""
        return f"pages/{self.page_id}.py"


_EXPLORE, _ANALYSE, _PLAN, _SHARE, _DATA = N_("Explore"), N_("Analyse"), N_("Plan"), N_("Share"), N_("Data")

#: in the order of the side; the first is where a visitor lands
PAGES: Final[tuple[PageEntry, ...]] = (
    PageEntry(
        "overview", _EXPLORE, N_("Overview"), N_("How does the country stand, and where is it worst?"),
        slide=overview.slide, on_slide=overview.by_province, has_own_slide=True,
    ),
    PageEntry(
        "map", _EXPLORE, N_("Map"), N_("What does this indicator look like, here, at this level?"), has_own_slide=True
    ),
    PageEntry(
        "gaps", _EXPLORE, N_("Gap list"),
        N_("Which areas fall short of the chosen benchmark, why, and how many units do they lack?"),
        slide=gaps.slide, has_own_slide=True,
    ),
    PageEntry(
        "area", _EXPLORE, N_("Area"), N_("What do we know about this one area, and its neighbours?"), has_own_slide=True
    ),
    PageEntry(
        "access", _ANALYSE, N_("Access"), N_("Who lives too far from care, where, and how sure is that?"),
        slide=access.slide, has_own_slide=True,
    ),
    PageEntry(
        "equity", _ANALYSE, N_("Equity"),
        N_("How unequally is care spread, between whom, who adds most to it, and where are the clusters?"),
        slide=equity.slide, has_own_slide=True,
    ),
    PageEntry(
        "benchmarks", _ANALYSE, N_("Benchmarks"),
        N_("How does an area compare with norms, targets and other countries, and how sure is that?"),
    ),
    PageEntry(
        "audit", _ANALYSE, N_("Printed figures"),
        N_("Which printed figures can be trusted, and what is right where they cannot?"), selectors=(),
    ),
    PageEntry(
        "scenarios", _PLAN, N_("Scenarios"),
        N_("What would happen if: which gaps close, for how many people, with how many units, and at what cost?"),
        slide=scenarios.slide, has_own_slide=True,
    ),
    PageEntry(
        "sites", _PLAN, N_("Next sites"),
        N_("Where should the next units go, whom do they reach, and how near to the best is that?"),
        slide=sites.slide, has_own_slide=True,
    ),
    PageEntry(
        "targets", _PLAN, N_("Targets"),
        N_("What growth does a target take, against the growth that was seen, and who makes it at today's pace?"),
    ),
    PageEntry(
        "alliances", _PLAN, N_("Alliances"),
        N_("Who should team up with whom, what alliances exist, and which models are there?"),
    ),
    PageEntry(
        PRESENT, _SHARE, N_("Present"),
        N_("Which views do we show in the meeting, and how do they get onto the screen or into slides?"),
        selectors=(), is_saved=False,
    ),
    PageEntry(
        "import_data", _DATA, N_("Import"), N_("How does our own register or survey get onto the map, safely?"),
        selectors=(), is_saved=False,
    ),
    PageEntry(
        "coverage", _DATA, N_("Coverage"),
        N_("Of how many people do the figures tell anything, where, and whose report would tell most?"),
        slide=coverage.slide, has_own_slide=True,
    ),
    PageEntry(
        "sources", _DATA, N_("Sources and methods"),
        N_("Where does each figure come from, how was it made, and what are its limits?"), selectors=(),
    ),
)  # fmt: skip

#: the page where a visitor lands; its address has no name in it
FIRST: Final = PAGES[0]
_BY_ID: Final = {entry.page_id: entry for entry in PAGES}


def find(page_id: str) -> PageEntry | None:
    """Return the page of this name; None where there is none, as in a view saved before a page went."""
    return _BY_ID.get(page_id)


def by_group() -> dict[str, list[PageEntry]]:
    """Return the pages under the heading each stands under, both in the order of the side."""
    groups: dict[str, list[PageEntry]] = {}
    for entry in PAGES:
        groups.setdefault(entry.group, []).append(entry)
    return groups
