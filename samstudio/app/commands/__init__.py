"""What each action does, one method an action, and what else is asked of the window."""
