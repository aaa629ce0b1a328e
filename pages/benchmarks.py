"""How does an area compare with norms, targets and other countries, and how sure is that?"""

from mhgis.ui.page import benchmarks, sources
from mhgis.ui.page import overview as countrywide
from mhgis.ui.part import session, shell

v = benchmarks.settled(session.current())
with session.guard():
    mine = benchmarks.standing(v)
    shell.header(v, benchmarks.headline(v, mine))
    benchmarks.say_how_sure(v, mine)
    shown, place = benchmarks.open_tab(v)
    with place:
        match shown:
            case "each":
                benchmarks.controls(v)
                benchmarks.against_each(v, mine)
            case "countries":
                benchmarks.ladder(v, mine)
            case "sure":
                benchmarks.each_area(v, mine)
            case "depends":
                benchmarks.robustness(v)
            case "regions":
                benchmarks.regions(v)
            case _:
                countrywide.trend(v)
    sources.ways_in(v)
