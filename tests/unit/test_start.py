import os
import socket
import stat
from pathlib import Path

import psycopg.errors
import pytest
from sqlalchemy.exc import DBAPIError

from data.cluster.place import ServerUser, choose_data_folder
from data.cluster.record import ClusterRecord, read_record, running_url, write_record
from data.cluster.server import candidate_ports, is_port_free, server_options
from data.errors import InputError, StartError
from data.settings import read_database_settings
from data.start import _start_error, port_from, read_or_make_secret, require_free_port


def test_port_is_a_number_or_the_usual_one() -> None:
    assert port_from(None) == 8050
    assert port_from("") == 8050
    assert port_from("65535") == 65535


@pytest.mark.parametrize("value", ["x", "0", "65536", "-1", "80.5", "٣"])
def test_wrong_port_is_named(value: str) -> None:
    with pytest.raises(InputError, match=f"PORT={value}"):
        port_from(value)


def test_taken_port_is_one_sentence_with_another_port() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert not is_port_free(port)
        with pytest.raises(StartError, match=f"port {port} .*PORT={port + 1}"):
            require_free_port(port, "127.0.0.1")
        assert port not in list(candidate_ports(port))
    assert next(candidate_ports(port)) == port


def test_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    secret = read_or_make_secret(tmp_path)
    assert len(secret) >= 64
    assert read_or_make_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_empty_secret_of_an_interrupted_run_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    assert len(read_or_make_secret(tmp_path)) >= 64


def test_record_comes_back_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    record = ClusterRecord(data_folder="/d", password="p", port=1, is_ready=True)
    write_record(tmp_path, record)
    assert read_record(tmp_path) == record
    assert stat.S_IMODE((tmp_path / "cluster.json").stat().st_mode) == 0o600


def test_damaged_record_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cluster.json").write_text("{")
    with pytest.raises(StartError, match="damaged"):
        read_record(tmp_path)


def test_no_address_while_nothing_runs(tmp_path: Path) -> None:
    assert running_url(tmp_path) is None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    write_record(tmp_path, ClusterRecord(data_folder="/d", password="p", port=port, is_ready=True))
    assert running_url(tmp_path) is None


def test_server_listens_on_the_loopback_address_only() -> None:
    options = server_options(port=5, is_durable=True)
    assert options["listen_addresses"] == "127.0.0.1"
    assert options["unix_socket_directories"] == ""
    assert "fsync" not in options


def test_data_folder_is_inside_where_the_server_can_enter(tmp_path: Path) -> None:
    user = ServerUser(uid=os.geteuid(), gid=os.getegid())
    assert choose_data_folder(tmp_path, user) == tmp_path / "postgres"


@pytest.mark.parametrize(
    "url", ["", "x", "mysql://u:p@h/d", "sqlite://", "postgresql://u:p@h:1", "postgresql://h:x/d"]
)
def test_wrong_database_address_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(InputError, match="DATABASE_URL") as refusal:
        read_database_settings()
    assert "p@h" not in str(refusal.value)


def test_wrong_pool_size_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/d")
    monkeypatch.setenv("ANTOAN_DB_POOL_SIZE", "many")
    with pytest.raises(InputError, match="ANTOAN_DB_POOL_SIZE"):
        read_database_settings()


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (psycopg.errors.DiskFull("could not extend"), "the disk is full"),
        (psycopg.errors.InsufficientPrivilege("no"), "may not make the tables"),
        (psycopg.OperationalError("no route"), "does not answer"),
        (psycopg.errors.UndefinedTable("no table\nLINE 1"), "refused: no table$"),
    ],
)
def test_database_failure_is_one_sentence(failure: Exception, words: str) -> None:
    with pytest.raises(StartError, match=words):
        raise _start_error(DBAPIError("SELECT 1", None, failure))
