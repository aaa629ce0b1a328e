"""The import page: nothing loads but by its last button, no file gives a traceback, and every version comes back."""

import re
import shutil
import time

import pytest
from streamlit.testing.v1 import AppTest

from mhgis import i18n, paths, store
from mhgis.importing import library
from mhgis.importing.plan import Choices
from mhgis.ui.page import import_case
from tests import corpus
from tests.browser.driver import each_language
from tests.browser.register import messy
from tests.data import made_import
from tests.data.made_import import draft
from tests.pages.conftest import TIMEOUT_S, written
from tests.rules import text

STATE = "mhgis_import"
LOAD = "import_load"
#: what somebody who knows the register says of it
SAID = {
    "columns": [[5, "beds"], [6, "psychiatrists"]],
    "places": [
        ["||酒泉|敦皇市|", "county", "620982"],
        ["||临夏州|临夏|", "county", "622901"],
    ],
    "year": 2023,
    "title_zh": "测试登记表",
}


@pytest.fixture(scope="module")
def own_data(published, tmp_path_factory):
    """A data folder of this module's own, with the published file in it; the processes that work read it, too."""
    with made_import.own_data(tmp_path_factory.mktemp("own_data"), published) as at:
        import_case._workers.cache_clear()
        yield at
    import_case._workers.cache_clear()


@pytest.fixture
def folder(own_data):
    """The data folder, with nothing imported."""
    yield own_data
    shutil.rmtree(own_data / "local", ignore_errors=True)


@pytest.fixture
def open_import(folder):
    """Return `open_import(lang, file=None, **choices)`: the page, with a file that was uploaded or none."""

    def run(lang: str = "en", file: tuple[str, bytes] | None = None, **choices: object) -> AppTest:
        app = AppTest.from_file(paths.ROOT / "app.py", default_timeout=TIMEOUT_S)
        app.query_params["lang"] = lang
        app.run()
        app.switch_page("pages/import_data.py")
        if file:
            take_up(app, folder, *file, **choices)
        return settled(app.run())

    return run


def take_up(app: AppTest, folder, name: str, content: bytes, **choices: object) -> None:
    at = folder / f"upload-{len(list(folder.iterdir()))}"
    at.write_bytes(content)
    app.session_state[STATE] = {
        "path": str(at), "name": name, "size": len(content), "choices": Choices().to_json() | choices, "dataset": "",
        "token": at.name,
    }  # fmt: skip


def settled(app: AppTest) -> AppTest:
    """Run the page until nothing is under way."""
    until = time.monotonic() + TIMEOUT_S
    while app.get("progress") and time.monotonic() < until:
        time.sleep(0.1)
        app.run()
    assert [error.message for error in app.exception] == []
    return app


def has(app: AppTest, key: str) -> bool:
    return any(button.key == key for button in app.button)


def alien_lines(page: str) -> str:
    """What the page says of itself; a language's own name and names of files are no words of it."""
    return "\n".join(line for line in page.splitlines() if "XLSX" not in line)


@each_language
def test_the_start_offers_forms_and_says_that_there_is_nothing_yet(open_import, lang):
    app = open_import(lang)
    assert len([button for button in app.get("download_button") if "template" in button.proto.id]) == 4
    assert text.untranslated(alien_lines(written(app)), lang) == []
    assert len(app.get("file_uploader")) == 1


@each_language
def test_a_messy_register_is_read_and_says_what_it_needs(open_import, lang):
    app = open_import(lang, ("register.xlsx", messy()))
    assert not has(app, LOAD)
    # the file is Chinese, whatever the page is
    assert lang == "en" or text.untranslated(alien_lines(written(app)), lang) == []
    assert [box.key for box in app.selectbox if (box.key or "").startswith("import_place_")] == [
        f"import_place_{key}" for key, _level, _code in SAID["places"]
    ]


def test_nothing_is_written_before_the_last_button(open_import, folder):
    app = open_import("zh", ("register.xlsx", messy()), **SAID)
    assert has(app, LOAD)
    assert library.datasets() == ()
    assert not (folder / "local" / "datasets").exists()
    app.button(key=LOAD).click()
    settled(app.run())
    (dataset,) = library.datasets()
    assert dataset.title_zh == "测试登记表"
    beds = store.query("SELECT sum(beds) AS n FROM facility WHERE dataset_id = ?", [dataset.dataset_id])["n"]
    assert int(beds.iloc[0]) == 1514
    # beds nobody knows; none; some; a county the file does not name
    rows = store.indicator_values(dataset.dataset_id, "county", 2023, "beds").set_index("area_code")["status"]
    assert rows[["621022", "620525", "620102", "620122"]].tolist() == [
        "not_reported",
        "zero",
        "reported",
        "not_reported",
    ]


def asked(app: AppTest) -> list[str]:
    """What is asked about places, and the columns that are not known."""
    places = [box.key for box in app.selectbox if (box.key or "").startswith("import_place_")]
    return places + [box.key for box in app.selectbox if (box.key or "").endswith("_None") and box.value == "beds"]


def test_the_next_file_of_a_source_asks_nothing_that_was_answered(open_import, folder):
    at = folder / "first.xlsx"
    at.write_bytes(messy())
    case = import_case.Case(str(at), "first.xlsx", Choices().to_json() | SAID, "zh", "2026-11-22")
    job = import_case.job("load", case, own="first", dataset_id="")
    assert job.ended.wait(TIMEOUT_S)
    dataset_id, number = import_case.answer(job, "zh")
    assert number == 1
    # as its next version: all is taken over
    again = folder / "again.xlsx"
    again.write_bytes(messy(corrected=True))
    new = import_case.Case(str(again), "again.xlsx", Choices().to_json(), "zh", "2026-11-23")
    job = import_case.job("taken_over", new, dataset_id=dataset_id)
    assert job.ended.wait(TIMEOUT_S)
    taken = Choices.from_json(import_case.answer(job, "zh"))
    assert taken == Choices.from_json(Choices().to_json() | SAID)
    # as a file of its own: columns and places, offered, for another office may use the same form
    app = open_import("zh", ("again.xlsx", messy(corrected=True)))
    assert len([key for key in asked(app) if key.startswith("import_place_")]) == len(SAID["places"])
    app.button(key="import_take_over").click()
    settled(app.run())
    assert asked(app) == []
    assert not has(app, "import_take_over")
    assert app.session_state[STATE]["choices"]["places"] == SAID["places"]
    assert app.session_state[STATE]["choices"]["year"] is None
    # nothing stands in the way once the year is said
    app.session_state[STATE]["choices"]["year"] = 2024
    assert has(settled(app.run()), LOAD)


def test_a_mended_file_keeps_what_was_decided_before_it_was_put_aside(open_import, folder):
    app = open_import("zh", ("register.xlsx", messy()), **SAID, confirmed=["likely_twice"])
    app.button(key="import_another").click()
    settled(app.run())
    last = app.session_state[STATE]["last"]
    take_up(app, folder, "register-checked.xlsx", messy(corrected=True))
    app.session_state[STATE]["last"] = last
    settled(app.run())
    kept = app.session_state[STATE]["choices"]
    assert {name: kept[name] for name in SAID} == SAID
    assert kept["confirmed"] == []
    assert has(app, LOAD)


def test_a_version_is_shown_laid_aside_thrown_away_and_restored(open_import):
    dataset_id = library.save(draft()).dataset_id
    library.save(draft(), dataset_id)
    app = open_import("en")
    app.button(key=f"own_activate_{dataset_id}_1").click()
    app.run()
    assert library.datasets()[0].active == 1
    app.button(key=f"own_aside_{dataset_id}").click()
    app.run()
    assert library.datasets()[0].active is None
    app.button(key=f"own_throw_{dataset_id}").click()
    settled(app.run())
    assert library.datasets() == ()
    (thrown,) = library.wastebasket()
    app.button(key=f"own_restore_{thrown.token}").click()
    settled(app.run())
    assert library.datasets()[0].versions == (1, 2)


def test_no_untidy_file_gives_a_traceback_or_changes_anything(open_import, folder):
    app = open_import("zh")
    # all that is refused, and every sixth that is not: the reading of each is held in its own tests
    for case in (*corpus.REFUSED, *(one for one in corpus.CASES[::6] if not one.heavy and not one.refused)):
        take_up(app, folder, case.file, case.make())
        settled(app.run())
        # either a sentence why not, or the steps
        is_read = any((box.key or "") == "import_sheet" for box in app.selectbox)
        assert is_read != bool(app.error), case.file
        assert is_read == (case.refused is None), case.file
    assert library.datasets() == ()


@each_language
def test_the_guide_names_only_what_is_on_the_page_and_shows_only_what_is_there(lang):
    guide = (paths.ROOT / "docs" / f"import-guide.{lang}.md").read_text("utf-8")
    flat = re.sub(r"(?<=[^ -~])\n(?=[^ -~])|\n", "" if lang == "zh" else " ", guide)
    named = set(re.findall(r"\*\*(.+?)\*\*", flat)) - {"0"}
    _ = i18n.translator(lang)
    shown = {_(message) for message in text.message_ids(paths.ROOT)}
    steps = {name for name in named if name.startswith(("Step", "第"))}
    assert {re.split("[,“]", name.rstrip("”"), maxsplit=1)[1].strip() for name in steps} <= shown
    assert named - steps <= shown
    for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", guide):
        assert (paths.ROOT / "docs" / picture).stat().st_size < 60_000


@each_language
def test_the_guide_opens_on_the_page(open_import, lang):
    app = open_import(lang)
    app.session_state["import_guide"] = True
    app.run()
    assert [error.message for error in app.exception] == []
