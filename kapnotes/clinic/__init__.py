"""What must be true in the clinic: dose, vitals, course, note states, timeliness, outcome, risk.

Pure rules: no Flask, no SQL and no clock. Whatever depends on the time takes it as an argument.
Figures marked [B] in a docstring are background, not read in a source: each is a setting.
"""
