"""First commentary for a new report, written from what was measured."""
