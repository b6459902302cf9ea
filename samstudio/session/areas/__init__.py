"""Areas in time and frequency: drawn shapes, and the cells that they cover."""
