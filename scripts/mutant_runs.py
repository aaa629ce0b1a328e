"""
Run the tests of a module against its mutants, each in a process that begins with all tests already collected.

All happens in a copy of the project in a temporary folder, and not even there is a file changed. A process that is
forked gives the changed function its other code; where the change lies outside of functions it imports the module anew
from the other text, see `scripts.mutant_hook`, and so do the processes that a test starts. Tests that ran the changed
function come first, the quick ones before the slow; then come the others of the same files, for what one test has read
another may use.
"""

import functools
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Final, NamedTuple, Protocol

import pytest
from coverage import Coverage

from scripts import mutant_hook

#: what other commands make, and no test of a module needs
_LEFT: Final = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "shots", "local")
#: a test of a mutant may take so many times what it takes without, and so many seconds more, by processor and by clock
_TIMES, _MORE_S, _MORE_CLOCK_S = 4.0, 5.0, 60.0
#: a test that takes longer than so many seconds of the processor is not asked: most of these draw many examples
_LONGEST_S: Final = 10.0
#: a mutant that tests of so many seconds have not noticed has survived; the likeliest and quickest come first
_ENOUGH_S: Final = 60.0
#: where progress is told, whatever the tests do with standard output
_PROGRESS: Final = os.dup(2)
#: memory that a mutant may claim, bytes
_MEMORY: Final = 16 * 2**30
#: pytest's answer where there was nothing to run
_NO_TESTS: Final = 5

_OPTIONS: Final = (
    *("-q", "--tb=line", "-m", "not slow", "--basetemp=../tests"),
    *("-p", "no:cacheprovider", "-p", "no:xdist"),
)


class Change(Protocol):
    """What is known of a mutant: its file, its function by dotted name, the lines of that, and the whole new text."""

    file: str
    function: str
    lines: tuple[int, int]
    code: str


class Outcome(NamedTuple):
    """Whether a test noticed, and how many tests there were that ran the changed function."""

    noticed: bool
    n_tests: int


class _Baseline(NamedTuple):
    """What the tests do without a mutant: which of them ran each line, their seconds, and which are to be left out."""

    ran: Mapping[str, Mapping[str, list[str]]]
    seconds: Mapping[str, float]
    left_out: Sequence[str]


class _Watch:
    """In a process of its own: notes which lines each test runs, and how long it takes; ends those that take long."""

    _TOO_LONG: Final = "takes too long to be asked for each mutant"

    def __init__(self, copy: Path, files: Sequence[str]) -> None:
        self._files = {file: str(copy / file) for file in files}
        self._coverage = Coverage(data_file=None, include=list(self._files.values()), config_file=False)
        self._seconds: dict[str, float] = {}
        self._left_out: list[str] = []
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(item.nodeid)
        started = time.process_time()
        signal.signal(signal.SIGPROF, self._end)
        signal.setitimer(signal.ITIMER_PROF, _LONGEST_S)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._seconds[item.nodeid] = time.process_time() - started

    def _end(self, *_signal: object) -> None:
        raise pytest.skip.Exception(self._TOO_LONG)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed or (report.skipped and self._TOO_LONG in str(report.longrepr)):
            self._left_out.append(report.nodeid)

    def write(self, answer: Path) -> None:
        self._coverage.stop()
        data = self._coverage.get_data()
        ran = {
            file: {line: [test for test in tests if test] for line, tests in data.contexts_by_lineno(path).items()}
            for file, path in self._files.items()
        }
        answer.write_text(json.dumps([ran, self._seconds, self._left_out]), "utf-8")


class _Limits:
    """In a process of its own: ends it where a test takes much longer than it does without a mutant."""

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self._seconds = seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        limit_s = self._seconds.get(item.nodeid, 0.0) * _TIMES + _MORE_S
        # the signals end the process, for nothing handles them
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        signal.setitimer(signal.ITIMER_REAL, limit_s + _MORE_CLOCK_S)


class _Session:
    """Runs no test itself, but forks where pytest would: once for the baseline, then once for each mutant."""

    def __init__(self, copy: Path, mutants: Sequence[Change], tests: Mapping[str, Sequence[str]]) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self.baseline = _Baseline({}, {}, [])
        self.watch: _Watch | None = None
        self.forked = False
        self._copy, self._mutants, self._tests = copy, mutants, tests

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Return nothing in a forked process, where pytest goes on and runs the tests."""
        if self._measure(session):
            return None
        self.baseline = _Baseline(*json.loads((self._copy.parent / "baseline.json").read_text("utf-8")))
        for index, mutant in enumerate(self._mutants):
            ran = self.ran(mutant)
            # what no test runs may yet have run while the modules were imported
            function = _function(mutant) if ran else None
            code = _code_of(mutant, function) if function else None
            if not function or not code:
                continue
            chosen = self.choose(session.items, mutant, ran)
            pid = os.fork()
            if not pid:
                self._become(session, mutant, function, code, chosen)
                return None
            self.outcomes[index] = Outcome(bool(chosen) and _wait(pid) != 0, len(ran))
            _tell(mutant, self.outcomes[index])
        return True

    def _measure(self, session: pytest.Session) -> bool:
        """Fork for the baseline, and tell whether this is the process that runs it."""
        pid = os.fork()
        if pid:
            _wait(pid)
            return False
        self.forked = True
        os.setpgid(0, 0)
        self.watch = _Watch(self._copy, sorted({mutant.file for mutant in self._mutants}))
        session.config.pluginmanager.register(self.watch)
        return True

    def _become(
        self, session: pytest.Session, mutant: Change, function: FunctionType, code: CodeType, items: list[pytest.Item]
    ) -> None:
        self.forked = True
        _bound()
        _write(self._copy, mutant)
        function.__code__ = code
        session.items[:] = items
        session.config.option.maxfail = 1
        session.config.pluginmanager.register(_Limits(self.baseline.seconds))

    def ran(self, mutant: Change) -> set[str]:
        """Return the tests that ran the changed function."""
        first, last = mutant.lines
        lines = self.baseline.ran.get(mutant.file, {})
        return {test for line in range(first, last + 1) for test in lines.get(str(line), ())}

    def choose(self, items: Iterable[pytest.Item], mutant: Change, ran: set[str]) -> list[pytest.Item]:
        """Return the tests to run, in order, as many as there is time for."""
        own = [item for item in items if _file_of(item) in self._tests[mutant.file]]
        files = {_file_of(item) for item in own if item.nodeid in ran or not ran}
        able = [item for item in own if _file_of(item) in files and item.nodeid not in self.baseline.left_out]
        able.sort(key=lambda item: (item.nodeid not in ran, self.baseline.seconds.get(item.nodeid, 0.0)))
        until = accumulate(self.baseline.seconds.get(item.nodeid, 0.0) for item in able)
        return [item for item, seconds in zip(able, until, strict=True) if seconds <= _ENOUGH_S]


class _Chosen:
    """In a process that imports anew: the tests of one mutant, in order."""

    def __init__(self, session: _Session, mutant: Change) -> None:
        self._session, self._mutant = session, mutant

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = self._session.choose(items, self._mutant, self._session.ran(self._mutant))


def run_all(root: Path, mutants: Sequence[Change], tests: Mapping[str, Sequence[str]]) -> list[Outcome]:
    """
    Run the tests of each mutant's module against it, and return how it came out, in the order given.

    Parameters
    ----------
    root
        The project's folder.
    mutants
        The changes.
    tests
        The test files of each changed file.
    """
    files = sorted({test for mutant in mutants for test in tests[mutant.file]})
    if not files:
        return [Outcome(noticed=False, n_tests=0) for _mutant in mutants]
    with _copied(root) as copy, _within(copy):
        session = _Session(copy, mutants, tests)
        _run_pytest(copy, files, [session], session)
        for test in session.baseline.left_out:
            print(f"left out, for it fails or takes long without a mutant: {test}", file=sys.stderr, flush=True)
        for index, mutant in enumerate(mutants):
            if index not in session.outcomes:
                session.outcomes[index] = _run_anew(copy, mutant, tests[mutant.file], session)
                _tell(mutant, session.outcomes[index])
    return [session.outcomes[index] for index in range(len(mutants))]


@contextmanager
def _copied(root: Path) -> Iterator[Path]:
    """Give a copy of the project in a temporary folder, which is gone at the end, also of a run that is ended."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(root, copy, ignore=_LEFT)
        hooks = Path(folder) / "hooks"
        hooks.mkdir()
        (hooks / "sitecustomize.py").write_text("import mutant_hook\n\nmutant_hook.install()\n", "utf-8")
        shutil.copy(mutant_hook.__file__, hooks)
        yield copy


@contextmanager
def _within(copy: Path) -> Iterator[None]:
    """Work in the copy, also where modules are imported from; what the tests print goes beside it."""
    before = Path.cwd()
    os.environ["PYTHONPATH"] = os.pathsep.join([str(copy.parent / "hooks"), str(copy)])
    os.chdir(copy)
    _forget_own(copy)
    sys.path[:] = [str(copy), *(path for path in sys.path if path)]
    try:
        yield
    finally:
        os.chdir(before)


def _forget_own(copy: Path) -> None:
    """Let the project's own modules be imported anew."""
    own = {path.name for path in copy.iterdir() if path.is_dir()}
    for name in [name for name in sys.modules if name.partition(".")[0] in own]:
        del sys.modules[name]


def _run_pytest(copy: Path, files: Sequence[str], plugins: list[object], session: _Session) -> None:
    """Run pytest, with what it prints in a file; a process that was forked on the way ends here."""
    sys.stdout.flush()
    kept = [os.dup(1), os.dup(2)]
    with (copy.parent / "printed.txt").open("a", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    code = int(pytest.main([*_OPTIONS, *files], plugins=plugins))
    if session.forked:
        if session.watch:
            session.watch.write(copy.parent / "baseline.json")
        os._exit(0 if code == _NO_TESTS else code)
    for number, descriptor in enumerate(kept, 1):
        os.dup2(descriptor, number)
        os.close(descriptor)
    if code not in (0, _NO_TESTS):
        message = f"Pytest ends with {code}:\n{(copy.parent / 'printed.txt').read_text('utf-8')[-3000:]}"
        raise RuntimeError(message)


def _run_anew(copy: Path, mutant: Change, tests: Sequence[str], session: _Session) -> Outcome:
    """Run the tests in a process that imports everything of ours once more."""
    ran = session.ran(mutant)
    pid = os.fork()
    if not pid:
        session.forked, session.watch = True, None
        _bound()
        _forget_own(copy)
        _write(copy, mutant)
        mutant_hook.install()
        _run_pytest(copy, ["-x", *tests], [_Chosen(session, mutant), _Limits(session.baseline.seconds)], session)
    return Outcome(_wait(pid) != 0, len(ran))


def _write(copy: Path, mutant: Change) -> None:
    """Let the processes that are started from here import the mutant."""
    written = copy.parent / "mutant.json"
    change = {"name": _dotted(mutant.file), "path": str(copy / mutant.file), "text": mutant.code}
    written.write_text(json.dumps(change), "utf-8")
    os.environ[mutant_hook.VARIABLE] = str(written)


def _bound() -> None:
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    for number in (signal.SIGTERM, signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)


def _wait(pid: int) -> int:
    """Return how a process ends, after which nothing that it has started lives on; nor does it where we are ended."""
    try:
        _pid, status = os.waitpid(pid, 0)
    finally:
        # most have left nothing behind
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status)


def _function(mutant: Change) -> FunctionType | None:
    """Return the loaded function in which a change lies, whatever it is wrapped in."""
    here: object = sys.modules.get(_dotted(mutant.file))
    for name in mutant.function.split(".") if mutant.function else ():
        if isinstance(here, ModuleType | type):
            here = _unwrapped(vars(here).get(name))
    return here if isinstance(here, FunctionType) else None


def _unwrapped(value: object) -> object:
    match value:
        case staticmethod() | classmethod():
            return value.__func__
        case property() | functools.cached_property():
            return value.fget if isinstance(value, property) else value.func
    return getattr(value, "__wrapped__", value)


def _code_of(mutant: Change, function: FunctionType) -> CodeType | None:
    """Return the changed code of a function, or nothing where the change is not in it, as that of a default is not."""
    old = function.__code__
    waiting = [compile(mutant.code, old.co_filename, "exec", dont_inherit=True)]
    while waiting:
        code = waiting.pop()
        if (code.co_name, code.co_firstlineno) == (old.co_name, old.co_firstlineno):
            return code if code != old and code.co_freevars == old.co_freevars else None
        waiting += [part for part in code.co_consts if isinstance(part, CodeType)]
    return None


def _tell(mutant: Change, outcome: Outcome) -> None:
    os.write(_PROGRESS, b"." if outcome.noticed else f"\nsurvived: {mutant}\n".encode())


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
