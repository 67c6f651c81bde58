"""Judgement of parks: the plan's targets."""
