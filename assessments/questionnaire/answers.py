"""An answer to one statement, and how a browser window says which answer it showed. Pure: no ORM."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2s
from typing import Self

from django.utils.translation import gettext as _

from kip_site.requests import number

DOES_NOT_APPLY = "na"
# The largest values that are read from requests: of a level, and of a rating's version.
HIGHEST, LATEST = 9_999, 999_999_999


@dataclass(frozen=True)
class Answer:
    """A level, or "does not apply", or neither (unanswered, or taken back), each with or without a comment."""

    level: int | None = None  # a value of the scale, never a primary key
    does_not_apply: bool = False
    comment: str = ""

    def __post_init__(self) -> None:
        if self.does_not_apply and self.level is not None:
            raise ValueError("An answer is a level or “does not apply”, not both.")

    @classmethod
    def read(cls, choice: str, comment: str = "") -> Self:
        """The answer that a form sent: `choice` is "0", "1" …, "na" or "". Raises ValueError for anything else."""
        # Browsers send every line break as CR LF.
        comment = comment.replace("\r\n", "\n").strip()
        if choice == DOES_NOT_APPLY:
            return cls(does_not_apply=True, comment=comment)
        if choice == "":
            return cls(comment=comment)
        level = number(choice, most=HIGHEST)
        if level is None:
            raise ValueError(f"{choice!r} is not an answer.")
        return cls(level=level, comment=comment)

    @property
    def choice(self) -> str:
        """What the radio button of this answer sends; empty when there is none."""
        if self.does_not_apply:
            return DOES_NOT_APPLY
        return "" if self.level is None else str(self.level)

    @property
    def is_given(self) -> bool:
        return self.does_not_apply or self.level is not None

    def is_same_choice(self, other: "Answer") -> bool:
        """Whether the two differ in their comments only."""
        return self.choice == other.choice

    @property
    def fingerprint(self) -> str:
        return blake2s(f"{self.choice}\n{self.comment}".encode(), digest_size=6).hexdigest()


UNANSWERED = Answer()


def answer_words(answer: Answer, labels: Mapping[int, str]) -> str:
    """ "3 On my own", "Does not apply" or "No answer"; `labels` is {value: label}."""
    if answer.does_not_apply:
        return _("Does not apply")
    if answer.level is None:
        return _("No answer")
    return f"{answer.level} {labels.get(answer.level, '')}".strip()


@dataclass(frozen=True)
class Seen:
    """What a window showed when the person answered: the version of the rating, and the answer's fingerprint.

    The page contains it as "2.8f3a2b1c9d0e". The version shows whether another window has saved in the meantime. The
    fingerprint shows, without JavaScript, which questions of the page were changed at all.
    """

    version: int
    fingerprint: str

    @classmethod
    def read(cls, text: str) -> Self:
        """The Seen that `str` wrote as this text. Raises ValueError for any other text."""
        digits, dot, fingerprint = text.partition(".")
        version = number(digits, most=LATEST) if dot else None
        if version is None:
            raise ValueError(f"{text!r} does not say which answer was seen.")
        return cls(version, fingerprint)

    @classmethod
    def of(cls, version: int, answer: Answer) -> Self:
        return cls(version, answer.fingerprint)

    def __str__(self) -> str:
        return f"{self.version}.{self.fingerprint}"

    def is_of(self, answer: Answer) -> bool:
        return self.fingerprint == answer.fingerprint


@dataclass(frozen=True)
class SavedAnswer:
    """An answer as the database holds it."""

    answer: Answer
    version: int  # 0: never written
    saved_at: datetime | None = None  # aware; None: never written

    @cached_property
    def seen(self) -> Seen:
        return Seen.of(self.version, self.answer)


NEVER_SAVED = SavedAnswer(UNANSWERED, 0)
