"""Uses a site of `make demo` before its database is kept, so that the database has rows of every kind.

Everything is done through the pages, as the people of the demo would do it.
"""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.demo import PASSWORD
from assessments.models import Assessment, Form, Rating, TargetReview
from assessments.questionnaire.answers import NEVER_SAVED
from frameworks.models import Revision
from training.models import LinkReview

FIXTURES = settings.BASE_DIR / "fixtures"


class Window:
    """A test client in which a person has signed in."""

    def __init__(self, email):
        self.email = email
        self.client = Client(headers={"host": "127.0.0.1"})
        self.press("account_login", login=email, password=PASSWORD)

    def read(self, page, *args):
        answer = self.client.get(reverse(page, args=args))
        assert answer.status_code == 200, (self.email, page, answer.status_code)

    def press(self, page, *args, **fields):
        answer = self.client.post(reverse(page, args=args), fields)
        # Every button redirects to a page; a refused form is answered with the page itself.
        assert answer.status_code == 302, (self.email, page, answer.status_code, answer.content.decode())

    def answer(self, assessment, statement, choice, comment="", seen=NEVER_SAVED.seen):
        """Answer a question, which is saved at once; returns the new value of `seen`."""
        address = reverse("assessments:save", args=[assessment.pk, statement.pk])
        answer = self.client.post(address, {"choice": choice, "comment": comment, "seen": str(seen)})
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()["seen"]


def live():
    ask_for_pdfs()
    begin_an_assessment()
    invite()
    call_command("send_reminders", days=7)
    revise_the_framework()
    import_large_files()
    go_on_where_the_framework_changed()
    # Nobody is signed in on a copy.
    Session.objects.all().delete()


def newest_of(email):
    return Assessment.objects.submitted().filter(person__email=email).order_by("-submitted_at").first()


def ask_for_pdfs():
    """People download PDFs of their own profiles and of those shared with them: all get the same code."""
    for reader, *people in (
        ("practitioner@demo.example", "practitioner@demo.example"),
        (
            "manager@demo.example",
            "practitioner@demo.example",
            "luka.peric@demo.example",
            "sara.conti@demo.example",
            "tomas.reis@demo.example",
        ),
        ("trainer@demo.example", "mia.babic@demo.example"),
        ("practitioner@other.example", "practitioner@other.example"),
    ):
        window = Window(reader)
        for person in people:
            window.read("assessments:profile_pdf", newest_of(person).pk)
    ana = Window("practitioner@demo.example")
    for earlier in Assessment.objects.submitted().filter(person__email=ana.email):
        ana.read("assessments:profile_pdf", earlier.pk)


def begin_an_assessment():
    """On the full form: levels, a comment, "does not apply", an answer taken back, a link and a file."""
    ivan = Window("ivan.horvat@demo.example")
    form = Form.objects.offered().get(revision__framework__key="kip", key="full")
    ivan.press("assessments:begin", form=form.pk)
    draft = Assessment.objects.drafts().get(person__email=ivan.email)
    first, second, third, fourth, fifth = form.statements()[:5]
    ivan.answer(draft, first, "2")
    ivan.answer(draft, second, "3", "Together with Mia, at the employers’ club.\nSince May.")
    ivan.answer(draft, third, "na", "Others do this.")
    ivan.answer(draft, fourth, "", seen=ivan.answer(draft, fourth, "1"))
    sheet = form.revision.competences.first().code
    ivan.press(
        "assessments:rate", draft.pk, sheet, add=first.pk, **{f"q{first.pk}-link": "https://kvarner.example/club"}
    )
    minutes = SimpleUploadedFile("minutes – May.txt", b"Present: Ivan, Mia.\n")
    ivan.press("assessments:rate", draft.pk, sheet, add=fifth.pk, **{f"q{fifth.pk}-file": minutes})


def invite():
    petra = Window("orgadmin@demo.example")
    petra.press(
        "organisation_invite", "kvarner", addresses="nova.horvat@kvarner.example", roles=["practitioner", "trainer"]
    )


def revise_the_framework():
    """The waiting draft is published, some of its to-dos are decided, and the next draft is begun."""
    elodie = Window("admin@demo.example")
    draft = Revision.objects.drafts().get(framework__key="kip")
    current = Revision.objects.current().get(framework__key="kip")
    elodie.press("frameworks:publish", draft.pk, sha256=draft.file.sha256, current=current.pk, has_read="on")
    suggested = TargetReview.objects.open().filter(suggested_level__isnull=False).first()
    elodie.press("assessments:decide_target", suggested.pk, level=suggested.suggested_level.value)
    elodie.press("training:drop_link", LinkReview.objects.open().first().pk)

    elodie.press("frameworks:begin_draft", "kip", version="2027.1", day=timezone.localdate().isoformat())
    following = Revision.objects.drafts().get(framework__key="kip")
    competence = draft.competences.first()
    elodie.press(
        "frameworks:edit_add_to",
        following.pk,
        "skill",
        competence.key,
        text="Keeping a list of who was promised what",
        sha256=following.file.sha256,
        current=draft.pk,
    )


def import_large_files():
    """One file that the worker has imported, and one that still waits. Comments make them large enough."""
    elodie = Window("admin@demo.example")
    for name in ("leader_cms.yaml", "leader_cms-again.yaml"):
        call_command("work", once=True)
        content = (FIXTURES / "leader_cms.yaml").read_bytes() + b"# code:\n" * 2001
        elodie.press("frameworks:upload", file=SimpleUploadedFile(name, content))


def go_on_where_the_framework_changed():
    """An open assessment is moved over, an update is begun, another is submitted, and one is set aside."""
    ana = Window("practitioner@demo.example")
    ana.press("assessments:changed", Assessment.objects.drafts().get(person__email=ana.email).pk)
    luka = Window("luka.peric@demo.example")
    luka.press("assessments:changed", newest_of(luka.email).pk)
    begun = Assessment.objects.drafts().get(person__email=luka.email)
    suggestion = begun.ratings.filter(origin=Rating.Origin.SUGGESTED).first()
    luka.press("assessments:update", begun.pk, confirm=suggestion.statement_id)
    sara = Window("sara.conti@demo.example")
    sara.press("assessments:changed", newest_of(sara.email).pk)
    sara.press("assessments:submit", Assessment.objects.drafts().get(person__email=sara.email).pk, audience="both")
    sara.read("assessments:profile_pdf", newest_of(sara.email).pk)
    tomas = Window("tomas.reis@demo.example")
    tomas.press("assessments:set_aside", newest_of(tomas.email).pk)
