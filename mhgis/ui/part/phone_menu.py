"""The side of the page on a phone, which covers it: out of the way once a page has been chosen there."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component


def close_when_chosen() -> None:
    """Draw, unseen, what closes the side of a narrow screen after a page has been chosen in it; once a run."""
    _mount()(key="mh_side")


@cache
def _mount() -> Callable[..., Any]:
    return component("mhgis.side", js=Path(__file__).with_name("phone_menu.js").read_text("utf-8"))
