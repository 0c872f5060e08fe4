"""What is issued of a profile."""

from assessments.models import Assessment, IssuedProfile


def issue_profile(assessment: Assessment, digest: str) -> IssuedProfile:
    """The IssuedProfile of a submitted assessment for a profile with this digest; the same content keeps its code."""
    # The unique constraint decides which of two requests issues it; both then find the same.
    IssuedProfile.objects.bulk_create([IssuedProfile(assessment=assessment, digest=digest)], ignore_conflicts=True)
    return IssuedProfile.objects.get(assessment=assessment, digest=digest)
