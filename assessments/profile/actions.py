"""Issuing profiles."""

from assessments.models import Assessment, IssuedProfile


def issue_profile(assessment: Assessment, digest: str) -> IssuedProfile:
    """The IssuedProfile of a submitted assessment for this digest, new if there is none: equal content keeps its code.

    `digest` is from verification.digest_of.
    """
    # Of two simultaneous requests, the unique constraint lets one create the row; both then find the same row.
    IssuedProfile.objects.bulk_create([IssuedProfile(assessment=assessment, digest=digest)], ignore_conflicts=True)
    return IssuedProfile.objects.get(assessment=assessment, digest=digest)
