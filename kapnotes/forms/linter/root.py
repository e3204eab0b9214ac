"""The head of a definition: its name, version and state."""

import re
from collections.abc import Mapping
from typing import Any

from kapnotes.forms.linter.faults import Faults

_KNOWN = frozenset(
    {
        "resourceType", "id", "meta", "language", "url", "identifier", "version", "name", "title",
        "status", "experimental", "subjectType", "date", "publisher", "contact", "description",
        "useContext", "jurisdiction", "purpose", "copyright", "approvalDate", "lastReviewDate",
        "effectivePeriod", "derivedFrom", "code", "item",
    }
)  # fmt: skip
_STATES = ("draft", "active", "retired", "unknown")
_NAME = re.compile(r"[A-Z][A-Za-z0-9_]{0,254}")


def look_at_root(root: Mapping[str, Any], faults: Faults) -> None:
    """Note what is wrong outside the items."""
    if root.get("resourceType") != "Questionnaire":
        faults.add("resourceType", "A definition is a FHIR resource of type Questionnaire.")
    faults.only(root, _KNOWN, "")
    faults.text(root, "url", "", needed=True)
    faults.text(root, "version", "", needed=True)
    faults.text(root, "title", "", needed=True)
    name = faults.text(root, "name", "", needed=True)
    if name and not _NAME.fullmatch(name):
        faults.add("name", "A name starts with a capital and holds letters, digits and _ only.")
    faults.text(root, "description", "")
    faults.text(root, "purpose", "")
    faults.text(root, "copyright", "")
    if root.get("status") not in _STATES:
        faults.add("status", "The status is one of draft, active, retired, unknown.")
    look_at_codes(root, "", faults)
    if "item" not in root:
        faults.add("", "A definition asks something: “item” is missing.")


def look_at_codes(owner: Mapping[str, Any], path: str, faults: Faults) -> None:
    """Note what is wrong with the public codes of a definition or an item."""
    for where, code in faults.mappings(owner, "code", path):
        faults.only(code, ("system", "version", "code", "display"), where)
        faults.text(code, "system", where, needed=True)
        faults.text(code, "code", where, needed=True)
        faults.text(code, "display", where)
