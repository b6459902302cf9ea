"""How a prompt is worded: what it asks for, what it leaves out, and how an engine would understand it better."""
