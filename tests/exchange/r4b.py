"""What R4B demands of a document and the library's models do not look at."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The resources of one type, in their order."""
    found = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if one["resourceType"] == kind]


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside of a value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from walk(each)


def coded(one: dict[str, Any], system: str) -> list[str]:
    """The codes of a concept in one system."""
    return [code["code"] for code in one["coding"] if code["system"] == system]


REQUIRED: dict[tuple[str, str], set[str]] = {
    ("Composition", "status"): {"preliminary", "final", "amended", "entered-in-error"},
    ("Observation", "status"): {"registered", "preliminary", "final", "amended"},
    ("EpisodeOfCare", "status"): {"planned", "waitlist", "active", "onhold", "finished"},
    ("CarePlan", "status"): {"draft", "active", "on-hold", "revoked", "completed", "unknown"},
    ("CarePlan", "intent"): {"proposal", "plan", "order", "option"},
    ("Goal", "lifecycleStatus"): {"proposed", "planned", "accepted", "active", "on-hold"}
    | {"completed", "cancelled"},
    ("Procedure", "status"): {"preparation", "in-progress", "not-done", "on-hold", "stopped"}
    | {"completed"},
    ("MedicationAdministration", "status"): {"in-progress", "not-done", "on-hold", "completed"},
    ("AdverseEvent", "actuality"): {"actual", "potential"},
    ("QuestionnaireResponse", "status"): {"in-progress", "completed", "amended", "stopped"},
    ("Consent", "status"): {"draft", "proposed", "active", "rejected", "inactive"},
    ("Flag", "status"): {"active", "inactive", "entered-in-error"},
}
"""The value sets that are binding, as far as we use the elements."""
NARRATIVE = {"generated", "extensions", "additional", "empty"}
ATTESTED = {"personal", "professional", "legal", "official"}
EMPTY = {"nilknown", "notasked", "withheld", "unavailable", "notstarted", "closed"}


def problems(bundle: dict[str, Any]) -> list[str]:
    """Everything that is wrong with a document, in short words."""
    return [*_document(bundle), *_codes(bundle), *_texts(bundle), *_shapes(bundle)]


def _document(bundle: dict[str, Any]) -> list[str]:
    found = []
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    if bundle["type"] != "document" or not bundle.get("timestamp"):
        found.append("bdl-10: no time")
    if not (bundle["identifier"]["system"] and bundle["identifier"]["value"]):
        found.append("bdl-9: no identifier")
    if bundle["entry"][0]["resource"]["resourceType"] != "Composition":
        found.append("bdl-11: no Composition first")
    if len(urls) != len(set(urls)):
        found.append("bdl-7: an address twice")
    found += [
        f"{url} is not that of its resource"
        for url, entry in zip(urls, bundle["entry"], strict=True)
        if url != f"urn:uuid:{entry['resource']['id']}"
    ]
    return found + [
        f"{one['reference']} leads nowhere"
        for entry in bundle["entry"]
        for one in walk(entry["resource"])
        if isinstance(one.get("reference"), str)
        and one["reference"] not in {*urls, *_inside(entry["resource"])}
    ]


def _inside(resource: dict[str, Any]) -> list[str]:
    return [f"#{one['id']}" for one in resource.get("contained", ())]


def _codes(bundle: dict[str, Any]) -> list[str]:
    found = [
        f"{kind}.{name} is {one.get(name)}"
        for (kind, name), allowed in REQUIRED.items()
        for one in resources(bundle, kind)
        if one.get(name) not in allowed
    ]
    for one in walk(bundle):
        if "div" in one and one["status"] not in NARRATIVE:
            found.append(f"Narrative.status is {one['status']}")
        if "emptyReason" in one and one["emptyReason"]["coding"][0]["code"] not in EMPTY:
            found.append("emptyReason")
    composition = resources(bundle, "Composition")[0]
    found += [f"mode {one}" for one in composition.get("attester", ()) if _mode(one)]
    return found


def _mode(attester: dict[str, Any]) -> bool:
    return attester["mode"] not in ATTESTED


def _texts(bundle: dict[str, Any]) -> list[str]:
    """Narratives are XHTML with words in it; nothing is empty anywhere."""
    found = []
    for one in walk(bundle):
        if "div" in one and not "".join(ET.fromstring(one["div"]).itertext()).strip():  # noqa: S314 - our own text
            found.append("txt-2: a narrative without words")
        found += [f"{name} is empty" for name, value in one.items() if value in ("", [], {}, None)]
    return found


def _shapes(bundle: dict[str, Any]) -> list[str]:
    found = []
    for one in walk(resources(bundle, "Composition")[0].get("section", [])):
        if "title" in one and not ({"text", "entry", "section"} & one.keys()):
            found.append(f"cmp-1: {one['title']}")
        if "emptyReason" in one and "entry" in one:
            found.append(f"cmp-2: {one['title']}")
    found += ["ppc-1" for one in resources(bundle, "Consent") if "policyRule" not in one]
    found += [
        "ait-1" for one in resources(bundle, "AllergyIntolerance") if "clinicalStatus" not in one
    ]
    return found
