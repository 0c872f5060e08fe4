"""What a browser's session remembers of an account that waits for the confirmation of its e-mail address.

Whoever opens the link proves that the mailbox is hers, but somebody else may have begun the account. The password stays
only in a browser that has shown it; what was typed there at sign-up counts, even if somebody signed up before.
"""

from dataclasses import asdict, dataclass

from django.http import HttpRequest

from kip_site.accounts.models import User

from .actions import shut_out_others

SIGNED_UP, SHOWN, CONFIRMED = "signed_up", "shown_password_of", "confirmed_address"


@dataclass(frozen=True)
class SignUp:
    email: str
    name: str
    password: str  # its hash, or blank for none


def remember_sign_up(request: HttpRequest, sign_up: SignUp) -> None:
    """Remember what was typed at sign-up, whether an account could be made of it or not."""
    request.session[SIGNED_UP] = asdict(sign_up)


def remember_password_shown(request: HttpRequest, user: User) -> None:
    """Remember that somebody in this browser has what opens the account: password, passkey or account at a provider."""
    request.session[SHOWN] = user.pk


def remember_confirmed(request: HttpRequest, email: str) -> None:
    """Remember the address that was confirmed in this browser, which is the next that she signs in with."""
    request.session[CONFIRMED] = email


def confirmed(request: HttpRequest) -> str:
    """The address that was confirmed in this browser, or a blank."""
    return request.session.get(CONFIRMED, "")


def is_hers(request: HttpRequest, user: User) -> bool:
    """Whether the password of the account stays when it is confirmed in this browser."""
    return user.pk in (request.session.get(SHOWN), request.user.pk)


def sign_up_for(request: HttpRequest, user: User) -> SignUp | None:
    """What was typed in this browser to sign up with the address of the account, or None."""
    sign_up = SignUp(**request.session[SIGNED_UP]) if SIGNED_UP in request.session else None
    return sign_up if sign_up and sign_up.email == user.email else None


def settle(request: HttpRequest, user: User) -> bool:
    """Give the account to whoever proves in this browser that its address is hers, and forget what is remembered.

    Returns whether a password, or an account at a provider, was taken away that she may have set herself elsewhere.
    """
    sign_up = sign_up_for(request, user)
    if is_hers(request, user):
        taken = False
    elif sign_up:
        shut_out_others(user, sign_up.password)
        user.name = sign_up.name
        user.save(update_fields=["name"])
        taken = False
    else:
        taken = shut_out_others(user)
    for key in (SIGNED_UP, SHOWN):
        request.session.pop(key, None)
    return taken
