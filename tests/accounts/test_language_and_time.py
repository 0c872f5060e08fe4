"""People have a language and a time zone, organisations a time zone. No page shows them yet but the administration."""

import re
import subprocess
import sys

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kip_site.accounts.models import Organisation, User, validate_time_zone
from tests.databases import environment


@pytest.mark.parametrize("name", ["Europe/Zagreb", "Atlantic/Azores", "UTC"])
def test_a_time_zone_is_one_of_the_database(name):
    assert validate_time_zone(name) is None


@pytest.mark.parametrize("name", ["Europe/Rijeka", "europe/zagreb", "+01:00", "../etc/passwd", " "])
def test_what_is_no_time_zone_is_refused_by_its_name(name):
    with pytest.raises(ValidationError, match=re.escape(f"There is no time zone “{name}”")):
        validate_time_zone(name)


@pytest.mark.django_db
def test_who_has_not_chosen_has_none_and_an_organisation_that_of_the_site(settings):
    settings.TIME_ZONE = "Europe/Lisbon"
    ana = User.objects.create_user("ana@kvarner.example", name="Ana Šarić")
    assert (ana.language, ana.time_zone) == ("", "")
    assert Organisation.objects.create(slug="kvarner", name="Kvarner").time_zone == "Europe/Lisbon"
    ana.full_clean(exclude=["password"])


@pytest.mark.django_db
class TestInTheAdministration:
    @pytest.fixture
    def save(self, client, elodie):
        """Change a row as Élodie: `save(ana, language="hr")`; answers the page, or a redirect when it is saved."""
        client.force_login(elodie)

        def save(row, **fields):
            address = reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])
            form = {"name": row.name, "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0", **fields}
            return client.post(address, form)

        return save

    def test_a_person_gets_a_language_and_a_time_zone(self, save, ana):
        assert save(ana, is_active="on", language="hr", time_zone="Europe/Zagreb").status_code == 302
        ana.refresh_from_db()
        assert (ana.language, ana.time_zone) == ("hr", "Europe/Zagreb")

    def test_both_may_be_left_empty(self, save, ana):
        assert save(ana, is_active="on", language="", time_zone="").status_code == 302

    def test_an_organisation_gets_a_time_zone(self, save, kvarner):
        assert save(kvarner, slug="kvarner", time_zone="Europe/Zagreb").status_code == 302
        kvarner.refresh_from_db()
        assert kvarner.time_zone == "Europe/Zagreb"

    def test_an_unknown_one_is_refused(self, save, ana, kvarner):
        page = save(kvarner, slug="kvarner", time_zone="Europe/Rijeka").content.decode()
        assert "There is no time zone “Europe/Rijeka”. Enter one such as Europe/Zagreb." in page
        page = save(ana, is_active="on", language="de", time_zone="Kvarner").content.decode()
        assert "There is no time zone “Kvarner”" in page
        assert "de is not one of the available choices" in page


def test_a_site_that_is_there_gets_them_with_their_defaults(checkout, own_database):
    """People who have not chosen, and organisations in the time zone of the site."""
    database = own_database()

    def migrate(*to):
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0", *to]
        subprocess.run(command, cwd=checkout, env=environment(database) | {"TIME_ZONE": "Europe/Lisbon"}, check=True)

    migrate("accounts", "0001")
    database.execute("INSERT INTO accounts_organisation (slug, name) VALUES ('kvarner', 'Kvarner')")
    database.execute(
        "INSERT INTO accounts_user (password, email, name, is_staff, is_active, is_superuser, date_joined)"
        " VALUES ('!', 'ana@kvarner.example', 'Ana', false, true, false, '2026-11-01')"
    )
    migrate()
    assert database.execute("SELECT name, language, time_zone FROM accounts_user") == [("Ana", "", "")]
    assert database.execute("SELECT name, time_zone FROM accounts_organisation") == [("Kvarner", "Europe/Lisbon")]
