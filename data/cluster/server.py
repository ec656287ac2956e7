"""The server process of a private cluster: its options, ports, start and end."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import psycopg

from data.child_processes import end_with_parent
from data.cluster.place import server_user
from data.cluster.programs import PostgresPrograms
from data.cluster.record import ClusterRecord

START_SECONDS: Final = 60
STOP_SECONDS: Final = 60
PORT_TRIES: Final = 5
ENOUGH_SHARED_MEMORY_BYTES: Final = 256_000_000

# No replica is ever attached, so rows copied into a table made in the same transaction need
# no log. Values of parameters stay out of the log: they may be of persons.
SERVER_OPTIONS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "192MB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_locks_per_transaction": "256",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "jit": "off",
    "logging_collector": "off",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
NOT_DURABLE: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SMALL_SHARED_MEMORY: Final = {
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
}


def server_options(*, port: int, is_durable: bool) -> dict[str, str]:
    """Settings given on the command line at each start, so that they come with the code."""
    options = dict(SERVER_OPTIONS, port=str(port))
    if not is_durable:
        options |= NOT_DURABLE
    if not _has_shared_memory():
        options |= SMALL_SHARED_MEMORY
    return options


def launch_server(
    programs: PostgresPrograms, record: ClusterRecord, *, log_file: Path, is_durable: bool
) -> subprocess.Popen[bytes]:
    """Start the server as our child, in a session of its own.

    Ctrl-C in a terminal reaches a whole process group: in its own session the
    server outlives the pages that use it, until we stop it.
    """
    folder = Path(record.data_folder)
    options = server_options(port=record.port, is_durable=is_durable)
    with log_file.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 (the server of the system's packages)
            [
                *(programs.program("postgres"), "-D", str(folder)),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=partial(end_with_parent, signal.SIGINT),  # noqa: PLW1509 (no other thread runs yet)
            **server_user(folder).process_options(),
        )


def wait_until_ready(process: subprocess.Popen[bytes], record: ClusterRecord) -> bool:
    """Whether the server takes connections; False where it ended or does not within a minute."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(record.url("postgres"), connect_timeout=5),
        ):
            # Another program's server may have taken the port: ours must still be alive.
            return process.poll() is None
        time.sleep(0.05)
    return False


def end_server(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; at once where that takes longer than a minute."""
    for sent in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(sent)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


def end_left_over(data_folder: Path) -> None:
    """Stop a server of this folder that lost its parent; the caller holds the cluster's lock."""
    pid = _left_over_pid(data_folder)
    for sent in (signal.SIGINT, signal.SIGQUIT):
        deadline = time.monotonic() + STOP_SECONDS
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)
        while time.monotonic() < deadline and _left_over_pid(data_folder) is not None:
            time.sleep(0.1)
        pid = _left_over_pid(data_folder)


def candidate_ports(last_port: int) -> Iterator[int]:
    """The port of the last run while it is free, then free ones chosen by the system."""
    if last_port and is_port_free(last_port):
        yield last_port
    for _ in range(PORT_TRIES):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        yield port


def is_port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def data_major(data_folder: Path) -> int:
    """Major version of the PostgreSQL that made the data."""
    return int((data_folder / "PG_VERSION").read_text(encoding="ascii"))


def _left_over_pid(data_folder: Path) -> int | None:
    try:
        lines = (data_folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if os.fsencode(data_folder) in command else None


def _has_shared_memory() -> bool:
    """False in containers, whose /dev/shm is too small for parallel plans."""
    try:
        return shutil.disk_usage("/dev/shm").total >= ENOUGH_SHARED_MEMORY_BYTES  # noqa: S108 (asked for its size)
    except OSError:
        return True
