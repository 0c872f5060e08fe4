"""What happens to an account when somebody proves that its e-mail address is hers."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from kip_site.accounts.models import User
from kip_site.accounts.people.actions import forget_ways_to_sign_in, is_unproven
from kip_site.addresses import normalised


def is_unused(user: User) -> bool:
    """Whether nobody has ever confirmed an address of the account or signed in to it: it goes to whoever proves it.

    An account that was used may also have no confirmed address: that of somebody to whom an administrator gave another.
    """
    return user.last_login is None and not EmailAddress.objects.filter(user=user, verified=True).exists()


@transaction.atomic
def shut_out_others(user: User, password: str = "") -> bool:
    """Take away every way into the account but the mailbox; `password` is a hash that it gets, or blank for none.

    Whoever began the account may be a stranger, who has typed somebody else's address. Returns whether there was such
    a way. Sessions end, because they depend on the password.
    """
    had_way = user.has_usable_password() or SocialAccount.objects.filter(user=user).exists()
    forget_ways_to_sign_in(user)
    if password:
        user.password = password
        user.save(update_fields=["password"])
    return had_way


@transaction.atomic
def make_room(address: EmailAddress) -> bool:
    """Free an address that a person has proved to be hers, and changes to, from an account that holds it.

    An account that was never confirmed and has no memberships is deleted: nobody has ever used it. Returns False if
    the holder is another account; then nothing is deleted.
    """
    holder = User.objects.select_for_update().filter(email=address.email).exclude(pk=address.user_id).first()
    if holder is None:
        return True
    if not is_unproven(holder):
        return False
    holder.delete()
    return True


def forget_changes_to(email: str) -> None:
    """Forget that other people asked to change their address to this one, because somebody has proved it to be hers."""
    asked = EmailAddress.objects.filter(email=normalised(email), verified=False)
    asked.exclude(user__email=email).delete()


def remove_password(user: User) -> None:
    """Let a person sign in with codes by e-mail alone. Her sessions end, because they depend on the password."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
