"""A mail server for tests, on a local port, which can accept e-mails, refuse them, be silent, or start again."""

import socket
import socketserver
import threading
import time
from contextlib import contextmanager
from email import message_from_bytes, policy


class Server(socketserver.ThreadingTCPServer):
    """Implements as much of SMTP as Django needs. `refuses` is {address: the reply to it; blank: it hangs up}."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Session)
        self.messages = []
        self.refuses = {}
        self.slow = {}  # an address to the seconds for which it is silent after it has taken the e-mail
        self.greeting = "220 ready"
        self.verdict = "250 taken"  # the reply to a whole e-mail
        self.is_silent = False
        self.connections = 0

    @property
    def port(self):
        return self.server_address[1]

    def taken(self):
        """The addresses of the accepted e-mails, in order."""
        return [message["To"] for message in self.messages]


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        server = self.server
        server.connections += 1
        while server.is_silent:
            time.sleep(0.05)
        self.say(server.greeting)
        if not server.greeting.startswith("220"):
            return
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"RCPT":
                address = line.split(b"<")[1].split(b">")[0].decode()
                if not (reply := server.refuses.get(address, "250 ok")):
                    return
                self.say(reply)
            elif verb == b"DATA":
                self.say("354 go on")
                if not self.take():
                    return
                time.sleep(server.slow.get(address, 0))
                self.say(server.verdict)
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self):
        """Keep what is sent now; False if its sender has gone before the end, as one that is killed does."""
        lines = []
        while (line := self.rfile.readline()).rstrip(b"\r\n") != b".":
            if not line:
                return False
            lines.append(line)
        self.server.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))
        return True

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def serving(port=0):
    """A Server that runs until the end of the block."""
    with Server(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.is_silent = False
            server.shutdown()
            thread.join()


def free_port():
    """A free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
