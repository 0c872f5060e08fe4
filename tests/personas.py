"""The people of the tests, in two independent organisations: Kvarner Guidance Centre and one at the Rhône."""

import pytest

from kip_site.accounts.models import Membership, Organisation, Role, User


def person_at(email, name, organisation=None, *roles, **fields):
    """Create somebody with these roles in an organisation."""
    user = User.objects.create(email=email, name=name, **fields)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    for role in roles:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


@pytest.fixture
def kvarner(db):
    return Organisation.objects.create(slug="kvarner", name="Kvarner Guidance Centre")


@pytest.fixture
def rhone(db):
    return Organisation.objects.create(slug="rhone", name="Maison des métiers du Rhône")


@pytest.fixture
def ana(kvarner):
    """A practitioner of Kvarner."""
    return person_at("ana@kvarner.example", "Ana Šarić", kvarner, Role.PRACTITIONER)


@pytest.fixture
def luka(kvarner):
    """Another practitioner of Kvarner: a colleague without rights over Ana."""
    return person_at("luka@kvarner.example", "Luka Perić", kvarner, Role.PRACTITIONER)


@pytest.fixture
def marco(kvarner):
    """Ana's trainer."""
    return person_at("marco@kvarner.example", "Marco Bellini", kvarner, Role.TRAINER)


@pytest.fixture
def ivana(kvarner):
    """Ana's manager."""
    return person_at("ivana@kvarner.example", "Ivana Kovač", kvarner, Role.MANAGER)


@pytest.fixture
def petra(kvarner):
    """The organisation administrator of Kvarner."""
    return person_at("petra@kvarner.example", "Petra Novak", kvarner, Role.ORG_ADMIN)


@pytest.fixture
def elodie(db):
    """The platform admin, a member of no organisation."""
    return person_at("elodie@kip.example", "Élodie Lambert", is_staff=True, is_superuser=True)


@pytest.fixture
def claire(rhone):
    """A practitioner of the other organisation."""
    return person_at("claire@rhone.example", "Claire Morel", rhone, Role.PRACTITIONER)


@pytest.fixture
def hugo(rhone):
    """The trainer, manager and administrator of the other organisation, in one person."""
    return person_at("hugo@rhone.example", "Hugo Martin", rhone, Role.TRAINER, Role.MANAGER, Role.ORG_ADMIN)


@pytest.fixture
def dora(kvarner, rhone):
    """A trainer at Kvarner, and only a practitioner at the Rhône."""
    dora = person_at("dora@kvarner.example", "Dora Vidal", kvarner, Role.TRAINER)
    Membership.objects.create(user=dora, organisation=rhone, role=Role.PRACTITIONER)
    return dora


@pytest.fixture
def sava(db):
    """A third organisation. Ana is a member of it, too, where a test says so."""
    return Organisation.objects.create(slug="sava", name="Sava Skills Network")


@pytest.fixture
def zoran(sava):
    """The trainer, manager and administrator of the third organisation."""
    return person_at("zoran@sava.example", "Zoran Ilić", sava, Role.TRAINER, Role.MANAGER, Role.ORG_ADMIN)


@pytest.fixture
def teo(kvarner, sava):
    """A practitioner of Kvarner, and trainer, manager and administrator of the third organisation."""
    teo = person_at("teo@sava.example", "Teo Marušić", sava, Role.TRAINER, Role.MANAGER, Role.ORG_ADMIN)
    Membership.objects.create(user=teo, organisation=kvarner, role=Role.PRACTITIONER)
    return teo
