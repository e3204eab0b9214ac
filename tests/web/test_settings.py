"""The pages of the practice's rules: in words, in a form, in versions; nothing typed is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes import forms
from kapnotes.actions import entry, setting
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.rubric import DEFAULT_RUBRIC, Rubric
from kapnotes.clinic.setting import DEFAULTS, NAMES, Setting, from_plain, to_plain
from kapnotes.clinic.tap import BUILT_IN, SYSTEM_KINDS, Tap
from kapnotes.library import record_definition
from kapnotes.web import rubric_form, tap_form
from kapnotes.web import setting_words as words
from kapnotes.web.rubric_form import ENTRIES
from tests.builders import AT
from tests.web.served import Served
from tests.web.test_queries import asked_for
from tests.web.visitor import Page

IV = "/settings/schedule.iv"
MINUTES = {
    "minutes": "0, 20, 60",
    "has_discharge": "true",
    "grace_minutes": "5",
    "baseline_minutes": "60",
    "discharge_minutes": "30",
}


def page(served: Served, path: str, who: str = "administrator") -> Page:
    answer = served.visitor(who).get(path)
    assert answer.status_code == 200
    return Page(answer.text)


def form_of(served: Served, path: str) -> dict[str, str | list[str]]:
    """What the browser would post now, without the button of the product's default."""
    typed: dict[str, str | list[str]] = dict(page(served, path).typed())
    typed["_base"] = typed["_base"][0]
    return typed


def save(served: Served, path: str, **changed: str | list[str]) -> None:
    answer = served.visitor("administrator").post(path, form_of(served, path) | changed)
    assert answer.status_code == 302, Page(answer.text).errors()


def standing(served: Served, name: str) -> Setting:
    found = setting.look(by=served.small.administrator, at=AT)
    return next(one.value for one in found if one.name == name)


def put_back(served: Served, name: str) -> None:
    setting.change(
        name=name,
        values=to_plain(DEFAULTS[name]),
        by=served.small.administrator,
        at=served.clock.at,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_form_left_as_it_is_changes_nothing(served: Served, name: str) -> None:
    before = served.rows_of_everything()
    answer = served.visitor("administrator").post(
        f"/settings/{name}", form_of(served, f"/settings/{name}")
    )
    assert answer.status_code == 302
    assert served.rows_of_everything() == before
    assert "nothing was different" in page(served, "/settings").words()


def test_a_rule_is_changed_in_its_form_and_stands_under_a_name(served: Served) -> None:
    save(served, IV, minutes="0, 20, 60", has_discharge="false")
    said = page(served, "/settings", "medical").words()
    assert "Before the dose, then 20 and 60 min after its start. In time" in said
    assert "Set by Ada on 23 Nov 2026" in said
    shown = page(served, IV)
    assert shown.typed()["minutes"] == ["0, 20, 60"]
    [newest, built_in] = [shown.words(one) for one in shown.all("li", class_="version")]
    assert newest.startswith("Ada 23 Nov 2026, 09:05 As it stands Minutes after the start")
    assert "0, 15, 30, 40, 60, 90 0, 20, 60 One more reading at discharge changed Yes No" in newest
    assert "then 15, 30, 40, 60 and 90 min" in built_in


def test_the_products_default_is_put_back_as_a_change_like_any_other(served: Served) -> None:
    path = "/settings/vitals_levels"
    save(served, path, warn_spo2_below="94")
    base = form_of(served, path)["_base"]
    form = {"_base": base, "_default": "yes"}
    assert served.visitor("administrator").post(path, form).status_code == 302
    assert standing(served, "vitals_levels") == DEFAULTS["vitals_levels"]
    shown = page(served, path)
    assert "Product default, put back by Ada on 23 Nov 2026" in shown.words()
    [newest, _, _] = [shown.words(one) for one in shown.all("li", class_="version")]
    assert "default. Warn at SpO₂ below changed 94% 95%" in newest
    assert not shown.all("button", name="_default")


@pytest.mark.parametrize(
    ("name", "changed", "beside"),
    [
        ("schedule.im", {"minutes": "15, 30"}, {"minutes": "first of them is 0"}),
        ("schedule.im", {"minutes": "soon"}, {"minutes": "whole minutes with commas"}),
        ("schedule.im", {"grace_minutes": ""}, {"grace_minutes": "is not answered yet"}),
        ("schedule.im", {"grace_minutes": "five"}, {"grace_minutes": "Enter a whole number"}),
        ("dose_limits.iv", {"caution_mg_per_kg": "2.5"}, {"refusal_mg_per_kg": "above the 2.5"}),
        ("dose_limits.iv", {"caution_mg": "0"}, {"caution_mg": "from 0.1 to 5000 mg"}),
        ("vitals_levels", {"hold_at_systolic": "130"}, {"hold_at_systolic": "below the 140"}),
        ("arrival_rule", {"needed": "lunch"}, {"needed": "one of the answers offered"}),
        ("discharge_rule", {"least_aldrete": "11"}, {"least_aldrete": "from 0 to 10"}),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_is_lost(
    served: Served, name: str, changed: dict[str, str], beside: dict[str, str]
) -> None:
    path = f"/settings/{name}"
    form = form_of(served, path) | changed
    before = served.rows_of_everything()
    answer = served.visitor("administrator").post(path, form)
    assert answer.status_code == 422
    assert served.rows_of_everything() == before
    shown = Page(answer.text)
    assert set(shown.errors()) == set(beside)
    for field, sentence in beside.items():
        assert sentence in shown.beside(field)
    kept = {key: value for key, value in form.items() if value and key != "needed"}
    typed = shown.typed()
    for key, value in kept.items():
        assert typed[key] == (value if isinstance(value, list) else [value])


def test_who_saves_after_somebody_else_is_told_and_may_then_go_on(served: Served) -> None:
    path = "/settings/schedule.oral"
    mine = form_of(served, path) | {"minutes": "0, 50"}
    save(served, path, minutes="0, 45")
    answer = served.visitor("administrator").post(path, mine)
    assert answer.status_code == 409
    shown = Page(answer.text)
    assert "Somebody changed this rule since you opened it." in shown.words()
    assert shown.typed()["minutes"] == ["0, 50"]
    newest = shown.words(shown.all("li", class_="version")[0])
    assert "0, 45" in newest
    again = mine | {"_base": shown.typed()["_base"][0]}
    assert served.visitor("administrator").post(path, again).status_code == 302
    assert to_plain(standing(served, "schedule.oral"))["minutes"] == [0, 50]


def test_a_default_put_back_too_late_is_told_as_well(served: Served) -> None:
    path = "/settings/schedule.intranasal"
    form = {"_base": form_of(served, path)["_base"], "_default": "yes"}
    save(served, path, minutes="0, 45")
    answer = served.visitor("administrator").post(path, form)
    assert answer.status_code == 409
    shown = Page(answer.text)
    assert "Nothing was overwritten" in shown.words()
    assert shown.typed()["minutes"] == ["0, 45"]


def test_a_rule_says_from_when_on_it_counts(served: Served) -> None:
    said = page(served, "/settings").words()
    assert "courses their protocol" in said
    assert "Courses Protocol, six IV infusions" in said
    assert "Asks for a risk note from 1 in item 9 of the PHQ-9" in said
    assert "Y-BOCS: Farris 2013" in said
    assert "begun keep the rules" in page(served, IV).words()
    assert "Courses already begun" in page(served, "/settings/protocol.other").words()
    assert "A change counts at once" in page(served, "/settings/alert_rule").words()


@pytest.mark.parametrize("who", ["therapist", "medical", "supervisor"])
def test_who_works_by_the_rules_reads_them_and_changes_none(served: Served, who: str) -> None:
    assert not page(served, "/settings", who).all("a", href=f"{IV}/edit")
    for name in NAMES:
        shown = page(served, f"/settings/{name}", who)
        assert {one.get("action") for one in shown.all("form")} == {"/lock", "/sign-out"}
        assert words.keeps(name) in shown.words()
    answer = served.visitor(who).post(IV, MINUTES)
    assert answer.status_code == 403
    assert "may not edit settings" in answer.text


def test_a_long_history_asks_the_database_no_more_often(served: Served) -> None:
    path = "/settings/arrival_rule"
    save(served, path, food_hours="5")
    before = [len(asked_for(served, "medical", where)) for where in ("/settings", path)]
    for hours in range(6, 12):
        save(served, path, food_hours=str(hours))
    assert [len(asked_for(served, "medical", at)) for at in ("/settings", path)] == before
    assert len(page(served, path).all("li", class_="version")) == 8


@pytest.mark.parametrize("name", ["schedule.rectal", "schedule", "../settings", "x" * 300, "Taps"])
def test_an_unknown_rule_is_nowhere(served: Served, name: str) -> None:
    visitor = served.visitor("administrator")
    assert visitor.get(f"/settings/{name}").status_code == 404
    assert visitor.post(f"/settings/{name}", MINUTES).status_code == 404


def taps(served: Served) -> list[Tap]:
    found = standing(served, "taps")
    assert isinstance(found, tuple)
    return list(found)


def test_taps_are_moved_relabelled_hidden_and_added(served: Served) -> None:
    changed = {
        "taps.6.place": "1",
        "taps.3.label": "Said something",
        "taps.17.label": "Yawning",
        "taps.17.is_shown": "true",
        "taps.18.label": "Singing",
        "taps.18.place": "3",
    }
    form = form_of(served, "/settings/taps") | changed
    del form["taps.4.is_shown"]
    assert served.visitor("administrator").post("/settings/taps", form).status_code == 302
    found = taps(served)
    assert [tap.label for tap in found[:6]] == [
        "Nausea",
        "Onset",
        "Singing",
        "Eyes open",
        "Eyes closed",
        "Said something",
    ]
    assert found[-1] == Tap("own_yawning", "Yawning")
    assert Tap("tears", "Tears", is_shown=False) in found
    shown = page(served, "/settings/taps")
    said = shown.words(shown.all("li", class_="version")[0])
    assert "Label of “Spoke” changed Spoke Said something" in said
    assert "Tears changed shown hidden" in said
    assert "Own tap added Yawning" in said
    assert "Order changed Nausea, Onset, Singing" in said
    assert "Built in as “Spoke”" in shown.words()
    put_back(served, "taps")


def test_what_is_wrong_with_a_tap_stands_beside_it_though_it_was_moved(served: Served) -> None:
    form = form_of(served, "/settings/taps")
    form |= {"taps.6.place": "1", "taps.6.label": "TEARS", "taps.8.label": " "}
    label = SYSTEM_KINDS["words"]
    new, long, fine = (
        name
        for name in form
        if name.endswith("label") and name.replace("label", "code") not in form
    )
    form |= {new: label, long: "x" * 41, fine: "Fine"}
    visitor = served.visitor("administrator")
    answer = visitor.post("/settings/taps", form | {"taps.5.place": "up"})
    assert answer.status_code == 422
    shown = Page(answer.text)
    assert set(shown.errors()) == {"taps.5.place", long}
    assert "whole number from 1" in shown.beside("taps.5.place")
    assert shown.typed()["taps.5.place"] == ["up"]
    answer = visitor.post("/settings/taps", form | {long: ""})
    assert answer.status_code == 422
    shown = Page(answer.text)
    assert set(shown.errors()) == {"taps.4.label", "taps.8.label", new}
    assert "Another entry has this label." in shown.beside("taps.4.label")
    assert shown.typed()[fine] == ["Fine"]
    assert shown.typed()["taps.6.place"] == ["1"]


def test_rows_of_the_rubric_are_moved_weighed_hidden_and_added(served: Served) -> None:
    form = form_of(served, "/settings/rubric")
    form |= {"rows.3.place": "1", "rows.0.weight": "20", "rows.14.label": "Touch agreement kept"}
    form |= {"rows.14.is_shown": "true"}
    del form["rows.5.is_shown"]
    assert served.visitor("administrator").post("/settings/rubric", form).status_code == 302
    found = standing(served, "rubric")
    assert isinstance(found, Rubric)
    assert [row.code for row in found.rows[:2]] == ["goals", "timeliness"]
    assert found.rows[1].weight == 20
    assert [row.code for row in found.rows if not row.is_shown] == ["response"]
    assert found.rows[14].code == "own_touch_agreement_kept"
    wrong = form_of(served, "/settings/rubric") | {"rows.2.weight": "many", "rows.4.place": "up"}
    answer = served.visitor("administrator").post("/settings/rubric", wrong)
    assert answer.status_code == 422
    shown = Page(answer.text)
    assert set(shown.errors()) == {"rows.2.weight", "rows.4.place"}
    assert shown.typed()["rows.2.weight"] == ["many"]
    blank = form_of(served, "/settings/rubric") | {"rows.2.label": " "}
    answer = served.visitor("administrator").post("/settings/rubric", blank)
    assert set(Page(answer.text).errors()) == {"rows.2.label"}
    put_back(served, "rubric")


def test_more_taps_than_a_page_can_show_are_refused_as_a_whole(served: Served) -> None:
    form: dict[str, str | list[str]] = {}
    for number in range(26):
        name = f"taps.{number}"
        form |= {f"{name}.place": str(number + 1), f"{name}.label": f"Own {number}"}
        form |= {f"{name}.is_shown": "true", f"{name}.code": f"own_{number}"}
    answer = served.visitor("administrator").post("/settings/taps", form)
    assert answer.status_code == 422
    assert "Show at most 24 taps" in Page(answer.text).words()


def test_a_moved_tap_comes_to_stand_where_it_was_sent() -> None:
    count = len(BUILT_IN)
    for had in range(count):
        for wanted in range(count):
            raw = raw_of(BUILT_IN) | {f"taps.{had}.place": [str(wanted + 1)]}
            order = [row.code for row in tap_form.read(raw)]
            rest = [tap.code for tap in BUILT_IN if tap.code != BUILT_IN[had].code]
            assert order == [*rest[:wanted], BUILT_IN[had].code, *rest[wanted:]]


@given(st.permutations(range(len(BUILT_IN))))
def test_every_order_can_be_written_at_once(places: list[int]) -> None:
    raw = raw_of(BUILT_IN)
    raw |= {f"taps.{number}.place": [str(at + 1)] for number, at in enumerate(places)}
    order = [row.code for row in tap_form.read(raw)]
    assert [order[at] for at in places] == [tap.code for tap in BUILT_IN]


def test_of_two_taps_for_one_place_the_first_has_it() -> None:
    raw = raw_of(BUILT_IN) | {"taps.9.place": ["2"], "taps.4.place": ["2"], "taps.0.place": ["99"]}
    order = [row.code for row in tap_form.read(raw)]
    codes = [tap.code for tap in BUILT_IN]
    assert order[:4] == [codes[1], codes[4], codes[9], codes[2]]
    assert order[-1] == codes[0]


def raw_of(listed: tuple[Tap, ...]) -> dict[str, list[str]]:
    """The form as it is posted when nothing was changed."""
    return {
        f"{row.name}.{key}": [text]
        for row in tap_form.blank(listed).rows
        for key, text in (("code", row.code), ("label", row.label), ("place", row.place))
    }


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 19), st.sampled_from(("code", "label", "place", "is_shown"))),
        st.lists(st.text(max_size=45), max_size=2),
    )
)
def test_no_posted_text_breaks_the_form_of_the_taps(
    posted: dict[tuple[int, str], list[str]],
) -> None:
    raw = raw_of(BUILT_IN) | {f"taps.{row}.{name}": text for (row, name), text in posted.items()}
    try:
        rows = tap_form.read(raw)
        from_plain("taps", tap_form.values(rows))
    except BadInput as refusal:
        form = tap_form.again(raw, refusal)
        assert form.errors or form.sentence
        typed = {f"{row.name}.label": row.label for row in form.rows}
        first = {name: next(iter(text), "") for name, text in raw.items() if name in typed}
        assert typed == first


@pytest.mark.parametrize("name", NAMES)
def test_every_default_is_read_back_from_its_form(name: str) -> None:
    if name == "taps":
        return
    if name == "rubric":
        rows = rubric_form.blank(DEFAULT_RUBRIC).listed
        raw = {f"{row.name}.{of}": [getattr(row, of)] for row in rows for of in ("code", *ENTRIES)}
        raw |= {f"{row.name}.is_shown": ["true"] for row in rows}
        assert from_plain(name, rubric_form.values(rubric_form.read(raw))) == DEFAULT_RUBRIC
        return
    noun = words.noun_of(name)
    raw = entry.to_raw(noun, words.entries(name, DEFAULTS[name]), zone="UTC")
    assert from_plain(name, entry.read(noun, raw, zone="UTC")) == DEFAULTS[name]
    assert not forms.read(record_definition(noun), raw).errors


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_a_title_and_says_something(name: str) -> None:
    assert words.title(name)
    said = words.sentences(DEFAULTS[name])
    assert said
    assert all(sentence.endswith(".") for sentence in said)
    assert [name in names for _, names in words.PARTS].count(True) == 1


@pytest.mark.parametrize(
    ("name", "changed", "says"),
    [
        ("schedule.iv", {"minutes": [0], "has_discharge": False}, "Before the dose."),
        ("arrival_rule", {"needed": [], "food_hours": 1}, "Asks for nothing. No food for 1 hour,"),
        ("discharge_rule", {"needed": ["walking"]}, "Asks for: Walking steadily. Observed for"),
        ("dose_limits.iv", {"refusal_mg": "200"}, "Whatever the weight, refuses above 200 mg."),
        (
            "taps",
            {
                "taps": [
                    {"code": tap.code, "label": tap.label, "is_shown": False} for tap in BUILT_IN
                ]
            },
            "None is shown. 17 hidden: Onset,",
        ),
    ],
)
def test_an_unusual_rule_is_said_as_it_is(name: str, changed: dict[str, object], says: str) -> None:
    value = from_plain(name, to_plain(DEFAULTS[name]) | changed)
    assert says in " ".join(words.sentences(value)).replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_no_longer_asked_for_and_what_is_now() -> None:
    before = DEFAULTS["discharge_rule"]
    needed = {*to_plain(before)["needed"]} - {"aldrete"} | {"follow_up_booked"}
    after = from_plain("discharge_rule", to_plain(before) | {"needed": sorted(needed)})
    [change] = words.changes("discharge_rule", before, after)
    assert (change.before, change.after) == ("Aldrete score", "Follow-up booked")
    [back] = words.changes(
        "arrival_rule",
        DEFAULTS["arrival_rule"],
        from_plain("arrival_rule", to_plain(DEFAULTS["arrival_rule"]) | {"needed": []}),
    )
    assert back.after == ""
    assert "Weight" in back.before
