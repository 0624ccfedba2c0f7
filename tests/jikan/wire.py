"""A server that says what a test wants it to say, byte for byte."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def talking(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection by hand, where even a broken HTTP server would be too well-behaved."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def accept() -> None:
            connection, _ = listener.accept()
            connection.settimeout(10)
            with connection:
                connection.recv(65_536)
                try:
                    serve(connection)
                except OSError:
                    return

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v4"
        thread.join()
