#!/usr/bin/env python3
"""Authorization servers for rollcall conformance, one below each path.

usage: conformance-server.py FOLDER [CERTIFICATE KEY]
The server below /good keeps every rule; the one below the name of a rule breaks
that rule and no other.  Besides there are:
/token, which demands the initial access token; /locked, which nobody has one
for; /nomanagement, without RFC 7592; /undeletable, whose DELETE is 405;
/closed, without registration; /busy, which answers 429, /patient, which wants
55 s, /lazy, which wants 65 s, and /limited and what begins so, which answer 429
to the fourth registration and the two next; /hesitant, which does so to each first
DELETE of a client; /slow, which waits before each answer; /stuck, which never ends the answer to a DELETE; /mute, which
does not answer registrations; /choosy, which answers them 403 while it has a
client; /cut, which ends the answer to them in the middle; /vast, which tells much, changes it, and has
parts of what hides secrets for them; /secretive, which refuses updates, and whose
secrets are written in several ways; and /downgrade, which leads to http.
GET /NAME/left answers how many clients there are.  Writes FOLDER/ports (http,
https or 0) once it listens, and each request as a line of FOLDER/requests.
While FOLDER/halt has a number, /slow does no more than so many of these.
"""
import base64
import http.server
import json
import os
import secrets
import socket
import ssl
import sys
import threading
import time
import urllib.parse

FOLDER = sys.argv[1]
INITIAL = "initial-access-token-of-the-test"
LOCK = threading.Lock()
CLIENTS = {}
COUNTS = {}
PORTS = []
KNOWN = {
    "redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "client_name",
    "client_uri",
    "contacts",
    "jwks",
    "jwks_uri",
    "software_version",
    "software_statement",
}
STRINGS = {"client_name", "client_uri", "jwks_uri", "software_version"}
ARRAYS = {"redirect_uris", "grant_types", "response_types", "contacts"}
DEFAULTS = {
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code"],
    "response_types": ["code"],
}


class Refusal(Exception):
    """400 and why."""


def without(members, *names):
    return {n: v for n, v in members.items() if n not in names}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def breaks(self, rule):
        return self.name == rule

    def send(self, status, body, kind="application/json", store=False, **more):
        data = b""
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        if data:
            self.send_header("Content-Type", kind)
        if not store:
            self.send_header("Cache-Control", "no-store")
        for field, value in more.items():
            self.send_header(field.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def challenge(self, quiet=False, status=401):
        more = {} if quiet else {"WWW_Authenticate": 'Bearer realm="x"'}
        self.send(status, {"error": "invalid_token"}, **more)

    # --- metadata

    def metadata(self):
        issuer = self.issuer
        found = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "registration_endpoint": f"{issuer}/register",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "client_credentials",
            ],
            "scopes_supported": ["openid", "read"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "private_key_jwt",
                "none",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        gone = {
            "metadata.authorization_endpoint": "authorization_endpoint",
            "metadata.token_endpoint": "token_endpoint",
            "metadata.response_types": "response_types_supported",
            "metadata.scopes": "scopes_supported",
            "metadata.pkce": "code_challenge_methods_supported",
            "metadata.signing_algs": "token_endpoint_auth_signing_alg"
            "_values_supported",
            "openid.required": "subject_types_supported",
            "closed": "registration_endpoint",
        }
        found.pop(gone.get(self.name), None)
        other = {
            "metadata.issuer": {"issuer": f"{issuer}/"},
            "metadata.issuer_url": {"issuer": f"{issuer}#x"},
            "metadata.arrays": {"scopes_supported": "openid read"},
            "metadata.no_empty": {"ui_locales_supported": []},
            "metadata.urls": {"introspection_endpoint": "/introspect"},
            "metadata.tls": {
                "introspection_endpoint": "http://198.51.100.1/introspect"
            },
            "metadata.no_none": {
                "token_endpoint_auth_signing_alg_values_supported": [
                    "ES256",
                    "none",
                ]
            },
            "downgrade": {
                "registration_endpoint": f"{self.plain}/downgrade/register"
            },
            "secretive": {
                "token_endpoint_auth_methods_supported": ["client_secret_post"]
            },
            "openid.rs256": {"id_token_signing_alg_values_supported": ["ES256"]},
        }
        found.update(other.get(self.name, {}))
        return found

    def discover(self, kind, behind):
        found = self.metadata()
        oauth = kind == "oauth-authorization-server"
        if oauth and behind != self.breaks("metadata.location"):
            return self.send(404, None)
        if self.breaks("openid.agrees") and not oauth:
            found["scopes_supported"] = ["openid"]
        if self.breaks("metadata.type"):
            return self.send(200, found, "text/plain")
        return self.send(203 if self.breaks("metadata.status") else 200, found)

    def jwks(self):
        key = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
        if self.breaks("metadata.jwks"):
            del key["kty"]
        if self.breaks("metadata.jwks_public"):
            key["d"] = "private-part-of-the-key"
        self.send(200, {"keys": [key]})

    # --- what may be registered

    def check_redirect(self, uri, update):
        parts = urllib.parse.urlsplit(uri)
        checks = [
            ("registration.redirect_fragment", "#" in uri),
            ("registration.redirect_relative", parts.scheme == ""),
            ("registration.redirect_script", parts.scheme == "javascript"),
            (
                "registration.redirect_clear",
                parts.scheme == "http" and parts.hostname != "127.0.0.1",
            ),
        ]
        for rule, wrong in checks:
            if wrong and (update or not self.breaks(rule)):
                raise Refusal("invalid_redirect_uri", f"{uri} is no good")

    def check_types(self, asked):
        for name, value in asked.items():
            plain = name.partition("#")[0]
            if (plain in STRINGS and not isinstance(value, str)) or (
                plain in ARRAYS
                and not (
                    isinstance(value, list)
                    and all(isinstance(v, str) for v in value)
                )
            ):
                raise Refusal("invalid_client_metadata", f"{name} is wrong")

    def accept(self, asked, update):
        """Return what is registered of what was asked."""
        if not isinstance(asked, dict):
            raise Refusal("invalid_client_metadata", "no object")
        asked = {n: v for n, v in asked.items() if v is not None}
        if self.breaks("registration.unknown"):
            if any(n.startswith("x_") for n in asked):
                raise Refusal("invalid_client_metadata", "unknown")
        if not self.breaks("registration.wrong_types"):
            self.check_types(asked)
        if "jwks" in asked and "jwks_uri" in asked:
            if not self.breaks("registration.one_jwks"):
                raise Refusal("invalid_client_metadata", "two sets of keys")
        if "software_statement" in asked:
            if not self.breaks("registration.statement"):
                raise Refusal(
                    "invalid_client_metadata"
                    if self.breaks("registration.statement_error")
                    else "invalid_software_statement",
                    "nobody signed it",
                )
        taken = {
            n: v for n, v in asked.items() if n.partition("#")[0] in KNOWN
        }
        if not self.breaks("registration.defaults"):
            taken = {**DEFAULTS, **taken}
        code = "authorization_code" in taken.get(
            "grant_types", ["authorization_code"]
        )
        if code and not taken.get("redirect_uris"):
            if not self.breaks("registration.redirect_needed"):
                raise Refusal("invalid_redirect_uri", "there is none")
        uris = taken.get("redirect_uris", [])
        if isinstance(uris, list):
            for uri in uris:
                self.check_redirect(uri, update)
        if code != ("code" in taken.get("response_types", ["code"])):
            if not self.breaks("registration.consistent"):
                raise Refusal("invalid_client_metadata", "inconsistent")
        if self.breaks("registration.redirect_uris"):
            taken["redirect_uris"] = [u.lower() for u in uris]
        if self.breaks("registration.localized"):
            if "client_name#de" in taken:
                taken["client_name"] = taken["client_name#de"]
        if self.breaks("registration.jwks") and "jwks" in taken:
            taken["jwks"]["keys"][0]["x"] = "AAAA"
        return taken

    def refuse(self, refusal):
        code, why = refusal.args
        redirect = code == "invalid_redirect_uri"
        if redirect and self.breaks("registration.error_code"):
            code = "invalid_client_metadata"
        if redirect and self.breaks("registration.error_description"):
            why = "sch\u00f6n"
        status = 422 if redirect and self.breaks("registration.error") else 400
        self.send(status, {"error": code, "error_description": why})

    # --- registration

    def answer(self, client, act):
        told = dict(client["metadata"])
        told["client_id"] = client["id"]
        told["client_id_issued_at"] = (
            "now" if self.breaks("registration.issued_at") else int(time.time())
        )
        method = told.get("token_endpoint_auth_method", "client_secret_basic")
        if method.startswith("client_secret_") or (
            method == "none" and self.breaks("registration.public")
        ):
            told["client_secret"] = client["secret"]
            told["client_secret_expires_at"] = 0
        told["registration_client_uri"] = (
            f"{self.issuer}/clients/{client['number']}"
        )
        told["registration_access_token"] = client["token"]
        gone = {
            ("registration.secret", "POST"): ["client_secret"],
            ("registration.secret", "GET"): ["client_secret"],
            ("registration.secret", "PUT"): ["client_secret"],
            ("registration.secret_expires", "POST"): [
                "client_secret_expires_at"
            ],
            ("management.credentials", "POST"): ["registration_access_token"],
            ("management.read_credentials", "GET"): [
                "registration_access_token"
            ],
            ("management.told_all", "POST"): ["client_uri"],
            ("management.read_all", "GET"): ["client_uri"],
            ("nomanagement", "POST"): [
                "registration_access_token",
                "registration_client_uri",
            ],
        }
        told = without(told, *gone.get((self.name, act), []))
        if self.name == "vast":
            told["x_told"] = client["secret"] + "(hidden)" * 50000
            told["x_told"] += f"\x1b[2J{act}{secrets.token_hex(4)}"
            told["client_secret"] = "(hid"
            told["registration_access_token"] = client["token"] = "den)"
        if self.breaks("registration.client_id"):
            told["client_id"] = 42
        if self.breaks("management.uri"):
            told["registration_client_uri"] = "/clients/1"
        if (self.name, act) in (
            ("management.read", "GET"),
            ("management.update", "PUT"),
        ):
            told["client_id"] = "somebody-else"
        return told

    def may_register(self):
        """Tell whether the initial access token will do, or answer."""
        given = self.headers.get("Authorization")
        if self.name == "locked":
            self.challenge()
            return False
        if self.name not in (
            "token",
            "registration.no_initial_token",
            "registration.wrong_initial_token",
        ):
            return True
        if given == f"Bearer {INITIAL}":
            return True
        if given is None:
            self.challenge(self.breaks("registration.no_initial_token"))
        else:
            self.challenge(self.breaks("registration.wrong_initial_token"))
        return False

    def register(self):
        if self.command != "POST":
            if self.breaks("registration.get"):
                return self.send(404, None)
            if self.breaks("registration.allow"):
                return self.send(405, None)
            return self.send(405, None, Allow="POST")
        if not self.may_register():
            return None
        here = [c for c in CLIENTS.values() if c["server"] == self.name]
        if self.name == "choosy" and here:
            return self.send(403, {"error": "access_denied"})
        if self.name == "patient":
            return self.send(429, None, Retry_After="55")
        if self.name == "lazy":
            return self.send(429, None, Retry_After="65")
        if self.name.startswith("limited"):
            with LOCK:
                COUNTS[self.name] = COUNTS.get(self.name, 0) + 1
            if COUNTS[self.name] in (4, 5, 6):
                return self.send(429, None, Retry_After="0")
        if self.name == "busy" and CLIENTS:
            return self.send(429, None, Retry_After="3600")
        if self.headers.get("Content-Type") != "application/json":
            if not self.breaks("registration.content_type"):
                return self.send(415, None)
        try:
            asked = json.loads(self.body)
        except ValueError:
            if self.breaks("registration.malformed"):
                return self.send(500, None)
            raise Refusal("invalid_client_metadata", "no JSON") from None
        metadata = self.accept(asked, False)
        with LOCK:
            number = secrets.token_urlsafe(9)
            client = CLIENTS[number] = {
                "server": self.name,
                "number": number,
                "id": f"client-{number}",
                "secret": "secret-" + secrets.token_urlsafe(24),
                "token": "token-" + secrets.token_urlsafe(24),
                "metadata": metadata,
            }
        if self.breaks("registration.unique"):
            client["id"] = "client"
        if self.breaks("registration.unique_secret"):
            client["secret"] = "secret-of-all"
        if self.name == "secretive":
            client["secret"] = 'Zq"/+'
        if self.breaks("registration.own_id") and "client_id" in asked:
            client["id"] = asked["client_id"]
        if self.name == "cut":
            data = json.dumps(self.answer(client, "POST")).encode()
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[:-9])
            self.close_connection = True
            return None
        return self.send(
            200 if self.breaks("registration.status") else 201,
            self.answer(client, "POST"),
            "text/plain"
            if self.breaks("registration.type")
            else "application/json",
            self.breaks("registration.no_store"),
        )

    # --- management

    def is_allowed(self, client):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if client is None:
            if self.breaks("management.deleted_token"):
                self.send(404, None)
            else:
                self.challenge()
            return False
        if token == client["token"]:
            return True
        if self.breaks("management.other_token"):
            if any(token == other["token"] for other in CLIENTS.values()):
                return True
        if token == "":
            self.challenge(self.breaks("management.no_token"))
        else:
            self.challenge(
                self.breaks("management.wrong_token"),
                403 if self.breaks("management.wrong_token_401") else 401,
            )
        return False

    def update(self, client):
        asked = json.loads(self.body)
        if self.name == "secretive":
            return self.send(403, {"error": asked["client_secret"]})
        if asked.get("client_id") != client["id"]:
            if not self.breaks("management.update_id"):
                raise Refusal("invalid_client_metadata", "another client")
        if asked.get("client_secret", client["secret"]) != client["secret"]:
            if not self.breaks("management.update_secret"):
                raise Refusal("invalid_client_metadata", "another secret")
            client["secret"] = asked["client_secret"]
        old = client["metadata"]
        try:
            new = self.accept(asked, True)
        except Refusal:
            if self.breaks("management.update_whole"):
                old["software_version"] = asked["software_version"]
            raise
        if self.breaks("management.update_replaces"):
            more = set(old["redirect_uris"]) - set(new["redirect_uris"])
            new["redirect_uris"] += sorted(more)
        if self.breaks("management.update_omitted"):
            gone = [n for n, v in asked.items() if v is None]
            new = without({**old, **new}, *gone)
        if self.breaks("management.update_null"):
            kept = [n for n, v in asked.items() if v is None]
            new.update({n: old[n] for n in kept if n in old})
        client["metadata"] = new
        client["refuse"] = self.breaks("management.update_token")
        self.send(200, self.answer(client, "PUT"))
        if self.breaks("management.update_told"):
            client["metadata"] = without(new, "software_version")

    def manage(self, number):
        client = CLIENTS.get(number)
        if not self.is_allowed(client):
            return None
        if self.command == "PUT":
            return self.update(client)
        if self.command == "GET":
            if client.pop("refuse", False):
                return self.challenge()
            return self.send(
                200,
                self.answer(client, "GET"),
                store=self.breaks("management.read_no_store"),
            )
        if self.command != "DELETE" or self.name == "undeletable":
            return self.send(405, None, Allow="GET, PUT")
        if self.name == "hesitant" and "asked" not in client:
            client["asked"] = True
            return self.send(429, None, Retry_After="1")
        del CLIENTS[number]
        if self.name == "stuck":
            time.sleep(30)
        return self.send(200 if self.breaks("management.delete") else 204, None)

    # --- what a client does

    def is_known(self, client_id):
        # Of those that share one, the one that was deleted counts.
        return client_id != "client" and any(
            client_id == client["id"] for client in CLIENTS.values()
        )

    def authorize(self, query):
        asked = dict(urllib.parse.parse_qsl(query))
        if self.is_known(asked["client_id"]) or self.breaks(
            "management.deleted_redirect"
        ):
            return self.send(
                302, None, Location=asked["redirect_uri"] + "?code=x"
            )
        return self.send(400, {"error": "invalid_client"})

    def grant(self):
        asked = dict(urllib.parse.parse_qsl(self.body.decode()))
        given = self.headers.get("Authorization", "")
        # Who was registered for Basic is known by nothing else.
        if given.startswith("Basic "):
            pair = base64.b64decode(given.removeprefix("Basic ")).decode()
            asked["client_id"] = urllib.parse.unquote(pair.partition(":")[0])
        elif self.name != "secretive":
            return self.send(401, {"error": "invalid_client"})
        if self.is_known(asked["client_id"]) or self.name in (
            "management.deleted_client",
            "secretive",
        ):
            return self.send(400, {"error": "invalid_grant"})
        return self.send(401, {"error": "invalid_client"})

    def is_gone(self):
        try:
            return not self.connection.recv(
                1, socket.MSG_PEEK | socket.MSG_DONTWAIT
            )
        except BlockingIOError:
            return False

    def is_halted(self):
        """Whether the test wants no more of /slow done than has been."""
        try:
            with open(os.path.join(FOLDER, "halt")) as halt:
                most = int(halt.read())
        except FileNotFoundError:
            return False
        with open(os.path.join(FOLDER, "requests")) as log:
            return log.read().count("/slow") >= most

    def dispatch(self):
        path, _, query = self.path.partition("?")
        parts = path[1:].split("/")
        known = ".well-known"
        behind = parts[0] != known
        if not behind:
            self.name = parts[2] if len(parts) > 2 else ""
        else:
            self.name = parts[0]
        scheme = "https" if self.server.secure else "http"
        host = f"{scheme}://127.0.0.1:{self.server.server_port}"
        self.plain = f"http://127.0.0.1:{PORTS[0]}"
        self.issuer = f"{host}/{self.name}"
        if self.name == "mute" and parts[1:2] == ["register"]:
            time.sleep(30)
        self.body = self.rfile.read(
            int(self.headers.get("Content-Length") or 0)
        )
        if self.name == "slow" and parts[1:2] != ["left"]:
            time.sleep(0.03)
            while self.is_halted():
                time.sleep(0.005)
            # Who was killed meanwhile did not ask.
            if self.is_gone():
                self.close_connection = True
                return None
        if known in parts:
            return self.discover(parts[parts.index(known) + 1], behind)
        if parts[1] == "left":
            here = [c for c in CLIENTS.values() if c["server"] == self.name]
            return self.send(200, len(here))
        if parts[1] == "jwks":
            return self.jwks()
        if parts[1] == "register":
            return self.register()
        if parts[1] == "clients":
            return self.manage(parts[2])
        if parts[1] == "authorize":
            return self.authorize(query)
        if parts[1] == "token":
            return self.grant()
        return self.send(404, None)

    def handle_any(self):
        try:
            try:
                self.dispatch()
            except Refusal as refusal:
                self.refuse(refusal)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        with LOCK, open(os.path.join(FOLDER, "requests"), "a") as log:
            log.write(f"{self.command} {self.path}\n")

    do_GET = do_POST = do_PUT = do_DELETE = handle_any


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    secure = False

    def handle_error(self, request, client_address):
        pass


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
    PORTS.append(server.server_port)


def main():
    serve(False)
    if len(sys.argv) > 3:
        serve(True)
    ports = os.path.join(FOLDER, "ports")
    with open(ports + ".new", "w") as out:
        out.write(f"{PORTS[0]} {PORTS[-1] if len(PORTS) > 1 else 0}\n")
    os.rename(ports + ".new", ports)
    while os.getppid() != 1:
        time.sleep(0.5)


main()
