"""Seccomp, the part of Linux with which a process gives up system calls, for good.

The filter is a list of what a computation needs; anything else fails with "operation not
permitted", as do sockets, other programs and processes, signals to others, and what would change
the owner, mode or times of files, which Landlock does not see.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

from .linux import process_control

_ALLOWED = """
read:0:63 write:1:64 readv:19:65 writev:20:66 pread64:17:67 pwrite64:18:68 preadv:295:69
pwritev:296:70 lseek:8:62 close:3:57 close_range:436:436 open:2: openat:257:56 creat:85:
stat:4: fstat:5:80 lstat:6: newfstatat:262:79 statx:332:291 access:21: faccessat:269:48
faccessat2:439:439 readlink:89: readlinkat:267:78 getdents:78: getdents64:217:61 getcwd:79:17
chdir:80:49 fchdir:81:50 umask:95:166 statfs:137:43 fstatfs:138:44 mkdir:83: mkdirat:258:34
rmdir:84: unlink:87: unlinkat:263:35 rename:82: renameat:264:38 renameat2:316:276 link:86:
linkat:265:37 symlink:88: symlinkat:266:36 ftruncate:77:46 fallocate:285:47 fsync:74:82
fdatasync:75:83 flock:73:32 dup:32:23 dup2:33: dup3:292:24 pipe:22: pipe2:293:59 poll:7:
ppoll:271:73 select:23: pselect6:270:72 epoll_create:213: epoll_create1:291:20
epoll_ctl:233:21 epoll_wait:232: epoll_pwait:281:22 eventfd2:290:19 mmap:9:222 munmap:11:215
mprotect:10:226 mremap:25:216 madvise:28:233 mincore:27:232 msync:26:227 brk:12:214
membarrier:324:283 futex:202:98 futex_waitv:449:449 set_robust_list:273:99
get_robust_list:274:100 rseq:334:293 set_tid_address:218:96 gettid:186:178 sched_yield:24:124
sched_getaffinity:204:123 sched_getparam:143:121 sched_getscheduler:145:120 getcpu:309:168
rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigreturn:15:139 rt_sigpending:127:136
rt_sigtimedwait:128:137 rt_sigsuspend:130:133 sigaltstack:131:132 getitimer:36:102
setitimer:38:103 alarm:37: pause:34: nanosleep:35:101 clock_nanosleep:230:115
clock_gettime:228:113 clock_getres:229:114 gettimeofday:96:169 time:201: times:100:153
restart_syscall:219:128 getpid:39:172 getppid:110:173 getuid:102:174 geteuid:107:175
getgid:104:176 getegid:108:177 getresuid:118:148 getresgid:120:150 getgroups:115:158
getpgid:121:155 getpgrp:111: getsid:124:156 getrlimit:97:163 getrusage:98:165
getpriority:140:141 sysinfo:99:179 uname:63:160 getrandom:318:278 capget:125:90 wait4:61:260
waitid:247:95 exit:60:93 exit_group:231:94
"""
"""Name, number on x86_64, number on aarch64 (none where it has no such call)."""

_THREADS_ONLY = 0x00010000
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1031, 1032)
"""Not those that have signals sent to others when a file is ready."""

_IOCTL = (0x5401, 0x5450, 0x5451, 0x5421, 0x541B)
"""Whether it is a terminal, close on exec, blocking, and how much there is to read."""

_FIRST_RECENT = 424
"""Calls from this number on are newer than what all programs count on: they try them, and go
another way if told that there is no such call.
"""

_KILL, _ALLOW, _ERROR = 0x80000000, 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _FIRST, _SECOND = 0, 4, 16, 24
"""Offsets in ``struct seccomp_data``; of arguments, their lower halves."""

_SET_SECCOMP, _FILTER = 22, 2


@dataclass(frozen=True)
class Machine:
    """A machine's name in the kernel, its column above, and calls whose arguments are tested."""

    audit: int
    column: int
    clone: int
    kill: int
    tgkill: int
    fcntl: int
    ioctl: int
    prlimit: int


MACHINES = {
    "x86_64": Machine(0xC000003E, 1, 56, 62, 234, 72, 16, 302),
    "aarch64": Machine(0xC00000B7, 2, 220, 129, 131, 25, 29, 261),
}

Instruction = tuple[int, int, int, int]


def program(machine: Machine, process: int) -> list[Instruction]:
    """The filter for a process of that number, as instructions ``(code, if true, if false, k)``."""
    code: list[Instruction] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for entry in _ALLOWED.split():
        number = entry.split(":")[machine.column]
        if number:
            code += [(_EQUAL, 0, 1, int(number)), (_RETURN, 0, 0, _ALLOW)]
    code += _checked(machine.clone, _FIRST, [(_ANY_BIT, _THREADS_ONLY)])
    code += _checked(machine.kill, _FIRST, [(_EQUAL, process)])
    code += _checked(machine.tgkill, _FIRST, [(_EQUAL, process)])
    code += _checked(machine.fcntl, _SECOND, [(_EQUAL, command) for command in _FCNTL])
    code += _checked(machine.ioctl, _SECOND, [(_EQUAL, command) for command in _IOCTL])
    code += _checked(machine.prlimit, _FIRST, [(_EQUAL, 0), (_EQUAL, process)])
    return [
        *code,
        (_AT_LEAST, 0, 1, _FIRST_RECENT),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
    ]


def _checked(number: int, argument: int, tests: list[tuple[int, int]]) -> list[Instruction]:
    """One call, allowed if an argument passes any of the tests."""
    body: list[Instruction] = [(_LOAD, 0, 0, argument)]
    for test, value in tests:
        body += [(test, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    body.append((_RETURN, 0, 0, _ERROR | errno.EPERM))
    return [(_EQUAL, 0, len(body), number), *body]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def enforce() -> None:
    """Gives up all other system calls; the process must have given up new privileges.

    Raises `OSError` where the kernel cannot do it or the machine's calls are not known.
    """
    machine = MACHINES.get(platform.machine())
    if machine is None:
        raise OSError(errno.ENOSYS, f"the system calls of {platform.machine()} are not known")
    code = program(machine, os.getpid())
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    filtered = _Program(len(code), packed)
    process_control(_SET_SECCOMP, _FILTER, ctypes.byref(filtered))
