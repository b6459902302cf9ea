"""Commands about listening tests."""
