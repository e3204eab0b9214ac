"""How the product says no (`Refusal`), and how it says "are you sure" (`Caution`).

A refusal is raised and carries the sentence that a person reads. A caution may be passed by
a written reason, which is recorded; a refusal may not.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, ParamSpec, TypeAlias

P = ParamSpec("P")
LONGEST_REASON = 4000


class Refusal(Exception):
    """Something that may not be done. `sentence` is for a person, `code` for the trail.

    `about` names the entry that it stands beside, "" where it concerns the whole. `is_recorded`
    is set once the trail holds it.
    """

    code: ClassVar[str] = "refused"
    sentence: str = "This cannot be done."
    is_recorded: bool = False

    def __init__(self, sentence: str = "", *, about: str = "") -> None:
        self.sentence = sentence or type(self).sentence
        self.about = about
        super().__init__(self.sentence)


class NotAllowed(Refusal):
    """In reach, but not permitted to this person (403)."""

    code = "not_allowed"
    sentence = "You may not do this."


class OutOfReach(Refusal):
    """Out of this person's reach, which looks the same as not existing (404)."""

    code = "out_of_reach"
    sentence = "There is nothing here."


class WrongState(Refusal):
    """The thing is not in a state in which this can be done (409)."""

    code = "wrong_state"
    sentence = "This cannot be done in its present state."


class Locked(WrongState):
    """Signed content, or a record that belongs to it, cannot be changed (409)."""

    code = "locked"
    sentence = "This is signed and cannot be changed. Add an addendum instead."


class Stale(Refusal):
    """Somebody changed it since this person last read it (409)."""

    code = "stale"
    sentence = "This was changed since you opened it. Nothing was overwritten."


class StaleDraft(Stale):
    """A draft was saved elsewhere since: both texts are kept until a person chooses (409)."""

    code = "stale_draft"
    sentence = "This draft was also saved elsewhere. Both texts are kept until you choose."


class StaleDigest(Stale):
    """The text to be signed is not the text that was shown (409)."""

    code = "stale_digest"
    sentence = "The note changed since you reviewed it. Nothing was signed: please review it again."


class WrongPassword(Refusal):
    """The password, typed again to confirm an act, is not right."""

    code = "wrong_password"
    sentence = "That is not your password. Nothing was changed."


class WrongFactor(WrongPassword):
    """A code or a passkey that does not confirm who this is, or did so before."""

    code = "wrong_factor"
    sentence = "That did not confirm who you are. A code counts once: wait for the next one."


class FreshNeeded(Refusal):
    """The act asks for a factor given within the last minutes (403)."""

    code = "fresh_needed"
    sentence = "Confirm first that it is you."


class WrongCode(Refusal):
    """The short code of a locked sitting is not right; `left` says how many tries remain."""

    code = "wrong_code"

    def __init__(self, left: int) -> None:
        self.left = left
        more = "1 try is left." if left == 1 else f"{left} tries are left."
        none = "The code is no longer taken. Use your password or your passkey."
        super().__init__(f"That is not the code. {more}" if left else none)


class WrongSignIn(Refusal):
    """No such account and a wrong password answer alike."""

    code = "wrong_sign_in"
    sentence = "E-mail and password do not match an account."


class TooManyTries(Refusal):
    """Too many failed tries (429)."""

    code = "too_many_tries"
    sentence = "Too many tries. Please wait a little and try again."


class ReasonNeeded(Refusal):
    """The act needs a written reason and has none."""

    code = "reason_needed"
    sentence = "Please write the reason."


class ReasonTooLong(ReasonNeeded):
    """The reason is longer than is kept: it is never cut."""

    code = "reason_too_long"


class BadInput(Refusal):
    """Posted values that cannot be taken: `errors` maps the posted name to its sentence."""

    code = "bad_input"
    sentence = "Some entries need another look. Nothing that you typed was lost."

    def __init__(self, errors: Mapping[str, str], sentence: str = "") -> None:
        self.errors = dict(errors)
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Caution:
    """Something unusual. It may be passed by a written reason; `about` names the entry."""

    code: str
    sentence: str
    about: str = ""


Concern: TypeAlias = Caution | Refusal


class CautionOpen(ReasonNeeded):
    """Cautions stand and no reason was written: `cautions` holds them."""

    code = "caution_open"

    def __init__(self, cautions: Iterable[Caution]) -> None:
        self.cautions = tuple(cautions)
        said = " ".join(caution.sentence for caution in self.cautions)
        super().__init__(f"{said} Please write the reason to go on.")


def insist(concerns: Iterable[Concern], *, reason: str = "") -> tuple[Caution, ...]:
    """Raise the first refusal; then `CautionOpen` if cautions stand without a reason.

    Return the cautions that the reason passed, to be recorded beside it.
    """
    found = tuple(concerns)
    for concern in found:
        if isinstance(concern, Refusal):
            raise concern
    cautions = tuple(concern for concern in found if isinstance(concern, Caution))
    if cautions and not reason.strip():
        raise CautionOpen(cautions)
    return cautions


def errors_of(concerns: Iterable[Concern]) -> dict[str, str]:
    """Return the refusals that concern one entry, as `BadInput` takes them: name to sentence."""
    errors: dict[str, str] = {}
    for concern in concerns:
        if isinstance(concern, Refusal) and concern.about:
            errors.setdefault(concern.about, concern.sentence)
    return errors


def check_reason(reason: str, sentence: str = "") -> str:
    """Return the reason without outer space, or raise `ReasonNeeded` if it is blank or too long."""
    written = reason.strip()
    if not written:
        raise ReasonNeeded(sentence)
    if len(written) > LONGEST_REASON:
        raise ReasonTooLong(
            f"Shorten this to {LONGEST_REASON:,} characters; this is {len(written):,}."
        )
    return written


def passes(check: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> bool:
    """Ask a check as a question: whether it ends without a refusal."""
    try:
        check(*args, **kwargs)
    except Refusal:
        return False
    return True
