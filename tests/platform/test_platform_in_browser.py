"""A platform admin sends an e-mail again, in a real browser."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from kip_site.jobs import actions
from kip_site.jobs.models import DueRun, Job

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (1280, 390, 320)


@pytest.mark.parametrize("width", [1280, 390])
def test_elodie_finds_what_was_not_sent_and_sends_it_again(width, open_page, sign_in, axe, elodie, ana, written):
    address = "somebody.of.a.very.long.address@partnerships.kvarner.example"
    refusal = f"550 5.1.1 <{address}>: Recipient address rejected: User unknown in virtual mailbox table"
    mail = written("unsent", to=address, text=f"Come to http://testserver/{'x' * 90}/\n", error=refusal, tries=6)
    written("unsent", person=ana)
    page = open_page(width=width)
    sign_in(page, elodie)
    page.goto("/")
    expect(page.get_by_text("2 e-mails were not sent.")).to_be_visible()
    page.get_by_role("link", name="See the e-mails").click()
    expect(page.get_by_role("button", name="Send all 2 again")).to_be_visible()
    axe(page, WIDTHS)
    page.get_by_label("Address or subject").fill("VERY long")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("1 e-mail found for “VERY long”.")).to_be_visible()
    axe(page, WIDTHS)
    page.get_by_role("link", name="You are invited").click()
    axe(page, WIDTHS)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("The e-mail is on its way again.")).to_be_visible()
    axe(page, WIDTHS)
    mail.refresh_from_db()
    assert mail.state == "waiting"


def test_she_sees_what_goes_on_in_the_background(open_page, sign_in, axe, elodie, ana):
    name = f"{'a-very-long-name-' * 4}of-a-framework.xlsx"
    job = actions.ask("frameworks.import", user=ana, name=name)
    Job.objects.filter(pk=job.pk).update(state="failed", outcome={"reason": "It was tried 3 times."})
    error = f"OperationalError: {'could-not-translate-host-name-' * 3}"
    began_at = timezone.now() - timedelta(minutes=1)
    DueRun.objects.create(part="mail", began_at=began_at, ended_at=timezone.now(), error=error)
    page = open_page()
    sign_in(page, elodie)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Platform").click()
    page.get_by_role("navigation", name="Platform").get_by_role("link", name="Jobs").click()
    expect(page.get_by_text("It was tried 3 times.")).to_be_visible()
    axe(page, WIDTHS)
    page.get_by_role("link", name="was not imported").click()
    expect(page).to_have_url(re.compile(f"{reverse('job', args=[job.pk])}$"))
