"""A browser, driven by chromedriver: W3C WebDriver, and DevTools commands for
what that has no words for."""

import base64
import json
import time
import urllib.error
import urllib.request

# Seconds that anything may take; programs under ASan are slow.
PATIENCE = 120

# How WebDriver writes an element's reference, and some keys (WebDriver 17.4.2).
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
TAB = "\ue004"
ENTER = "\ue007"

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Fault(Exception):
    """The browser did not do as told, or a page is not as it should be."""


def until(what, condition):
    """Ask again and again until it holds, and return what it gave."""
    end = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Fault("in vain waited for: " + what)
        time.sleep(0.02)


class Browser:
    def __init__(self, driver, arguments):
        self.driver = driver
        self.session = ""
        answer = self._call("POST", "/session", {"capabilities": {
            "alwaysMatch": {
                "browserName": "chrome",
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                "goog:chromeOptions": {"args": arguments},
            }}})
        self.session = "/session/" + answer["sessionId"]
        self._command("POST", "/timeouts",
                      {"pageLoad": PATIENCE * 1000, "script": 10000})

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.driver + path, data, {"Content-Type": "application/json"},
            method=method)
        try:
            with _opener.open(request, timeout=2 * PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise Fault("%s %s: %s" % (
                path.rpartition("/")[2], value["error"],
                value["message"].split("\n")[0])) from None

    def _command(self, method, path, body=None):
        return self._call(method, self.session + path, body)

    def quit(self):
        self._command("DELETE", "")

    def devtools(self, command, **parameters):
        return self._command("POST", "/goog/cdp/execute",
                             {"cmd": command, "params": parameters})

    # Where it is.

    def go(self, url):
        self._command("POST", "/url", {"url": url})

    def reload(self):
        self._command("POST", "/refresh", {})

    def back(self):
        self._command("POST", "/back", {})

    @property
    def url(self):
        return self._command("GET", "/url")

    def wait_for(self, start):
        """Until it has loaded an address that begins so; return that."""
        def there():
            url = self.url
            return url if url.startswith(start) else None
        url = until("%s... (it is at %s)" % (start, self.url), there)
        until("the page to be loaded", lambda: self.run(
            "return document.readyState === 'complete'"))
        return url

    # What it shows.

    def run(self, script, *arguments):
        return self._command("POST", "/execute/sync",
                             {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self._command("POST", "/element", {
            "using": "css selector", "value": selector})[ELEMENT]

    def has(self, selector):
        return self.run("return document.querySelector(arguments[0]) !== null",
                        selector)

    def text(self, selector="body"):
        return self.run(
            "const e = document.querySelector(arguments[0]);"
            "return e === null ? null : e.innerText", selector)

    def texts(self, selector):
        return self.run(
            "return Array.from(document.querySelectorAll(arguments[0]),"
            "    e => e.innerText.trim())", selector)

    def enter_frame(self, selector):
        self._command("POST", "/frame",
                      {"id": {ELEMENT: self.find(selector)}})

    def leave_frame(self):
        self._command("POST", "/frame", {"id": None})

    def picture(self):
        shot = self.devtools("Page.captureScreenshot", format="png",
                             captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    # What a person does.

    def fill(self, selector, text):
        element = self.find(selector)
        self._command("POST", "/element/%s/clear" % element, {})
        self._command("POST", "/element/%s/value" % element, {"text": text})

    def click(self, selector):
        self._command("POST", "/element/%s/click" % self.find(selector), {})

    def press(self, keys):
        actions = []
        for key in keys:
            actions += [{"type": "keyDown", "value": key},
                        {"type": "keyUp", "value": key}]
        self._command("POST", "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": actions}]})

    # Who it is of.

    def speak(self, languages):
        agent = self.run("return navigator.userAgent")
        self.devtools("Emulation.setUserAgentOverride", userAgent=agent,
                      acceptLanguage=languages)

    def width(self, wide, high=720):
        self.devtools("Emulation.setDeviceMetricsOverride", width=wide,
                      height=high, deviceScaleFactor=1, mobile=wide < 600)

    def colors(self, scheme):
        """Without transitions, which a picture would catch half-way."""
        self.devtools("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def scripts(self, allowed):
        self.devtools("Emulation.setScriptExecutionDisabled",
                      value=not allowed)

    def forget(self):
        """Begin as somebody who was never here."""
        self.devtools("Network.clearBrowserCookies")
        self.devtools("Network.clearBrowserCache")

    # What it noticed; what was read is gone.

    def complaints(self):
        """What it put on its console of policies that were violated."""
        entries = self._command("POST", "/se/log", {"type": "browser"})
        return [e["message"] for e in entries
                if "Content Security Policy" in e["message"]
                or "Refused to" in e["message"]
                or "X-Frame-Options" in e["message"]
                or e["source"] == "security"]

    def traffic(self):
        """The events of its network, oldest first."""
        entries = self._command("POST", "/se/log", {"type": "performance"})
        events = (json.loads(e["message"])["message"] for e in entries)
        return [e for e in events if e["method"].startswith("Network.")]
