"""Drafts, evidence, submissions, reminders."""
