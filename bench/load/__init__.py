"""A practice at work on one machine: fifty write, five sessions run, documents are made."""
