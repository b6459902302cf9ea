"""The certificates with which machines of one cluster know each other: one authority, one certificate with its key."""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from samstudio.separation.remote.extra import ClusterError, require_extra

if TYPE_CHECKING:
    from distributed import Security

AUTHORITY, CERTIFICATE, KEY = "authority.pem", "certificate.pem", "key.pem"
ROLES = ("client", "worker", "scheduler")
"""Of Dask; all show the same certificate."""
VALID_DAYS = 1825


@dataclass(frozen=True)
class Certificates:
    """The three files of a folder, which every machine of the cluster has."""

    folder: Path

    @property
    def authority(self) -> Path:
        """Who signed the certificates that are accepted."""
        return self.folder / AUTHORITY

    @property
    def certificate(self) -> Path:
        """What this machine shows."""
        return self.folder / CERTIFICATE

    @property
    def key(self) -> Path:
        """Proves that the certificate is its own; secret."""
        return self.folder / KEY

    @property
    def missing(self) -> tuple[Path, ...]:
        """Those of the files that are not there."""
        return tuple(path for path in (self.authority, self.certificate, self.key) if not path.is_file())

    def security(self) -> "Security":
        """For connections on which both sides show a certificate. Raises ClusterError."""
        if self.missing:
            raise ClusterError(
                f"There is no '{self.missing[0]}': 'samstudio cluster certificates {self.folder}' makes certificates "
                "on one machine; copy the folder to all others."
            )
        require_extra()
        from distributed import Security

        files = {"cert": str(self.certificate), "key": str(self.key)}
        shown = {f"tls_{role}_{name}": files[name] for role in ROLES for name in files}
        return Security(tls_ca_file=str(self.authority), require_encryption=True, **shown)


def default_folder() -> Path:
    """Where certificates are looked for unless a folder is named."""
    return platformdirs.user_config_path("samstudio", appauthor=False) / "certificates"


def make_certificates(folder: Path) -> Certificates:
    """Make an authority and a certificate signed by it. Raises ClusterError where files are there already.

    The authority's own key is kept nowhere, so nobody can add a certificate later: who shall be shut out is shut out
    by new certificates for all others.
    """
    require_extra()
    made = Certificates(folder)
    if len(made.missing) < 3:
        raise ClusterError(f"'{folder}' has certificates already: choose another folder, or remove them first.")
    authority, certificate, key = _signed_pair()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made.authority.write_bytes(authority)
        made.certificate.write_bytes(certificate)
        with os.fdopen(os.open(made.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
    except OSError as error:
        raise ClusterError(f"The certificates could not be written into '{folder}' ({error.strerror}).") from error
    return made


def _signed_pair() -> tuple[bytes, bytes, bytes]:
    """PEM texts: the authority's certificate, the certificate that it signed, and the key of the latter."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def begun(text: str, public_key: ec.EllipticCurvePublicKey, *, signs: bool) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(named(text))
            .issuer_name(named("SAM Studio cluster"))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            # Clocks differ between machines.
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
            .add_extension(x509.BasicConstraints(ca=signs, path_length=0 if signs else None), critical=True)
        )

    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = begun("SAM Studio cluster", authority_key.public_key(), signs=True).sign(authority_key, hashes.SHA256())
    certificate = (
        begun("SAM Studio machine", key.public_key(), signs=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("samstudio")]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return authority.public_bytes(pem), certificate.public_bytes(pem), secret
