import pytest

from samstudio.separation.spectral import plan
from samstudio.separation.spectral.learned_plans import LearnedPlans


@pytest.fixture(autouse=True)
def plans(monkeypatch) -> LearnedPlans:
    """Nothing is learned yet: no test finds what another one learned."""
    made = LearnedPlans()
    monkeypatch.setattr(plan, "PLANS", made)
    return made
