"""The linter: everything that a FHIR library does not see in a definition, in plain words.

`fhir.resources` 8.3 lets pass: wrong code values, a linkId used twice, a condition on a question
that is not there, maxLength on a group, an extension without a value. This does not.
"""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms.linter.conditions import look_at_conditions
from kapnotes.forms.linter.extensions import look_at_extensions
from kapnotes.forms.linter.faults import Faults
from kapnotes.forms.linter.items import look_at_items
from kapnotes.forms.linter.leaves import look_at_leaves
from kapnotes.forms.linter.options import look_at_options
from kapnotes.forms.linter.root import look_at_root
from kapnotes.forms.linter.scores import look_at_scores
from kapnotes.forms.linter.values import look_at_initial
from kapnotes.forms.problem import Problem


def lint(mapping: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return every problem of a Questionnaire, in the order of the page; none means usable."""
    faults = Faults()
    root = faults.mapping(mapping, "")
    if root is None:
        return tuple(faults.found)
    look_at_leaves(root, "", faults)
    look_at_root(root, faults)
    seen = look_at_items(root, faults)
    for each in seen:
        look_at_extensions(each, faults)
        look_at_options(each, faults)
        look_at_initial(each, faults)
    look_at_conditions(seen, faults)
    look_at_scores(seen, faults)
    return tuple(faults.found)
