"""Whether two names may be of one person, or of one family.

Names are compared without case, marks and punctuation; of a double name each part counts, titles
before a name and particles do not. A name is a hint and proves nothing.
"""

import re
import unicodedata
from collections.abc import Iterable

BETWEEN = re.compile(r"[\W_]+")
MARKS = re.compile("['\u2019\u02bc`]")
TITLES = frozenset(
    ("dr", "prof", "mr", "mrs", "ms", "mx", "miss", "sir", "dame", "rev", "sister", "nurse")
)
PARTICLES = frozenset(
    (
        *("van", "von", "der", "den", "de", "del", "della", "da", "di", "dos", "du", "la", "le"),
        *("el", "al", "bin", "ibn", "ben", "ter", "ten", "zu", "st"),
    )
)


def is_same_person(name: str, given_name: str, family_name: str) -> bool:
    """Say whether a full name has all of a given and a family name, or they all of it."""
    mine, given, family = set(_words(name)), set(_words(given_name)), set(_words(family_name))
    if not given or not family or len(mine) < len(("given", "family")):
        return False
    theirs = given | family
    return theirs <= mine or mine <= theirs


def share_surname(name: str, family_name: str, *, common: Iterable[str] = ()) -> bool:
    """Say whether a full name has a part of the family name after its first given name.

    `common` are surnames that are left out. A name of one word is taken for a surname. A family
    name of particles alone is one: Le, Ben.
    """
    words, family = _words(name), _words(family_name)
    counting = {word for word in family if word not in PARTICLES} or set(family)
    left_out = {word for one in common for word in _words(one)}
    return bool(set(words[1:] or words) & (counting - left_out))


def _words(name: str) -> list[str]:
    """Return the words of a name in their order, titles before it and initials left out."""
    plain = unicodedata.normalize("NFKD", MARKS.sub("", name).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [word for word in BETWEEN.split(bare) if word]
    while words and words[0] in TITLES:
        words.pop(0)
    return [word for word in words if len(word) > 1] or words
