"""What is looked at before anything starts, and what is logged and counted."""
