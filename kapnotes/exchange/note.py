"""A signed note as a FHIR QuestionnaireResponse, checked before it leaves the house."""

import json
from datetime import datetime

from kapnotes import forms
from kapnotes.forms import Answers, Definition


def questionnaire_response(
    definition: Definition,
    answers: Answers,
    *,
    note_id: str,
    patient_id: str,
    author: str,
    signed_at: datetime,
    is_amended: bool,
) -> dict[str, object]:
    """The note as a resource. Raises ValueError if it is no valid R4B QuestionnaireResponse."""
    from fhir.resources.R4B.questionnaireresponse import (  # noqa: PLC0415 - 0.26 s, rarely needed
        QuestionnaireResponse,
    )

    resource = forms.to_response(
        definition,
        answers,
        id=note_id,
        status="amended" if is_amended else "completed",
        subject={"reference": f"Patient/{patient_id}"},
        authored=signed_at.isoformat(timespec="seconds"),
        author={"display": author},
    )
    QuestionnaireResponse.model_validate_json(json.dumps(resource, default=str))
    return dict(resource)
