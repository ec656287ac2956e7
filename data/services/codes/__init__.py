"""Place codes and certificates."""
