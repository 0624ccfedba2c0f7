"""Covers from the network: an image, the whole image and nothing but an image."""

import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from catlog.errors import CatLogError
from catlog.jikan.errors import SourceRefusedError
from catlog.jikan.images import IMAGE_LIMIT, Images, public_https
from catlog.jikan.service import JIKAN
from catlog.net.errors import BadResponseError, RequestCancelledError, SourceUnavailableError
from catlog.net.service import Timeouts


def png(width: int = 4, height: int = 6) -> bytes:
    """Return a whole PNG image, all red."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xff\x00\x00" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class _Covers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Accept", "")))  # type: ignore[attr-defined]  # set below
        kinds = {
            "/cover.png": "image/png",
            "/lie.png": "image/png",
            "/page": "text/html",
            "/script.png": "image/svg+xml",
        }
        bodies = {
            "/cover.png": png(),
            "/lie.png": b"<html>not an image</html>",
            "/page": png(),
            "/script.png": b"<svg/>",
        }
        if self.path == "/slow.png":
            self.server.gone.wait()  # type: ignore[attr-defined]  # set below
        elif self.path == "/huge.png":
            self._answer(200, "image/png", png() + b"\0" * (IMAGE_LIMIT + 1))
        elif self.path == "/circle.png":
            self._answer(302, "image/png", b"", "/circle.png")
        elif self.path == "/moved.png":
            self._answer(301, "image/png", b"", "/cover.png")
        elif self.path == "/away.png":
            self._answer(302, "image/png", b"", f"http://localhost:{self.server.server_port}/cover.png")  # type: ignore[attr-defined]  # an HTTPServer
        elif self.path in bodies:
            self._answer(200, kinds[self.path], bodies[self.path])
        else:
            self._answer(404, "image/png", png())

    def _answer(self, status: int, kind: str, body: bytes, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        return


class CoverServer(ThreadingHTTPServer):
    """Serves covers on loopback; `asked` are the paths it was asked for, with their Accept headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Covers)
        self.asked: list[tuple[str, str]] = []
        self.gone = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        return


@pytest.fixture
def covers() -> Iterator[CoverServer]:
    with CoverServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.gone.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def images(covers: CoverServer) -> Iterator[Images]:
    with Images(allowed=lambda url: url.startswith(covers.url), timeouts=JIKAN.timeouts) as images:
        yield images


def test_an_image_comes_as_it_is(covers: CoverServer, images: Images) -> None:
    assert images.fetch(f"{covers.url}/cover.png") == png()
    assert covers.asked == [("/cover.png", "image/jpeg, image/png, image/webp")]


def test_a_redirect_within_the_host_is_followed(covers: CoverServer, images: Images) -> None:
    assert images.fetch(f"{covers.url}/moved.png") == png()


@pytest.mark.parametrize(
    ("path", "kind", "told"),
    [
        ("/page", BadResponseError, "no JPEG, PNG or WebP"),
        ("/lie.png", BadResponseError, "no JPEG, PNG or WebP"),
        ("/script.png", BadResponseError, "no JPEG, PNG or WebP"),
        ("/huge.png", BadResponseError, "larger than 2 MB"),
        ("/circle.png", SourceRefusedError, "in a circle"),
        ("/away.png", SourceRefusedError, "not allowed"),
        ("/missing.png", SourceRefusedError, "404"),
    ],
)
def test_whatever_is_no_image_is_refused(
    covers: CoverServer, images: Images, path: str, kind: type[CatLogError], told: str
) -> None:
    with pytest.raises(kind, match=told):
        images.fetch(covers.url + path)


def test_an_image_that_does_not_come_in_time_is_given_up(covers: CoverServer) -> None:
    with (
        Images(allowed=lambda url: url.startswith(covers.url), timeouts=Timeouts(5, 0.3, 60)) as images,
        pytest.raises(SourceUnavailableError, match="no answer in time"),
    ):
        images.fetch(f"{covers.url}/slow.png")


def test_nobody_waits_for_an_image_that_is_not_wanted_any_more(covers: CoverServer, images: Images) -> None:
    unwanted = threading.Event()
    unwanted.set()
    with pytest.raises(RequestCancelledError):
        images.fetch(f"{covers.url}/cover.png", unwanted)
    assert covers.asked == []


def test_an_address_that_is_not_allowed_is_never_asked(covers: CoverServer) -> None:
    with Images() as images, pytest.raises(SourceRefusedError):
        images.fetch(f"{covers.url}/cover.png")
    assert covers.asked == []


@pytest.mark.parametrize(
    "url", ["https://cdn.example.org/images/1.jpg", "https://EXAMPLE.org:443/x", "https://a.xn--p1ai/"]
)
def test_https_to_a_public_name_may_be_asked(url: str) -> None:
    assert public_https(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example.org/1.jpg",
        "https://cdn.example.org:8443/1.jpg",
        "https://someone@cdn.example.org/1.jpg",
        "https://localhost/1.jpg",
        "https://printer.local/1.jpg",
        "https://127.0.0.1/1.jpg",
        "https://0x7f.1/1.jpg",
        "https://2130706433/1.jpg",
        "https://169.254.169.254/latest",
        "https://[::1]/1.jpg",
        "https://[::1",
        "https://cdn.example.org:x/1.jpg",
        "file:///etc/passwd",
        "",
    ],
)
def test_nothing_else_may(url: str) -> None:
    assert not public_https(url)
