"""
What was decided at an earlier import of the same source, as far as it fits another file.

Decisions have one home, the manifest of the version they led to: they are saved, exported, thrown away and restored
with it. A source is known again by the dataset a file is meant for; a table of the same columns is only a likely one,
and is offered, for another office may use the same form. Reads manifests, writes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mhgis.errors import UnknownChoiceError
from mhgis.importing import library
from mhgis.importing.columns import normal_name
from mhgis.importing.plan import Choices

#: a table of fewer named columns is no sign of its source
_FEWEST_COLUMNS: Final = 3


@dataclass(frozen=True)
class Precedent:
    """A version of a dataset, and its choices as they fit another file."""

    dataset_id: str
    number: int
    choices: Choices


def of_dataset(dataset_id: str, names: Sequence[str]) -> Precedent:
    """
    Return what was decided for the version of a dataset that is shown, or its last where none is.

    Parameters
    ----------
    dataset_id
        An imported dataset.
    names
        The columns of the other file, as printed.

    Returns
    -------
    precedent
        Columns are found again by their names. Sheet, header row and what was said to be right as it stands are left
        out: they are about the other file.

    Raises
    ------
    UnknownChoiceError
        If there is no imported dataset of that id.
    """
    dataset = next((one for one in library.datasets() if one.dataset_id == dataset_id), None)
    if dataset is None:
        message = f"There is no imported dataset {dataset_id!r}; it may have been deleted meanwhile."
        raise UnknownChoiceError(message)
    number = dataset.latest
    manifest = library.version(dataset_id, number).manifest
    before = Choices.from_json(dict(manifest["decisions"]))
    printed = dict(enumerate(manifest.get("columns", ())))
    columns = tuple((names.index(printed[at]), field) for at, field in before.columns if printed.get(at) in names)
    fitting = replace(before, columns=columns, sheet="", header_row=None, confirmed=(), without_faulty=False)
    return Precedent(dataset_id, number, fitting)


def of_another_year(one: Precedent) -> Choices:
    """Return the choices of a precedent that are about the source, not about the figures of one year."""
    kept = one.choices
    return Choices(
        columns=kept.columns,
        system=kept.system,
        places=kept.places,
        threshold=kept.threshold,
        publisher=kept.publisher,
        filters=kept.filters,
        shape=kept.shape,
    )


def likely(names: Sequence[str]) -> Precedent | None:
    """
    Return the latest import of a table with the same columns, where anything was decided for it.

    Parameters
    ----------
    names
        As for `of_dataset`.
    """
    wanted = _plain(names)
    if len(wanted) < _FEWEST_COLUMNS:
        return None
    found = []
    for dataset in library.datasets():
        says = library.version(dataset.dataset_id, dataset.latest).manifest
        has_some = says["decisions"].get("places") or says["decisions"].get("columns")
        if has_some and _plain(says.get("columns", ())) == wanted:
            found.append((str(says["created_on"]), dataset.dataset_id))
    return of_dataset(max(found)[1], names) if found else None


def _plain(names: Iterable[str]) -> frozenset[str]:
    return frozenset(plain for name in names if (plain := normal_name(name)))
