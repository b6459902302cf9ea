import pytest

from samstudio.separation.remote.address import parse_address
from samstudio.separation.remote.extra import ClusterError
from samstudio.separation.remote.machine_link import checked_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("gpu1", "tls://gpu1:8786"),
        ("gpu1:99", "tls://gpu1:99"),
        ("tls://10.0.0.7:0", "tls://10.0.0.7:0"),
        ("tls://[fe80::1]:5", "tls://[fe80::1]:5"),
        ("tcp://localhost:5", "tcp://localhost:5"),
        ("tcp://127.0.0.1", "tcp://127.0.0.1:8786"),
        ("tcp://[::1]:7", "tcp://[::1]:7"),
    ],
)
def test_scheme_and_port_may_be_left_out(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "tls://", "http://gpu1", "tls://gpu1:x", "gpu1/path", "tls://me@gpu1", "a:99999"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ClusterError, match="is written tls://HOST:PORT"):
        parse_address(text)


@pytest.mark.parametrize("host", ["gpu1", "0.0.0.0", "10.0.0.7", "localhost.example.org"])
def test_an_open_connection_stays_on_this_machine(host):
    with pytest.raises(ClusterError, match=f"use tls://{host}:8786 with certificates"):
        parse_address(f"tcp://{host}")


@pytest.mark.parametrize("text", ["ssh://gpu1", "ssh://me@gpu1.example.org:22", " ssh://me@10.0.0.7 "])
def test_a_machine_may_be_behind_ssh(text):
    assert checked_address(text) == text.strip()


@pytest.mark.parametrize("text", ["ssh://", "ssh://-oProxyCommand=x", "ssh://a b", "ssh://me@-x", "ssh://gpu1/x"])
def test_what_ssh_would_take_for_an_option_is_refused(text):
    with pytest.raises(ClusterError, match="is written ssh://HOST"):
        checked_address(text)
