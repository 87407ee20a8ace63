"""Nobody is identifiable: what may be shown of numbers that count people, and an attacker who tries to find the rest. Knows nothing of pages or payments."""
