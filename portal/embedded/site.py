"""Where the embedded servers of one checkout live and as whom they run, for the modules that start them."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent


class ServerError(RuntimeError):
    """An embedded server cannot be started or stopped; the message says what to do, for the person at the terminal."""


@dataclass(frozen=True)
class Owner:
    """The user the servers run as: whoever calls, or, because PostgreSQL refuses root, an unprivileged user."""

    uid: int
    gid: int
    is_other: bool  # True when we are root and the servers are not


@dataclass(frozen=True)
class Site:
    """The folders of one set of servers. `data` is the git-ignored folder of a checkout; everything follows from it."""

    data: Path

    @property
    def tag(self) -> str:
        """Eight hex digits that tell this data folder from every other on the machine."""
        return hashlib.sha256(str(self.data).encode()).hexdigest()[:8]

    @property
    def sockets(self) -> Path:
        """Folder of the sockets: fixed and short, because a socket path may have 107 characters and a checkout more."""
        return Path("/tmp") / f"tuoyu-{self.tag}"

    @property
    def servers(self) -> Path:
        """Folder of the servers' files, with links resolved (see `prepare`)."""
        return (self.data / "servers").resolve()

    def owner(self) -> Owner:
        """As whom the servers run: the owner of existing data, else ourselves, else (as root) `nobody`.

        `nobody` and not `postgres`: it is on every machine, nothing has to be added to the system's users, and a
        Debian PostgreSQL installed later does not change the answer. The data asks first, so the answer stays.
        """
        if os.geteuid() != 0:
            return Owner(os.geteuid(), os.getegid(), is_other=False)
        with contextlib.suppress(FileNotFoundError):
            found = (self.servers / "postgres").stat()
            if found.st_uid != 0:
                return Owner(found.st_uid, found.st_gid, is_other=True)
        user = pwd.getpwnam("nobody")
        return Owner(user.pw_uid, user.pw_gid, is_other=True)

    def run(self, command: Sequence[str | Path], *, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as the servers' user, outside any folder that user may not enter; output is captured."""
        owner = self.owner()
        as_user: dict[str, Any] = {}
        if owner.is_other:
            as_user = {"user": owner.uid, "group": owner.gid, "extra_groups": []}
        # HOME and the like would point at folders of root; the programs need none of it.
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **as_user,
        )

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process at a time starts or stops the servers of this data folder."""
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "servers.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)  # released by the kernel however this process ends
            yield

    def prepare(self) -> None:
        """Make the folders. Ours alone are created or changed; nothing above them ever is.

        As root the servers run as another user, who must be able to walk to their files. A checkout under /root (0700)
        does not let them through, and opening /root to everybody is not ours to do: then the files live in
        /var/tmp/tuoyu-<tag> and `.data/servers` is a link to it. Whether the way is open is found by trying it as that
        user, because mode bits alone do not tell (ACLs, mounts).
        """
        here = self.data / "servers"
        elsewhere = Path("/var/tmp") / f"tuoyu-{self.tag}"
        owner = self.owner()
        if here.is_symlink() and here.readlink() != elsewhere:
            here.unlink()  # the checkout was moved or copied: the old place belongs to the old path
        if not here.exists():
            if here.is_symlink():
                here.unlink()
            here.mkdir(mode=0o711)
            if owner.is_other and not self._reachable(here):
                here.rmdir()
                _private_folder(elsewhere, os.geteuid(), os.getegid(), mode=0o711)
                here.symlink_to(elsewhere)
        for name in ("postgres", "valkey"):
            folder = self.servers / name
            if not folder.exists():
                folder.mkdir(mode=0o700)
                if owner.is_other:
                    os.chown(folder, owner.uid, owner.gid)
            elif folder.stat().st_uid != owner.uid:
                raise ServerError(
                    f"{folder} belongs to user {folder.stat().st_uid}, you are {owner.uid}. "
                    f"Run as that user, or stop the servers and remove {self.data / 'servers'}."
                )
        _private_folder(self.sockets, owner.uid, owner.gid, mode=0o700)

    def program(self, package_folder: Path, relative: str) -> Path:
        """A program of a wheel as a path the servers' user may execute.

        A virtual environment under a closed folder cannot be entered by that user either, so the programs are copied
        beside the data once (30 MB); a newer wheel replaces the copy.
        """
        original = package_folder / relative
        if not self.owner().is_other or self.run(["test", "-x", original]).returncode == 0:
            return original
        copies = self.servers / "programs"
        copy = copies / package_folder.name
        if not (copy / relative).exists() or (copy / relative).stat().st_mtime != original.stat().st_mtime:
            shutil.rmtree(copy, ignore_errors=True)
            leave_out = shutil.ignore_patterns("include", "pginstall", "*.a", "pgxs", "*.py", "__pycache__")
            shutil.copytree(package_folder, copy, ignore=leave_out)
            for libraries in package_folder.parent.glob(f"{package_folder.name}.libs"):
                shutil.copytree(libraries, copies / libraries.name, dirs_exist_ok=True)  # found relative to the program
            for path in [copies, *copies.rglob("*")]:
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
        if self.run(["test", "-x", copy / relative]).returncode != 0:
            raise ServerError(f"User {self.owner().uid} may not execute {copy / relative}.")
        return copy / relative

    def _reachable(self, folder: Path) -> bool:
        """Can the servers' user walk to this folder?"""
        return self.run(["sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0


def default() -> Site:
    """The site of this checkout: `.data`, or the folder TUOYU_DATA names."""
    return Site(Path(os.environ.get("TUOYU_DATA") or CHECKOUT / ".data").resolve())


def _private_folder(path: Path, uid: int, gid: int, *, mode: int) -> None:
    """Make a folder in a directory everybody may write to, or accept ours; never one that somebody else put there."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
        path.chmod(mode)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o022:
        raise ServerError(f"{path} is not a folder of user {uid} alone. Remove it and try again.")
