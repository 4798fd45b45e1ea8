"""MicroPython's `micropython` module for CPython: portable code imports it as on a board."""


def const(value):
    return value


def native(function):
    return function


def viper(function):
    """Present so that the name resolves; code that needs viper's types guards on the implementation."""
    return function


def heap_lock():
    """CPython has no lockable heap: nothing to do."""


def heap_unlock():
    """CPython has no lockable heap: nothing to do."""
