"""Actions by the names under which earlier versions remembered their keys."""

RENAMED = {
    "accept_all_ghosts": "accept_all_suggestions",
    "accept_ghost": "accept_suggestion",
    "accept_ghost_minus": "accept_suggestion_flipped",
    "accept_suggestion_minus": "accept_suggestion_flipped",
    "dismiss_ghost": "dismiss_suggestion",
    "next_ghost": "next_suggestion",
    "previous_ghost": "previous_suggestion",
    "set_up_sam_audio": "set_up_models",
}
