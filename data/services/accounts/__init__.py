"""Accounts, their sessions, codes, second factors, limits and messages."""
