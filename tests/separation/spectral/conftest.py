import pytest

from samstudio.separation.spectral import fit, network, plan
from samstudio.separation.spectral.learned_plans import LearnedPlans


@pytest.fixture(autouse=True)
def plans(monkeypatch) -> LearnedPlans:
    """Nothing is learned yet: no test finds what another one learned."""
    made = LearnedPlans()
    monkeypatch.setattr(plan, "PLANS", made)
    return made


@pytest.fixture
def hasty(monkeypatch) -> None:
    """Learns little: where and when it is applied does not depend on that."""
    monkeypatch.setattr(fit, "DICTIONARY_ITERATIONS", 5)
    monkeypatch.setattr(fit, "COMPONENT_ITERATIONS", 5)
    monkeypatch.setattr(network, "STEPS", 20)
