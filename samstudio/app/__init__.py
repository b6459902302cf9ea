"""The house door: builds everything once and introduces the halves to each other."""
