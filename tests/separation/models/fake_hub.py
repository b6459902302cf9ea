"""A hub on this computer that speaks the few words of the Hugging Face hub that a download needs, and fails on order.

Large files are served by "another server" (localhost instead of 127.0.0.1), as the real hub does.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from urllib.parse import unquote, urlsplit

LARGE = 4096
"""Files from this size on lie on the other server, and have a SHA-256."""
TOKEN = "hf_a_token_that_must_stay_secret"

ASK = "Access to model {id} is restricted and you are not in the authorized list. Visit {page} to ask for access."
GATES = {
    "login": (401, "GatedRepo", "Access to model {id} is restricted. You must have access to it and be authenticated."),
    "ask": (403, "GatedRepo", ASK),
    "pending": (403, "GatedRepo", "Your request to access model {id} is awaiting a review from the repo authors."),
    "refused": (403, "GatedRepo", "Your request to access model {id} has been rejected by the repo's authors."),
    "reset": (
        403,
        "GatedRepo",
        "Your request to access model {id} has been reset by the repo's authors. Visit {page}.",
    ),
    "narrow": (403, "", "Please enable access to public gated repositories in your fine-grained token settings."),
    "bad token": (401, "", "Invalid credentials in Authorization header"),
    "bad token at the api": (401, "RepoNotFound", "Invalid username or password."),
    "missing": (401, "RepoNotFound", "Repository not found"),
    "no revision": (404, "RevisionNotFound", "Invalid rev id: main"),
    "trouble": (500, "", "Internal error"),
    "forbidden": (403, "", "Blocked by a proxy"),
}
"""What the real hub answers, recorded by users of it."""


@dataclass
class Repository:
    """Its files at each revision; `gate` is a key of GATES, or empty, or "open" for those with a token."""

    revisions: dict[str, dict[str, bytes]]
    gate: str = ""
    commit: str = "c" * 40


@dataclass
class Faults:
    """What goes wrong: after how many bytes each of the next answers is cut, after how many every one stalls, ..."""

    cuts: list[int] = field(default_factory=list)
    stall_after: int = 0
    overloaded: int = 0
    ignores_ranges: bool = False
    damages: bool = False


@dataclass
class FakeHub:
    """What it has, what it does wrong, and whom it has seen."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def sent(self, path_end: str) -> list[dict[str, str]]:
        """The headers of all GET requests whose path ends so."""
        return [headers for method, path, headers in self.requests if method == "GET" and path.endswith(path_end)]


def checksum(content: bytes) -> str:
    """As the hub gives it."""
    if len(content) >= LARGE:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def listing(repository: Repository, files: dict[str, bytes], name: str) -> dict[str, object]:
    """The answer of the models API."""
    siblings = []
    for path, content in files.items():
        sibling: dict[str, object] = {"rfilename": path, "size": len(content), "blobId": checksum(content)}
        if len(content) >= LARGE:
            sibling["lfs"] = {"sha256": checksum(content), "size": len(content), "pointerSize": 134}
            sibling["blobId"] = "0" * 40
        siblings.append(sibling)
    return {"id": name, "modelId": name, "sha": repository.commit, "siblings": siblings, "tags": []}


class Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_words: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hub.requests.append((self.command, path, headers))
        if api := re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/(.+)", path):
            self.answer_api(*api.groups())
        elif file := re.fullmatch(r"/(cdn/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self.answer_file(*file.groups())
        else:
            self.refuse(404, "EntryNotFound", "nothing here")

    def refuse(self, status: int, code: str, message: str) -> None:
        body = json.dumps({"error": message}).encode()
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", message)
        self.end(body)

    def end(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def shut(self, name: str, repository: Repository | None) -> bool:
        gate = repository.gate if repository else "missing"
        if gate == "open":
            gate = "" if self.headers.get("Authorization") == f"Bearer {TOKEN}" else "login"
        if gate in GATES:
            status, code, words = GATES[gate]
            self.refuse(status, code, words.format(id=name, page=f"https://huggingface.co/{name}"))
        return gate in GATES

    def answer_api(self, name: str, revision: str) -> None:
        repository = self.hub.repositories.get(name)
        # What is in a gated repository is told to everyone.
        open_to_all = repository and (
            repository.gate == "open" or GATES.get(repository.gate, ("", ""))[1] == "GatedRepo"
        )
        if not open_to_all and self.shut(name, repository):
            return
        if revision not in repository.revisions:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end(json.dumps(listing(repository, repository.revisions[revision], name)).encode())

    def answer_file(self, other_server: str | None, name: str, revision: str, path: str) -> None:
        repository = self.hub.repositories.get(name)
        if not other_server and self.shut(name, repository):
            return
        files = repository.revisions.get(revision) or next(iter(repository.revisions.values()))
        content = files.get(path)
        if content is None:
            self.refuse(404, "EntryNotFound", "Entry not found")
        elif len(content) >= LARGE and not other_server:
            port = self.server.server_address[1]
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{port}/cdn{self.path}")
            self.send_header("X-Repo-Commit", repository.commit)
            self.send_header("X-Linked-Size", str(len(content)))
            self.send_header("X-Linked-ETag", f'"{checksum(content)}"')
            self.end(b"")
        else:
            self.send_content(repository, content)

    def send_content(self, repository: Repository, content: bytes) -> None:
        faults = self.hub.faults
        if faults.overloaded and len(content) >= LARGE:
            faults.overloaded -= 1
            self.refuse(503, "", "overloaded")
            return
        start = 0
        ranged = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if ranged and not faults.ignores_ranges:
            start = int(ranged.group(1))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("X-Repo-Commit", repository.commit)
        self.send_header("ETag", f'"{checksum(content)}"')
        rest = content[start:]
        if faults.damages and len(content) >= LARGE:
            rest = bytes([rest[0] ^ 1]) + rest[1:]
        if faults.cuts and len(content) >= LARGE:
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: faults.cuts.pop(0)])
            self.close_connection = True
            return
        if faults.stall_after and len(content) >= LARGE:
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: faults.stall_after])
            while faults.stall_after:
                sleep(0.05)
            self.close_connection = True
            return
        self.end(rest)


@contextmanager
def serve() -> Iterator[FakeHub]:
    """Open it on a free port."""
    hub = FakeHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHandler", (Handler,), {"hub": hub}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
