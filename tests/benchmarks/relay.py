"""A TCP relay that counts what passes: bytes on the wire above TCP, both ways."""

from __future__ import annotations

import selectors
import socket
import threading

CHUNK = 1 << 16


class Relay:
    """Listens on a port of this machine and passes everything on to `port`. `up`, `down`: bytes from and to who dialled."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.up = self.down = 0
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._others: dict[socket.socket, socket.socket] = {}
        self._dialled: set[socket.socket] = set()
        self._ending = False
        for sock in (self._listener, self._woken):
            self._selector.register(sock, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="relay")
        self._thread.start()

    @property
    def total(self) -> int:
        return self.up + self.down

    def _run(self) -> None:
        while not self._ending:
            for key, _ in self._selector.select():
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                if sock is self._listener:
                    self._join()
                elif sock is not self._woken:
                    self._pass(sock)

    def _join(self) -> None:
        near, _ = self._listener.accept()
        far = socket.create_connection(self._target)
        self._dialled.add(near)
        for sock, other in ((near, far), (far, near)):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._others[sock] = other
            self._selector.register(sock, selectors.EVENT_READ)

    def _pass(self, sock: socket.socket) -> None:
        other = self._others.get(sock)
        if other is None:
            return
        try:
            data = sock.recv(CHUNK)
            if data:
                other.sendall(data)
        except OSError:
            data = b""
        if not data:
            self._part(sock, other)
        elif sock in self._dialled:
            self.up += len(data)
        else:
            self.down += len(data)

    def _part(self, *ends: socket.socket) -> None:
        for sock in ends:
            self._others.pop(sock, None)
            self._dialled.discard(sock)
            self._selector.unregister(sock)
            sock.close()

    def close(self) -> None:
        self._ending = True
        self._wake.send(b"\0")
        self._thread.join()
        for sock in [*self._others, self._listener, self._wake, self._woken]:
            sock.close()
        self._selector.close()
