"""How the run signs in, and where it finds things that are there.

No route is left out for the sake of the run's own session: what ends sessions or changes a password is asked by
somebody else, who signs in anew each time, and what changes one's own record by a third. Only the ids of whoever
asks are kept out of the paths."""

import json
import os
import urllib.request
import zlib

import schemathesis

URL = os.environ["USHER_URL"]
# What run.py has found out: who asks, and the ids of things by the segment before them in a path.
STAGE = json.loads(os.environ["USHER_STAGE"])


def sign_in(email, password):
    body = json.dumps({"email": email, "password": password}).encode()
    request = urllib.request.Request(f"{URL}/api/v1/auth/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


def ends_sessions(operation):
    path = operation.path
    return operation.method.upper() != "GET" and (
        path.endswith(("/logout", "/auth/switch")) or "/auth/sessions" in path or path.endswith("/change-password")
    )


def token(operation):
    """The credential for an operation; none when nobody asks."""
    if STAGE["token"] is None:
        return None
    if "other" in STAGE and ends_sessions(operation):
        return sign_in(STAGE["other"]["email"], STAGE["other"]["password"])
    if "changing" in STAGE and operation.method.upper() == "PUT" and operation.path.endswith("/profile"):
        # What somebody signs in with is changed here.
        return STAGE["changing"]
    return STAGE["token"]


def real(path, name, value, method):
    """A thing that is there, for about half of the values; a random id says little more than 404."""
    if value in STAGE["own"]:
        # Whoever asks is not to remove or demote themselves: the rest would be asked by nobody.
        return "01900000-0000-7000-8000-000000000000"
    if "/platform/users/" in path:
        # Whoever is kept out of the installation asks nothing any more.
        return value
    chance = zlib.crc32(f"{path} {name} {value}".encode())
    segments = path.split("/")
    before = segments[segments.index("{%s}" % name) - 1]
    kind = {"tenant": "tenants", "org": "tenants", "site": "sites", "role": "roles"}.get(name, before)
    kind = {"userId": "users", "agent_id": "users", "token_id": "tickets", "secret": "secrets"}.get(name, kind)
    # The tenant itself is nearly always there: behind another one there is nothing to see.
    if kind != "tenants" and (chance % 2 or method.upper() == "DELETE"):
        return value
    if kind == "tenants" and chance % 16 == 0:
        return value
    known = STAGE["things"].get(kind)
    return known[chance // 2 % len(known)] if known else value


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation
    for name, value in list((case.path_parameters or {}).items()):
        case.path_parameters[name] = real(operation.path, name, value, operation.method)
    credential = token(operation)
    if credential is not None:
        case.headers["Authorization"] = f"Bearer {credential}"
