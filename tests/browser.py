"""A real browser on the live server: Debian's Chromium, driven by Playwright, strict about errors and accessibility.

def test_she_sees_her_gaps(page, sign_in, axe, practitioner):
    sign_in(page, practitioner)
    page.goto("/assessments/")
    axe(page)
"""

import os
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    # Chromium's sandbox does not work for root, and builds run as root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()
        # Django used other connections in this thread while Playwright's event loop was running: they are closed here.
        connections.close_all()


class Watch:
    """Collects faults that a test would not notice: script errors, blocked or foreign requests, server errors."""

    def __init__(self, host: str, expected: tuple[str, ...]):
        self.host = host
        self.expected = expected
        self.faults: list[str] = []

    def follow(self, page) -> None:
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.note(f"script error: {error}"))
        page.on("request", self.on_request)
        page.on("response", self.on_response)

    def note(self, fault: str) -> None:
        if not any(text in fault for text in self.expected):
            self.faults.append(fault)

    def on_console(self, message) -> None:
        # Chromium also logs every response of 400 and above; on_response decides which of those are faults.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.note(f"console: {message.text}")

    def on_request(self, request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.netloc != self.host:
            self.note(f"request to another host: {request.url}")

    def on_response(self, response) -> None:
        is_part_of_page = response.request.resource_type in {"stylesheet", "script", "image", "font", "manifest"}
        if response.status >= 500 or (is_part_of_page and response.status >= 400):
            self.note(f"{response.status} for {response.url}")


@pytest.fixture
def open_page(browser, live_server, request):
    """Open a browser window with its own cookies and storage: `open_page(width=390, java_script_enabled=False)`.

    Other options are passed to Playwright's `new_context`. URLs may be relative to the live server.
    """
    marker = request.node.get_closest_marker("browser_errors")
    watch = Watch(urlsplit(live_server.url).netloc, marker.args if marker else ())
    contexts = []

    def open_page(width: int = 1280, height: int = 900, **options):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="en-GB",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(10_000)
        context.on("page", watch.follow)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    if watch.faults:
        pytest.fail("The browser met faults:\n" + "\n".join(watch.faults))


@pytest.fixture
def page(open_page):
    """A browser window 1280 pixels wide."""
    return open_page()


@pytest.fixture
def sign_in(live_server):
    """Signs a person in without the sign-in page: `sign_in(page, person)`, with a user or an e-mail address."""

    def sign_in(page, person) -> None:
        if isinstance(person, str):
            person = get_user_model().objects.get(email=person)
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url, "httpOnly": True}]
        )

    return sign_in


@pytest.fixture(scope="session")
def axe():
    """Asserts that axe-core finds no violation of WCAG 2.2 AA, and that the page does not scroll sideways: `axe(page)`.

    The page is checked at 1280 and 320 pixels and then gets its own width back.
    """
    checker = Axe()

    def axe(page, widths: tuple[int, ...] = (1280, 320)) -> None:
        before = page.viewport_size
        found = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": before["height"]})
            result = checker.run(
                page,
                options={"runOnly": {"type": "tag", "values": WCAG_2_2_AA}, "resultTypes": ["violations"]},
            )
            found += [
                f"{width}px {violation['id']}: {violation['help']}: {node['html']}"
                for violation in result.response["violations"]
                for node in violation["nodes"]
            ]
            content = page.evaluate("document.documentElement.scrollWidth")
            if content > width:
                found.append(f"{width}px: the page is {content} pixels wide and scrolls sideways")
        page.set_viewport_size(before)
        assert not found, f"{page.url} is not for everyone:\n" + "\n".join(found)

    return axe
