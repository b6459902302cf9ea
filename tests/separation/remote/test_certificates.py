import os
import ssl
import stat

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("distributed")

from samstudio.separation.remote.certificates import Certificates, make_certificates
from samstudio.separation.remote.connection import compare_versions
from samstudio.separation.remote.extra import ClusterError


def _shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """In memory; raises SSLError where either refuses the other."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [server.wrap_bio(up, down, server_side=True), client.wrap_bio(down, up)]
    for _ in range(4):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


def _contexts(certificates: Certificates) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    security = certificates.security()
    return tuple(
        security.get_connection_args(role)["ssl_context"]
        if role == "client"
        else security.get_listen_args(role)["ssl_context"]
        for role in ("scheduler", "client")
    )


def test_machines_with_the_same_certificates_accept_each_other_and_no_others(tmp_path):
    own, other = make_certificates(tmp_path / "own"), make_certificates(tmp_path / "other")
    server, client = _contexts(own)
    _shake_hands(server, client)
    with pytest.raises(ssl.SSLError):
        _shake_hands(server, _contexts(other)[1])
    without = ssl.create_default_context(cafile=str(own.authority))
    without.check_hostname = False
    with pytest.raises(ssl.SSLError):
        _shake_hands(server, without)


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_the_key_is_its_owner_s_alone_and_nothing_is_replaced(tmp_path):
    made = make_certificates(tmp_path / "new")
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    with pytest.raises(ClusterError, match="has certificates already"):
        make_certificates(tmp_path / "new")
    made.key.unlink()
    with pytest.raises(ClusterError, match=r"There is no '.*key\.pem': 'samstudio cluster certificates"):
        made.security()


def test_the_first_difference_between_versions_is_named():
    packages = {"samstudio": "1", "distributed": "2", "dask": "3", "msgpack": "4", "cloudpickle": "5"}
    here = {"packages": packages | {"python": "3.11.7.final.0"}}
    there = {"packages": packages | {"python": "3.11.9.final.0"}}
    compare_versions({"client": here, "scheduler": there, "workers": {"tls://a:1": there}})
    other = {"packages": packages | {"python": "3.12.1.final.0"}}
    with pytest.raises(ClusterError, match=r"^tls://a:1 runs Python 3\.12 and this machine 3\.11: install the same"):
        compare_versions({"client": here, "scheduler": there, "workers": {"tls://a:1": other}})
