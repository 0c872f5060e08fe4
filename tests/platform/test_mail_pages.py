"""What platform admins see of the e-mails of the site, and how they send some again."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kip_site.jobs.models import Job
from kip_site.mail.models import Mail
from tests.accounts.confirmed import confirm
from tests.words import said, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, elodie):
    client.force_login(elodie)
    return client


def listed(admin, **query):
    return admin.get(reverse("mail", query=query))


def subjects(page):
    return re.findall(r'<h3><a href="[^"]+">([^<]+)<', page.content.decode())


def state(mail):
    mail.refresh_from_db()
    return mail.state


def test_the_page_of_privacy_says_how_long_they_are_kept_and_who_sees_them(client):
    text = words(client.get(reverse("privacy")))
    assert "the e-mails of the site to you, for 30 days" in text
    assert "Platform administrators see which e-mails the site sent to whom" in text


# --- The list


def test_each_e_mail_says_to_whom_it_goes_and_what_became_of_it(admin, written, ana):
    later = timezone.now() + timedelta(minutes=10)
    written("sent", subject="Sent one", person=ana, tries=1)
    written("sending", subject="One being sent", to="nina@kvarner.example", tries=1)
    written("waiting", subject="Waiting one", tries=2, due_at=later, error="451 come back later")
    written("waiting", subject="New one")
    written("waiting", subject="One without a server", tries=1, error="Connection refused")
    written("unsent", subject="Failed one", tries=6, error="550 no such user " + "x" * 100)
    page = listed(admin)
    assert subjects(page) == [
        "Failed one",
        "One without a server",
        "New one",
        "Waiting one",
        "One being sent",
        "Sent one",
    ]
    text = words(page)
    for told in (
        "Sent one, ana@kvarner.example Ana Šarić, ana@kvarner.example Sent",
        "nina@kvarner.example Being sent Written",
        "The mail server said: 451 come back later On its way Next attempt",
        "On its way As soon as a worker takes it up Written",
        "The mail server said: Connection refused On its way Tried again soon Written",
        "xxx… Not sent Given up",
        "6 attempts",
        "Each is kept for 30 days",
    ):
        assert told in text
    assert "x" * 80 not in text
    for css in ("tag-done", "tag-going", "tag-late"):
        assert page.content.decode().count(css) == 1


def test_without_any_it_says_what_will_stand_there(admin):
    assert "No e-mail is kept" in words(listed(admin))
    assert "Search" not in words(listed(admin))


@pytest.mark.parametrize(
    ("choice", "shown"),
    [("", ["c", "b", "a", "d"]), ("on-its-way", ["b", "a"]), ("not-sent", ["c"]), ("sent", ["d"])],
)
def test_links_narrow_the_list_and_count(choice, shown, admin, written):
    for name, name_of_state in (("d", "sent"), ("a", "waiting"), ("b", "sending"), ("c", "unsent")):
        written(name_of_state, subject=name)
    page = listed(admin, state=choice)
    assert subjects(page) == shown
    assert "All 4 On its way 2 Not sent 1 Sent 1" in words(page)
    assert page.content.decode().count('<strong aria-current="true">') == 1


def test_a_state_without_e_mails_says_so(admin, written):
    written("sent")
    assert "No e-mail is in this state." in words(listed(admin, state="not-sent"))


def test_an_impossible_state_is_told_and_shows_all(admin, written):
    written("sent", subject="Hello")
    page = listed(admin, state="lost")
    assert page.status_code == 200
    assert "There is no state “lost” of e-mails." in words(page)
    assert subjects(page) == ["Hello"]


def test_a_search_compares_as_all_searches_do_and_keeps_to_the_state(admin, written):
    written("sent", subject="Poziv za Łukasza Šarića")
    written("unsent", subject="Invitation", to="saric@kvarner.example")
    written("unsent", subject="Invitation", to="nina@kvarner.example")
    page = listed(admin, q="SARIC")
    assert subjects(page) == ["Invitation", "Poziv za Łukasza Šarića"]
    assert "2 e-mails found for “SARIC”." in words(page)
    assert "All 2 On its way 0 Not sent 1 Sent 1" in words(page)
    assert f'href="{reverse("mail", query={"state": "sent", "q": "SARIC"})}"'.replace("&", "&amp;") in (
        page.content.decode()
    )
    assert subjects(listed(admin, q="lukasz saric", state="sent")) == ["Poziv za Łukasza Šarića"]
    nothing = listed(admin, q="nobody")
    assert subjects(nothing) == []
    assert "0 e-mails found for “nobody”. Try a part of the address, or another state." in words(nothing)


@pytest.mark.parametrize("words_searched", ["", "invited"])
def test_the_list_goes_on_after_fifty(words_searched, admin, written):
    for number in range(51):
        written("sent", subject=f"You are invited {number}")
    query = {"q": words_searched} if words_searched else {}
    first, second = listed(admin, **query), listed(admin, **query, page=2)
    assert len(subjects(first)) == 50
    assert "Page 1 of 2" in words(first)
    assert subjects(second) == ["You are invited 0"]
    assert "Newer e-mails" in words(second)


@pytest.mark.parametrize("query", [{}, {"q": "invited"}], ids=["all", "search"])
@pytest.mark.parametrize("number", [1, 3])
def test_the_list_is_read_at_once_and_without_what_e_mails_say(number, query, admin, written, ana):
    for _ in range(number):
        written("unsent", person=ana, text="Hello. " * 1000)
    # The session, the user, roles; the counts; then a count or what is searched, and the rows.
    with CaptureQueriesContext(connection) as queries:
        page = listed(admin, **query)
    assert len(subjects(page)) == number
    assert len(queries) == 6
    assert [each["sql"] for each in queries if re.search(r'SELECT.*"mail_mail"\."(text|html)",', each["sql"])] == []


# --- One e-mail


def detail(admin, mail):
    return admin.get(reverse("mail_detail", args=[mail.pk]))


def test_an_e_mail_is_shown_with_all_that_is_known_of_it(admin, written, ana):
    mail = written(
        "unsent", person=ana, html="<p>In colours</p>", error="550 " + "no such user " * 20, tries=6, lane="sign-in"
    )
    page = detail(admin, mail)
    text = words(page)
    for told in (
        "You are invited To Ana Šarić, ana@kvarner.example",
        "no such user " * 19,
        "Not sent Given up",
        "Attempts 6 Language English Lane Codes and links for signing in",
    ):
        assert told in text
    assert '<pre class="verbatim">Hello Ana,\n\ncome.\n</pre>' in page.content.decode()
    assert "In colours" not in text
    assert "Send again" in text


def test_what_a_text_holds_is_no_markup(admin, written):
    page = detail(admin, written("sent", text="<script>1</script>", subject="<b>x</b>"))
    assert "<script>1" not in page.content.decode()
    assert "<b>x" not in page.content.decode()


def test_one_that_is_gone_is_not_found(admin):
    assert admin.get(reverse("mail_detail", args=[1])).status_code == 404
    assert admin.post(reverse("mail_send", args=[1])).status_code == 404


def test_it_takes_one_query(admin, written, ana, django_assert_num_queries):
    mail = written("sent", person=ana)
    # The session, the user, the e-mail, roles.
    with django_assert_num_queries(4):
        detail(admin, mail)


def test_nobody_but_its_reader_sees_what_a_secret_one_says(client, elodie, ana):
    confirm(ana)
    client.post(reverse("account_reset_password"), {"email": ana.email})
    mail = Mail.objects.get()
    (link,) = re.findall(r"http://testserver(/accounts/\S+)", mail.text)
    Mail.objects.update(state="unsent", error=f"554 refused for http://testserver{link} in it", ended_at=timezone.now())
    client.force_login(elodie)
    for page in (listed(client), detail(client, mail)):
        assert page.status_code == 200
        assert link not in page.content.decode()
        assert "554 refused for … in it" in words(page)
        assert "Choose a new password" in words(page)
    assert "That is for its reader alone: whoever reads it can sign in or join." in words(detail(client, mail))
    assert '<button class="button" type="submit">Send again' in detail(client, mail).content.decode()


def test_one_whose_words_are_not_kept_offers_nothing(admin, written):
    page = detail(admin, written("sent", is_secret=True, text=""))
    assert "It cannot be sent again: what it said is not kept." in words(page)
    assert "<button" not in page.content.decode()


# --- Sending again


@pytest.mark.parametrize(
    ("before", "told"), [("unsent", "It is tried again, at once."), ("sent", "its reader gets it a second time.")]
)
def test_one_is_sent_again(before, told, admin, written, mailoutbox):
    mail = written(before, tries=6, error="550 no" if before == "unsent" else "")
    assert told in words(detail(admin, mail))
    answer = admin.post(reverse("mail_send", args=[mail.pk]))
    assert answer.url == reverse("mail_detail", args=[mail.pk])
    assert said(answer) == ["The e-mail is on its way again."]
    assert (state(mail), mail.tries, mail.error) == ("waiting", 0, "")
    assert [message.to for message in mailoutbox] == [["ana@kvarner.example"]]
    assert state(mail) == "sent"


def test_one_that_is_on_its_way_is_not_sent_twice(admin, written):
    mail = written("waiting")
    assert "<button" not in detail(admin, mail).content.decode()
    answer = admin.post(reverse("mail_send", args=[mail.pk]))
    assert said(answer) == ["This e-mail is on its way already. Nothing was sent twice."]
    assert not Job.objects.exists()


def test_one_whose_words_are_not_kept_is_refused_in_words(admin, written):
    mail = written("unsent", is_secret=True, text="")
    answer = admin.post(reverse("mail_send", args=[mail.pk]), follow=True)
    assert "What this e-mail said is not kept" in words(answer)
    assert state(mail) == "unsent"


def test_all_are_sent_again(admin, written, mailoutbox):
    unsent = [written("unsent", to=f"person-{number}@kvarner.example") for number in range(3)]
    lost = written("unsent", is_secret=True, text="")
    text = words(listed(admin))
    assert "4 e-mails were not sent. One cannot be sent again: what it said is not kept" in text
    assert "Send all 3 again" in text
    answer = admin.post(reverse("mail_send_all"))
    assert answer.url == reverse("mail")
    assert said(answer) == ["3 e-mails are on their way again."]
    assert len(mailoutbox) == 3
    assert [state(mail) for mail in (*unsent, lost)] == ["sent", "sent", "sent", "unsent"]
    text = words(listed(admin))
    assert "One e-mail was not sent." in text
    assert "again. Mend" not in text
    assert reverse("mail_send_all") not in listed(admin).content.decode()


def test_without_any_left_it_says_so(admin, written):
    written("sent")
    assert "not sent." not in words(listed(admin))
    assert said(admin.post(reverse("mail_send_all"))) == ["No e-mail was left that could be sent again."]


@pytest.mark.parametrize("who", ["ana", "marco", "petra", "hugo"])
def test_nobody_else_sends_anything_again(who, request, client, written, ana):
    mail = written("unsent", person=ana)
    client.force_login(request.getfixturevalue(who))
    for address in (reverse("mail_send", args=[mail.pk]), reverse("mail_send_all")):
        assert client.post(address).status_code == 403
    assert state(mail) == "unsent"


def test_a_link_sends_nothing_again(admin, written):
    mail = written("unsent")
    for address in (reverse("mail_send", args=[mail.pk]), reverse("mail_send_all")):
        assert admin.get(address).status_code == 405
    assert state(mail) == "unsent"
