"""
What stays for good is not looked through again after each run.

Streamlit collects garbage after every run of a page and every look at a bar of progress, and all other sessions stand
still meanwhile. Most of what is looked through are modules, which stay as long as the server does: with them set aside
it takes a hundredth of the time. Holds no cache.
"""

import atexit
import gc
import sys
from typing import Final

#: how many modules were there when they were last set aside
_seen: Final = {"modules": 0}

# a library that counts its own objects as the server ends is to find them gone
atexit.register(gc.unfreeze)


def set_modules_aside() -> bool:
    """
    Leave what is in memory now out of later collections, if modules were read since the last time; say whether so.

    To be called at the end of a run: garbage is collected first, and a page's modules come with its first run, so that
    little else is set aside, and not often.
    """
    now = len(sys.modules)
    if now == _seen["modules"]:
        return False
    _seen["modules"] = now
    gc.collect()
    gc.freeze()
    return True
