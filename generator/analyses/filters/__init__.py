"""Question 2: what each filter is activated by, and what it makes of a picture."""
