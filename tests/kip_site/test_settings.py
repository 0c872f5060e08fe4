"""The settings: from the environment alone, every variable documented, nothing insecure by default."""

import ast
import os
import subprocess
import sys

import pytest


def variables_read(source: str) -> set[str]:
    """Names of the environment variables that calls like `env.bool("DEBUG", …)` read."""
    return {
        call.args[0].value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
    }


def run(checkout, *command, **environment):
    """Run manage.py with these variables and no others that settings could read."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_every_variable_stands_in_the_readme(checkout):
    variables = variables_read((checkout / "kip_site/settings.py").read_text())
    readme = (checkout / "README.md").read_text()
    assert {"SECRET_KEY", "DEBUG", "DATABASE_URL"} <= variables
    assert [name for name in sorted(variables) if f"| `{name}` |" not in readme] == []


def test_the_readme_lists_no_variable_that_is_not_read(checkout):
    variables = variables_read((checkout / "kip_site/settings.py").read_text())
    rows = [line for line in (checkout / "README.md").read_text().splitlines() if line.startswith("| `")]
    listed = {name for line in rows if (name := line.split("`")[1]).isupper()}
    assert listed - variables == set()


def test_the_settings_read_the_environment_through_env_alone(checkout):
    assert "os.environ" not in (checkout / "kip_site/settings.py").read_text()


@pytest.mark.parametrize(
    "environment", [{}, {"DEBUG": "0"}, {"SECRET_KEY": ""}], ids=["nothing", "no DEBUG", "empty key"]
)
def test_it_refuses_to_start_without_a_secret_key(checkout, environment):
    result = run(checkout, "check", **environment)
    assert result.returncode == 1
    assert result.stderr.startswith("SECRET_KEY is not set: ")
    assert len(result.stderr.splitlines()) == 1


def test_debug_alone_is_enough_to_start(checkout):
    result = run(checkout, "check", DEBUG="1")
    assert result.returncode == 0, result.stderr


def test_a_production_site_passes_djangos_deployment_checks(checkout):
    result = run(
        checkout,
        *("check", "--deploy", "--fail-level", "WARNING"),
        SECRET_KEY="fifty characters or more of a text nobody could guess: 7c1e",
        ALLOWED_HOSTS="kip.example",
        HSTS_INCLUDE_SUBDOMAINS="1",
        HSTS_PRELOAD="1",
    )
    assert result.returncode == 0, result.stderr


def test_a_provider_without_an_address_is_refused(checkout):
    result = run(checkout, "check", DEBUG="1", OIDC_CLIENT_ID="kip")
    assert result.returncode == 1
    assert result.stderr.startswith("OIDC_CLIENT_ID is set but OIDC_SERVER_URL is not")


def test_forms_may_lead_to_the_configured_provider(checkout):
    result = run(
        checkout,
        *("shell", "--no-imports", "-c", "from django.conf import settings as s; print(s.CONTENT_SECURITY_POLICY)"),
        DEBUG="1",
        OIDC_CLIENT_ID="kip",
        OIDC_SERVER_URL="https://login.guidance.example/realms/kip",
    )
    assert "'form-action': [\"'self'\", 'https://login.guidance.example']" in result.stdout


def test_a_database_server_that_vanishes_is_noticed_soon_unless_its_address_says_otherwise(checkout):
    shown = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    options = [
        ast.literal_eval(run(checkout, "shell", "--no-imports", "-c", shown, DEBUG="1", DATABASE_URL=address).stdout)
        for address in ("postgres://kip@db.example/kip", "postgres://kip@db.example/kip?connect_timeout=3")
    ]
    assert [each["connect_timeout"] for each in options] == [10, 3]
    assert options[1]["tcp_user_timeout"] == 30_000
