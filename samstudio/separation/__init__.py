"""Prompt + clip -> stems. torch lives here and only here."""
