"""One thread of a process that does the long work on uploads, so that requests need not wait."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

logger = logging.getLogger(__name__)


class BulkRunner:
    """Work on uploads, one after the other; asked for twice, it is done once."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bulk")
        self._waiting: dict[str, Future[None]] = {}
        self._lock = Lock()

    def start(self, upload_id: str, work: Callable[[], None]) -> None:
        """Do the work of an upload when its turn comes; nothing where it waits already."""
        with self._lock:
            if upload_id in self._waiting:
                return
            self._waiting[upload_id] = self._pool.submit(self._run, upload_id, work)

    def wait(self) -> None:
        """Return once everything that was started is done."""
        while True:
            with self._lock:
                waiting = list(self._waiting.values())
            if not waiting:
                return
            for future in waiting:
                future.result()

    def _run(self, upload_id: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            # The upload still waits for work: the next look at its page starts it again.
            logger.exception("work on an upload failed", extra={"upload": upload_id})
        finally:
            with self._lock:
                self._waiting.pop(upload_id, None)
