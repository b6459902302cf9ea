"""What each action does: one method an action, under the action's name."""
