#!/usr/bin/env python3
"""Authorization servers that do what they should not, one below each path.

usage: hostile-server.py FOLDER [CERTIFICATE KEY]
Writes FOLDER/ports (http, https or 0, proxy) once it listens, and each request
as a line of FOLDER/requests.
"""
import http.server
import json
import os
import socket
import ssl
import sys
import threading
import time

FOLDER = sys.argv[1]
LOCK = threading.Lock()
CLIENTS = {}
COUNTS = {}
WELL_KNOWN = "/.well-known/"


def note(*words):
    with LOCK, open(os.path.join(FOLDER, "requests"), "a") as log:
        log.write(" ".join(words) + "\n")


def count(key):
    with LOCK:
        COUNTS[key] = COUNTS.get(key, 0) + 1
        return COUNTS[key]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def base(self):
        scheme = "https" if self.server.secure else "http"
        return f"{scheme}://127.0.0.1:{self.server.server_port}"

    # --- ways to answer

    def send(self, status, body, kind="application/json", **fields):
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body, ensure_ascii=False)
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def open_end(self, status, body, pause):
        """All of the body, and then no end of the connection."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
        self.wfile.flush()
        note("HELD", self.path)
        time.sleep(pause)
        self.close_connection = True

    def cut_off(self, status, body):
        """Half of what was announced."""
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.wfile.flush()
        self.close_connection = True

    def drip(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        for i in range(len(data)):
            self.wfile.write(data[i : i + 1])
            self.wfile.flush()
            time.sleep(0.2)

    def crumbs(self, status, body):
        """Each byte by itself, and fast."""
        data = json.dumps(body).encode()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        for i in range(len(data)):
            self.wfile.write(data[i : i + 1])

    def flood(self, status):
        size = 10 * 1048576
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b'{"client_id":"' + b"x" * (size - 16) + b'"}')

    def spoil(self, how, found):
        """One of several documents is no good."""
        if how == "500":
            return self.send(500, "<html>oops</html>", "text/html")
        if how == "html":
            return self.send(200, "<html>hello</html>", "text/html")
        if how == "issuer":
            return self.send(200, dict(found, issuer="https://else.example"))
        if how == "gzip":
            return self.send(200, found, Content_Encoding="gzip")
        if how == "big":
            return self.flood(200)
        return self.cut_off(200, found)

    # --- metadata

    def metadata(self, name):
        issuer = f"{self.base()}/{name}"
        found = {
            "issuer": issuer,
            "registration_endpoint": f"{issuer}/register",
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "read"],
            "token_endpoint_auth_methods_supported": [
                "none",
                "client_secret_basic",
                "private_key_jwt",
            ],
        }
        if name == "noregistration":
            del found["registration_endpoint"]
        if name == "clear":
            found["registration_endpoint"] = "http://198.51.100.1/register"
        if name == "downgrade":
            found["registration_endpoint"] = "http://127.0.0.1:1/register"
        if name == "cleartoken":
            found["token_endpoint"] = "http://198.51.100.1/token"
        if name == "localtoken":
            found["token_endpoint"] = "http://127.0.0.1:1/token"
        if name == "lint":
            found["registration_lint_supported"] = True
        return found

    def discover(self, kind, name, behind):
        found = self.metadata(name)
        if kind == "oauth-protected-resource":
            if name == "api" and not behind:
                return self.send(
                    200,
                    {
                        "resource": f"{self.base()}/api",
                        "authorization_servers": [f"{self.base()}/good"],
                    },
                )
            return self.send(404, {})
        if name in ("api", "hidden", "absent") or name.startswith("absent/"):
            return self.send(404, {})
        if name.startswith("only") and not (
            kind == "openid-configuration" and behind
        ):
            return self.spoil(name[len("only") :], found)
        if name == "oidc" and not (kind == "openid-configuration" and behind):
            return self.send(404, {})
        if name == "inserted" and (kind != "openid-configuration" or behind):
            return self.send(404, {})
        if name == "wrong":
            found["issuer"] = f"{self.base()}/good"
        if name == "html":
            return self.send(200, "<html>hello</html>", "text/html")
        if name == "liar":
            return self.send(200, "<html>hello</html>")
        if name == "redirect":
            return self.send(302, "", Location=f"{self.base()}/good")
        if name == "big":
            return self.flood(200)
        if name == "slow":
            return self.drip(200, found)
        if name == "silent":
            time.sleep(30)
            return None
        if name == "halfmetadata":
            return self.cut_off(200, found)
        if name == "busy" and count("busy discovery") <= 2:
            return self.send(503, {}, Retry_After="1")
        if name == "weary":
            return self.send(503, {}, Retry_After="3600")
        if name == "zipped":
            return self.send(200, found, Content_Encoding="gzip")
        if name == "identity":
            return self.send(200, found, Content_Encoding=" Identity ")
        return self.send(200, found)

    # --- registration and management

    def content(self):
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length)) if length else {}

    def answer(self, name, client):
        told = dict(client["metadata"])
        told["client_id"] = client["id"]
        told["registration_access_token"] = client["token"]
        told["registration_client_uri"] = (
            f"{self.base()}/{name}/clients/{client['id']}"
        )
        if told.get("token_endpoint_auth_method") != "none":
            told["client_secret"] = client["secret"]
            told["client_secret_expires_at"] = 0
        return told

    def register(self, name):
        asked = self.content()
        if name == "lint" and self.path.endswith("?lint"):
            return self.send(200, {"metadata": dict(asked, scope="less")})
        number = count("clients")
        client = {
            "id": f"{name}-{number}",
            "secret": f"secret-{number}",
            "token": f"token-{number}",
            "metadata": asked,
        }
        note("REGISTER", name, json.dumps(asked, sort_keys=True))
        if name == "refuse":
            return self.send(
                400,
                {
                    "error": "invalid_redirect_uri",
                    "error_description": "redirect_uris[0] \x1b[31mis bad",
                    "error_details": [
                        {
                            "pointer": "/redirect_uris/0",
                            "rule": "redirect_uri.fragment",
                            "message": "it has a fragment",
                            "hint": "leave it out",
                        }
                    ],
                },
            )
        if name == "closed" and "Authorization" not in self.headers:
            return self.send(401, {"error": "invalid_token"})
        if name == "oops":
            return self.send(500, "<html>oops</html>", "text/html")
        if name == "moved":
            return self.send(307, "", Location=f"{self.base()}/good/register")
        if name == "busy" and count("busy register") <= 1:
            return self.send(429, {"error": "slow_down"}, Retry_After="1")
        CLIENTS[client["id"]] = client
        told = self.answer(name, client)
        if name == "nomanagement":
            del told["registration_access_token"]
        if name == "noid":
            del told["client_id"]
        if name == "evil":
            told["client_name"] = "\x1b[2J\u202eevil"
            told["x_control"] = "\x9b31m\x7f"
        if name == "injector":
            told["registration_access_token"] = "x\r\nX-Injected: yes"
        if name == "elsewhere":
            told["registration_client_uri"] = "http://198.51.100.1/clients/1"
        if name == "local":
            told["registration_client_uri"] = "http://127.0.0.1:1/clients/1"
        if name == "query":
            told["registration_client_uri"] += "?client_id=1"
        if name == "changes":
            told["scope"] = "profile openid"
            told["grant_types"] = ["authorization_code"]
            told.pop("contacts", None)
            told["subject_type"] = "public"
        if name == "deep":
            told["extra"] = nested = {}
            for _ in range(14):
                nested["x"] = {}
                nested = nested["x"]
        if name == "flood":
            return self.flood(201)
        if name == "half":
            return self.cut_off(201, told)
        if name == "broken":
            return self.send(201, json.dumps(told)[:-9])
        if name == "page":
            return self.send(201, "<html>welcome</html>", "text/html")
        if name == "crumbs":
            return self.crumbs(201, told)
        if name == "hold":
            return self.open_end(201, told, 20)
        if name == "linger":
            return self.open_end(201, told, 3)
        return self.send(201, told)

    def manage(self, name, number):
        client = CLIENTS.get(number)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        content = self.content()
        note(
            self.command,
            name,
            token,
            json.dumps(content, sort_keys=True),
            "injected" if self.headers.get("X-Injected") else "-",
        )
        if name in ("gone404", "gone410"):
            return self.send(int(name[-3:]), {"error": "not_found"})
        if client is None and name == "vanishing":
            return self.send(404, {"error": "not_found"})
        if client is None or client["token"] != token:
            return self.send(401, {"error": "invalid_token"})
        if self.command == "POST" and name != "holdlater":
            return self.send(404, {"error": "not_found"})
        if self.command == "DELETE":
            if name == "stubborn":
                client["token"] = "another"
            else:
                del CLIENTS[number]
            if name in ("forgetful", "stubborn", "vanishing"):
                note("HELD", self.path)
                time.sleep(20)
            self.send_response(204)
            self.end_headers()
            return None
        if self.command == "PUT":
            given = content.pop("client_id", number)
            if given != number or content.pop(
                "client_secret", client["secret"]
            ) != client["secret"]:
                return self.send(400, {"error": "invalid_client_metadata"})
            client["metadata"] = content
        if name == "patient":
            for _ in range(200):
                if os.path.exists(os.path.join(FOLDER, "go")):
                    break
                time.sleep(0.1)
        if name in ("rotating", "patient") or (
            name == "holdlater" and self.command != "DELETE"
        ):
            turn = count("turns")
            client["token"] = f"new-token-{turn}"
            client["secret"] = f"new-secret-{turn}"
        told = self.answer(name, client)
        if name == "swollen":
            told["x_long"] = "1" * 700000
        if name == "other":
            told["client_id"] = "somebody-else"
        if name == "holdlater":
            return self.open_end(200, told, 20)
        if name == "quiet" and self.command == "PUT":
            self.send_response(204)
            self.end_headers()
            return None
        return self.send(200, told)

    def dispatch(self):
        path = self.path.split("?")[0]
        if path.startswith(WELL_KNOWN):
            kind, _, name = path[len(WELL_KNOWN) :].partition("/")
            return self.discover(kind, name, False)
        name, _, rest = path[1:].partition("/")
        if rest.startswith(WELL_KNOWN[1:]):
            return self.discover(rest[len(WELL_KNOWN) - 1 :], name, True)
        if name == "hidden" and rest == "":
            return self.send(
                401,
                {},
                WWW_Authenticate='Bearer realm="x", resource_metadata='
                f'"{self.base()}/hidden/where"',
            )
        if name == "hidden":
            return self.send(
                200,
                {
                    "resource": f"{self.base()}/hidden",
                    "authorization_servers": [f"{self.base()}/good"],
                },
            )
        if rest == "register" and self.command == "POST":
            return self.register(name)
        if rest.startswith("clients/"):
            return self.manage(name, rest.split("/")[1])
        return self.send(404, {"error": "not_found"})

    def handle_any(self):
        note(self.command, self.path)
        try:
            self.dispatch()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = handle_any


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    secure = False

    def handle_error(self, request, client_address):
        pass


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def tunnel(client):
    head = b""
    while b"\r\n\r\n" not in head:
        data = client.recv(4096)
        if not data:
            return
        head += data
    method, target = head.decode("latin-1").split()[:2]
    note("PROXY", method, target)
    if method != "CONNECT":
        client.sendall(b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n")
        client.close()
        return
    if target.startswith("barred.example:"):
        client.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        client.close()
        return
    # It plays the network: whatever the name, the server is ours.
    server = socket.create_connection(("127.0.0.1", int(target.split(":")[1])))
    client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
    threading.Thread(target=pump, args=(server, client), daemon=True).start()
    pump(client, server)


def proxy(listener):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=tunnel, args=(client,), daemon=True).start()


def serve(secure):
    server = Server(("127.0.0.1", 0), Handler)
    server.secure = secure
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def main():
    plain = serve(False)
    secure = serve(True) if len(sys.argv) > 3 else 0
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=proxy, args=(listener,), daemon=True).start()
    ports = os.path.join(FOLDER, "ports")
    with open(ports + ".new", "w") as out:
        out.write(f"{plain} {secure} {listener.getsockname()[1]}\n")
    os.rename(ports + ".new", ports)
    while os.getppid() != 1:
        time.sleep(0.5)


main()
