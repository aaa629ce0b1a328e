"""A question is read from the text of a link and written as one; what a part may be stands on its field."""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal

import pytest

from mhgis.measures.access import AccessQuestion
from mhgis.measures.equity import EquityQuestion
from mhgis.measures.question import Between, Checked, Code, Codes, Flag, Question, Words
from mhgis.measures.small_numbers import SureQuestion
from mhgis.planning.alliances import AllianceQuestion
from mhgis.planning.sites import SitesQuestion
from mhgis.planning.targets import TargetQuestion

QUESTIONS = [AccessQuestion, EquityQuestion, SureQuestion, AllianceQuestion, SitesQuestion, TargetQuestion]
each_question = pytest.mark.parametrize("question", QUESTIONS)


@dataclass(frozen=True)
class Lunch(Question):
    dish: Literal["soup", "rice"] = "soup"
    plates: Annotated[int, Between(1, 12)] = 2
    hot: Annotated[bool, Flag("hot")] = False
    table: Annotated[str, Code()] = ""
    guests: Annotated[tuple[str, ...], Codes(2)] = ()
    note: Annotated[str, Checked(lambda text: text.startswith("for "))] = ""


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("", Lunch()),
        ("dish-rice", Lunch(dish="rice")),
        ("plates-12,hot", Lunch(plates=12, hot=True)),
        ("table-by-the-door", Lunch(table="by-the-door")),
        ("guests-a.b", Lunch(guests=("a", "b"))),
        ("note-for%20A%2CB", Lunch(note="for A,B")),
    ],
)
def test_a_text_is_the_question_and_the_question_the_text(text, question):
    assert Lunch.parse(text) == question
    assert str(question) == text


@pytest.mark.parametrize(
    "text",
    [
        "dish-tea", "dish", "dish-", "plates-0", "plates-13", "plates-+2", "plates-٢", "hot-1", "hot,hot", "table-",
        "table-a.b", "guests-", "guests-a.b.c", "guests-a..b", "note-by%20A", "colour-red", ",", "plates-3,",
        "plates-3,plates-3",
    ],
)  # fmt: skip
def test_what_is_no_part_of_the_question_makes_the_whole_text_none(text):
    assert Lunch.parse(text) is None


def test_a_first_choice_that_a_link_says_is_not_written_again():
    assert str(Lunch.parse("plates-2,dish-soup")) == ""


def test_a_form_takes_its_limits_from_the_field():
    assert Lunch.limits("plates") == (1, 12)
    with pytest.raises(TypeError, match="'dish' of Lunch is no number"):
        Lunch.limits("dish")


@each_question
def test_every_part_of_a_question_says_what_it_may_be_and_its_first_choice_is_one(question):
    first = question()
    assert list(question.kinds) == [field.name for field in fields(question)]
    for name, kind in question.kinds.items():
        value = getattr(first, name)
        if isinstance(kind, Words):
            assert value in kind.words
        if isinstance(kind, Between):
            assert kind.least <= value <= kind.most


@each_question
def test_each_number_of_a_question_goes_as_far_as_its_limits_and_no_further(question):
    for name, kind in question.kinds.items():
        if isinstance(kind, Between):
            for value in (kind.least, kind.most):
                asked = replace(question(), **{name: value})
                assert question.parse(f"{name}-{value}") == asked
                assert question.parse(str(asked)) == asked
            assert question.parse(f"{name}-{kind.most + 1}") is None
            assert question.parse(f"{name}-{kind.least - 1}") is None
