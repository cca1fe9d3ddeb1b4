"""The hosts that a browser meets in the tests, all on loopback, by TLS:
auth.example is the authorization server behind a proxy, client.example and
others are sites of clients, evil.example is who they should not meet."""

import http.client
import http.server
import socket
import ssl
import struct
import threading
import urllib.parse
import zlib

SERVER = "auth.example"

# What concerns one connection alone (RFC 9110 7.6.1).
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade"}


def logo(size=64, color=(13, 95, 87)):
    """A PNG of one colour."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    row = b"\0" + bytes(color) * size
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(row * size)) + chunk(b"IEND", b""))


class Visit:
    """A request that a site of a client got."""

    def __init__(self, method, host, target, body):
        self.method = method
        self.host = host
        self.path, _, self.query = target.partition("?")
        self.body = body

    def given(self):
        """The parameters, whichever way they came."""
        text = self.body if self.method == "POST" else self.query
        pairs = urllib.parse.parse_qsl(
            text, keep_blank_values=True, strict_parsing=text != "",
            errors="strict")
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a parameter came twice: " + text)
        return dict(pairs)


class Hosts:
    def __init__(self, server_port, https_port, http_port, certificate,
                 key):
        self.server_port = server_port
        self.https_port = https_port
        self.http_port = http_port
        self.visits = []
        self.pages = {}  # (host, path): HTML, or an address to go on to
        self.no_client = False  # the policy loses what it says of the client
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._serve(socket.AF_INET, "127.0.0.1", https_port, context)
        self._serve(socket.AF_INET, "127.0.0.1", http_port, None)
        try:
            self._serve(socket.AF_INET6, "::1", http_port, None)
            self.has_ipv6 = True
        except OSError:
            self.has_ipv6 = False

    def _serve(self, family, address, port, context):
        hosts = self

        class Handler(_Handler):
            pass

        class Server(http.server.ThreadingHTTPServer):
            address_family = family

        Handler.hosts = hosts
        server = Server((address, port), Handler)
        if context is not None:
            # The handshake is the thread's: one who is slow stops nobody.
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def visited(self, host, path):
        """Who came to that path, oldest first."""
        return [v for v in list(self.visits)
                if v.host == host and v.path == path]


class _Handler(http.server.BaseHTTPRequestHandler):
    hosts = None
    timeout = 60

    def do_GET(self):
        self._answer("")

    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        self._answer(self.rfile.read(length).decode("utf-8"))

    def _answer(self, body):
        host = self.headers.get("Host", "")
        if host == SERVER:
            self._hand_on(body)
            return
        visit = Visit(self.command, host, self.path, body)
        self.hosts.visits.append(visit)
        page = self.hosts.pages.get((host, visit.path))
        if visit.path == "/logo.png":
            self._send(200, [("Content-Type", "image/png")], logo())
        elif visit.path == "/favicon.ico":
            self._send(404, [], b"")
        elif page is not None and page.startswith("https:"):
            self._send(302, [("Location", page)], b"")
        else:
            self._send(200, [("Content-Type", "text/html; charset=utf-8")],
                       (page or "<!doctype html><title>client</title>"
                        "<h1>You are back</h1>").encode())

    def _hand_on(self, body):
        """As a proxy that does TLS."""
        server = http.client.HTTPConnection(
            "127.0.0.1", self.hosts.server_port, timeout=60)
        headers = {k: v for k, v in self.headers.items()
                   if k.lower() not in HOP_BY_HOP}
        headers["X-Forwarded-For"] = self.client_address[0]
        server.request(self.command, self.path, body.encode(), headers)
        answer = server.getresponse()
        content = answer.read()
        server.close()
        kept = [(k, self._policy(v) if k.lower() ==
                 "content-security-policy" else v)
                for k, v in answer.getheaders()
                if k.lower() not in HOP_BY_HOP | {"content-length"}]
        self._send(answer.status, kept, content)

    def _policy(self, policy):
        if not self.hosts.no_client:
            return policy
        return ";".join(
            " form-action 'self'" if part.split()[:1] == ["form-action"]
            else part for part in policy.split(";"))

    def _send(self, status, headers, content):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *arguments):
        pass
