"""Stores of both kinds; PostgreSQL is Debian's, as an unprivileged cluster in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest

#: Where Debian puts the programs of each version.
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))


@pytest.fixture(scope="session")
def cluster():
    """The address of a running cluster, without a database; one for each process of the suite."""
    if not PROGRAMS:
        pytest.skip("no PostgreSQL on this machine")
    with running_cluster() as address:
        yield address


@contextmanager
def running_cluster(*, durable=False, kept=None):
    """A cluster in a temporary folder: its address, with `{}` in the place of the database. Nothing listens but a socket.

    One in the folder `kept` stays there when it is stopped, and is started again.
    """
    folder = kept or Path(mkdtemp(prefix="samflode-pg-"))
    folder.mkdir(exist_ok=True)
    # PostgreSQL refuses to run as root.
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else None
    as_user = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, programs = folder / "data", PROGRAMS[-1]

    def call(*words):
        subprocess.run(list(map(str, words)), check=True, capture_output=True, cwd=folder, **as_user)

    # Nothing here has to survive the mains, where nobody measures what that costs: what does is PostgreSQL's own matter.
    if not data.exists():
        words = ("--no-sync", "--auth=trust", "--username=samflode", "--encoding=UTF8", "--locale=C.UTF-8")
        call(programs / "initdb", *words, data)
    options = f"-k {folder} -c listen_addresses='' -c max_connections=40"
    options += "" if durable else " -c fsync=off -c full_page_writes=off"
    call(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        yield f"postgresql://samflode@/{{}}?host={folder}"
    finally:
        call(programs / "pg_ctl", "-D", data, "-m", "fast" if kept else "immediate", "stop")
        if kept is None:
            shutil.rmtree(folder)


@pytest.fixture
def database(cluster):
    """The address of an empty database."""
    import psycopg

    name = f"t{uuid4().hex}"
    with psycopg.connect(cluster.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield cluster.format(name)
    with psycopg.connect(cluster.format("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["folder", "postgresql"])
def store(request, tmp_path):
    """An empty store of each kind."""
    return str(tmp_path / "store") if request.param == "folder" else request.getfixturevalue("database")
