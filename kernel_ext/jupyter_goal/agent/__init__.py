"""The goal loop: plan, compile, execute, check, show."""
