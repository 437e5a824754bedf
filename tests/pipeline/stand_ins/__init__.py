"""Stages that behave badly on purpose, run by the worker in the tests of the runner."""
