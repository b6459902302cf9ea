"""The facts of a session: frozen values, no behaviour beyond their own arithmetic."""
