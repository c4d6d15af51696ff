"""A network that a test can cut: the browser's own switch does not reach a service worker just started."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Network(socketserver.ThreadingTCPServer):
    """Passes connections on to a local port while it is up, and drops them all when it is cut."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.target, self.is_up, self.open_ends = port, True, set[socket.socket]()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def finish_request(self, request, client_address) -> None:
        if not self.is_up:
            return
        with socket.create_connection(("127.0.0.1", self.target)) as server:
            ends = {request, server}
            self.open_ends |= ends
            back = threading.Thread(target=_pipe, args=(server, request), daemon=True)
            back.start()
            _pipe(request, server)
            back.join(5)
            self.open_ends -= ends

    def cut(self) -> None:
        self.is_up = False
        for end in list(self.open_ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        self.is_up = True


@contextlib.contextmanager
def network_to(port: int) -> Iterator[Network]:
    with Network(port) as network:
        threading.Thread(target=network.serve_forever, daemon=True).start()
        try:
            yield network
        finally:
            network.shutdown()
