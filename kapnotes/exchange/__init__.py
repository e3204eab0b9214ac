"""What other systems read: HL7 FHIR R4B resources made from the record."""
