"""
What a reader sees of a bug: that something went wrong, and a reference under which the log tells the rest.

Handed to Streamlit by `mhgis.ui.server`. Errors that a user can mend are sentences of their own, see `session.guard`.
"""

import logging
from typing import Final
from uuid import uuid4

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui.part import session

_log: Final = logging.getLogger(__name__)

#: what finds the box on a page
KEY: Final = "mh_broken"


def tell(error: Exception) -> bool:
    """Draw the sentence and its reference, log the trace under it, and say that all is shown that is to be."""
    reference = uuid4().hex[:8]
    _log.error("Reference %s: a page could not be drawn", reference, exc_info=error)
    _ = translator(session.language())
    with st.container(key=KEY):
        st.error(
            _(
                "Something went wrong in the app while it drew this page; no data was changed. Open the page again; if "
                "it happens again, give the administrator of this server the reference {reference}."
            ).format(reference=reference)
        )
    return True
