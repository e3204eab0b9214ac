"""The expressions of scores that we work out ourselves: sums, highest answers, a factor.

FHIRPath says what a score is, to us and to other renderers. Working it out in full takes a tenth
of a second where a scale is long, and so the shapes that scales have are recognised here:

    %resource.descendants().where(linkId in ('a' | 'b')).answer.valueInteger
        .aggregate($total + $this, 0)

with the ordinal values of codings, with the items named by `linkId = 'a' or linkId = 'b'` or
`linkId.startsWith('a')`, with the highest answer by `.aggregate(iif($this > $total, $this,
$total), 0)`, several such terms added up, and one of them times or divided by whole numbers; all
of it in brackets with `.round(1)`. Whatever else there is goes through FHIRPath.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from kapnotes.forms.expression import named_items

_ONE = r"'[^']+'"
_SELECTION = (
    rf"(?:linkIdin\({_ONE}(?:\|{_ONE})*\)"
    rf"|linkId={_ONE}(?:orlinkId={_ONE})*"
    rf"|linkId\.startsWith\({_ONE}\))"
)
_WORTH = r"value\w*(?:\.extension(?:\.where\(url='[^']*/ordinalValue'\))?\.value\w*)?"
_SUM = r"\$total\+\$this"
_HIGHEST = r"iif\(\$this>\$total,\$this,\$total\)"
_TERM = (
    rf"%resource\.descendants\(\)\.where\((?P<selection>{_SELECTION})\)\.answer\.{_WORTH}"
    rf"\.aggregate\((?P<fold>{_SUM}|{_HIGHEST}),0\)"
)
_ONE_TERM = re.compile(_TERM)
_BARE_TERM = re.sub(r"\?P<\w+>", "?:", _TERM)
_WHOLE = re.compile(
    rf"(?P<open>\()?"
    rf"(?P<terms>{_BARE_TERM}(?:(?:\+{_BARE_TERM})+|(?P<factors>(?:[*/][1-9][0-9]{{0,5}})*)))"
    rf"(?(open)\)\.round\((?P<places>[0-6])\))"
)
_FACTOR = re.compile(r"([*/])([0-9]+)")


@dataclass(frozen=True, slots=True)
class Term:
    """Some items, and whether their highest answer counts or all of them added up."""

    selection: str
    is_highest: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Terms added up, times `times`, divided by `by`, rounded to `places` if there are any."""

    terms: tuple[Term, ...]
    times: int = 1
    by: int = 1
    places: int | None = None

    @property
    def has_highest(self) -> bool:
        """Whether the highest answer of some items counts."""
        return any(term.is_highest for term in self.terms)

    def result(
        self, worths: Mapping[str, Decimal], link_ids: Collection[str], questions: Collection[str]
    ) -> Decimal:
        """Return the score; `worths` are those of the items that are asked.

        `link_ids` are all of the definition, `questions` those that a prefix can stand for.
        """
        found = Decimal()
        for term in self.terms:
            named = named_items(term.selection, link_ids, questions)
            own = [worths[link_id] for link_id in named if link_id in worths]
            found += max([Decimal(), *own]) if term.is_highest else sum(own, Decimal())
        found *= self.times
        if self.by != 1:
            found /= self.by
        if self.places is None:
            return found
        return found.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)


@lru_cache(maxsize=256)
def arithmetic_of(expression: str) -> Arithmetic | None:
    """Return the sum that an expression is, None if it is anything else."""
    whole = _WHOLE.fullmatch("".join(expression.split()))
    if whole is None:
        return None
    times = by = 1
    for sign, number in _FACTOR.findall(whole["factors"] or ""):
        times, by = (times * int(number), by) if sign == "*" else (times, by * int(number))
    terms = tuple(
        Term(term["selection"], term["fold"].startswith("iif"))
        for term in _ONE_TERM.finditer(whole["terms"])
    )
    return Arithmetic(terms, times, by, None if whole["places"] is None else int(whole["places"]))
