"""Fails any test that logs an ERROR, or in which one of our templates uses a variable that is not there."""

import logging
import sys

import pytest
from django.conf import settings
from django.template.base import FilterExpression, Node

# Missing variables of templates since the current test began. The threads of the live server add to it too.
missing: list[str] = []


def pytest_configure():
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = MissingVariable()


class MissingVariable(str):
    """The engine's `string_if_invalid`: an empty text that notes each use of it by one of our own templates.

    Django tests whether the setting is true, or whether it contains "%s", only if a variable cannot be resolved.
    Templates of Django and its packages may rely on the empty text, so only those of `templates/` are noted; there
    `{% if variable %}` and `{{ variable|default:… }}` are the two ways to use a variable that is not always there.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        caller = sys._getframe(1)
        expression = caller.f_locals.get("self")
        if caller.f_code.co_name == "resolve" and isinstance(expression, FilterExpression):
            has_default = any(function.__name__.startswith("default") for function, _arguments in expression.filters)
            if not has_default:
                note_if_ours(caller, str(expression.var))
        return False

    def __contains__(self, text) -> bool:
        caller = sys._getframe(1)
        if caller.f_code.co_name == "render_value":  # of {% blocktranslate %}
            note_if_ours(caller, str(caller.f_locals.get("key")))
        return str.__contains__(self, text)


def note_if_ours(frame, variable: str) -> None:
    """Note the variable if the innermost template tag being rendered is in a file of `templates/`."""
    while frame is not None:
        node = frame.f_locals.get("self")
        if frame.f_code.co_name == "render_annotated" and isinstance(node, Node):
            if node.origin.name.startswith(str(settings.BASE_DIR / "templates")):
                missing.append(f"{node.origin.template_name}:{node.token.lineno}: {variable}")
            return
        frame = frame.f_back


@pytest.fixture(autouse=True)
def every_template_variable_is_there():
    missing.clear()
    yield
    if missing:
        pytest.fail("A template uses a variable that its view did not hand over:\n" + "\n".join(sorted(set(missing))))


class Collector(logging.Handler):
    def __init__(self):
        super().__init__(level=logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def no_error_in_the_log(request):
    """Fails a test that logs an ERROR; one that is marked `logs_errors` fails if it logs none."""
    collector = Collector()
    # The logger of the live server does not propagate to the root logger.
    loggers = [logging.getLogger(), logging.getLogger("django.server")]
    for logger in loggers:
        logger.addHandler(collector)
    yield
    for logger in loggers:
        logger.removeHandler(collector)
    expected = request.node.get_closest_marker("logs_errors") is not None
    if collector.lines and not expected:
        pytest.fail("The site logged an error:\n" + "\n".join(collector.lines))
    if expected and not collector.lines:
        pytest.fail("This test is marked logs_errors, but the site logged none.")
