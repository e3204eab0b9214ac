"""Answers of every kind for a definition, made up by hypothesis in the form that reading gives."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from kapnotes.forms import Answers, Coded, Definition, Item, ItemType, Quantity, Value
from kapnotes.forms.row import questions

AWKWARD = (
    "</textarea><script>alert(1)</script>",
    "שלום עולם \u202eabc\u202c \u2066x\u2069",
    "Grüße, 你好, 🙂👩‍👩‍👧, a\u0301",
    "\u00a0 nbsp \u2003 em \u2028 line \x0b \x1b \x7f",
    '\' OR 1=1 --  {{ 7*7 }} ${x} &amp; "quoted"',
)
LONG = "Zwölf Boxkämpfer, 🙂\n" * 1000

_letters = st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00\r")
_one_line = st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00\r\n")
texts = (st.text(_letters, max_size=200) | st.sampled_from((*AWKWARD, LONG[:20_000]))).filter(
    lambda text: bool(text.strip())
)
lines = (st.text(_one_line, max_size=40) | st.sampled_from([each[:40] for each in AWKWARD])).filter(
    lambda text: bool(text.strip())
)
_clocks = st.times().map(lambda clock: clock.replace(microsecond=0))


def decimals(least: int, most: int, places: int) -> st.SearchStrategy[Decimal]:
    """Return exact numbers, trailing zeros and all."""
    return st.integers(0, places).flatmap(
        lambda exponent: st.integers(least * 10**exponent, most * 10**exponent).map(
            lambda whole: Decimal(whole).scaleb(-exponent)
        )
    )


def _quantities(item: Item) -> st.SearchStrategy[Quantity]:
    units = st.sampled_from([unit.code for unit in item.units])
    return st.builds(Quantity, value=decimals(0, 3, 3), unit=units)


def _codes(item: Item) -> st.SearchStrategy[Coded]:
    return st.sampled_from([Coded(option.code) for option in item.options])


def _several(item: Item) -> st.SearchStrategy[list[Coded]]:
    """Return one option, or several that are not exclusive, in the order of the definition."""
    several = [Coded(option.code) for option in item.options if not option.exclusive]
    most = item.max_occurs or len(several)
    chosen = st.sets(st.sampled_from(range(len(several))), min_size=1, max_size=most)
    return chosen.map(lambda places: [several[at] for at in sorted(places)]) | _codes(item).map(
        lambda code: [code]
    )


def _open_several(item: Item) -> st.SearchStrategy[Value]:
    plain = [Coded(option.code) for option in item.options if not option.exclusive]
    with_words = st.tuples(st.booleans(), lines).map(
        lambda pair: [*(plain if pair[0] else []), pair[1]]
    )
    return _several(item) | with_words


def _decimals(item: Item) -> st.SearchStrategy[Decimal]:
    if item.decimals is None:
        return decimals(-(10**9), 10**9, 12)
    return decimals(0, 9, item.decimals)


_MOMENTS = st.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2999-12-31"))
_VALUES: Mapping[ItemType, Callable[[Item], st.SearchStrategy[Any]]] = {
    ItemType.BOOLEAN: lambda _: st.booleans(),
    ItemType.INTEGER: lambda _: st.integers(0, 600),
    ItemType.DECIMAL: _decimals,
    ItemType.QUANTITY: _quantities,
    ItemType.DATE: lambda _: st.dates(min_value=date(1900, 1, 1)),
    ItemType.TIME: lambda _: _clocks.filter(lambda clock: clock <= time(23)),
    ItemType.DATETIME: lambda _: _MOMENTS.map(lambda moment: moment.replace(microsecond=0)),
    ItemType.STRING: lambda _: lines,
    ItemType.TEXT: lambda _: texts,
    ItemType.CHOICE: lambda item: _several(item) if item.repeats else _codes(item),
    ItemType.OPEN_CHOICE: lambda item: (
        _open_several(item) if item.repeats else _codes(item) | lines
    ),
}


def values(item: Item) -> st.SearchStrategy[Value]:
    """Return answers to one question."""
    return _VALUES[item.type](item)


def _some(items: tuple[Item, ...]) -> st.SearchStrategy[Answers]:
    return st.fixed_dictionaries({}, optional={each.link_id: values(each) for each in items})


def answers(definition: Definition) -> st.SearchStrategy[Answers]:
    """Return answers to some of a definition's questions, as reading would give them."""
    entries = {
        item.link_id: (
            st.lists(
                _some(tuple(each for each in questions(item) if not each.hidden)).filter(bool),
                min_size=1,
                max_size=item.max_occurs or 4,
            )
            if item.has_rows
            else values(item)
        )
        for item in definition.leaves
        if not item.hidden
    }
    return st.fixed_dictionaries({}, optional=entries)
