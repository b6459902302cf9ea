"""The dialog of a listening test over a folder."""
