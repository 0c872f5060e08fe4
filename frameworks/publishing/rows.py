"""Creates the rows of a revision from its normalised document, in a few bulk inserts of any size; deletes them."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count
from typing import Any, TypeVar

from frameworks.files.document import STATEMENT_KINDS, Document, DocumentPart
from frameworks.models import Competence, LearningOutcome, Level, Revision, Scale, Statement, element_uuid

Row = TypeVar("Row", Competence, Level, Statement)


def revision_fields(document: Document) -> dict[str, Any]:
    """The fields of a Revision that a document gives, without those that need other rows (framework, replaces)."""
    framework, revision = document["framework"], document["revision"]
    return {
        "version": revision["version"],
        "date": date.fromisoformat(revision["date"]),
        "title": framework["title"],
        "summary": framework.get("summary", {}),
        "publisher": framework["publisher"],
        "source": framework["source"],
        "licence": framework["licence"],
        "source_language": framework["source_language"],
        "languages": framework["languages"],
        "notes": revision.get("notes", {}),
    }


def create_rows(revision: Revision, document: Document) -> None:
    """Create the scale, competences, statements and learning outcomes of a revision that has none yet."""
    levels = _create_scale(revision, document["scale"])
    competences = _create_competences(revision, document["competences"])
    statements = _create_statements(revision, document["competences"], competences)
    _create_outcomes(revision, document["competences"], competences, statements, levels)


def delete_rows(revision: Revision) -> None:
    """Delete the elements and successions of a revision. Raises ProtectedError if other rows refer to them."""
    revision.successions.all().delete()
    revision.level_successions.all().delete()
    LearningOutcome.objects.filter(revision=revision).delete()
    # Repetitions go first, because their foreign key protects the first occurrences.
    Statement.objects.filter(revision=revision).exclude(same_as=None).delete()
    Statement.objects.filter(revision=revision).delete()
    Competence.objects.filter(revision=revision).delete()
    Level.objects.filter(scale__revision=revision).delete()
    Scale.objects.filter(revision=revision).delete()


def _create_scale(revision: Revision, data: DocumentPart) -> dict[str, Level]:
    scale = Scale.objects.create(revision=revision, key=data["id"], origin=data.get("origin", {}))
    return _by_key(
        Level.objects.bulk_create(
            Level(
                scale=scale,
                key=level["id"],
                value=level["value"],
                label=level["label"],
                descriptors=level["descriptors"],
            )
            for level in data["levels"]
        )
    )


def _create_competences(revision: Revision, entries: list[DocumentPart]) -> dict[str, Competence]:
    return _by_key(
        Competence.objects.bulk_create(
            Competence(
                **_element_fields(revision, data, position),
                title=data["title"],
                outcomes_origin=data.get("learning_outcomes_origin", {}),
            )
            for position, data in enumerate(entries, 1)
        )
    )


def _create_statements(
    revision: Revision, entries: list[DocumentPart], competences: Mapping[str, Competence]
) -> dict[str, Statement]:
    positions = count(1)
    rows = [
        (
            data.get("same_as"),
            Statement(
                **_element_fields(revision, data, next(positions)),
                competence=competences[entry["id"]],
                kind=kind,
                text=data["text"],
                emphasis=data.get("emphasis", {}),
            ),
        )
        for entry in entries
        for cluster, kind in STATEMENT_KINDS.items()
        for data in entry.get(cluster, ())
    ]
    statements = _by_key(Statement.objects.bulk_create(row for same_as, row in rows if not same_as))
    # A repetition refers to its first occurrence, which has a primary key only now.
    repetitions = []
    for same_as, row in rows:
        if same_as:
            row.same_as = statements[same_as]
            repetitions.append(row)
    statements.update(_by_key(Statement.objects.bulk_create(repetitions)))
    return statements


def _create_outcomes(
    revision: Revision,
    entries: list[DocumentPart],
    competences: Mapping[str, Competence],
    statements: Mapping[str, Statement],
    levels: Mapping[str, Level],
) -> None:
    positions = count(1)
    rows = [
        (
            data["serves"],
            LearningOutcome(
                **_element_fields(revision, data, next(positions)),
                competence=competences[entry["id"]],
                text=data["text"],
                level=levels[data["level"]],
            ),
        )
        for entry in entries
        for data in entry.get("learning_outcomes", ())
    ]
    LearningOutcome.objects.bulk_create(outcome for serves, outcome in rows)
    serving = LearningOutcome.serves.through
    serving.objects.bulk_create(
        serving(learningoutcome_id=outcome.pk, statement_id=statements[key].pk)
        for serves, outcome in rows
        for key in serves
    )


def _element_fields(revision: Revision, data: DocumentPart, position: int) -> dict[str, Any]:
    return {
        "revision": revision,
        "key": data["id"],
        "code": data["code"],
        "uuid": data.get("uuid") or element_uuid(revision.framework.key, data["id"]),
        "position": position,
        "esco": data.get("esco", ""),
        "eqf": data.get("eqf"),
    }


def _by_key(rows: Iterable[Row]) -> dict[str, Row]:
    return {row.key: row for row in rows}
