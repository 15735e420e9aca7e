"""Requests made from the API description, against the built binary with its demo bank.

Signed in as each of several people, and as nobody: no answer may be a failure of the server, and none may have a
status, a content type or a form that the description does not name. `cargo xtask api` makes the environment and
calls this; `--long` makes many more requests."""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
BINARY = os.environ["USHER_TEST_BINARY"]
LONG = "--long" in sys.argv[1:]
TENANT = "demo-bank"
# Requests for an operation in the random part; the systematic part has its own number.
EXAMPLES = {False: 6, True: 150}
START_SECONDS = 90


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def demo():
    """A running demo: what its ready file says."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-api-"))
    ready = folder / "ready.json"
    env = {name: value for name, value in os.environ.items() if not name.startswith("USHER_") and name != "DATABASE_URL"}
    # One address makes all the requests here, so the limits per address would be met first.
    for limit in ["ANONYMOUS", "ANONYMOUS_ISSUE", "LOGIN", "CUSTOMER", "STAFF", "DEVICE"]:
        env[f"USHER_LIMITS_{limit}"] = "0"
    args = ["demo", "--listen", f"127.0.0.1:{free_port()}", "--data-dir", folder / "data", "--ready-file", ready]
    log = open(folder / "log", "wb")
    server = subprocess.Popen([BINARY, *args], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + START_SECONDS
        while not ready.exists():
            if server.poll() is not None or time.monotonic() > until:
                sys.exit(f"the demo did not start:\n{(folder / 'log').read_text()}")
            time.sleep(0.05)
        yield json.loads(ready.read_text())
        if server.poll() is not None:
            sys.exit(f"the server ended in the middle of the run:\n{(folder / 'log').read_text()}")
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


class Client:
    """Somebody, for what has to be there before the run."""

    def __init__(self, url, login=None):
        self.url, self.token = url, None
        if login:
            body = {"email": login["email"], "password": login["password"]}
            self.token = self.ask("POST", "/api/v1/auth/login", body)["access_token"]

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            sys.exit(f"{method} {path}: {refusal.code} {refusal.read().decode()}")


def things(admin, logins):
    """Ids by the segment before them in a path."""
    bank = f"/api/v1/tenants/{TENANT}"
    tenant = admin.ask("GET", bank)["id"]
    found = {"tenants": [tenant, TENANT]}
    for kind in ["sites", "queues", "services", "counters", "tickets"]:
        items = admin.ask("GET", f"{bank}/{kind}?limit=20")["items"]
        found[kind] = [item["id"] for item in items]
    # Members and people without those who run the installation, and the tenant, and this.
    members = admin.ask("GET", f"{bank}/members?limit=100")["items"]
    found["staff of the run"] = [m["id"] for m in members if m["user"]["email"] == logins["admin"]["email"]]
    members = [member for member in members if "agent" in member["roles"]]
    found["members"] = found["staff"] = [member["id"] for member in members]
    found["users"] = found["agents"] = [member["user_id"] for member in members]
    found["tokens"] = found["tickets"]
    tag = {"name": "from the run", "condition": "false", "event": "issue", "then": {"tag": "x"}}
    found["routing-rules"] = [admin.ask("POST", f"{bank}/routing-rules", tag)["id"]]
    found["roles"] = [admin.ask("POST", f"{bank}/roles", {"name": "own", "scopes": ["queues:read"]})["name"]]
    join = {"service_id": found["services"][0]}
    nobody = Client(admin.url)
    site = f"/api/v1/public/sites/{TENANT}/{found['sites'][0]}"
    found["secrets"] = [nobody.ask("POST", f"{site}/tickets", join)["secret"] for _ in range(4)]
    return found


# Who asks for what: two runs of about the same length beside each other. Most of what is systematic ends at the same
# refusal for nobody.
ORDINARY = [("admin", "coverage"), ("admin", "examples,fuzzing,stateful"), ("nobody", "examples,fuzzing")]
# In the long run everybody asks for everything; the last ones reach the routes of the installation itself and of devices.
EVERYBODY = ["admin", "nobody", "platform_admin", "customer", "kiosk", "display"]


def pair(admin, kind):
    """The credential of a new device."""
    nobody = Client(admin.url)
    start = nobody.ask("POST", "/api/v1/devices/pairing", {"type": kind})
    admin.ask("POST", f"/api/v1/tenants/{TENANT}/devices/pair", {"code": start["code"], "type": kind})
    return nobody.ask("GET", f"/api/v1/devices/pairing/{start['device_code']}")["token"]


def hire(admin, name, role):
    """A new person in the bank, and how they sign in."""
    login = {"email": f"{name}@demo-bank.com", "password": "demo1234"}
    admin.ask("POST", f"/api/v1/tenants/{TENANT}/members", {**login, "roles": [role]})
    return login


def run_as(name, phases, ready):
    """One run, of some phases or of all; whether every answer was as described."""
    url = ready["url"]
    logins = {login["role"]: login for login in reversed(ready["logins"])}
    admin = Client(url, logins["admin"])
    stage = {"token": None, "own": [], "things": things(admin, logins)}
    if name in ("kiosk", "display"):
        stage["token"] = pair(admin, name)
    elif name != "nobody":
        role = "customer" if name == "customer" else "admin"
        stage["other"] = hire(admin, "other", role)
        stage["changing"] = Client(url, hire(admin, "changing", role)).token
        caller = Client(url, logins[name])
        me = caller.ask("GET", "/api/v1/auth/me")
        stage["token"] = caller.token
        stage["own"] = [me["id"], me["member_id"], stage["things"]["staff of the run"][0]]
    args = ["--config-file", HERE / "schemathesis.toml", "run", f"{url}/api/openapi.json"]
    args += ["--max-examples", str(EXAMPLES[LONG]), "--no-color"]
    if phases:
        args += ["--phases", phases]
    env = {**os.environ, "USHER_URL": url, "USHER_STAGE": json.dumps(stage)}
    env["SCHEMATHESIS_HOOKS"] = str(HERE / "hooks.py")
    program = pathlib.Path(sys.executable).with_name("schemathesis")
    run = subprocess.run([program, *args], env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(f"--- as {name}: {phases or 'everything'}\n{run.stdout}", flush=True)
    if stage["token"] and name not in ("kiosk", "display"):
        # A run that has lost its rights on the way has tried nothing since.
        caller.ask("GET", "/api/v1/auth/me")
    return run.returncode == 0


def alone(name, phases):
    """One run at a bank that nobody has been at yet."""
    with demo() as ready:
        return run_as(name, phases, ready)


def main():
    begun = time.monotonic()
    wanted = [(name, None) for name in EVERYBODY] if LONG else ORDINARY
    # Two at once: one run keeps one processor busy.
    with concurrent.futures.ThreadPoolExecutor(2) as runs:
        fine = list(runs.map(alone, *zip(*wanted)))
    failed = [name for (name, _), one in zip(wanted, fine) if not one]
    print(f"{time.monotonic() - begun:.0f} s")
    if failed:
        sys.exit(f"as {', '.join(failed)}: see above")


main()
