"""Requests that cannot be read are refused with 400, and the log has no error.

The kinds that are here once answered 500; tests/test_strange_requests.py tries many more.
"""

import io
import logging
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.urls import reverse

from kip_site.unreadable import AsgiRequest, WsgiRequest
from kip_site.wsgi import application
from tests.accounts.doors import PASSWORD, ready, words
from tests.kip_site.test_errors import is_in_our_look

FORM = "application/x-www-form-urlencoded"


def refused(page):
    assert page.status_code == 400
    assert "This request could not be read" in words(page)
    is_in_our_look(page)


# A page, and an address that is not there: its page of 404 reads the form too.
@pytest.mark.parametrize("address", ["/account/", "/nowhere/"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        *((f"{FORM}; charset={name}", b"name=Eve") for name in ("nonsense", "utf-16", "iso-8859-1", "hex", "idna")),
        (
            "multipart/form-data; boundary=b; charset=hex",
            b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nEve',
        ),
        ("multipart/form-data", b"name=Eve"),
        ("multipart/form-data; boundary=", b"name=Eve"),
        ("multipart/form-data; boundary=\xff", b"name=Eve"),
        (FORM, b"&".join([b"a=1"] * 1_001)),
        (FORM, b"name=" + b"x" * 3_000_000),
        (FORM, b"na%00me=Eve"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: a\0b\r\n\r\nx\r\n--b--',
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_form_that_cannot_be_read_is_refused(client, ana, address, content_type, body):
    client.force_login(ana)
    refused(client.generic("POST", address, body, content_type=content_type))
    ana.refresh_from_db()
    assert ana.name == "Ana Šarić"


@pytest.mark.parametrize("length", ["three", "9" * 5_000])
def test_a_length_that_is_no_number_is_refused(client, ana, length):
    client.force_login(ana)
    refused(client.generic("POST", "/account/", b"name=Eve", content_type=FORM, CONTENT_LENGTH=length))


@pytest.mark.parametrize("cookie", ['sessionid="\\000"', 'sessionid="a\\000b"', 'csrftoken="\\000"'])
@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/nowhere/"])
@pytest.mark.django_db
def test_a_cookie_with_a_null_character_is_refused(client, address, cookie):
    refused(client.get(address, HTTP_COOKIE=cookie))


UNREADABLE = ["http://[", "http://[::1", "//[", "http://a\N{ACCOUNT OF}b/"]


@pytest.mark.parametrize("way_on", UNREADABLE)
@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password_done", "admin:login"])
@pytest.mark.django_db
def test_an_address_to_go_to_that_cannot_be_read_is_refused(client, name, way_on):
    refused(client.get(reverse(name), {"next": way_on}))


@pytest.mark.parametrize("way_on", UNREADABLE)
def test_nobody_is_signed_in_on_the_way_to_such_an_address(client, ana, way_on):
    refused(client.post(reverse("account_login"), {"login": ready(ana).email, "password": PASSWORD, "next": way_on}))
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("way_on", ["//evil.example", "http:///evil.example", "\\\\evil.example", "x" * 3_000])
def test_an_address_elsewhere_is_left_out(client, ana, way_on):
    """It can be read: signing in leads to the page where everybody begins."""
    page = client.post(reverse("account_login"), {"login": ready(ana).email, "password": PASSWORD, "next": way_on})
    assert (page.status_code, page["Location"].startswith(("//", "http", "\\"))) == (302, False)


# --- What Django cannot even hand on to a middleware ----------------------------------------------


def answered(**environ):
    """(status, page) of the application that servers load."""
    statuses = []
    setup_testing_defaults(environ)
    environ["HTTP_HOST"] = "testserver"
    body = b"".join(application(environ, lambda status, headers: statuses.append(status)))
    return statuses[0], body.decode()


TYPES = [
    f"{FORM}; charset=\0",
    f"{FORM}; charset*=nonsense''a",
    "multipart/form-data; boundary*=nonsense''b",
    f"text/html; a*{'9' * 5_000}=b",
]


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.django_db
def test_a_content_type_that_cannot_be_read_is_refused(method, content_type):
    status, page = answered(REQUEST_METHOD=method, PATH_INFO="/help/", CONTENT_TYPE=content_type)
    assert status == "400 Bad Request"
    assert "This request could not be read" in page


@pytest.mark.parametrize(
    "strange",
    [
        {"CONTENT_TYPE": "text/plain; charset=hex", "QUERY_STRING": "a=b"},
        {"CONTENT_TYPE": "text/plain; charset=utf-8", "QUERY_STRING": "&".join(["a=1"] * 1_001)},
    ],
    ids=["not a character set", "too many fields"],
)
@pytest.mark.django_db
def test_a_query_is_read_where_it_can_be_refused(strange):
    assert answered(PATH_INFO="/help/", **strange)[0] == "400 Bad Request"


@pytest.mark.parametrize("content_type", TYPES[1:])
def test_requests_of_both_kinds_of_servers_can_have_any_type(content_type):
    wsgi = WsgiRequest({"REQUEST_METHOD": "GET", "CONTENT_TYPE": content_type, "wsgi.input": io.BytesIO()})
    headers = [(b"content-type", content_type.encode())]
    asgi = AsgiRequest({"type": "http", "method": "GET", "path": "/", "headers": headers}, io.BytesIO())
    assert wsgi.content_params == asgi.content_params == {"charset": "?"}


# --- The log ------------------------------------------------------------------------------------


def test_what_django_suspects_is_logged_as_a_warning(client, caplog):
    assert client.get("/help/", headers={"host": "a_b"}).status_code == 400
    assert [record.levelno for record in caplog.records if record.name.startswith("django.security")] == [
        logging.WARNING
    ]


def test_all_that_django_suspects_is_in_the_list():
    def names(exception):
        yield exception.__name__
        for other in exception.__subclasses__():
            yield from names(other)

    assert set(names(SuspiciousOperation)) == set(settings.SUSPICIOUS)
