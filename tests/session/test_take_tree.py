from dataclasses import replace

import numpy as np

from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stems, Take
from samstudio.session.take_tree import MOST_IN_CHAIN, chain_to, continued_by, tree_order, unique_name

SILENCE = np.zeros((10, 1), np.float32)


def make_take(name: str, source: str = "") -> Take:
    return Take(name, Prompt(), SeparationSettings(), Sound(Stems(SILENCE, SILENCE)), 1.0, 10, source=source, id=name)


def test_what_came_from_a_residual_stands_below_its_take():
    takes = [make_take("a"), make_take("b"), make_take("a1", "a"), make_take("a11", "a1"), make_take("a2", "a")]
    shown = [(takes[index].name, depth) for index, depth in tree_order(takes)]
    assert shown == [("a", 0), ("a1", 1), ("a11", 2), ("a2", 1), ("b", 0)]


def test_a_take_whose_source_is_gone_stands_at_the_root():
    takes = [make_take("a1", "a"), make_take("b", "a1")]
    assert tree_order(takes) == ((0, 0), (1, 1))


def test_no_take_is_lost_in_a_circle():
    first, second = make_take("a", "b"), make_take("b", "a")
    assert {index for index, _ in tree_order([first, second, replace(first, id="c", source="c")])} == {0, 1, 2}


def test_a_name_that_is_taken_gets_a_number():
    assert unique_name("Best", []) == "Best"
    assert unique_name("Best", ["Best"]) == "Best (2)"
    assert unique_name("Best", ["Best", "Best (2)"]) == "Best (3)"


def test_the_chain_of_a_take_begins_with_the_first():
    takes = [make_take("a"), make_take("b"), make_take("a1", "a"), make_take("a11", "a1")]
    assert [take.name for take in chain_to(takes[3], takes)] == ["a", "a1", "a11"]
    assert [take.name for take in chain_to(takes[1], takes)] == ["b"]
    assert [take.name for take in chain_to(takes[3], [takes[0], takes[3]])] == ["a11"]


def test_a_circle_is_no_endless_chain():
    takes = [make_take("a", "b"), make_take("b", "a")]
    assert [take.name for take in chain_to(takes[0], takes)] == ["b", "a"]


def test_what_was_separated_from_a_residual_is_found():
    takes = [make_take("a"), make_take("b"), make_take("a1", "a"), make_take("a11", "a1"), make_take("a2", "a")]
    assert [take.name for take in continued_by(takes, takes[0])] == ["a1", "a2"]
    assert continued_by(takes, takes[1]) == ()


def test_a_chain_of_twenty_thousand_takes_is_cut_to_what_can_be_heard():
    takes = [make_take("t0")]
    for number in range(1, 20_000):
        takes.append(make_take(f"t{number}", takes[-1].id))
    chain = chain_to(takes[-1], takes)
    assert [take.id for take in chain] == [f"t{number}" for number in range(20_000 - MOST_IN_CHAIN, 20_000)]
    assert tree_order(takes)[-1] == (19_999, 19_999)


def test_a_circle_of_takes_is_walked_once():
    takes = [make_take("a", "b"), make_take("b", "a")]
    assert [take.id for take in chain_to(takes[0], takes)] == ["b", "a"]
