//! The encrypted way to the server, as `sslmode` and `sslrootcert` of the URL ask for it. The words and what they
//! mean are libpq's (<https://www.postgresql.org/docs/current/libpq-ssl.html>), whose URLs people paste; the driver
//! knows but three of them.

use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// The value of `sslrootcert` that stands for the public authorities.
const PUBLIC: &str = "system";

/// What the URL asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// No encryption.
    Disable,
    /// Encryption where the server offers it.
    Prefer,
    /// Encryption; whoever answers.
    Require,
    /// And the server's certificate comes from the authority.
    VerifyCa,
    /// And it is for the host that was asked for.
    VerifyFull,
}

/// How connections of one URL are encrypted.
#[derive(Clone)]
pub(super) struct Tls {
    mode: Mode,
    /// The file of authorities, or none where nothing or the public ones are asked.
    authorities: Option<String>,
    connector: MakeRustlsConnect,
}

impl Tls {
    /// Takes what this module reads out of a URL; answers what is left for the driver.
    ///
    /// # Errors
    /// Why the URL cannot be used, without its password.
    pub(super) fn parse(url: &str) -> Result<(String, Self), String> {
        let (mut mode, mut authorities, mut direct) = (None, None, false);
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = || percent_decode_str(value).decode_utf8_lossy().into_owned();
            match name {
                "sslmode" => mode = Some(named(&value())?),
                "sslrootcert" => authorities = Some(value()).filter(|file| !file.is_empty()),
                "sslcert" | "sslkey" => {
                    return Err(format!(
                        "{name} is not offered: usher shows the server a password, no certificate"
                    ));
                }
                _ => {
                    direct |= pair == "sslnegotiation=direct";
                    rest.push(pair);
                }
            }
        }
        let public = authorities.as_deref() == Some(PUBLIC);
        let mode = mode.unwrap_or(if public { Mode::VerifyFull } else { Mode::Prefer });
        let authorities = authorities.filter(|_| !public);
        match (mode, public, &authorities) {
            (Mode::VerifyFull, ..)
            | (_, false, Some(_))
            | (Mode::Disable | Mode::Prefer | Mode::Require, false, None) => {}
            // Anybody has a certificate of some public authority: only the name in it tells servers apart.
            _ => {
                return Err(
                    "the public authorities are checked with sslmode=verify-full alone; for another one \
                            name the file of its certificate as sslrootcert"
                        .to_owned(),
                );
            }
        }
        let connector = connector(mode, authorities.as_deref(), direct)?;
        let url = if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) };
        Ok((url, Self { mode, authorities, connector }))
    }

    /// What the driver has to insist on.
    pub(super) fn mode(&self) -> SslMode {
        match self.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        }
    }

    /// Makes connections encrypted.
    pub(super) fn connector(&self) -> MakeRustlsConnect {
        self.connector.clone()
    }

    /// Whether a failed encryption is followed by a connection without one.
    pub(super) fn may_do_without(&self) -> bool {
        self.mode == Mode::Prefer && self.authorities.is_none()
    }

    /// What is wrong with the encryption and how to mend it; none where the error is not of it.
    pub(super) fn explain(&self, error: &tokio_postgres::Error) -> Option<(String, String)> {
        let source = error.source().filter(|_| error.as_db_error().is_none())?;
        if source.to_string() == "server does not support TLS" {
            return Some((
                "the server does not offer it".to_owned(),
                "Switch it on there (ssl = on), or write sslmode=disable where nobody can listen on the way"
                    .to_owned(),
            ));
        }
        let refused = refusal(error)?;
        let authorities = self.authorities.as_deref().unwrap_or("the list of public authorities");
        let (detail, remedy) = match refused {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => (
                format!("no authority in {authorities} has signed the server's certificate"),
                "Name the file with its authority's certificate as sslrootcert in DATABASE_URL",
            ),
            Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => (
                "the server's certificate is for another name".to_owned(),
                "Write the name that stands in it as the host of DATABASE_URL, or sslmode=verify-ca",
            ),
            Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            ) => ("the server's certificate has expired".to_owned(), "Renew it on the server"),
            other => (
                other.to_string(),
                "Check the server's certificate, and sslmode and sslrootcert in DATABASE_URL",
            ),
        };
        Some((detail, remedy.to_owned()))
    }
}

/// Whether the encryption failed, in whatever way.
pub(super) fn is_refusal(error: &tokio_postgres::Error) -> bool {
    refusal(error).is_some()
}

fn refusal(error: &tokio_postgres::Error) -> Option<&Error> {
    error.source()?.downcast_ref::<std::io::Error>()?.get_ref()?.downcast_ref()
}

fn named(word: &str) -> Result<Mode, String> {
    Ok(match word {
        "disable" => Mode::Disable,
        "prefer" => Mode::Prefer,
        "require" => Mode::Require,
        "verify-ca" => Mode::VerifyCa,
        "verify-full" => Mode::VerifyFull,
        _ => {
            return Err(format!(
                "sslmode is {word:?} and must be disable, prefer, require, verify-ca or verify-full"
            ));
        }
    })
}

fn connector(mode: Mode, authorities: Option<&str>, direct: bool) -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let certificates = authorities.map(read).transpose()?.unwrap_or_default();
    let roots = match (authorities, mode) {
        // As libpq does it: whoever names an authority has it checked.
        (Some(file), _) => Some(store(file, &certificates)?),
        (None, Mode::VerifyFull) => {
            Some(RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()))
        }
        (None, _) => None,
    };
    let chain = roots
        .map(|roots| {
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()
        })
        .transpose()
        .map_err(|error| error.to_string())?;
    let check = Check { chain, certificates, name: mode == Mode::VerifyFull, provider };
    let mut config =
        builder.dangerous().with_custom_certificate_verifier(Arc::new(check)).with_no_client_auth();
    if direct {
        // A server that is not asked first wants to hear what for.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

fn read(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = std::fs::read(Path::new(file)).map_err(|error| format!("sslrootcert {file}: {error}"))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    certificates.map_err(|error| format!("sslrootcert {file} is not PEM: {error}"))
}

fn store(file: &str, certificates: &[CertificateDer<'static>]) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates.iter().cloned());
    if store.is_empty() {
        return Err(format!("sslrootcert {file} holds no certificate"));
    }
    Ok(store)
}

/// What is checked of the certificate that a server shows.
#[derive(Debug)]
struct Check {
    /// Looks for the authority; none where anybody may answer.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// The authorities' certificates, where they come from a file.
    certificates: Vec<CertificateDer<'static>>,
    /// Whether it must be for the host.
    name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Check {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(shown, between, host, ocsp, now) {
            // Looked at last: everything else is in order.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            // A server that signed its own certificate, whose copy is the authority: rustls wants the two apart,
            // libpq and PostgreSQL's manual do not.
            Err(Error::InvalidCertificate(CertificateError::Other(_)))
                if self.certificates.contains(shown) =>
            {
                if self.name {
                    verify_server_name(&ParsedCertificate::try_from(shown)?, host)?;
                }
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
