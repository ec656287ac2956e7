"""A small closed-loop HTTP load generator: some connections, one GET after another on each.

It speaks plain HTTP/1.1 over asyncio streams and reads bodies by their
Content-Length, so that the same cheap client stands before every server.
"""

import asyncio
import time


async def _one_connection(
    host: str, port: int, request: bytes, stop_at: float, counts: list[int]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while time.perf_counter() < stop_at:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"the server answered {head.splitlines()[0]!r}")
            await _read_body(reader, head.lower())
            counts[0] += 1
    finally:
        writer.close()


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> None:
    _, found, rest = head.partition(b"content-length:")
    if found:
        await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
        return
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readexactly(2)


def requests_per_second(
    host: str, port: int, path: str, *, connections: int = 32, seconds: float = 5.0
) -> float:
    """Answers per second of one address in a closed loop.

    Args:
        host: Loopback address of the server.
        port: Its port.
        path: Path with its query.
        connections: Connections kept open, each with one request under way.
        seconds: Length of the measurement, after one second of warm-up.

    Raises:
        RuntimeError: An answer was not 200.
    """
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        "Accept-Encoding: br, gzip\r\nAccept: application/json\r\n\r\n"
    ).encode()

    async def run(length: float) -> int:
        counts = [0]
        stop_at = time.perf_counter() + length
        await asyncio.gather(
            *(_one_connection(host, port, request, stop_at, counts) for _ in range(connections))
        )
        return counts[0]

    asyncio.run(run(1.0))
    started = time.perf_counter()
    answered = asyncio.run(run(seconds))
    return answered / (time.perf_counter() - started)
