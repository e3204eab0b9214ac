"""What people do: one file per noun, one function per verb.

Every function is called by name, with the person as `by` and the time as `at`; it opens its own
transaction, asks the rules, and leaves one event. What it returns is plain or fully loaded.
"""
