"""The password hasher of all tests, except those of the real one."""

from accounts.hashers import LimitedArgon2PasswordHasher


class QuickHasher(LimitedArgon2PasswordHasher):
    """The real one with parameters that do not slow the suite down."""

    time_cost, memory_cost, parallelism = 1, 8, 1
