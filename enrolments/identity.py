"""Sealing and opening what tells who a child is; masks are what pages show. Nothing here is logged."""

import json
from dataclasses import asdict, dataclass

from enrolments.models import Child, ChildIdentity, Guardian
from portal import secrets
from portal.identifiers import mask_identity, mask_name, mask_phone

NO_NAME = "—"


@dataclass(frozen=True)
class Person:
    """A child's name and number as on paper."""

    name: str
    kind: str
    number: str

    @property
    def key(self) -> str:
        """The HMAC under which the same child is found again."""
        return secrets.identity_key(self.kind, self.number)

    @property
    def mask(self) -> str:
        """王** 4401************14."""
        return f"{mask_name(self.name)} {mask_identity(self.number)}"


@dataclass(frozen=True)
class Carer:
    """A guardian's name, telephone and relation."""

    name: str
    phone: str
    relation: str

    @property
    def mask(self) -> str:
        """王** 138****1234."""
        return f"{mask_name(self.name)} {mask_phone(self.phone)}"

    @property
    def key(self) -> str:
        """The HMAC under which the telephone is found."""
        return secrets.identity_key("PHONE", self.phone)


def seal(child: Child, what: Person | Carer) -> bytes:
    """Encrypt for this child's row; moved to another row it does not open."""
    return secrets.seal(json.dumps(asdict(what), ensure_ascii=False).encode(), about=f"child:{child.public_id}")


def open_person(identity: ChildIdentity) -> Person:
    """The child's name and number in the clear: only for an action that records the reading, or to compare unseen."""
    return Person(**json.loads(secrets.unseal(identity.sealed, about=f"child:{identity.child.public_id}")))


def open_carer(guardian: Guardian) -> Carer:
    """The guardian in the clear: call it only from the action that records the reading."""
    return Carer(**json.loads(secrets.unseal(guardian.sealed, about=f"child:{guardian.child.public_id}")))
