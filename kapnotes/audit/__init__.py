"""What happened: every look, change and refusal, in one chain that cannot be edited."""
