"""Who may do what, and how far they see. No rule that allows: refused."""
