import ast

import pytest

from tests.mutants import MODULES, ROOT, mutants

SOURCE = '''
def may(user, now):
    """Whether one may."""
    log.info("asked", user=user.pk)
    if user is None or not user.active:
        return False
    rows.filter(owner=user, until__gt=now).delete()
    return user.level >= 3
'''


def test_mutants_change_one_thing_and_leave_the_log_alone():
    found = {words for _line, words, _module in mutants(SOURCE)}
    assert found == {
        "'return user.level >= 3' → 'return None'",
        "'rows.filter(owner=user, until__gt=now).delete()' → 'pass'",
        "'user is None or not user.active' → 'user is None and (not user.active)'",
        "'user.level >= 3' → 'user.level > 3'",
        "'user is None' → 'user is not None'",
        "'not user.active' → 'user.active'",
        "'False' → 'True'",
        "'3' → '4'",
        "'rows.filter(owner=user, until__gt=now)' → 'rows.filter(until__gt=now)'",
        "'rows.filter(owner=user, until__gt=now)' → 'rows.filter(owner=user)'",
    }
    assert len({module for _line, _words, module in mutants(SOURCE)}) == len(found)


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_their_tests_are_there_and_every_mutant_is_a_module(module):
    assert all((ROOT / name).is_file() for name in MODULES[module])
    found = list(mutants((ROOT / module).read_text()))
    assert found
    for _line, _words, mutated in found:
        ast.parse(mutated)
