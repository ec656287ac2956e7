"""Pages of accounts: registration, sign-in, second factor, the own account."""
