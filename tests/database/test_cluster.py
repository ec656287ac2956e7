"""A private cluster, really made, stopped, held, killed and mended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from data.cluster.place import ServerUser, make_data_folder
from data.cluster.private_cluster import PrivateCluster, remove_cluster
from data.cluster.record import read_record, running_url
from data.cluster.server import SERVER_OPTIONS
from data.errors import StartError
from tests.conftest import ROOT

HOLDER = """
import sys, time
from pathlib import Path
from data.cluster.private_cluster import PrivateCluster
with PrivateCluster(Path(sys.argv[1]), is_durable=False):
    print("started", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def local_folder() -> Iterator[Path]:
    """A folder closed to others, as a temporary checkout of root is."""
    folder = Path(mkdtemp(prefix="antoan-test-"))
    yield folder / "a folder" / ".local"
    remove_cluster(folder / "a folder" / ".local")
    (folder / "a folder").rmdir()
    folder.rmdir()


def start_holder(local_folder: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(local_folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "started\n"
    return holder


def end_holder(holder: subprocess.Popen[str]) -> None:
    assert holder.stdout is not None
    holder.stdout.close()
    holder.wait(90)


def test_data_stays_from_one_start_to_the_next(local_folder: Path) -> None:
    with PrivateCluster(local_folder, is_durable=False) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION postgis")
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        assert running_url(local_folder) == url
    assert running_url(local_folder) is None
    begun = time.monotonic()
    with PrivateCluster(local_folder, is_durable=False) as again:
        assert time.monotonic() - begun < 5
        assert again == url
        with psycopg.connect(again) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_password_is_asked_for(local_folder: Path) -> None:
    with PrivateCluster(local_folder, is_durable=False) as url:
        record = read_record(local_folder)
        assert record is not None
        wrong = url.replace(record.password, "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_root_runs_the_server_as_another_user_and_outside_a_closed_folder(
    local_folder: Path,
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root has another user run the server")
    with PrivateCluster(local_folder, is_durable=False):
        record = read_record(local_folder)
        assert record is not None
        data_folder = Path(record.data_folder)
        assert local_folder not in data_folder.parents
        assert data_folder.stat().st_uid != 0


def test_second_holder_gets_one_sentence(local_folder: Path) -> None:
    with PrivateCluster(local_folder, is_durable=False) as url:
        with pytest.raises(StartError, match=f"another run .process {os.getpid()}. holds"):
            PrivateCluster(local_folder).start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_or_killed_run_leaves_nothing_running(
    local_folder: Path, sent: signal.Signals
) -> None:
    holder = start_holder(local_folder)
    assert running_url(local_folder) is not None
    holder.send_signal(sent)
    end_holder(holder)
    deadline = time.monotonic() + 10
    while running_url(local_folder) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running_url(local_folder) is None
    with PrivateCluster(local_folder, is_durable=False):
        pass


def test_half_made_cluster_is_made_again(
    local_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_and_interrupt(folder: Path, user: ServerUser) -> None:
        make_data_folder(folder, user)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("data.cluster.private_cluster.make_data_folder", make_and_interrupt)
        with pytest.raises(KeyboardInterrupt):
            PrivateCluster(local_folder, is_durable=False).start()
    half_made = read_record(local_folder)
    assert half_made is not None
    assert not half_made.is_ready
    with PrivateCluster(local_folder, is_durable=False):
        made = read_record(local_folder)
        assert made is not None
        assert made.is_ready
    if made.data_folder != half_made.data_folder:
        assert not Path(half_made.data_folder).exists()


def test_full_disk_is_one_sentence(local_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.cluster.private_cluster.FREE_BYTES_TO_MAKE", 10**18)
    with pytest.raises(StartError, match="GB free and the database needs"):
        PrivateCluster(local_folder).start()
    monkeypatch.undo()
    with PrivateCluster(local_folder, is_durable=False):
        pass


def test_failure_of_the_server_quotes_its_log(
    local_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SERVER_OPTIONS, "shared_buffers", "lots")
    with pytest.raises(StartError, match=r"did not start.*shared_buffers"):
        PrivateCluster(local_folder, is_durable=False).start()
