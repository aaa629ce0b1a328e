"""
Walls around a process that reads what a stranger wrote: limits and bans that the operating system keeps, not we.

Linux has all of them, without a library and without a right: limits of memory, time and files, no rights left over,
Landlock against every file but the named ones, and seccomp against sockets, other processes and the system's own calls.
Elsewhere what there is is raised, and `mhgis.cage.holds` tries which of it holds. Raised once, nothing takes a wall
down. Holds no parser and no words: see `mhgis.cage`.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from errno import ENOSYS, EPERM
from pathlib import Path
from typing import Final

from mhgis import paths

_GIB: Final = 2**30


@dataclass(frozen=True)
class Limits:
    """
    What one reading may take.

    `memory` in bytes on top of what the process has as it begins, `cpu` and `wall` in seconds, `file` in bytes of one
    file that is written, `files` open at once, `answer` in bytes of what it may hand back.
    """

    memory: int = 2 * _GIB
    cpu: int = 200
    wall: int = 180
    file: int = 2 * _GIB
    files: int = 64
    answer: int = 2 * _GIB


#: for a text of settings: a list of views, a scenario, a pack's description
SMALL: Final = Limits(memory=_GIB // 2, cpu=10, wall=15, file=0, answer=64 * 2**20)


def raise_around(limits: Limits, scratch: Path) -> None:
    """
    Raise every wall that there is here around this process, which has one thread; nothing is read before.

    Parameters
    ----------
    limits
        What the process may take.
    scratch
        The one folder in which it may write.
    """
    _limit(limits)
    if sys.platform != "linux":
        return
    _prctl(_NO_NEW_PRIVILEGES, 1)
    _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    _drop_rights()
    _see_only(_readable(), scratch)
    _ban_calls()


def limit_memory(more: int) -> None:
    """Limit the memory of this process, and of those it starts, to so many bytes beside what it has."""
    most = _address_space() + more
    _set(resource.RLIMIT_AS, most, most)


def _limit(limits: Limits) -> None:
    limit_memory(limits.memory)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, limits.files),
    ):
        _set(kind, most, most)
    # the first is a signal that ends it, the second is the end
    _set(resource.RLIMIT_CPU, limits.cpu, limits.cpu + 1)


def _set(kind: int, soft: int, hard: int) -> None:
    ceiling = resource.getrlimit(kind)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (ValueError, OSError):
        # some systems know a limit by name only; whether it holds is tried, not believed
        return


def _address_space() -> int:
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


# what the kernel calls things, from its own headers; the numbers are a part of its promise to programs

_DIE_WITH_PARENT: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_SECCOMP: Final = 22
_SECCOMP_FILTER: Final = 2
_CAPABILITIES: Final = 0x20080522


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *values: int | bytes | None) -> int:
    # a plain number would be passed as half a word
    words = [ctypes.c_long(value) if isinstance(value, int) else value for value in values]
    return int(_libc().syscall(ctypes.c_long(number), *words))


def _prctl(option: int, *values: int | bytes) -> int:
    words = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in values]
    return int(_libc().prctl(option, *words, *([ctypes.c_ulong(0)] * (4 - len(values)))))


def _drop_rights() -> None:
    call = _CALLS.get("capset", {}).get(platform.machine())
    if call is not None:
        header, none = struct.pack("=Ii", _CAPABILITIES, 0), bytes(24)
        _call(call, header, none)


# Landlock: which files there are


_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_OF: Final = 1
_BENEATH: Final = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
#: rights over files that each version of Landlock knows, all from the first up to it
_FILE_RIGHTS: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_NET_SINCE, _SCOPES_SINCE = 4, 6
_NO_TCP, _NO_SIGNALS_OUT = 0b11, 0b11
_OF_A_FILE: Final = _WRITE_FILE | _READ_FILE | _TRUNCATE
#: devices that libraries ask for; none of them tells or keeps anything
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
#: what programs of a system share, without its settings and its users
_OF_THE_SYSTEM: Final = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/proj",
    "/etc/ld.so.cache", "/etc/localtime", "/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/sys/devices/system/cpu",
)  # fmt: skip


def _readable() -> tuple[Path, ...]:
    # the program and its libraries, never the folder that also holds the data
    code = [paths.ROOT / part for part in ("mhgis", "etl")]
    libraries = [Path(sysconfig.get_path(kind)) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
    interpreter = [Path(sys.base_prefix) / "lib"]
    return tuple(path for path in (*code, *libraries, *interpreter, *map(Path, _OF_THE_SYSTEM)) if path.exists())


def landlock() -> int:
    """Return the version of Landlock that the kernel has; 0 where there is none, or where it is switched off."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(_CREATE_RULESET, None, 0, _VERSION_OF))


def _see_only(readable: Iterable[Path], scratch: Path) -> None:
    version = landlock()
    if not version:
        return
    rights = _FILE_RIGHTS[max(known for known in _FILE_RIGHTS if known <= version)]
    words = [rights]
    if version >= _NET_SINCE:
        words.append(_NO_TCP)
    if version >= _SCOPES_SINCE:
        words.append(_NO_SIGNALS_OUT)
    said = struct.pack(f"={len(words)}Q", *words)
    rules = _call(_CREATE_RULESET, said, len(said), 0)
    if rules < 0:
        return
    for path in readable:
        _allow(rules, path, (_READ_FILE | _READ_DIR) & rights)
    for device in _DEVICES:
        _allow(rules, Path(device), (_READ_FILE | _WRITE_FILE) & rights)
    _allow(rules, scratch, rights & ~_EXECUTE)
    _call(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    if not path.exists():
        return
    at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    said = struct.pack("=Qi", rights if path.is_dir() else rights & _OF_A_FILE, at)
    _call(_ADD_RULE, rules, _BENEATH, said, 0)
    os.close(at)


# seccomp: which calls of the system there are


_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
#: number of each call on each machine, those first that are refused whatever they are given
_CALLS: Final[dict[str, dict[str, int]]] = {
    name: {machine: number for machine, number in zip(_ARCHITECTURES, numbers, strict=True) if number >= 0}
    for name, numbers in {
        "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "sendto": (44, 206), "sendmsg": (46, 211),
        "bind": (49, 200), "listen": (50, 201), "socketpair": (53, 199), "accept4": (288, 242), "sendmmsg": (307, 269),
        "fork": (57, -1), "vfork": (58, -1), "execve": (59, 221), "execveat": (322, 281),
        "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
        "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
        "pidfd_send_signal": (424, 424), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
        "process_madvise": (440, 440), "process_mrelease": (448, 448),
        "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
        "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
        "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
        "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217),
        "request_key": (249, 218), "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273),
        "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
        "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
        "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
        "setrlimit": (160, 164), "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145),
        "setregid": (114, 143), "setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159),
        "capset": (126, 91), "personality": (135, 92), "iopl": (172, -1), "ioperm": (173, -1),
        "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171),
        "sethostname": (170, 161), "setdomainname": (171, 162),
        "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, -1),
        "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54), "setxattr": (188, 5), "lsetxattr": (189, 6),
        "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
        "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88),
        "mknod": (133, -1), "mknodat": (259, 33), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
        "fanotify_init": (300, 262), "inotify_init": (253, -1), "inotify_init1": (294, 26),
        "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    }.items()
}  # fmt: skip
#: calls that are refused by what they are given: clone, prlimit64, tgkill; and the one that glibc does without
_CLONE: Final = {"x86_64": 56, "aarch64": 220}
_PRLIMIT: Final = {"x86_64": 302, "aarch64": 261}
_TGKILL: Final = {"x86_64": 234, "aarch64": 131}
_CLONE3: Final = 435
#: later calls than these are not known here, so they are not there
_LAST_KNOWN: Final = 462
_CLONE_THREAD: Final = 0x10000
_X32: Final = 0x40000000

_LOAD, _EQUALS, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOWED, _KILLED, _REFUSED = 0x7FFF0000, 0x80000000, 0x00050000
#: where a filter finds the number of a call, its machine and the low half of its arguments
_NUMBER, _MACHINE = 0, 4
_ARGUMENTS: Final = 16

Step = tuple[int, int, int, int]


def _ban_calls() -> None:
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return
    steps = _filter(machine, os.getpid())
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(steps), ctypes.addressof(kept))
    _prctl(_SECCOMP, _SECCOMP_FILTER, program)


def _filter(machine: str, pid: int) -> list[Step]:
    """Return the steps the kernel takes for each call: load a word, compare it, jump over so many steps or go on."""
    refused, not_there = _step(_RETURN, _REFUSED | EPERM), _step(_RETURN, _REFUSED | ENOSYS)
    killed, allowed = _step(_RETURN, _KILLED), _step(_RETURN, _ALLOWED)
    steps = [_step(_LOAD, _MACHINE), _step(_EQUALS, _ARCHITECTURES[machine], 1, 0), killed, _step(_LOAD, _NUMBER)]
    if machine == "x86_64":
        steps += [_step(_AT_LEAST, _X32, 0, 1), killed]
    steps += [_step(_AT_LEAST, _LAST_KNOWN + 1, 0, 1), not_there, _step(_EQUALS, _CLONE3, 0, 1), not_there]
    for numbers in _CALLS.values():
        if machine in numbers:
            steps += [_step(_EQUALS, numbers[machine], 0, 1), refused]
    # a thread may be made, a process may not
    steps += [_step(_EQUALS, _CLONE[machine], 0, 4), _step(_LOAD, _ARGUMENTS),
              _step(_HAS_BITS, _CLONE_THREAD, 0, 1), allowed, refused]  # fmt: skip
    # limits may be read, not written
    steps += [_step(_EQUALS, _PRLIMIT[machine], 0, 6), _step(_LOAD, _ARGUMENTS + 16), _step(_EQUALS, 0, 0, 3),
              _step(_LOAD, _ARGUMENTS + 20), _step(_EQUALS, 0, 0, 1), allowed, refused]  # fmt: skip
    # it may end itself
    steps += [_step(_EQUALS, _TGKILL[machine], 0, 4), _step(_LOAD, _ARGUMENTS), _step(_EQUALS, pid, 0, 1), allowed,
              refused]  # fmt: skip
    return [*steps, allowed]


def _step(code: int, word: int, if_so: int = 0, if_not: int = 0) -> Step:
    return code, if_so, if_not, word
