"""Passkeys (WebAuthn): what the browser is asked and answers. The device verifies its user.

A challenge is kept with the sitting, counts once, and for five minutes.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.clinic.factor import ANSWERING, check_name
from kapnotes.clinic.refusals import NotAllowed, WrongFactor
from kapnotes.db import Session
from kapnotes.records import factor as factors
from kapnotes.records import person as people
from kapnotes.records import sitting as sittings
from kapnotes.records.factor import Passkey
from kapnotes.records.practice import the_practice
from kapnotes.settings import LOOPBACK, Settings

LONGEST_ANSWER = 20_000
_SIGNING_IN = MachineReach("signing in")
_VERIFIED = UserVerificationRequirement.REQUIRED
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Party:
    """For whom a passkey is good: the host that it is bound to, and the page's origin."""

    host: str
    origin: str


def party_of(settings: Settings) -> Party | None:
    """The party of this practice's address, or None: a passkey is bound to a name, never to an IP.

    On this machine's own address the name is localhost.
    """
    parts = urlsplit(settings.base_url)
    host = parts.hostname or ""
    if host in LOOPBACK:
        port = f":{parts.port}" if parts.port else ""
        return Party("localhost", f"{parts.scheme}://localhost{port}")
    try:
        ip_address(host)
    except ValueError:
        return Party(host, f"{parts.scheme}://{parts.netloc}")
    return None


def _party() -> Party:
    found = party_of(db.current().settings)
    if found is None:
        raise NotAllowed("A passkey needs a name in the address of the practice, not a number.")
    return found


def ask_new(*, token_hash: str, by: Actor, at: datetime) -> str:
    """What the browser needs to make a passkey, as JSON."""
    party = _party()
    with db.current().reading() as session:
        person = people.by_id(session, by.id, reach=_SIGNING_IN)
        practice = the_practice(session)
        known = factors.passkeys_of(session, by.id, reach=_SIGNING_IN)
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=practice.name if practice else "kapnotes",
        user_id=by.id.bytes,
        user_name=person.email if person else "",
        user_display_name=by.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(one.credential_id) for one in known],
    )
    _keep(token_hash, options.challenge, at=at)
    return webauthn.options_to_json(options)


def ask(*, token_hash: str, by: Actor, at: datetime) -> str:
    """What the browser needs to use a passkey of this person, as JSON."""
    with db.current().reading() as session:
        known = factors.passkeys_of(session, by.id, reach=_SIGNING_IN)
    options = webauthn.generate_authentication_options(
        rp_id=_party().host,
        allow_credentials=[PublicKeyCredentialDescriptor(one.credential_id) for one in known],
        user_verification=_VERIFIED,
    )
    _keep(token_hash, options.challenge, at=at)
    return webauthn.options_to_json(options)


def _keep(token_hash: str, challenge: bytes, *, at: datetime) -> None:
    with db.current().writing() as session:
        sittings.ask(session, token_hash, bytes_to_base64url(challenge), at=at)


def add(
    session: Session, person_id: UUID, answer: str, *, name: str, token_hash: str, at: datetime
) -> Passkey:
    """Keep the passkey that the browser made. Raises WrongFactor."""
    party, challenge = _party(), _challenge(session, token_hash, answer, at=at)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _BROKEN:
        raise WrongFactor("The passkey could not be added. Nothing was changed.") from None
    passkey = Passkey(
        person_id=person_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=check_name(name),
        added_at=at,
        used_at=None,
    )
    session.add(passkey)
    session.flush()
    return passkey


def take(session: Session, person_id: UUID, answer: str, *, token_hash: str, at: datetime) -> bool:
    """Whether a passkey of the person answers what this sitting asked, and for the first time.

    One that counts backwards was copied, and does not.
    """
    try:
        party, challenge = _party(), _challenge(session, token_hash, answer, at=at)
        given = webauthn.helpers.parse_authentication_credential_json(answer)
        known = factors.passkey_by_credential(session, person_id, given.raw_id, reach=_SIGNING_IN)
        if known is None:
            return False
        used = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (*_BROKEN, WrongFactor, NotAllowed):
        return False
    known.sign_count, known.used_at = used.new_sign_count, at
    return True


def _challenge(session: Session, token_hash: str, answer: str, *, at: datetime) -> bytes:
    """What was asked of this sitting, taken away with it. Raises WrongFactor."""
    asked = sittings.take_challenge(session, token_hash, since=at - ANSWERING)
    if not asked or len(answer) > LONGEST_ANSWER:
        raise WrongFactor("The passkey took too long, or was asked in another window. Try again.")
    return base64url_to_bytes(asked)
