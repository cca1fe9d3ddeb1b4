#!/usr/bin/env python3
"""OpenID providers that do what they should not, one below each path: how they
answer at authorization, token, introspection and revocation endpoints.

usage: hostile-issuer.py FOLDER
Needs FOLDER/signing.pem and FOLDER/other.pem, RSA keys.  Writes FOLDER/port once
it listens, and each request as a line of FOLDER/asked.
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse

FOLDER = sys.argv[1]
LOCK = threading.Lock()
CLIENTS = {}
CODES = {}
COUNTS = {}
WELL_KNOWN = "/.well-known/openid-configuration"


def note(*words):
    with LOCK, open(os.path.join(FOLDER, "asked"), "a") as log:
        log.write(" ".join(words) + "\n")


def count(key):
    with LOCK:
        COUNTS[key] = COUNTS.get(key, 0) + 1
        return COUNTS[key]


def b64(data):
    if isinstance(data, (dict, list)):
        data = json.dumps(data)
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def half_hash(text):
    return b64(hashlib.sha256(text.encode()).digest()[:16])


def modulus(name):
    out = subprocess.run(
        ["openssl", "rsa", "-noout", "-modulus", "-in", name],
        cwd=FOLDER,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return b64(bytes.fromhex(out.strip().split("=")[1]))


def jwk(name, kid):
    return {
        "kty": "RSA",
        "kid": kid,
        "use": "sig",
        "alg": "RS256",
        "n": modulus(name),
        "e": "AQAB",
    }


KEYS = {
    "signing": jwk("signing.pem", "signing"),
    "other": jwk("other.pem", "other"),
}


def sign(payload, key="signing", kid=None, alg="RS256"):
    head = {"alg": alg, "kid": kid or key, "typ": "JWT"}
    text = b64(head) + "." + b64(payload)
    if alg == "none":
        return text + "."
    if alg == "HS256":
        secret = json.dumps(KEYS["signing"]).encode()
        return text + "." + b64(hmac.digest(secret, text.encode(), "sha256"))
    signature = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", f"{key}.pem"],
        cwd=FOLDER,
        input=text.encode(),
        capture_output=True,
        check=True,
    ).stdout
    return text + "." + b64(signature)


# What is wrong with the ID token of an issuer of that name.
CLAIMS = {
    "nonce": {"nonce": "another"},
    "nononce": {"nonce": None},
    "aud": {"aud": "somebody"},
    "audlist": {"aud": ["somebody", "else"]},
    "twoaud": {"azp": None, "aud": "both"},
    "azp": {"azp": "somebody"},
    "iss": {"iss": "http://127.0.0.1:1/another"},
    "expired": {"exp": 1000000000},
    "noexp": {"exp": None},
    "noiat": {"iat": None},
    "future": {"iat": 4000000000},
    "nosub": {"sub": None},
    "athash": {"at_hash": half_hash("another")},
    "holdnonce": {"nonce": "another"},
}

# Who an ID token that comes with a refresh is about.
REFRESHED = {
    "othersub": "somebody else",
    "holdsub2": "somebody else",
    "jwksgoing": "person",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def issuer(self, name):
        return f"http://127.0.0.1:{self.server.server_port}/{name}"

    def send(self, status, body, kind="application/json", **fields):
        data = body if isinstance(body, bytes) else None
        if data is None:
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def hold(self, body):
        """All of the body, and then no end of the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
        self.wfile.flush()
        note("HELD", self.path)
        time.sleep(20)
        self.close_connection = True

    def form(self):
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(length).decode()
        return dict(urllib.parse.parse_qsl(text, strict_parsing=True))

    # --- metadata and registration

    def metadata(self, name):
        issuer = self.issuer(name)
        times = count("metadata " + name)
        note("METADATA", name)
        if name == "lost" and times > 1:
            return self.send(404, {})
        if name == "cutoff" and times > 1:
            self.close_connection = True
            return None
        if name == "ill" and times > 1:
            return self.send(503, {}, Retry_After="1")
        found = {
            "issuer": issuer,
            "registration_endpoint": f"{issuer}/register",
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "introspection_endpoint": f"{issuer}/introspect",
            "revocation_endpoint": f"{issuer}/revoke",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "read"],
            "code_challenge_methods_supported": ["S256"],
        }
        if name == "plain":
            found["code_challenge_methods_supported"] = ["plain"]
        if name == "nopkce":
            del found["code_challenge_methods_supported"]
        if name in ("noiss", "goodiss"):
            found["authorization_response_iss_parameter_supported"] = True
        if name == "par":
            found["require_pushed_authorization_requests"] = True
        if name == "query":
            found["authorization_endpoint"] += "?tenant=a%2Fb"
        if name == "clear":
            found["authorization_endpoint"] = "http://198.51.100.1/authorize"
        if name == "turned" and times > 1:
            found["issuer"] = self.issuer("good")
        if name == "worse" and times > 1:
            found["token_endpoint"] = "http://198.51.100.1/token"
        if name == "talkative" and times > 1:
            found.update((f"a{i}_endpoint", issuer) for i in range(20))
        if name == "deep" and times > 1:
            for _ in range(14):
                found["code_challenge_methods_supported"] = [
                    found["code_challenge_methods_supported"]
                ]
        if name == "keepsold" and times > 2:
            found["token_endpoint"] = self.issuer("nonce") + "/token"
        if name == "nowhere" or (name == "moves" and times == 1):
            for member in found:
                found[member] = self.gone(found[member], issuer)
        if name == "bare":
            for gone in ("introspection", "revocation", "authorization"):
                del found[f"{gone}_endpoint"]
        return self.send(200, found)

    def gone(self, value, issuer):
        """Elsewhere, where there is nothing, but for what registers clients."""
        if not isinstance(value, str) or value in (
            issuer,
            f"{issuer}/register",
        ):
            return value
        return value.replace(f"{issuer}/", f"{issuer}/gone/")

    def register(self, name):
        length = int(self.headers.get("Content-Length") or 0)
        client = json.loads(self.rfile.read(length))
        client["client_id"] = f"{name}-{count('clients')}"
        if client.get("token_endpoint_auth_method") != "none":
            client["client_secret"] = "a secret: +%&é"
            client["client_secret_expires_at"] = 0
        if name == "holddeep":
            client["extra"] = nested = {}
            for _ in range(13):
                nested["x"] = {}
                nested = nested["x"]
        CLIENTS[client["client_id"]] = client
        return self.send(201, client)

    def jwks(self, name):
        if name == "jwksgone" or (
            name == "jwksgoing" and count("jwksgoing") == 2
        ):
            return self.send(404, {})
        if name == "jwkshtml":
            return self.send(200, "<html></html>", "text/html")
        if name == "newkey" and count("newkey") == 1:
            return self.send(200, {"keys": [KEYS["other"]]})
        return self.send(200, {"keys": [KEYS["signing"]]})

    # --- authorization

    def mix_up(self, asked):
        """On to another server, with what its client there is registered by."""
        client = [c for c in CLIENTS if c.startswith("honest-")][-1]
        port = urllib.parse.urlsplit(asked["redirect_uri"]).port
        place = CLIENTS[client]["redirect_uris"][0]
        place = place.replace("127.0.0.1", f"127.0.0.1:{port}")
        query = dict(asked, client_id=client, redirect_uri=place, via="mixup")
        return self.send(
            302,
            "",
            Location=self.issuer("honest")
            + "/authorize?"
            + urllib.parse.urlencode(query),
        )

    def authorize(self, name, asked):
        note("AUTHORIZE", name, json.dumps(asked, sort_keys=True))
        if name == "mixup":
            return self.mix_up(asked)
        code = f"code-{count('codes')}"
        CODES[code] = asked
        back = {"code": code, "state": asked["state"]}
        if name == "wrongstate":
            back["state"] = "x" * len(asked["state"])
        if name == "nostate":
            del back["state"]
        if name == "wrongiss":
            back["iss"] = self.issuer("another")
        if name == "goodiss":
            back["iss"] = self.issuer(name)
        if name == "nocode":
            del back["code"]
        if name == "denied":
            back = {
                "error": "access_denied",
                "error_description": "<b>\x1b[31mno</b> & \u202e'\"",
                "state": asked["state"],
            }
        query = urllib.parse.urlencode(back)
        if name == "twice":
            query += "&code=another"
        if name == "broken":
            query += "&%zz"
        place = asked["redirect_uri"]
        place += ("&" if "?" in place else "?") + query
        return self.send(302, "", Location=place)

    # --- tokens

    def id_token(self, name, asked, access):
        client = asked["client_id"]
        claims = {
            "iss": self.issuer(name),
            "sub": asked.get("sub", "person"),
            "aud": client,
            "nonce": asked.get("nonce"),
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "at_hash": half_hash(access),
        }
        if name == "holdbrief":
            claims["exp"] = int(time.time()) - 55
        claims.update(CLAIMS.get(name, {}))
        if claims["aud"] == "both":
            claims["aud"] = [client, "somebody"]
        claims = {k: v for k, v in claims.items() if v is not None}
        if name == "signature":
            return sign(claims)[:-8] + "AAAAAAAA"
        if name == "none":
            return sign(claims, alg="none")
        if name == "symmetric":
            return sign(claims, alg="HS256")
        if name == "otherkey":
            return sign(claims, "other", "signing")
        if name == "nojwt":
            return "no.jwt"
        return sign(claims)

    def answer(self, name, asked, form):
        number = count("tokens")
        access = f"access-{name}-{number}"
        told = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": 3600,
        }
        if form["grant_type"] != "client_credentials" and not (
            name == "keeping" and form["grant_type"] == "refresh_token"
        ):
            told["refresh_token"] = f"refresh-{number}"
        if name == "givesown":
            told["refresh_token"] = f"refresh-{number}"
        if name == "norefresh":
            del told["refresh_token"]
        if form["grant_type"] == "authorization_code" and "nonce" in asked:
            told["id_token"] = self.id_token(name, asked, access)
        if name in REFRESHED and form["grant_type"] == "refresh_token":
            about = {"client_id": form["client_id"], "sub": REFRESHED[name]}
            told["id_token"] = self.id_token(name, about, access)
        if name in ("noidtoken", "holdmissing"):
            told.pop("id_token", None)
        if name == "lessscope":
            told["scope"] = "read"
            told.pop("id_token", None)
        if name == "notoken":
            del told["access_token"]
        if name == "evil":
            told["access_token"] = "x\r\nX-Injected: yes"
        if name == "notype":
            del told["token_type"]
        if name == "dpop":
            told["token_type"] = "DPoP"
        if name == "stringexpires":
            told["expires_in"] = "3600"
        if name == "numberscope":
            told["scope"] = 7
        if name == "noexpires":
            del told["expires_in"]
        return told

    def spoil(self, name, told):
        data = json.dumps(told)
        if name == "html":
            return self.send(200, "<html>hello</html>", "text/html")
        if name == "list":
            return self.send(200, [told])
        if name == "empty":
            return self.send(200, "")
        if name == "big":
            return self.send(200, data[:-1] + ',"x":"' + "x" * 10485760 + '"}')
        if name == "half":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2].encode())
            self.close_connection = True
            return None
        if name == "moved":
            return self.send(307, "", Location=self.issuer("good") + "/token")
        if name.startswith("hold") and count("held " + name) == int(
            name[-1] if name[-1].isdigit() else 1
        ):
            return self.hold(told)
        return self.send(200, told)

    def token(self, name):
        form = self.form()
        note("TOKEN", name, json.dumps(form, sort_keys=True))
        if name == "silent":
            note("HELD", self.path)
            time.sleep(20)
            return None
        if name == "busy" and count("busy") == 1:
            return self.send(503, {}, Retry_After="1")
        asked = {}
        if form["grant_type"] == "authorization_code":
            asked = CODES.pop(form["code"], None)
            if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
                return self.send(400, {"error": "invalid_grant"})
            verifier = form["code_verifier"].encode()
            digest = b64(hashlib.sha256(verifier).digest())
            if digest != asked["code_challenge"]:
                return self.send(400, {"error": "invalid_grant"})
            if name == "badcode":
                return self.send(
                    400,
                    {
                        "error": "invalid_grant",
                        "error_description": "\x1b[2Jspent",
                    },
                )
        elif name == "dead":
            return self.send(400, {"error": "invalid_grant"})
        elif name == "sick":
            return self.send(500, "<html>oops</html>", "text/html")
        return self.spoil(name, self.answer(name, asked, form))

    def introspect(self, name):
        form = self.form()
        note("INTROSPECT", name, self.headers.get("Authorization") or "-")
        if name == "dead":
            return self.send(200, {"active": "yes"})
        return self.send(
            200,
            {
                "active": form["token"].startswith("access-"),
                "sub": "\x1b[31mperson",
                "exp": 2000000000,
            },
        )

    def revoke(self, name):
        form = self.form()
        note("REVOKE", name, json.dumps(form, sort_keys=True))
        if name == "lasting" or (
            name == "keeping" and form["token"].startswith("access-")
        ):
            return self.send(400, {"error": "unsupported_token_type"})
        if name == "sick":
            return self.send(500, "<html>oops</html>", "text/html")
        return self.send(200, "", "text/plain")

    def dispatch(self):
        path, _, query = self.path.partition("?")
        name, _, rest = path[1:].partition("/")
        if path.endswith(WELL_KNOWN):
            return self.metadata(name)
        if rest == "authorize" and self.command == "GET":
            return self.authorize(name, dict(urllib.parse.parse_qsl(query)))
        if rest == "jwks":
            return self.jwks(name)
        handlers = {
            "register": self.register,
            "token": self.token,
            "introspect": self.introspect,
            "revoke": self.revoke,
        }
        if self.command == "POST" and rest in handlers:
            return handlers[rest](name)
        return self.send(404, {"error": "not_found"})

    def handle_any(self):
        try:
            self.dispatch()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = handle_any


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def main():
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = os.path.join(FOLDER, "port")
    with open(port + ".new", "w") as out:
        out.write(f"{server.server_port}\n")
    os.rename(port + ".new", port)
    while os.getppid() != 1:
        time.sleep(0.5)


main()
