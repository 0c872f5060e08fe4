"""The page on which a trainer or a manager confirms levels: every rated statement, with comment and evidence."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from assessments.models import Assessment, Evidence, Rating
from assessments.questionnaire.content import sheet_of
from kip_site.accounts.models import Organisation, User

from . import loading


@dataclass(frozen=True)
class Confirmable:
    """One rated statement, whose level the user can confirm."""

    rating: int  # primary key
    code: str
    html: str  # the statement with its emphasis, safe
    lang: str  # of the statement
    level: int
    label: str  # of the level
    comment: str
    evidence: tuple[Evidence, ...]
    is_mine: bool  # confirmed by the user
    on: date | None  # when the user confirmed it
    others: tuple[str, ...]  # who else confirmed it: "Ivana Kovač (manager)"

    @property
    def name(self) -> str:
        return f"confirm-{self.rating}"


@dataclass(frozen=True)
class Part:
    """The levels of one competence."""

    key: str
    code: str
    title: str
    rows: tuple[Confirmable, ...]


@dataclass(frozen=True)
class ConfirmPage:
    parts: tuple[Part, ...]
    lapsed: tuple[loading.Lapsed, ...]  # of what the user confirmed
    maximum: int  # the highest value of the scale

    @property
    def total(self) -> int:
        return sum(len(part.rows) for part in self.parts)

    @property
    def mine(self) -> int:
        return sum(row.is_mine for part in self.parts for row in part.rows)


def confirm_page_of(assessment: Assessment, user: User, organisation: Organisation) -> ConfirmPage:
    """The ConfirmPage of a submitted assessment with its form and revision loaded. Four queries and those of a sheet.

    Confirmations are those that were given in `organisation`.

    It includes comments and evidence: the people with whom a profile is shared may read them.
    """
    sheet = sheet_of(assessment.form)
    ratings = {
        statement: (pk, level, comment)
        for statement, pk, level, comment in Rating.objects.filter(assessment=assessment, level__isnull=False)
        .order_by()
        .values_list("statement", "pk", "level__value", "comment")
    }
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    for each in Evidence.objects.filter(rating__assessment=assessment).order_by("pk"):
        evidence[each.rating_id].append(each)
    found = loading.rows_beside(assessment, sheet, [organisation.pk])
    mine = {row.rating: row.on for row in found if row.by == user.pk and not row.lapse}
    others = loading.names_by_statement(row for row in found if row.by != user.pk)
    parts: dict[int, list[Confirmable]] = defaultdict(list)
    for statement in sheet.statements:
        if statement.pk in ratings:
            rating, level, comment = ratings[statement.pk]
            parts[statement.competence].append(
                Confirmable(
                    rating=rating,
                    code=statement.code,
                    html=statement.html,
                    lang=statement.lang,
                    level=level,
                    label=sheet.labels[level],
                    comment=comment,
                    evidence=tuple(evidence[rating]),
                    is_mine=rating in mine,
                    on=mine.get(rating),
                    others=others.get(statement.pk, ()),
                )
            )
    return ConfirmPage(
        parts=tuple(
            Part(competence.key, competence.code, competence.title, tuple(parts[competence.pk]))
            for competence in sheet.competences
            if competence.pk in parts
        ),
        lapsed=loading.lapsed(row for row in found if row.by == user.pk),
        maximum=sheet.levels[-1].value,
    )
