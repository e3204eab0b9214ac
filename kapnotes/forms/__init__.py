"""What follows from one definition: its form, reading, checks, scores, lines and changes.

The engine knows no note by name, and imports nothing of ours. A definition is a FHIR R4B
Questionnaire; its answers are `{linkId: value}`, a repeating group being a list of such.

    Questionnaire --load--> Definition        lint says what is wrong with one
    posted text   --read--> answers, errors   to_raw is the way back
    answers --check_draft, check_signing--> findings
    answers --ask--> the HTML form            --tell--> page and paper
    answers --store--> JSON --restore--> answers
    answers --to_response--> FHIR --from_response--> answers
"""

from kapnotes.forms.answer import Answers, Coded, Quantity, Raw, Single, Value
from kapnotes.forms.asking import ask
from kapnotes.forms.change import Change, ChangeKind, difference, word_difference
from kapnotes.forms.definition import (
    Code,
    Condition,
    Definition,
    Item,
    ItemType,
    Operator,
    Option,
)
from kapnotes.forms.exact import read_json, write_json
from kapnotes.forms.finding import (
    Caution,
    Finding,
    FindingKind,
    Refused,
    Rule,
    check_draft,
    check_signing,
)
from kapnotes.forms.linter import lint
from kapnotes.forms.loader import digest, load
from kapnotes.forms.page import Ask, Choice, Tell
from kapnotes.forms.problem import AnswersError, DefinitionError, Problem
from kapnotes.forms.reading import Reading, initial_answers, read, tidy, to_raw
from kapnotes.forms.response import from_response, to_response
from kapnotes.forms.score import Score, ordinals, scores
from kapnotes.forms.storage import canonical, restore, store
from kapnotes.forms.telling import tell

__all__ = [
    "Answers",
    "AnswersError",
    "Ask",
    "Caution",
    "Change",
    "ChangeKind",
    "Choice",
    "Code",
    "Coded",
    "Condition",
    "Definition",
    "DefinitionError",
    "Finding",
    "FindingKind",
    "Item",
    "ItemType",
    "Operator",
    "Option",
    "Problem",
    "Quantity",
    "Raw",
    "Reading",
    "Refused",
    "Rule",
    "Score",
    "Single",
    "Tell",
    "Value",
    "ask",
    "canonical",
    "check_draft",
    "check_signing",
    "difference",
    "digest",
    "from_response",
    "initial_answers",
    "lint",
    "load",
    "ordinals",
    "read",
    "read_json",
    "restore",
    "scores",
    "store",
    "tell",
    "tidy",
    "to_raw",
    "to_response",
    "word_difference",
    "write_json",
]
