"""The whole product behind a real port, in this process, on the database of the test."""

import socket
import threading
import time
from types import TracebackType
from typing import Self

import uvicorn
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

from csba import live

PATIENCE = 20.0
"""Seconds in which the server starts, and in which it ends."""


class Server:
    """uvicorn in a thread. Its clock is the clock of the test; its commits are real."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.uvicorn = uvicorn.Server(
            uvicorn.Config(
                ASGIStaticFilesHandler(get_asgi_application()),
                lifespan="off",
                log_config=None,
                log_level="warning",
                # A page that is still open must not hold up the end.
                timeout_graceful_shutdown=1,
            )
        )
        self.thread = threading.Thread(
            target=self.uvicorn.run, kwargs={"sockets": [self.socket]}, name="pages", daemon=True
        )

    @property
    def url(self) -> str:
        """The address; `localhost` by name, because passkeys exist only there."""
        return f"http://localhost:{self.port}"

    def __enter__(self) -> Self:
        self.thread.start()
        began = time.monotonic()
        while not self.uvicorn.started:
            assert self.thread.is_alive(), "the server has ended before it began"
            assert time.monotonic() - began < PATIENCE, "the server does not start"
            self.thread.join(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.uvicorn.should_exit = True
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "the server does not end"
        self.socket.close()
        # A hub belongs to its loop, and the loop has ended; the next may have the same id.
        live._hubs.clear()
