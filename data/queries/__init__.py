"""Read-only SQL: one function, one statement, a session in, plain records out."""
