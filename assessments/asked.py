"""What a form asks, ready to be shown: kept in memory, because a published revision never changes.

Reading and dressing 24 to 112 statements would otherwise cost every profile page more than all that is personal on it.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language

from frameworks import texts
from frameworks.models import Level, Statement

# So many forms, each in one language, are kept a process; a form of 112 statements takes about 100 KB.
KEPT = 64


@dataclass(frozen=True)
class AskedStatement:
    pk: int
    competence: int  # primary key
    code: str
    html: str  # the text with its emphasis, safe
    lang: str  # the language of the text


@dataclass(frozen=True)
class AskedCompetence:
    pk: int
    key: str
    code: str
    title: str


@dataclass(frozen=True)
class LevelWords:
    value: int
    label: str
    descriptor: str  # in the first person, for the first kind that the form asks


@dataclass(frozen=True)
class Sheet:
    """Everything about a form that is the same for everyone; shared between requests, so nobody may change it."""

    statements: tuple[AskedStatement, ...]  # in the order of the form
    competences: tuple[AskedCompetence, ...]  # those with a statement, in the framework's order
    levels: tuple[LevelWords, ...]  # ascending
    first_place: dict[int, int]  # {pk of a repeated statement: pk of its first place}


class _Key:
    """Equal for the same form, as it is now, in the same language; carries the form past `lru_cache`.

    The time of publication is part of it: a revision that was taken back and published anew has other statements.
    """

    def __init__(self, form, chosen):
        self.form = form
        revision = form.revision
        self.identity = (form.pk, tuple(form.kinds), chosen, revision.pk, revision.published_at, get_language())

    def __eq__(self, other):
        return self.identity == other.identity

    def __hash__(self):
        return hash(self.identity)


def sheet_of(form):
    """The Sheet of a form of a published revision, with `form.revision` loaded. One query once it is kept."""
    prefetch_related_objects([form], "competences")
    chosen = tuple(competence.pk for competence in form.competences.all())
    return _sheet(_Key(form, chosen))


def forget():
    """Forget every sheet, as a new process would."""
    _sheet.cache_clear()


@lru_cache(maxsize=KEPT)
def _sheet(key):
    form, revision = key.form, key.form.revision
    statements = list(form.statements().select_related("competence").order_by("position"))
    competences = {statement.competence_id: statement.competence for statement in statements}
    repeated = Statement.objects.filter(revision=revision, same_as__isnull=False)
    return Sheet(
        statements=tuple(_statement(revision, statement) for statement in statements),
        competences=tuple(
            AskedCompetence(competence.pk, competence.key, competence.code, revision.text(competence.title))
            for competence in sorted(competences.values(), key=lambda competence: competence.position)
        ),
        levels=tuple(
            _level(revision, form, level) for level in Level.objects.filter(scale__revision=revision).order_by("value")
        ),
        first_place=dict(repeated.values_list("pk", "same_as")),
    )


def _statement(revision, statement):
    phrases = texts.in_language(statement.emphasis, revision.source_language) or []
    return AskedStatement(
        pk=statement.pk,
        competence=statement.competence_id,
        code=statement.code,
        html=texts.emphasised(revision.text(statement.text), phrases),
        lang=texts.language_of(statement.text, revision.source_language),
    )


def _level(revision, form, level):
    descriptors = next((level.descriptors[kind] for kind in form.kinds if level.descriptors.get(kind)), {})
    return LevelWords(level.value, revision.text(level.label), revision.text(descriptors))
