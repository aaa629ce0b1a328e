"""The cage: from within nothing of the machine is seen, and whatever happens there costs one sentence."""

import ctypes
import json
import mmap
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest

from mhgis import cage
from mhgis.cage import Answer, Limits, walls
from mhgis.errors import Fault, MhgisError, SchemaError, UnreadableError

HERE = __name__
pytestmark = pytest.mark.usefixtures("keeper_of_tests")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own walls")
#: long enough on a busy machine, and short
PATIENT = Limits(memory=2**30, wall=60)
#: memory that a system gives without having it, and only a limit refuses
PROMISED = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | (0x4000 if sys.platform == "linux" else 0)


def ask(function, *arguments, limits=PATIENT, lang="en", **more):
    return cage.call(f"tests.unit.test_cage:{function}", *arguments, limits=limits, file="theirs.csv", lang=lang,
                     into=lambda answer: answer, **more)  # fmt: skip


def tried(attempt):
    try:
        attempt()
    except (OSError, MemoryError, ValueError) as error:
        return type(error).__name__
    return "it works"


def attack(_data, seen, beside, port, tell):
    """Try everything; say of each attempt what came of it."""
    libc = ctypes.CDLL(None, use_errno=True)
    return Answer({
        "users": tried(lambda: Path("/etc/passwd").read_text("utf-8")),
        "a file of the data folder": tried(lambda: Path(seen).read_bytes()),
        "a file of the data folder, to write": tried(lambda: Path(seen).write_bytes(b"")),
        "a file beside it": tried(lambda: Path(f"{seen}.new").write_bytes(b"")),
        "its folder": tried(lambda: list(Path(seen).parent.iterdir())),
        "to remove it": tried(lambda: Path(seen).unlink()),
        "to rename it": tried(lambda: Path(seen).rename(f"{seen}.moved")),
        "to link it": tried(lambda: os.link(seen, "linked")),
        "to open it to all": tried(lambda: Path(seen).chmod(0o777)),
        "the program": tried(lambda: Path(cage.__file__).open("ab").close()),
        "a temporary file of others": tried(lambda: Path(f"{beside}/escaped").write_bytes(b"")),
        "the environment of the keeper": tried(lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes()),
        "a server of this machine": tried(lambda: socket.create_connection(("127.0.0.1", port), 1)),
        "a datagram": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "a socket of the machine": tried(lambda: socket.socket(socket.AF_UNIX)),
        "a pair of sockets": tried(socket.socketpair),
        "another process": tried(os.fork),
        "another program": tried(lambda: os.execv(sys.executable, [sys.executable, "-c", ""])),  # noqa: S606 - that is the point
        "a program beside it": tried(lambda: subprocess.run([sys.executable, "-c", ""], check=False)),
        "to end the keeper": tried(lambda: os.kill(os.getppid(), 0)),
        "to trace the keeper": "it works" if libc.ptrace(16, os.getppid(), 0, 0) == 0 else "PermissionError",
        "a ring of requests": "it works" if libc.syscall(425, 1, bytes(120)) >= 0 else "PermissionError",
        "a hundred gigabytes": tried(lambda: mmap.mmap(-1, 100 * 2**30, flags=PROMISED)),
        "two gigabytes": tried(lambda: bytearray(2 * 2**30)),
        "a longer file": tried(lambda: Path("long").write_bytes(bytes(2 * 2**20))),
        "more memory": tried(lambda: resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))),
        "more time": tried(lambda: resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))),
        "many open files": tried(lambda: [os.open(os.devnull, os.O_RDONLY) for _ in range(100)]),
    })  # fmt: skip


@LINUX
def test_from_within_nothing_of_the_machine_is_reached(tmp_path):
    seen = tmp_path / "data" / "register.csv"
    seen.parent.mkdir()
    seen.write_bytes(b"theirs")
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = ask(
            "attack", str(seen), str(tmp_path), server.getsockname()[1], limits=Limits(memory=2**30, file=2**20)
        ).plain
    assert [what for what, came in found.items() if came == "it works"] == []
    assert seen.read_bytes() == b"theirs"
    assert list(seen.parent.iterdir()) == [seen]
    assert list(tmp_path.iterdir()) == [seen.parent]


def test_the_same_attempts_work_where_there_is_no_cage(tmp_path):
    seen = tmp_path / "register.csv"
    seen.write_bytes(b"ours")
    assert tried(seen.read_bytes) == "it works"
    assert tried(socket.socketpair) == "it works"
    assert tried(lambda: mmap.mmap(-1, 100 * 2**30, flags=PROMISED)) == "it works"


def useful(data, tell):
    tell(0.5, "half")
    Path("mine").write_bytes(data)
    threads = [threading.Thread(target=str) for _ in range(4)]
    for thread in threads:
        thread.start()
    return Answer({"size": Path("mine").stat().st_size, "folder": str(Path.cwd())}, (pa.table({"a": ["x", None]}),))


def test_what_a_reading_needs_is_there_and_goes_with_it():
    told = []
    found = ask("useful", data=b"abc", progress=lambda share, message: told.append((share, message)))
    assert found.plain["size"] == 3
    assert found.tables[0].to_pydict() == {"a": ["x", None]}
    assert told == [(0.5, "half")]
    until = time.monotonic() + 30
    while Path(found.plain["folder"]).exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(found.plain["folder"]).exists()


def claims(_data, tell):
    return Answer([walls.landlock()])


@LINUX
def test_what_the_cage_says_of_itself_is_what_holds():
    # the walls are tried, not believed: each is what an attempt of its own comes to
    held = cage.holds()
    assert (held.network, held.programs, held.memory) == (True, True, True)
    assert held.files == (ask("claims").plain[0] > 0)
    said = held.sentence()
    assert ("no sight of other files" in said.partition(";")[0]) == held.files
    assert ("does not give" in said) == (not held.files)


def test_a_system_without_walls_says_so():
    said = cage.Holds(files=False, network=False, programs=True, memory=True).sentence()
    assert said == ("Files that people bring are read apart, with no other programs, limited memory, limited time; "
                    "this system does not give: no sight of other files, no network.")  # fmt: skip
    assert "没有网络" in cage.Holds(files=True, network=True, programs=True, memory=True).sentence("zh")


def spin(_data, tell):
    while True:
        pass


def sleep(_data, tell):
    time.sleep(600)


def swallow(_data, tell):
    held = []
    while True:
        held.append(bytes(2**26))


def abort(_data, tell):
    os.abort()


def crash(_data, tell):
    ctypes.string_at(0)


def leave(_data, tell):
    os._exit(0)


def lie(_data, tell):
    os.write(4, cage.FRAME.pack(cage.DONE, 100 * 2**30))


def babble(_data, tell):
    os.write(4, b"\x80\x04" * 1000)


def pickled(_data, tell):
    payload = b"\x80\x04cos\nsystem\n(S'true'\ntR."
    os.write(4, cage.FRAME.pack(cage.DONE, len(payload)) + payload)
    os._exit(0)


def torn_table(_data, tell):
    whole = cage.pack(Answer(0, (pa.table({"a": ["xyz"] * 100}),)))
    payload = whole.replace(b"xyz", b"\xff\xff\xff")
    os.write(4, cage.FRAME.pack(cage.DONE, len(payload)) + payload)
    os._exit(0)


def fail(_data, tell):
    return Answer(1 / 0)


def deep(_data, tell):
    payload = b"[" * 10**5
    whole = cage._SIZE.pack(len(payload)) + payload
    os.write(4, cage.FRAME.pack(cage.DONE, len(whole)) + whole)
    os._exit(0)


ENDS = {
    "spin": ("did not end", {"wall": 1}), "sleep": ("did not end", {"wall": 1}),
    "swallow": ("more memory", {}), "abort": ("damaged", {}), "crash": ("damaged", {}), "leave": ("damaged", {}),
    "lie": ("holds more", {}), "babble": ("holds more", {}), "pickled": ("damaged", {}), "torn_table": ("damaged", {}),
    "fail": ("damaged", {}), "deep": ("damaged", {}),
}  # fmt: skip


@pytest.mark.parametrize("how", ENDS)
def test_a_reading_that_goes_wrong_costs_one_sentence(how):
    reason, limits = ENDS[how]
    sentences = {}
    for lang in ("en", "zh"):
        with pytest.raises(UnreadableError) as raised:
            ask(how, lang=lang, limits=Limits(memory=2**29, answer=2**26, **({"wall": 60} | limits)))
        sentences[lang] = str(raised.value)
    assert reason in sentences["en"]
    assert not any("\n" in said or "Traceback" in said for said in sentences.values())
    assert sentences["en"].startswith("theirs.csv: ")
    assert "Expected" not in sentences["zh"]
    # and the next one is served
    assert ask("useful", data=b"next").plain["size"] == 4


def test_time_of_the_processor_is_limited_too():
    begun = time.monotonic()
    with pytest.raises(UnreadableError, match="did not end"):
        ask("spin", limits=Limits(memory=2**29, cpu=1, wall=300))
    assert time.monotonic() - begun < 100


def refuse(_data, tell):
    raise SchemaError(
        [Fault("theirs.csv", 3, "B", "x", "a number", "Mend it."), Fault("theirs.csv", None, None, "y", "z")]
    )


def refuse_in_words(_data, tell):
    raise UnreadableError(Fault("theirs.csv", None, None, "x", "y"), "A sentence.")


def test_an_error_a_user_can_mend_comes_out_as_it_was():
    with pytest.raises(SchemaError) as raised:
        ask("refuse")
    assert raised.value.faults == [
        Fault("theirs.csv", None, None, "y", "z"),
        Fault("theirs.csv", 3, "B", "x", "a number", "Mend it."),
    ]
    with pytest.raises(UnreadableError, match=r"\AA sentence\.\Z"):
        ask("refuse_in_words")


def nothing(_data, tell):
    return Answer([])


def test_a_keeper_that_was_killed_is_replaced():
    assert ask("nothing").plain == []
    keeper = int(Path(f"/proc/{ask('whose').plain}/stat").read_text("ascii").split()[0])
    os.kill(keeper, 9)
    until = time.monotonic() + 30
    answer = None
    while answer is None and time.monotonic() < until:
        with suppress(MhgisError):
            answer = ask("nothing").plain
    assert answer == []
    assert ask("whose").plain != keeper


def whose(_data, tell):
    return Answer(os.getppid())


def environment(_data, tell):
    return Answer(sorted(os.environ))


def test_settings_of_the_server_are_not_in_the_cage(monkeypatch):
    monkeypatch.setenv("MHGIS_SECRET", "x")
    cage._started.cache_clear()
    assert "MHGIS_SECRET" not in ask("environment").plain
    assert "PATH" in ask("environment").plain


def test_readings_side_by_side_keep_their_answers_apart():
    found = {}

    def one(n):
        found[n] = ask("useful", data=bytes(n)).plain["size"]

    threads = [threading.Thread(target=one, args=(n,)) for n in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: n for n in range(1, 13)}


def test_an_answer_is_the_same_on_the_other_side():
    answer = Answer({"a": [1, None, "\ud83d", "é"]}, (pa.table({"x": pa.array(["é", None], pa.large_string())}),))
    again = cage.unpack(cage.pack(answer))
    assert json.dumps(again.plain) == json.dumps(answer.plain)
    assert again.tables[0].equals(answer.tables[0])
    with pytest.raises((ValueError, pa.ArrowInvalid)):
        cage.unpack(cage.pack(answer)[:-3])
