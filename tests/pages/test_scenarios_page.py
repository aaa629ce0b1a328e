"""Scenarios on the page: the answer first, actions by forms, unknown as at least, other builds, files, facilities."""

import io

import openpyxl
import pandas as pd
import pytest

from mhgis.figures import static_map
from mhgis.i18n import LANGUAGES
from mhgis.planning import scenario, scenario_store
from mhgis.planning.scenario import Action, Ledger
from mhgis.ui.page import present, scenarios
from mhgis.ui.part import list_files
from mhgis.view.view import View
from tests.data.made_import import PROVINCE
from tests.markdown import read
from tests.pages.conftest import link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)
MODEL, PUBLISHED = "cn-modelled-2015", "cn-published"
#: 兰州市城关区: 397 beds by the model's median for 1,501,602 people; and 七里河区
HERE, NEXT = "620102", "620103"


@pytest.fixture
def open_plan(dataset, open_page):
    """Return `open_plan(*actions, lang="en", **query)`: the page with a scenario of county figures that is kept."""
    assert dataset

    def run(*actions, lang="en", data=MODEL, **query):
        year = {MODEL: 2015, PUBLISHED: 2015}.get(data, 2023)
        plan = scenario_store.keep(Ledger("G", data, scenario_store.build_of(data), year, actions))
        asked = {"data": data, "level": "county", "year": str(year), "ind": "beds_per_100k", "in": PROVINCE, **query}
        return open_page("scenarios", lang=lang, plan=plan, **asked)

    return run


def ledger_of(app):
    return scenario_store.load(link(app)["plan"].split(",")[0])


def button(app, label):
    return next(one for one in app.button if one.label == label)


def view_of(data, **more):
    return View(data, "county", within=PROVINCE, year=2015, benchmark="delphi-minimum-beds", **more)


@each_language
def test_the_answer_comes_first_with_its_range_and_is_called_a_scenario(open_plan, lang):
    # 城关区 needs 451 beds for 30 per 100,000: 200 more close its gap by the medians
    app = open_plan(Action("add", (HERE,), (("beds", 500),)), lang=lang)
    said, title = written(app), read(app.title[0].value)
    assert {"zh": "模型估计：这项措施使生活在甘肃省", "en": "Model estimate: With this action"}[lang] in title
    assert {"zh": "增加 150 万人；1 个缺口补齐", "en": "1.5 million more people live in counties of Gansu"}[
        lang
    ] in title
    assert {"zh": "假设状态，并非现状", "en": "what would be, not what is"}[lang] in said
    assert {"zh": "100 次抽样中有 90 次", "en": "In 90 of 100 draws"}[lang] in said
    assert untranslated(said, lang) == []
    table = app.table[0].value
    assert len(table) == 4
    assert table.iloc[0, 2].startswith("−1")


def test_actions_are_added_by_a_form_undone_and_redone(open_plan):
    app = open_plan(area=HERE)
    assert "No action yet" in read(app.title[0].value)
    app.number_input(key="plan_form_add_beds").set_value(500)
    button(app, "Add it").click().run()
    assert ledger_of(app).actions == (Action("add", (HERE,), (("beds", 500),)),)
    assert "1.5 million more people" in read(app.title[0].value)
    button(app, "Undo").click().run()
    assert (ledger_of(app).actions, len(ledger_of(app).undone)) == ((), 1)
    assert "No action yet" in read(app.title[0].value)
    button(app, "Redo").click().run()
    assert "1.5 million more people" in read(app.title[0].value)
    # more than there is cannot be taken, and nothing is kept of the attempt
    app.number_input(key="plan_form_add_beds").set_value(-5_000)
    button(app, "Add it").click().run()
    assert "takes more of “Beds” than there is" in read(app.error[0].value)
    assert len(ledger_of(app).actions) == 1


def test_every_form_makes_its_action(open_plan):
    app = open_plan(lang="zh", area=HERE)
    for kind in ("open", "close", "move", "recruit", "reach"):
        app.selectbox(key="plan_kind").set_value(kind).run()
        assert untranslated(written(app), "zh") == []
        for name, key, value in (
            ("number_input", f"plan_form_{kind}_beds", 30),
            ("number_input", f"plan_form_{kind}_psychiatrists", 2),
            ("text_input", "plan_form_open_point", "103.9， 36.1"),
            ("selectbox", f"plan_form_move_to_county_{PROVINCE}_{HERE}", NEXT),
        ):
            for one in getattr(app, name):
                if one.key == key:
                    one.set_value(value)
        button(app, "添加").click().run()
        assert [error.value for error in app.error] == []
    opened, closed, moved, recruited, reached = ledger_of(app).actions
    assert [one.do for one in ledger_of(app).actions] == ["open", "close", "move", "recruit", "reach"]
    assert (opened.point, dict(opened.units)) == ((103.9, 36.1), {"beds": 30, "psychiatrists": 2})
    assert (closed.areas, moved.areas) == ((HERE,), (HERE, NEXT))
    assert (recruited.years, dict(recruited.units)) == (5, {"psychiatrists": 2})
    assert (reached.areas, reached.resource, reached.rate) == ((HERE,), "beds", 30.0)
    assert untranslated(written(app), "zh") == []


@each_language
def test_units_added_to_the_unknown_are_said_to_be_at_least(open_plan, lang):
    app = open_plan(Action("add", (HERE,), (("beds", 2_000),)), lang=lang, data=PUBLISHED)
    assert {"zh": "原数未知的1 个县级单位现在可以确定", "en": "1 county not known before is now for certain"}[lang] in (
        read(app.title[0].value).replace("的 1", "的1")
    )
    listed = app.dataframe[0].value
    assert listed[{"zh": "之后至少", "en": "At least, after"}[lang]].tolist() == [2_000]
    assert {"zh": "床位，之后", "en": "Beds, after"}[lang] not in listed
    assert app.table[0].value.iloc[0].tolist() == [{"zh": "未知", "en": "not known"}[lang]] * 3
    assert untranslated(written(app), lang) == []


def test_a_scenario_of_another_build_says_so_and_is_rebased(open_plan):
    app = open_plan(Action("add", (HERE,), (("beds", 500),)))
    plan = link(app)["plan"]
    scenario_store.change(plan, lambda now: now.rebased(MODEL, "0ldbu1ld0000", 2015))
    app.run()
    assert "0ldbu1ld0000" in written(app)
    assert len(app.table) == 0
    button(app, "Rebase it on what is in view").click().run()
    assert scenario_store.load(plan).build == scenario_store.build_of(MODEL)
    assert "1.5 million more people" in read(app.title[0].value)


def test_a_scenario_of_other_figures_leads_there_and_a_lost_one_is_told(open_plan, open_page):
    plan = link(open_plan())["plan"]
    app = open_page("scenarios", lang="en", data=PUBLISHED, level="province", plan=plan)
    assert "is of another view of the data" in written(app)
    button(app, "Show it there").click().run()
    assert {key: link(app)[key] for key in ("data", "level", "year")} == {
        "data": MODEL, "level": "county", "year": "2015",
    }  # fmt: skip
    assert "No action yet" in read(app.title[0].value)
    lost = open_page("scenarios", lang="en", plan="0" * 12)
    assert "not kept here" in read(lost.warning[0].value)


def test_one_that_cannot_be_done_any_more_can_be_mended(open_plan):
    app = open_plan(Action("add", (HERE,), (("beds", -5_000),)))
    assert "Action 1 takes more of “Beds” than there is" in read(app.error[0].value)
    app.button(key="plan_✕_0").click().run()
    assert "No action yet" in read(app.title[0].value)


@each_language
def test_two_scenarios_stand_side_by_side(open_plan, open_page, lang):
    one = link(open_plan(Action("add", (HERE,), (("beds", 500),))))["plan"]
    app = open_plan(lang=lang)
    other = link(app)["plan"]
    app = open_page("scenarios", **{**link(app), "plan": f"{one},{other}"})
    assert {"zh": "多使 150 万人进入", "en": "brings 1.5 million more people"}[lang] in read(app.title[0].value)
    table = app.table[0].value
    assert table.shape[1] == 3
    assert untranslated(written(app), lang) == []
    # what is of the first alone says so
    assert sum("G (A)" in read(one.value) for one in app.subheader) == 2
    # map and slide show the better less the other, whichever was opened first, and say what each is
    scenario_store.change(one, lambda now: now.named("More beds"))
    for ids in (f"{one},{other}", f"{other},{one}"):
        words = static_map.words_of(
            present.page_of(
                scenarios.saved_view(view_of(MODEL, plan=tuple(ids.split(",")), indicator="beds_per_100k"), "x"), lang
            )
        )
        assert {"zh": "“More beds”减“G”", "en": "“More beds” less “G”"}[lang] in words.legend_title
        assert words.rows[1][0] == {"zh": "增加", "en": "More"}[lang]
        assert {"zh": "1 项措施；新增：500 张床位", "en": "1 action; added: 500 beds"}[lang] in " ".join(words.foot)


@each_language
def test_a_damaged_scenario_is_told_in_the_readers_language(open_plan, open_page, lang):
    app = open_plan(lang=lang)
    plan, other = link(app)["plan"], scenario_store.keep(ledger())
    file = scenario_store.folder() / f"{plan}.json"
    whole = file.read_text("utf-8")
    for text, said in (
        (whole[:40], {"zh": "中断的文本，应为本应用导出的", "en": "breaks off at line"}),
        (whole.replace('"actions": []', '"actions": [{"do": "add", "areas": []}]'),
         {"zh": "第 1 项措施：实为", "en": "action 1: found"}),
    ):  # fmt: skip
        file.write_text(text, "utf-8")
        app = open_page("scenarios", **{**link(app), "plan": plan})
        assert said[lang] in read(app.error[0].value)
        assert untranslated(written(app), lang) == []
    # it can be left for another
    app.selectbox(key="plan_open").set_value(other).run()
    assert link(app)["plan"] == other


def test_nothing_is_undone_that_was_not_seen(open_plan):
    one, two = (Action("add", (HERE,), (("beds", n),)) for n in (5, 7))
    app = open_plan(one, two)
    plan = link(app)["plan"]
    scenario_store.change(plan, Ledger.undo)
    button(app, "Undo").click().run()
    assert "someone may have changed" in read(app.error[0].value)
    assert scenario_store.load(plan).actions == (one,)
    # the page now shows how it stands, and from there it goes on
    button(app, "Redo").click().run()
    assert (scenario_store.load(plan).actions, list(app.error)) == ((one, two), [])


def test_order_name_costs_copy_and_deletion(open_plan):
    two = (Action("add", (HERE,), (("beds", 5),), note="first"), Action("add", (NEXT,), (("beds", 7),)))
    app = open_plan(*two)
    app.button(key="plan_↓_0").click().run()
    assert ledger_of(app).actions == two[::-1]
    plan = link(app)["plan"]
    scenario_store.change(plan, lambda now: now.costing({"beds": 1_000}))
    app.run()
    assert "Cost at your unit costs: 12,000" in written(app)
    app.button(key="plan_copy").click().run()
    assert link(app)["plan"] != plan
    assert (ledger_of(app).actions, ledger_of(app).name) == (two[::-1], "G, copy")
    app.button(key="plan_delete").click().run()
    assert "plan" not in link(app)
    assert scenario_store.is_kept(plan)


def test_a_new_scenario_starts_from_what_is_in_view(dataset, open_page):
    app = open_page("scenarios", lang="en", data=dataset, level="county", **{"in": PROVINCE})
    button(app, "Start").click().run()
    made = ledger_of(app)
    assert (made.dataset, made.level, made.year, made.actions) == (dataset, "county", 2023, ())
    assert made.build.endswith("-v1")


def test_facilities_of_an_import_close_grow_and_move(dataset, open_plan):
    app = open_plan(data=dataset)
    for kind, more in (("close", {}), ("expand", {"plan_form_expand_beds": 9}), ("move", {})):
        app.selectbox(key="plan_kind").set_value(kind).run()
        app.selectbox(key=f"plan_form_{kind}_facility").set_value(
            {"close": "t001", "expand": "t002", "move": "t003"}[kind]
        )
        for key, value in more.items():
            app.number_input(key=key).set_value(value)
        if kind == "move":
            app.selectbox(key=f"plan_form_move_to_county_{PROVINCE}_").set_value(NEXT)
        button(app, "Add it").click().run()
        assert [error.value for error in app.error] == []
    close, grow, move = ledger_of(app).actions
    # t001 has 21 beds and 4 psychiatrists, t003 23
    assert (close.facility, dict(close.units)) == ("t001", {"beds": 21, "psychiatrists": 4})
    assert (grow.do, grow.facility, dict(grow.units)) == ("add", "t002", {"beds": 9})
    assert (move.areas[1], move.facility, dict(move.units)) == (
        NEXT,
        "t003",
        {"facilities": 1, "beds": 23, "psychiatrists": 4},
    )
    assert "Close 测试机构1 in" in written(app)


def ledger(*actions, data=MODEL):
    return Ledger("甘肃 2030", data, scenario_store.build_of(data), 2015, actions, note="Why we ask")


def test_the_list_says_what_it_is_of_in_every_format(dataset):
    assert dataset
    asked = ledger(Action("add", (HERE,), (("beds", 500),), note="phase one"))
    made = list_files.listed(view_of(MODEL), scenarios.sheet(asked, view_of(MODEL)), "http://host/scenarios")
    assert made.says("dataset").startswith("Scenario of ")
    assert made.says("scenario") == f"甘肃 2030 (file {scenario.digest(asked)})"
    notes = [fact.text for fact in made.facts if fact.key == "note"]
    assert notes[:2] == ["Action 1: Add in Chengguan District: 500 beds (phase one)", "Why we ask"]
    assert "Scenario on a model estimate" in made.table().iloc[0, -1]
    book = openpyxl.load_workbook(
        io.BytesIO(next(f for f in list_files.FORMATS if f.suffix == "xlsx").write(made, "county"))
    )
    assert "甘肃 2030" in str([[cell.value for cell in row] for row in book.worksheets[1].iter_rows()])


def test_a_replayed_file_gives_the_same_list_and_what_a_slide_says(dataset):
    assert dataset
    asked = ledger(
        Action("open", (HERE,), (("beds", 80),), point=(104.2, 35.9)),
        Action("reach", (HERE, NEXT), resource="beds", rate=30.0),
    )  # fmt: skip
    replayed = scenario.from_json(scenario.to_json(asked))
    one, two = (scenarios.rows_of(view_of(MODEL), scenarios.found(view_of(MODEL), each)) for each in (asked, replayed))
    assert one.to_csv() == two.to_csv()
    assert len(one) == 2
    plan = scenario_store.keep(asked)
    saved = scenarios.saved_view(view_of(MODEL, plan=(plan,)), "x")
    words = static_map.words_of(present.page_of(saved, "en"))
    assert words.watermark == "Scenario"
    assert f"甘肃 2030 (file {scenario.digest(asked)}): Open a facility in Chengguan District" in " ".join(words.foot)
    assert "Scenario on a model estimate" in words.badge
    assert words.title == scenarios.headline(view_of(MODEL), scenarios.found(view_of(MODEL), asked))
    assert plan in saved.link("http://host")


def test_access_gains_from_a_facility_where_nothing_was_near(dataset):
    assert dataset
    # 阿里地区改则县 lies hundreds of km from any bed in most draws
    far = "542526"
    view = View(MODEL, "county", within="540000", year=2015, benchmark="delphi-minimum-beds")
    base = scenarios.baseline(view)
    codes = base.counts.index[base.counts.index.str.startswith("5425")]
    at = far if far in codes else codes[-1]
    opened = ledger(Action("open", (at,), (("beds", 20),)))
    got = scenarios.found(view, opened)
    assert got.access is not None
    assert got.access.after.value < got.access.before.value
    assert got.access.covered.value > 0
    nothing = scenarios.found(view, ledger())
    assert nothing.access is not None
    assert nothing.access.before == nothing.access.after
    # what opens at a point of its own stands there, and counts the same
    point = base.rows.loc[at, ["lon", "lat"]].tolist()
    placed = scenarios.found(view, ledger(Action("open", (at,), (("beds", 20),), point=(point[0], point[1]))))
    assert placed.access is not None
    assert placed.access.after == got.access.after


def test_levels_above_are_sums_of_draws_and_have_no_access(dataset):
    assert dataset
    view = View(MODEL, "province", year=2015, benchmark="delphi-minimum-beds")
    got = scenarios.found(view, Ledger("x", MODEL, scenario_store.build_of(MODEL), 2015, level="province"))
    assert got.access is None
    assert got.gini is not None
    assert got.gini[0] == got.gini[1]
    known = got.base.counts["beds"].dropna().astype(int)
    drawn = pd.DataFrame(got.base.draws["beds"], columns=got.base.drawn)
    # the model keeps each province's published number in every draw
    assert (drawn[known.index] == known.to_numpy()).all().all()
