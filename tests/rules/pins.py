"""The pins of constraints.txt, resolved for any version of Python from the packages' metadata, without a network."""

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version


@dataclass(frozen=True)
class Package:
    """What a package says of itself: its version, the versions of Python it runs on, and what it needs."""

    version: str
    python: str = ""
    needs: tuple[str, ...] = ()


@cache
def installed(name: str) -> Package | None:
    """Return the package of that name in this environment, or nothing where there is none."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    python = distribution.metadata.get("Requires-Python", "")
    return Package(distribution.version, python, tuple(distribution.requires or ()))


def faults(
    wanted: Iterable[str],
    constraints: str,
    python: str,
    package_of: Callable[[str], Package | None] = installed,
) -> list[str]:
    """
    Say why a version of Python, such as `3.12.1`, cannot install what is wanted at the pinned versions.

    All that is needed, and all that needs in turn, must be pinned to a version that its askers accept and that runs on
    that Python. What is pinned for other Pythons alone has no metadata here: only an installer can tell there.
    """
    there = _markers_under(python)
    pins = _pins(constraints, there)
    sentences = []
    followed = set()
    asked = [Requirement(text) for text in wanted]
    waiting = [one for one in asked if one.marker is None or one.marker.evaluate(dict(there))]
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        package = package_of(name)
        sentences += _faults_of(requirement, pins.get(name), package, python)
        if package and (name, extras) not in followed:
            followed.add((name, extras))
            waiting += _needs(package, extras, there)
    return sorted(set(sentences))


def _markers_under(python: str) -> dict[str, str]:
    short = python.rpartition(".")[0]
    return {**default_environment(), "python_version": short, "python_full_version": python,
            "implementation_version": python, "extra": ""}  # fmt: skip


def _pins(constraints: str, there: Mapping[str, str]) -> dict[str, str]:
    lines = (line.partition("#")[0].strip() for line in constraints.splitlines())
    pins = [Requirement(line) for line in lines if line]
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(dict(there))]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in here}


def _needs(package: Package, extras: Iterable[str], there: Mapping[str, str]) -> Iterator[Requirement]:
    for text in package.needs:
        need = Requirement(text)
        marker, need.marker = need.marker, None
        if marker is None or any(marker.evaluate({**there, "extra": extra}) for extra in ("", *extras)):
            yield need


def _faults_of(requirement: Requirement, pin: str | None, package: Package | None, python: str) -> Iterator[str]:
    name = canonicalize_name(requirement.name)
    if pin is None:
        yield f"{name} is needed by Python {python} and not pinned"
    elif not requirement.specifier.contains(pin, prereleases=True):
        yield f"{name}=={pin} is pinned, and {requirement.specifier} is asked for"
    elif package is None or Version(package.version) != Version(pin):
        if python == platform.python_version():
            yield f"{name}=={pin} is pinned, and {package.version if package else 'nothing'} is installed: run make"
    elif not SpecifierSet(package.python).contains(python):
        yield f"{name}=={pin} needs Python {package.python}, and has to run on {python}"
