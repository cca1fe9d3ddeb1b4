"""The authorization server as people meet it, in headless Chromium.

Run by tests/browser.sh, which starts what this needs and says by the
environment where it is."""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import traceback
import urllib.parse

from hosts import Hosts, SERVER
from webdriver import Browser, ENTER, Fault, TAB, until

ISSUER = "https://" + SERVER
HTTPS_PORT = int(os.environ["HTTPS_PORT"])
HTTP_PORT = int(os.environ["HTTP_PORT"])
PASSWORD = os.environ["PASSWORD"]
SHOTS = os.environ.get("BROWSER_SHOTS")

WEB = "https://client.example/callback"
LOOPBACK = "http://127.0.0.1:%d/callback" % HTTP_PORT
CURSOR = "cursor://anysphere.cursor-retrieval/oauth/callback"

VERIFIER = "a-verifier-that-no-other-request-of-these-tests-has"

# What is wrong with a page for who does not see it, or not all of it at once.
FLAWS = """
const flaws = [];
// A page that is too wide makes a telephone zoom out, and innerWidth grow.
const wide = arguments[0];
const visible = e => e.getClientRects().length > 0;
const named = (e, name) => (e.getAttribute(name) || '').split(/\\s+/)
    .filter(id => id !== '');
const html = document.documentElement;
if (html.lang === '')
    flaws.push('html has no lang');
if (document.title.trim() === '')
    flaws.push('there is no title');
if (document.querySelectorAll('h1').length !== 1)
    flaws.push('there is not one h1');
if (document.querySelectorAll('main').length !== 1)
    flaws.push('there is not one main');
if (document.querySelector('meta[name=viewport]') === null)
    flaws.push('there is no viewport');
for (const e of document.querySelectorAll('input:not([type=hidden])'))
    if (e.labels.length === 0 || e.labels[0].innerText.trim() === '')
        flaws.push('no label: ' + e.outerHTML);
for (const e of document.querySelectorAll('a, button'))
    if (e.innerText.trim() === '')
        flaws.push('no words: ' + e.outerHTML);
    else if (e.getBoundingClientRect().height < 24)
        flaws.push('hard to hit: ' + e.outerHTML);
for (const e of document.querySelectorAll('img'))
    if (!e.hasAttribute('alt'))
        flaws.push('no alt: ' + e.outerHTML);
for (const e of document.querySelectorAll('*')) {
    for (const name of ['aria-labelledby', 'aria-describedby'])
        for (const id of named(e, name))
            if (document.getElementById(id) === null)
                flaws.push(name + ' of nothing: ' + id);
    if (e.id !== '' && document.querySelectorAll('#' + e.id).length > 1)
        flaws.push('twice: #' + e.id);
    if (visible(e) && e.getBoundingClientRect().right > wide + 0.5)
        flaws.push('too wide: ' + e.outerHTML.slice(0, 80));
}
if (document.scrollingElement.scrollWidth > wide)
    flaws.push('wider than the screen: ' +
        document.scrollingElement.scrollWidth);
return flaws;
"""

browser = None
hosts = None


def want(condition, what):
    if not condition:
        raise Fault(what)


def equal(got, wanted, what):
    want(got == wanted, "%s: %r, not %r" % (what, got, wanted))


# What a client does without a browser.

def ask(method, path, body=None, headers=None):
    """Of the authorization server: return the status, and the JSON."""
    context = ssl.create_default_context(cafile=os.environ["CERTIFICATE"])
    context.check_hostname = False
    connection = http.client.HTTPSConnection(
        "127.0.0.1", HTTPS_PORT, timeout=60, context=context)
    connection.request(method, path, body, dict(headers or {}, Host=SERVER))
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content)


def register(redirect_uri, **metadata):
    body = {"redirect_uris": [redirect_uri], "client_name": "Reading list",
            "grant_types": ["authorization_code", "refresh_token"]}
    body.update(metadata)
    status, client = ask("POST", "/oauth/register", json.dumps(body),
                         {"Content-Type": "application/json"})
    equal(status, 201, "registered: %s" % client)
    return client


def web_client(**metadata):
    return register(WEB, token_endpoint_auth_method="client_secret_basic",
                    **metadata)


def public_client(redirect_uri, **metadata):
    return register(redirect_uri, token_endpoint_auth_method="none",
                    **metadata)


def redeem(client, code):
    form = {"grant_type": "authorization_code", "code": code,
            "redirect_uri": client["redirect_uris"][0],
            "code_verifier": VERIFIER}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if "client_secret" in client:
        pair = "%s:%s" % (client["client_id"], client["client_secret"])
        headers["Authorization"] = ("Basic " +
                                    base64.b64encode(pair.encode()).decode())
    else:
        form["client_id"] = client["client_id"]
    status, token = ask("POST", "/oauth/token", urllib.parse.urlencode(form),
                        headers)
    equal(status, 200, "the code is good: %s" % token)
    return token


# What a person does.

def request(client, **more):
    """The address that a client sends the person to."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    query = {"client_id": client["client_id"], "response_type": "code",
             "redirect_uri": client["redirect_uris"][0],
             "scope": "openid profile", "state": "a state: ü&=%",
             "code_challenge_method": "S256", "code_challenge":
             base64.urlsafe_b64encode(digest).rstrip(b"=").decode()}
    query.update(more)
    return ISSUER + "/oauth/authorize?" + urllib.parse.urlencode(query)


def start(client, **more):
    browser.go(request(client, **more))
    browser.wait_for(ISSUER + "/oauth/")


def enter_password(password=PASSWORD):
    browser.fill("#username", "ada")
    browser.fill("#password", password)
    browser.click("button[type=submit]")


def log_in():
    enter_password()
    browser.wait_for(ISSUER + "/oauth/consent?")


def decide(decision):
    browser.click("button[value=%s]" % decision)


def came_back(client, member="code", before=0):
    """Wait until the client has the answer, and check it."""
    uri = urllib.parse.urlsplit(client["redirect_uris"][0])
    visits = until("the answer at " + uri.geturl(), lambda:
                   hosts.visited(uri.netloc, uri.path)[before:])
    equal(len(visits), 1, "how often it came")
    given = visits[0].given()
    want(member in given, "%s in %s" % (member, given))
    equal(given.get("state"), "a state: ü&=%", "state")
    equal(given.get("iss"), ISSUER, "iss")
    return given


def visits_of(client):
    uri = urllib.parse.urlsplit(client["redirect_uris"][0])
    return len(hosts.visited(uri.netloc, uri.path))


@contextlib.contextmanager
def coming_back(client, member="code"):
    """What happens here makes the client get an answer; it is put in a dict."""
    before = visits_of(client)
    given = {}
    yield given
    given.update(came_back(client, member, before))


def look(name):
    """Hold the page against what a page must be, on small and large screens,
    and take its pictures."""
    for wide in (360, 1280):
        browser.width(wide)
        flaws = browser.run(FLAWS, wide)
        want(not flaws, "%s at %d px: %s" % (name, wide, "; ".join(flaws)))
        if not SHOTS:
            continue
        language = browser.run("return document.documentElement.lang")
        for scheme in ("light", "dark"):
            browser.colors(scheme)
            file = "%s-%s-%s-%d.png" % (name, language, scheme, wide)
            with open(os.path.join(SHOTS, file), "wb") as shot:
                shot.write(browser.picture())
    browser.colors("light")


def calm():
    """Nothing that a policy forbids was tried."""
    complaints = browser.complaints()
    want(not complaints, "the browser complained: " + "; ".join(complaints))


# The cases.

def whole_flow_with_a_wrong_password_first():
    client = web_client()
    start(client, nonce="n-1")
    browser.wait_for(ISSUER + "/oauth/login?")
    equal(browser.text("h1"), "Log in", "the heading")
    want("Reading list" in browser.text(".lead"), "the client's name")
    look("login")
    enter_password("wrong " + PASSWORD)
    until("the page that says so", lambda: browser.has("#error"))
    equal(browser.run("return document.activeElement.id"), "password",
          "where to type again")
    equal(browser.run("return document.getElementById('username').value"),
          "ada", "the name, kept")
    equal(browser.run("return document.getElementById('password').value"),
          "", "the password, not kept")
    look("login-wrong")
    log_in()
    want("client.example" in browser.text(".goal .host"), "where it leads")
    want("Ada Lovelace" in browser.text(".lead"), "who it is")
    look("consent-https")
    with coming_back(client) as given:
        decide("allow")
    browser.wait_for(WEB + "?code=")
    equal(browser.text("h1"), "You are back", "the client's page")
    calm()
    token = redeem(client, given["code"])
    want("id_token" in token and "access_token" in token, "tokens")
    equal(sorted(token["scope"].split()), ["openid", "profile"], "the scope")


def deny():
    client = web_client()
    start(client)
    log_in()
    with coming_back(client, "error") as given:
        decide("deny")
    equal(given["error"], "access_denied", "the error")
    want("code" not in given, "no code")
    calm()


def remembered_consent():
    client = web_client()
    start(client)
    log_in()
    want(browser.has("form + .small"), "it says that it will be remembered")
    with coming_back(client):
        decide("allow")
    with coming_back(client):
        browser.go(request(client))
    want(browser.url.startswith(WEB), "no page of ours the second time")
    # Somebody who logs in sees no consent page either.
    browser.forget()
    start(client)
    with coming_back(client):
        enter_password()
    calm()


def loopback_is_asked_each_time():
    client = public_client(LOOPBACK)
    for again in (False, True):
        start(client)
        if not again:
            log_in()
        browser.wait_for(ISSUER + "/oauth/consent?")
        want("this computer" in browser.text(".goal .host"), "a warning")
        want("127.0.0.1:%d" % HTTP_PORT in browser.text(".goal .host"),
             "the host")
        want(not browser.has("form + .small"), "not to be remembered")
        if not again:
            look("consent-loopback")
        with coming_back(client) as given:
            decide("allow")
        redeem(client, given["code"])
    calm()


def loopback_on_another_port_and_localhost():
    client = public_client("http://localhost:1/callback")
    client["redirect_uris"] = ["http://localhost:%d/callback" % HTTP_PORT]
    start(client)
    log_in()
    with coming_back(client) as given:
        decide("allow")
    calm()
    redeem(client, given["code"])


def loopback_by_ipv6():
    # Where the machine has none, nobody can be sent there.
    if not hosts.has_ipv6:
        return
    client = public_client("http://[::1]:%d/callback" % HTTP_PORT)
    start(client)
    log_in()
    want("[::1]" in browser.text(".goal .host"), "where it leads")
    with coming_back(client) as given:
        decide("allow")
    redeem(client, given["code"])
    calm()


def cursor_is_opened():
    client = public_client(CURSOR)
    start(client)
    log_in()
    want("cursor:" in browser.text(".goal .host"), "where it leads")
    look("consent-private-use")
    browser.traffic()
    decide("allow")

    def answer():
        for event in browser.traffic():
            headers = event["params"].get("headers", {})
            to = {k.lower(): v for k, v in headers.items()}.get("location", "")
            if to.startswith(CURSOR + "?code="):
                return event["params"].get("statusCode")
        return None
    equal(until("the redirect to " + CURSOR, answer), 303, "the status")
    calm()


def form_post():
    client = web_client()
    start(client, response_mode="form_post")
    log_in()
    with coming_back(client) as given:
        decide("allow")
    browser.wait_for(WEB)
    equal(hosts.visited("client.example", "/callback")[-1].method, "POST",
          "how it came")
    calm()
    redeem(client, given["code"])


def form_post_without_script():
    client = web_client()
    browser.scripts(False)
    start(client, response_mode="form_post")
    log_in()
    before = visits_of(client)
    decide("allow")
    until("the button", lambda: browser.text("button") == "Continue")
    equal(visits_of(client), before, "nothing happens by itself")
    look("form-post")
    with coming_back(client) as given:
        browser.click("button")
    browser.scripts(True)
    calm()
    redeem(client, given["code"])


def form_post_to_loopback():
    client = public_client(LOOPBACK)
    start(client, response_mode="form_post")
    log_in()
    with coming_back(client) as given:
        decide("allow")
    calm()
    redeem(client, given["code"])


def step_up_shows_what_is_new():
    client = web_client(scope="openid profile email offline_access",
                        client_uri="https://client.example/",
                        policy_uri="https://client.example/privacy",
                        tos_uri="https://client.example/terms")
    start(client, scope="openid profile")
    log_in()
    equal(browser.texts(".scopes li"),
          ["Know who you are", "See your name and profile"], "the scopes")
    equal(browser.texts("footer a"),
          ["Privacy policy", "Terms of service", "Website"], "the links")
    with coming_back(client):
        decide("allow")
    start(client, scope="openid profile email offline_access")
    browser.wait_for(ISSUER + "/oauth/consent?")
    want("more access" in browser.text("h1"), "the heading")
    equal(browser.texts(".scopes li"),
          ["See your email address", "Keep this access when you are away"],
          "what is new")
    equal(browser.texts("section.small li"),
          ["Know who you are", "See your name and profile"],
          "what was allowed")
    look("consent-step-up")
    with coming_back(client) as given:
        decide("allow")
    token = redeem(client, given["code"])
    equal(len(token["scope"].split()), 4, "the scope")
    calm()


def unknown_client_gets_a_page():
    start({"client_id": "nobody", "redirect_uris": [WEB]})
    before = len(hosts.visits)
    equal(browser.text("h1"), "We do not know this app", "the heading")
    look("error-unknown-client")
    equal(len(hosts.visits), before, "nobody is told")
    calm()


def bad_redirect_uri_gets_a_page():
    client = web_client()
    before = len(hosts.visits)
    start(dict(client, redirect_uris=["https://evil.example/callback"]))
    equal(browser.text("h1"), "We cannot send you back", "the heading")
    look("error-bad-redirect-uri")
    equal(len(hosts.visits), before, "nobody is told")
    calm()


def nothing_here():
    browser.go(ISSUER + "/oauth/consent/nothing")
    equal(browser.text("h1"), "There is nothing here", "the heading")
    look("error-not-found")
    calm()


def login_form_of_another_browser():
    client = web_client()
    start(client)
    browser.devtools("Network.clearBrowserCookies")
    enter_password()
    until("the page that says so", lambda: browser.has("#error"))
    want("open for too long" in browser.text("#error"), "what it says")
    look("login-expired")
    # And that page's form is good.
    log_in()
    calm()


def forged_consent():
    client = web_client()
    start(client)
    log_in()
    before = visits_of(client)
    browser.run("document.querySelector('input[name=csrf]').value = 'x'")
    decide("allow")
    until("the page that says so",
          lambda: browser.text("h1") == "Please start again")
    look("error-csrf")
    equal(visits_of(client), before, "no code")
    # A form of another site, for the person who is logged in.
    consent = browser.url
    hosts.pages["evil.example", "/"] = (
        "<form method=post action='%s'><input name=csrf value=x>"
        "<button name=decision value=allow>You have won</button></form>"
        % consent.replace("&", "&amp;"))
    browser.go("https://evil.example/")
    browser.click("button")
    browser.wait_for(ISSUER)
    equal(visits_of(client), before, "no code for another site either")
    calm()


def forged_login():
    client = web_client()
    start(client)
    proof = browser.run(
        "return document.querySelector('input[name=csrf]').value")
    login = browser.url
    browser.forget()
    hosts.pages["evil.example", "/"] = (
        "<form method=post action='%s'><input name=csrf value='%s'>"
        "<input name=username value=ada><input name=password value='%s'>"
        "<button>You have won</button></form>"
        % (login.replace("&", "&amp;"), proof, PASSWORD))
    browser.go("https://evil.example/")
    browser.click("button")
    browser.wait_for(ISSUER)
    want(browser.has("#password"), "nobody is logged in as another")
    calm()


def no_frames():
    client = web_client()
    start(client)
    login = browser.url
    log_in()
    consent = browser.url
    for page in (login, consent, ISSUER + "/oauth/authorize"):
        hosts.pages["evil.example", "/"] = (
            "<iframe src='%s'></iframe>" % page.replace("&", "&amp;"))
        browser.go("https://evil.example/")
        browser.enter_frame("iframe")
        want(not browser.has("main"), "a frame shows " + page)
        browser.leave_frame()
        want(browser.complaints(), "the browser says why")


def chinese():
    client = web_client(scope="openid profile email offline_access read",
                        **{"client_name#zh": "阅读清单"})
    browser.speak("zh-CN,zh;q=0.9,en;q=0.5")
    start(client)
    equal(browser.run("return document.documentElement.lang"), "zh", "lang")
    equal(browser.text("h1"), "登录", "the heading")
    want("阅读清单" in browser.text(".lead"), "the client's name in Chinese")
    look("login")
    enter_password("wrong " + PASSWORD)
    until("the page that says so", lambda: browser.has("#error"))
    look("login-wrong")
    log_in()
    want("阅读清单" in browser.text("h1"), "the client's name")
    equal(browser.text("button.primary"), "允许", "the button")
    look("consent-https")
    with coming_back(client):
        decide("allow")
    start(client, scope="openid profile email offline_access")
    look("consent-step-up")
    for redirect, name in ((LOOPBACK, "loopback"), (CURSOR, "private-use")):
        start(public_client(redirect))
        look("consent-" + name)
    start(dict(client, client_id="nobody"))
    equal(browser.text("h1"), "无法识别此应用", "the heading")
    look("error-unknown-client")
    start(dict(client, redirect_uris=["https://evil.example/callback"]))
    look("error-bad-redirect-uri")
    browser.scripts(False)
    start(client, response_mode="form_post")
    equal(browser.text("button"), "继续", "the button")
    look("form-post")
    browser.scripts(True)
    # ui_locales of the client goes before what the browser says.
    browser.forget()
    start(client, ui_locales="en")
    equal(browser.run("return document.documentElement.lang"), "en", "lang")
    calm()


def by_keyboard():
    client = web_client(client_uri="https://client.example/")
    start(client)

    def focus():
        return browser.run(
            "const e = document.activeElement;"
            "const s = getComputedStyle(e);"
            "if (e !== document.body && s.outlineStyle === 'none')"
            "    return 'the focus is not to be seen';"
            "return e.id || e.value || e.innerText")
    equal(focus(), "username", "where to begin")
    browser.press("ada" + TAB)
    equal(focus(), "password", "behind the name")
    browser.press(PASSWORD + TAB)
    equal(focus(), "Log in", "behind the password")
    browser.press(ENTER)
    browser.wait_for(ISSUER + "/oauth/consent?")
    order = []
    for _ in range(4):
        browser.press(TAB)
        order.append(focus())
    equal(order, ["Use another account", "deny", "allow", "Website"],
          "the order")
    browser.reload()
    browser.press(TAB + TAB + TAB)
    equal(focus(), "allow", "the button")
    with coming_back(client):
        browser.press(ENTER)
    # Enter in a field submits as well.
    browser.forget()
    start(client)
    with coming_back(client):
        browser.press("ada" + TAB + PASSWORD + ENTER)
    calm()


def without_script():
    client = web_client()
    browser.scripts(False)
    start(client)
    log_in()
    with coming_back(client):
        decide("allow")
    browser.scripts(True)
    calm()


def logo_from_our_origin():
    client = web_client(
        logo_uri="https://127.0.0.1:%d/logo.png" % HTTPS_PORT)
    start(client)
    log_in()
    until("the logo", lambda: browser.run(
        "const e = document.querySelector('.logo');"
        "return e.complete && e.naturalWidth === 64"))
    want(browser.run("return document.querySelector('.logo').currentSrc")
         .startswith(ISSUER + "/"), "its origin")
    look("consent-logo")
    equal(len(hosts.visited("127.0.0.1:%d" % HTTPS_PORT, "/logo.png")), 1,
          "how often it was fetched")
    calm()


def names_as_long_as_novels():
    client = register(
        "https://%s.example/callback" % ("a-very-long-name." * 12 + "client"),
        client_name="Donaudampfschifffahrtsgesellschaft" * 5,
        token_endpoint_auth_method="client_secret_basic")
    start(client)
    look("login-long")
    log_in()
    look("consent-long")
    calm()


def names_from_right_to_left():
    client = web_client(client_name=
                        "\u202eevil\u202c \u05e7\u05e8\u05d9\u05d0\u05d4")
    start(client)
    log_in()
    want(browser.run("return document.querySelector('h1 bdi') !== null"),
         "the name is set apart")
    look("consent-bidi")
    calm()


def another_account():
    client = web_client()
    start(client)
    log_in()
    browser.click(".lead a")
    browser.wait_for(ISSUER + "/oauth/login?")
    log_in()
    with coming_back(client):
        decide("allow")
    calm()


def client_that_sends_on():
    """A callback which redirects to another site, as many do."""
    client = register("https://client.example/sends-on",
                      token_endpoint_auth_method="client_secret_basic")
    hosts.pages["client.example", "/sends-on"] = "https://app.example/home"
    start(client)
    log_in()
    decide("allow")
    until("the other site", lambda: hosts.visited("app.example", "/home"))
    browser.wait_for("https://app.example/home")
    calm()


def policy_is_enforced():
    """The counter-proof: a policy without the client stops what the others
    let through, and the browser complains."""
    client = web_client()
    start(client)
    log_in()
    before = visits_of(client)
    hosts.no_client = True
    browser.reload()
    decide("allow")
    until("the browser's complaint", browser.complaints)
    equal(visits_of(client), before, "nothing came")


def issuer_on_loopback():
    """As quickstart has it: http, and cookies without Secure."""
    global ISSUER
    ISSUER = "http://127.0.0.1:" + os.environ["RIG_PORT"]
    subprocess.run([os.environ["RIG_RECONF"], 'issuer = "%s"' % ISSUER],
                   check=True)
    for client in (public_client(LOOPBACK), web_client()):
        browser.forget()
        start(client)
        log_in()
        with coming_back(client) as given:
            decide("allow")
        redeem(client, given["code"])
    calm()


CASES = (
    whole_flow_with_a_wrong_password_first,
    client_that_sends_on,
    deny,
    remembered_consent,
    loopback_is_asked_each_time,
    loopback_on_another_port_and_localhost,
    loopback_by_ipv6,
    cursor_is_opened,
    form_post,
    form_post_without_script,
    form_post_to_loopback,
    step_up_shows_what_is_new,
    unknown_client_gets_a_page,
    bad_redirect_uri_gets_a_page,
    nothing_here,
    login_form_of_another_browser,
    forged_consent,
    forged_login,
    no_frames,
    chinese,
    by_keyboard,
    without_script,
    logo_from_our_origin,
    names_as_long_as_novels,
    names_from_right_to_left,
    another_account,
    policy_is_enforced,
    # Changes the configuration, so it is the last.
    issuer_on_loopback,
)


def run(case):
    """Return why it failed, or None."""
    try:
        browser.go("about:blank")
        browser.scripts(True)
        browser.forget()
        browser.width(1280)
        browser.speak("en")
        browser.complaints()
        hosts.no_client = False
        case()
        return None
    except Fault as fault:
        frames = traceback.extract_tb(fault.__traceback__)
        where = [f.lineno for f in frames if f.name == case.__name__]
        return "line %d: %s" % (where[0] if where else 0, fault)


def main():
    global browser, hosts
    wanted = os.environ.get("BROWSER_CASES", "").split()
    # So that the browser is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    hosts = Hosts(int(os.environ["RIG_PORT"]), HTTPS_PORT, HTTP_PORT,
                  os.environ["CERTIFICATE"], sys.argv[1])
    browser = Browser("http://127.0.0.1:" + os.environ["DRIVER_PORT"], [
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
        "--disable-gpu", "--hide-scrollbars", "--ignore-certificate-errors",
        "--no-first-run", "--disable-background-networking",
        "--host-resolver-rules=MAP *.example 127.0.0.1:%d" % HTTPS_PORT])
    passed = failed = 0
    try:
        for case in CASES:
            if wanted and case.__name__ not in wanted:
                continue
            why = run(case)
            number = passed + failed + 1
            name = case.__name__.replace("_", " ")
            if why is None:
                passed += 1
                print("ok %d - %s" % (number, name), flush=True)
            else:
                failed += 1
                print("not ok %d - %s: %s" % (number, name, why), flush=True)
    finally:
        browser.quit()
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0 or passed == 0


sys.exit(main())
