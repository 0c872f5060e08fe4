"""What a form asks, ready to be shown. It is cached in memory, because a published revision never changes.

Loading and formatting 24 to 112 statements takes longer than everything that is personal on a profile page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType

from django.utils.translation import get_language

from assessments.models import Form
from frameworks import texts
from frameworks.models import Statement
from training.catalogue.page import served_by_outcome

from .scales import KindScale, scales_of

# How many Sheets a process keeps: one for each form and language. A Sheet of 112 statements takes about 100 KB.
KEPT = 64


@dataclass(frozen=True)
class AskedStatement:
    pk: int
    competence: int  # primary key
    code: str
    kind: str
    text: Mapping[str, str]  # by language
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
    """Everything about a form that is the same for everyone; immutable, because requests share it."""

    statements: tuple[AskedStatement, ...]  # in the order of the form
    competences: tuple[AskedCompetence, ...]  # those with a statement, in the framework's order
    levels: tuple[LevelWords, ...]  # ascending
    scales: Mapping[str, KindScale]  # of each kind that the form asks
    first_place: Mapping[int, int]  # {pk of a repeated statement: pk of its first place}
    serves: Mapping[int, frozenset[int]]  # {pk of a learning outcome: pks of the statements it serves, at first place}

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """{value: label} of the levels."""
        return MappingProxyType({level.value: level.label for level in self.levels})


def sheet_of(form: Form) -> Sheet:
    """The Sheet of a form of a published revision, with `form.revision` loaded. No query when it is in the cache."""
    revision = form.revision
    return _sheet(form.pk, form.changed_at, revision.pk, revision.published_at, get_language())


def forget() -> None:
    """Empty the cache of Sheets."""
    _sheet.cache_clear()


@lru_cache(maxsize=KEPT)
def _sheet(form_pk, changed_at, revision_pk, published_at, language):
    """The Sheet of a form. The arguments are the key of the cache: whatever changes a Sheet changes one of them.

    The time of publication is one of them, because a revision that was taken back and published again has other
    statements.
    """
    form = Form.objects.select_related("revision").get(pk=form_pk)
    revision = form.revision
    statements = list(form.statements().select_related("competence"))
    competences = {statement.competence_id: statement.competence for statement in statements}
    repeated = Statement.objects.filter(revision=revision, same_as__isnull=False)
    first_place = dict(repeated.values_list("pk", "same_as"))
    scales = scales_of(revision, form.kinds)
    serves = {
        outcome: frozenset(first_place.get(statement, statement) for statement in served)
        for outcome, served in served_by_outcome(revision).items()
    }
    return Sheet(
        statements=tuple(_statement(revision, statement) for statement in statements),
        competences=tuple(
            AskedCompetence(competence.pk, competence.key, competence.code, revision.text(competence.title))
            for competence in sorted(competences.values(), key=lambda competence: competence.position)
        ),
        levels=_levels([scales[kind].levels for kind in form.kinds]),
        scales=MappingProxyType(scales),
        first_place=MappingProxyType(first_place),
        serves=MappingProxyType(serves),
    )


def _statement(revision, statement):
    language = texts.language_of(statement.text, revision.source_language)
    return AskedStatement(
        pk=statement.pk,
        competence=statement.competence_id,
        code=statement.code,
        kind=statement.kind,
        text=MappingProxyType(statement.text),
        html=texts.emphasised(revision.text(statement.text), statement.emphasis.get(language, ())),
        lang=language,
    )


def _levels(by_kind):
    """The levels, each with the first descriptor that any of the kinds has for it."""
    return tuple(
        LevelWords(same[0].value, same[0].label, next((level.descriptor for level in same if level.descriptor), ""))
        for same in zip(*by_kind, strict=True)
    )
