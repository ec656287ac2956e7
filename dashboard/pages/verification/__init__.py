"""What an owner sees of verification, and what the public reports."""
