"""Requests that no browser sends, to every address and with every form of the site, and what is wrong with the answers.

They are drawn by a seed: the same ones every time, until the addresses, the forms or strange_values.py change.
"""

import io
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import unquote_to_bytes, urlencode, urljoin

from django.apps import apps
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import Error, close_old_connections, connection, transaction
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Evidence, LevelConfirmation, Rating
from kip_site.accounts.models import Invitation, Membership, User
from kip_site.wsgi import application
from tests import strictness
from tests.accounts.doors import PASSWORD, ready, sign_in
from tests.accounts.sign_in.test_dress import ANONYMOUS, SIGNED_IN
from tests.scene import filled
from tests.strange_values import (
    ANSWERED,
    ASKED,
    COMMON,
    COOKIES,
    FILE_TYPES,
    FILES,
    FORM,
    HEADERS,
    IN_COOKIES,
    LONG,
    METHODS,
    PARTS,
    TEXTS,
)
from tests.test_access import ADDRESSES, PERSONAS
from training.models import Assignment, Step

SEED = 2026
# The same in a cookie and in a form: Django asks no more.
CSRF = "d" * 32
# The page of many answers saves each that it can, and refuses the others.
SAVES_THE_REST = re.compile(r"/assessments/\d+/rate/")

# --- Requests and answers -----------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One request of a persona, whose cookies are sent with it; `path` is as it stands in the request, with its query.

    A header `Cookie` replaces them; "{own}" in it stands for them.
    """

    persona: str
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def shortened(request: Request | bytes) -> str:
    """Python for a request, but that what repeats itself is there once, with the number of times."""
    return re.sub(r"(.{1,8}?)\1{60,}", lambda run: f"{run[1]}⟨× {len(run[0]) // len(run[1])}⟩", repr(request))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    faults: list[str] = field(default_factory=list)  # blank if it is as it should be

    @property
    def is_page(self):
        return self.headers.get("Content-Type", "").startswith("text/html")


class Visitors:
    """The personas of the scene, each with a session, who send requests to the site as a server hands them on.

    Nothing of a request stays in the database.
    """

    def __init__(self, scene):
        self.people = scene["people"]
        self.sessions = {name: self._session_of(person) for name, person in self.people.items()}
        self.before = rows()
        self.before_at_kvarner = rows_of_kvarner()

    def _session_of(self, person):
        client = Client()
        if person == self.people["ana"]:
            # She has just signed in, as pages about passwords ask for.
            sign_in(client, ready(person).email)
            client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        elif person is not None:
            client.force_login(person)
        return f"csrftoken={CSRF}" + "".join(
            f"; {name}={cookie.value}" for name, cookie in client.cookies.items() if name == "sessionid"
        )

    def ask(self, request: Request) -> Answer:
        cache.clear()  # else too many attempts would be refused
        strictness.missing.clear()
        said = Errors()
        logging.getLogger().addHandler(said)
        written: list[str] = []
        try:
            with kept_connection(), transaction.atomic(), connection.execute_wrapper(noting(written)):
                answer = self._answered(request)
                answer.faults += said.lines
                if written:
                    answer.faults += self._broken(request, answer)
                transaction.set_rollback(True)
        finally:
            logging.getLogger().removeHandler(said)
        answer.faults += strictness.missing
        strictness.missing.clear()
        if answer.status >= 500 and request.path.partition("?")[0] != "/readyz":
            answer.faults.append(f"It answers {answer.status}.")
        if answer.status == 400 and request.method != "HEAD" and b'<div class="problem">' not in answer.body:
            answer.faults.append("It is refused without our page.")
        return answer

    def _answered(self, request):
        begun = {}

        def start_response(status, headers, _error=None):
            begun.update(status=int(status.split()[0]), headers=dict(headers))

        try:
            parts = application(self._environ(request), start_response)
            body = b"".join(parts)
            parts.close()
        except Exception as error:  # noqa: BLE001  the server would answer 500, whatever it is
            return Answer(500, {}, b"", [f"The application itself raises {error!r}."])
        return Answer(begun["status"], begun["headers"], body)

    def _environ(self, request):
        path, _question_mark, query = request.path.partition("?")
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "HTTP_COOKIE": self.sessions[request.persona],
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in request.headers:
            key = name.upper().replace("-", "_")
            if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
                key = f"HTTP_{key}"
            environ[key] = value.replace("{own}", self.sessions[request.persona])
        return environ

    def _broken(self, request, answer) -> Iterator[str]:
        """What is wrong with what was written."""
        try:
            connection.check_constraints()
        except Error as error:
            yield f"The database could not keep it: {error}"
            return
        is_refused = answer.status >= 400 and not SAVES_THE_REST.match(request.path)
        if is_refused and (changed := different(self.before, rows())):
            yield f"It is refused, and yet changed {changed}."
        if request.persona in {"claire", "hugo"} and (changed := different(self.before_at_kvarner, rows_of_kvarner())):
            yield f"Somebody of another organisation changed {changed} of Kvarner."


class Errors(logging.Handler):
    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@contextmanager
def kept_connection():
    """The application closes connections that are old. Ours has a transaction, and lives longer."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def noting(written):
    """A wrapper of queries that notes those that write, except to sessions."""

    def execute(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and Session._meta.db_table not in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    return execute


def rows():
    """{table: all its rows}, without sessions."""
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model is not Session
    }


def rows_of_kvarner():
    people = Membership.objects.filter(organisation__slug="kvarner").values("user")
    found = (
        User.objects.filter(pk__in=people),
        Membership.objects.filter(organisation__slug="kvarner"),
        Invitation.objects.filter(organisation__slug="kvarner"),
        Assessment.objects.filter(person__in=people),
        Rating.objects.filter(assessment__person__in=people),
        Evidence.objects.filter(rating__assessment__person__in=people),
        LevelConfirmation.objects.filter(assessment__person__in=people),
        Assignment.objects.filter(person__in=people),
        Step.objects.filter(assignment__person__in=people),
    )
    return {query.model._meta.db_table: list(query.order_by("pk").values_list()) for query in found}


def different(before, after):
    """The names of the tables that are not as they were."""
    return ", ".join(table for table in before if before[table] != after[table])


# --- Addresses ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """An address, with its query, and who may come in."""

    path: str
    persona: str


def doors(scene) -> list[Door]:
    """Every address of the site, with each persona who gets an answer there; those of the scene exist."""
    found = []
    for name, address in ADDRESSES.items():
        path = reverse(name, kwargs={key: filled(value, scene) for key, value in address.kwargs.items()})
        if address.query:
            path += f"?{filled(address.query, scene)}"
        found += [Door(path, persona) for persona in PERSONAS if address.expected[persona] == "ok"]
    for name, arguments, _answer in (*ANONYMOUS, *SIGNED_IN):
        found += [Door(reverse(name, args=arguments), persona) for persona in ("anonymous", "ana")]
    return found + [Door(path, "elodie") for path in paths_of_the_administration()]


def paths_of_the_administration() -> Iterator[str]:
    names = ("index", "jsi18n", "autocomplete", "password_change", "login", "logout")
    yield from (reverse(f"admin:{name}") for name in names)
    for model in admin.site._registry:
        options = model._meta
        yield reverse("admin:app_list", args=[options.app_label])
        for page in ("changelist", "add"):
            yield reverse(f"admin:{options.app_label}_{options.model_name}_{page}")
        if (row := model._base_manager.order_by("pk").first()) is not None:
            for page in ("change", "delete", "history"):
                yield reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=[row.pk])


def with_query(path, query):
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path


# --- Strange headers, and strange addresses -----------------------------------------------------


def posted(door: Door, path: str, *headers: tuple[str, str]) -> Request:
    """A request that sends a form with its token, and nothing else in it."""
    body = urlencode({"csrfmiddlewaretoken": CSRF}).encode()
    return Request(door.persona, path, "POST", (("Content-Type", FORM), *headers), body)


def strange_headers(chance: Random, entries: list[Door]) -> list[Request]:
    """Every header with every value, each at an address that chance chooses, or at one that is not there."""
    headers = [(name, value) for name, values in HEADERS.items() for value in (*values, *COMMON)]
    cookies = [f"{name}={value}" for name in COOKIES for value in (*COMMON, *IN_COOKIES)]
    headers += [("Cookie", cookie) for cookie in cookies]
    headers += [("Cookie", f"{{own}}; {cookie}") for cookie in cookies]
    chance.shuffle(headers)

    def request(header):
        door = chance.choice(entries)
        path = chance.choice((door.path, door.path, with_query(door.path, "q=%ff&page=2"), "/nowhere/"))
        return Request(door.persona, path, headers=(header,)) if chance.random() < 0.5 else posted(door, path, header)

    return [request(header) for header in headers]


def strange_addresses(chance: Random, entries: list[Door], of_each: int = 2) -> list[Request]:
    """For each address: other parts of its path, other methods, and queries, `of_each` of each kind."""
    found = []

    def add(door, path):
        found.append(Request(door.persona, path) if chance.random() < 0.5 else posted(door, path))

    for door in entries:
        path, _question_mark, query = door.path.partition("?")
        parts = path.split("/")
        for _number in range(of_each):
            other = list(parts)
            place = chance.randrange(1, len(parts))
            other[place] = chance.choice(("", other[place])) + chance.choice(PARTS)
            add(door, with_query("/".join(other), query))
            name = chance.choice(ASKED)
            answer = chance.choice(ANSWERED).replace("{name}", name)
            add(door, with_query(door.path, f"{name}={answer}"))
            method = chance.choice(METHODS)
            found.append(Request(door.persona, door.path, method, (("X-CSRFToken", CSRF),), b"a=b"))
        add(door, with_query(door.path, f"next={chance.choice(ANSWERED)}"))
    return found


# --- Forms --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """A form of a page as a browser would send it, with the names of its fields of files."""

    persona: str
    path: str
    method: str
    fields: tuple[tuple[str, str], ...]
    buttons: tuple[tuple[str, str], ...]

    def sent(self, fields, chance=None) -> Request:
        """The request with these fields, whose values are texts or files: (name, content, type)."""
        fields = [("csrfmiddlewaretoken", CSRF), *fields]
        if self.method == "get":
            texts = [(name, value) for name, value in fields if isinstance(value, str)]
            query = urlencode(texts[1:], errors="surrogatepass")
            return Request(self.persona, with_query(self.path.partition("?")[0], query))
        if all(isinstance(value, str) for _name, value in fields) and (chance is None or chance.random() < 0.7):
            body, kind = urlencode(fields, errors="surrogatepass").encode(), FORM
        else:
            body, kind = in_parts(fields), "multipart/form-data; boundary=part"
        return Request(self.persona, self.path, "POST", (("Content-Type", kind),), body)


def in_parts(fields) -> bytes:
    """The body of a form with files."""

    def part(name, value):
        head = f'--part\r\nContent-Disposition: form-data; name="{name}"'
        content = value
        if not isinstance(value, str):
            file, content, kind = value
            head += f'; filename="{file}"\r\nContent-Type: {kind}'
        content = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        return head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + content + b"\r\n"

    return b"".join(part(name, value) for name, value in fields) + b"--part--\r\n"


class Forms(HTMLParser):
    """Collects the forms of a page: (action, method, {name: value}, [(name of a button, its value)])."""

    def __init__(self, page: str):
        super().__init__()
        self.found = []
        self._open = self._list = self._text = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if tag == "form":
            self._open = (attributes.get("action", ""), attributes.get("method", "get").lower(), {}, [])
            self.found.append(self._open)
        elif tag == "option" and self._list and ("selected" in attributes or not self._open[2][self._list]):
            self._open[2][self._list] = value
        elif self._open and name:
            self._field(tag, name, value, attributes)

    def _field(self, tag, name, value, attributes):
        _action, _method, fields, buttons = self._open
        kind = attributes.get("type", "")
        if tag == "button" or kind == "submit":
            buttons.append((name, value))
        elif tag == "select":
            fields[name] = ""
            self._list = name
        elif tag == "textarea":
            fields[name] = ""
            self._text = name
        elif tag == "input" and (kind not in {"radio", "checkbox"} or "checked" in attributes or name not in fields):
            fields[name] = value

    def handle_data(self, data):
        if self._text:
            self._open[2][self._text] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        if tag in {"form", "select", "textarea"}:
            self._list = self._text = None


def forms(visitors: Visitors, entries: Iterable[Door]) -> list[Form]:
    """All forms of the pages behind these doors, each once for a persona."""
    found = {}
    for door in entries:
        answer = visitors.ask(Request(door.persona, door.path))
        if answer.status != 200 or not answer.is_page:
            continue
        for action, method, fields, buttons in Forms(answer.body.decode()).found:
            fields.pop("csrfmiddlewaretoken", None)
            path = urljoin(door.path, action.partition("#")[0]) or door.path
            form = Form(door.persona, path, method, tuple(fields.items()), tuple(buttons))
            found[door.persona, path, method, *sorted(fields), *sorted(name for name, _value in buttons)] = form
    return list(found.values())


def strange_forms(chance: Random, found: Iterable[Form], most: int = 8) -> list[Request]:
    """Each form with each of its buttons; then with strange content in up to `most` fields, one at a time."""
    requests = []
    for form in found:
        requests += [form.sent([*form.fields, button]) for button in form.buttons] or [form.sent(form.fields)]
        fields = [*form.fields, *([chance.choice(form.buttons)] if form.buttons else [])]
        names = [name for name, _value in fields]
        for name in chance.sample(names, min(len(names), most)):
            others = [(other, value) for other, value in fields if other != name]
            text, another = chance.sample(TEXTS, 2)
            file = (*chance.choice(FILES), chance.choice(FILE_TYPES))
            contents = ([text], [chance.choice((*TEXTS, LONG))], chance.choice(([], [text, another], [file])))
            requests += [form.sent([*others, *((name, each) for each in content)], chance) for content in contents]
        many = [(f"field{number}", "x") for number in range(1_500)]
        files = [(f"file{number}", ("a.txt", b"x", "text/plain")) for number in range(20)]
        requests.append(form.sent(chance.choice(([], [*form.fields, *many], [*form.fields, *files]))))
    return requests


def sent_anywhere(chance: Random, entries: Iterable[Door], found: Iterable[Form], scene) -> list[Request]:
    """To every address, by anybody, fields of any forms of the site, with strange texts and with keys of others."""
    names = sorted({name for form in found for name, _value in (*form.fields, *form.buttons)})
    values = (*(str(value) for name, value in scene.items() if name != "people"), *TEXTS)

    def request(path):
        fields = [(name, chance.choice(values)) for name in chance.sample(names, 6)]
        return Form(chance.choice(PERSONAS), path, "post", (), ()).sent(fields, chance)

    return [request(path) for path in sorted({door.path for door in entries}) for _number in range(2)]


# --- All of it ----------------------------------------------------------------------------------

KINDS = ("headers", "addresses", "forms")


def drawn(kind: str, chance: Random, visitors: Visitors, scene) -> list[Request]:
    entries = doors(scene)
    if kind == "headers":
        return strange_headers(chance, entries)
    if kind == "addresses":
        return strange_addresses(chance, entries)
    found = forms(visitors, entries)
    return strange_forms(chance, found) + sent_anywhere(chance, entries, found, scene)


def faults(visitors: Visitors, requests: Iterable[Request]) -> list[str]:
    """What is wrong, each with its request."""
    return [
        "\n".join((shortened(request), f"answers {answer.status}", *answer.faults))
        for request in requests
        if (answer := visitors.ask(request)).faults
    ]
