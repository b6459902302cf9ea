"""The clock of separations, which stands still while they rest."""

from samstudio.controllers.separation.run_clock import RunClock


def test_time_that_it_was_stopped_does_not_count():
    times = [10.0]
    clock = RunClock(lambda: times[0])
    assert clock.now() == 10.0
    clock.stop()
    times[0] = 15.0
    clock.stop()
    assert clock.now() == 10.0
    clock.go_on()
    clock.go_on()
    times[0] = 18.0
    assert clock.now() == 13.0
