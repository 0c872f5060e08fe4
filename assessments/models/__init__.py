"""Forms, targets, assessments and their ratings; who may see them."""

from .confirmations import LevelConfirmation
from .evidence import Evidence, evidence_path
from .grants import Grant, GrantRequest
from .questionnaires import Form, Scope
from .ratings import LONGEST_COMMENT, Assessment, Rating, Submitted
from .records import FrameworkNotice, IssuedProfile, verification_code
from .targets import RequiredLevel, TargetProfile, TargetReview

__all__ = [
    "LONGEST_COMMENT",
    "Assessment",
    "Evidence",
    "Form",
    "FrameworkNotice",
    "Grant",
    "GrantRequest",
    "IssuedProfile",
    "LevelConfirmation",
    "Rating",
    "RequiredLevel",
    "Scope",
    "Submitted",
    "TargetProfile",
    "TargetReview",
    "evidence_path",
    "verification_code",
]
