"""What a template shows: an `Ask` for each question of the HTML form, a `Tell` for each line."""

from dataclasses import dataclass

from kapnotes.forms.definition import ItemType


@dataclass(frozen=True, slots=True)
class Choice:
    """One option or unit of a question, and whether it is the one chosen."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One item of the HTML form, ready to be drawn.

    `name` is the posted name, `raw` what was posted under it. `control` is "" or one of
    radio-button, drop-down, check-box, gtable, slider. `level` 1 is a section. `required` never
    blocks a draft. `unit` is set where the unit is fixed, `units` where one is chosen (posted as
    `name~unit`); `other` is the text posted as `name~other`. `minimum`, `maximum` and `step` are
    texts for the attributes of the input, "" for none. `shown` says whether the item's own
    condition holds now; `when` is "" or that condition as JSON for the browser. `items` are the
    children of a plain group; `rows` are those of a repeating group, a blank one last, and
    `blank_row` is a further one whose names carry `__n__` as the number of the row. `earlier` is
    the earlier note's answer in words. A score is an Ask of type display, its label the result.
    """

    link_id: str
    name: str
    type: ItemType
    control: str = ""
    label: str = ""
    prefix: str = ""
    help: str = ""
    level: int = 1
    required: bool = False
    raw: tuple[str, ...] = ()
    error: str = ""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    units: tuple[Choice, ...] = ()
    other: str = ""
    max_length: int | None = None
    minimum: str = ""
    maximum: str = ""
    step: str = ""
    shown: bool = True
    when: str = ""
    items: tuple["Ask", ...] = ()
    rows: tuple[tuple["Ask", ...], ...] = ()
    blank_row: tuple["Ask", ...] = ()
    earlier: str = ""
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """One line of a note as it is read on the page and on paper.

    `kind` is "section" (a group; its lines are in `items`), "line" (a short value), "text" (a
    long one), "list" (several values) or "table" (a repeating group: `columns` and `cells`).
    """

    link_id: str
    type: ItemType
    label: str
    level: int
    prefix: str
    kind: str
    value: str = ""
    values: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    items: tuple["Tell", ...] = ()
    carried: bool = False
    blank: bool = False
