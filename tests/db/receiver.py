"""A webhook's receiver on a free port of 127.0.0.1, for test-deliver.sh.

receiver.py DIR: the port goes to DIR/port; DIR/mode says how each request is
answered (a status, "hang", "huge", or "first": 200 for the first one, "hang" for
those behind it); each request whose signature is right under DIR/secret is a
line of DIR/got, any other one of DIR/bad, and each connection one of
DIR/connections.  At /slow the answer takes a while."""
import hashlib
import hmac
import http.server
import json
import os
import sys
import time

place = sys.argv[1]


def read(name):
    """Return what a file of ours says."""
    with open(os.path.join(place, name), encoding="ascii") as file:
        return file.read().strip()


def note(name, line):
    """Append a line to a file of ours, in one write."""
    fd = os.open(
        os.path.join(place, name), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644
    )
    os.write(fd, (line + "\n").encode())
    os.close(fd)


class Receiver(http.server.BaseHTTPRequestHandler):
    """Checks what comes, as rollcall-webhooks(7) says."""

    protocol_version = "HTTP/1.1"

    def setup(self):
        """Count the connections."""
        super().setup()
        note("connections", "one")

    def do_POST(self):
        """Take a notification."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        stamp = self.headers["Rollcall-Timestamp"]
        right = hmac.new(
            read("secret").encode(), stamp.encode() + b"." + body, hashlib.sha256
        ).hexdigest()
        event = json.loads(body)
        good = (
            "v1=" + right in self.headers["Rollcall-Signature"].split(",")
            and abs(time.time() - int(stamp)) < 60
            and self.headers["Content-Type"] == "application/json"
            and self.headers["Rollcall-Event"] == event["event"]
            and self.headers["Rollcall-Delivery"] == str(event["id"])
            and self.headers["Expect"] is None
        )
        mode = read("mode")
        note("got" if good else "bad", "\t".join(
            [body.decode(), mode, self.headers["Rollcall-Signature"]]))
        if self.path == "/slow":
            time.sleep(0.7)
        if mode == "first":
            mode = "200" if read("got").count("\tfirst\t") == 1 else "hang"
        if mode == "hang":
            time.sleep(30)
            self.close_connection = True
            return
        if mode == "huge":
            self.send_response(200)
            self.send_header("Content-Length", str(1 << 40))
            self.end_headers()
            self.close_connection = True
            return
        self.send_response(int(mode))
        if mode == "302":
            self.send_header("Location", self.path + "moved")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """Say nothing."""


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
note("port", str(server.server_address[1]))
server.serve_forever()
