"""The machine is worth something when it finds what is wrong: bugs are planted one by one, and each must give a counterexample.

`mutants` has them, with what each does. They have to be found within six chapters of the stories that are told of the code as it is.
"""

from __future__ import annotations

import pytest

from tests.sync.mutants import MUTANTS
from tests.sync.story import Story
from tests.sync.telling import tell
from tests.sync.test_story import STORIES

LIMIT_STORIES = 6 * STORIES


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[name](monkeypatch)
    before = Story.steps
    with pytest.raises(AssertionError) as found:
        tell(1, LIMIT_STORIES, shrink=False)
    print(f"{name}: found after {Story.steps - before} steps: {str(found.value)[:200]}")
