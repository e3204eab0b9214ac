"""All scales that are built in, by their keys."""

from collections.abc import Mapping
from types import MappingProxyType

from kapnotes.clinic.measure_scale import Measure
from kapnotes.clinic.measure_screening import AUDIT_C, C_SSRS
from kapnotes.clinic.measure_session import ALDRETE, CADSS_6, EBI, MEQ_30, MOAA_S, RASS
from kapnotes.clinic.measure_symptom import GAD_7, PAIN, PCL_5, PHQ_9, QIDS_SR16, WHO_5, Y_BOCS

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.key: measure
        for measure in (
            Y_BOCS,
            PHQ_9,
            QIDS_SR16,
            GAD_7,
            PCL_5,
            WHO_5,
            PAIN,
            C_SSRS,
            AUDIT_C,
            CADSS_6,
            MOAA_S,
            RASS,
            ALDRETE,
            MEQ_30,
            EBI,
        )
    }
)
"""Each scale by its key, in the order of the library."""
