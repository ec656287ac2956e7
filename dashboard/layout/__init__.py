"""Pure component builders."""
