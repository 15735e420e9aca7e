//! The encrypted way to PostgreSQL: what `sslmode` and `sslrootcert` ask for is what is done.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use usher_db::{Db, DbConfig, OpenError};
use usher_testkit::{Folder, pg::Cluster};

use crate::schema;

/// An authority of the test's own, written to a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: String,
}

impl Authority {
    fn new(folder: &Folder, name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = folder.path().join(format!("{name}.crt"));
        std::fs::write(&file, issuer.pem()).unwrap();
        Self { issuer, file: file.display().to_string() }
    }

    /// A certificate for `localhost` and its key.
    fn server(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

async fn opened(url: &str) -> Result<Db, OpenError> {
    let opened = Db::open(DbConfig::postgres(url), schema::set()).await;
    if let Err(error) = &opened {
        assert!(!error.to_string().contains('\n'), "one line: {error}");
    }
    opened
}

/// Opens the database and tells whether each of its connections is encrypted.
async fn encrypted(cluster: &Cluster, url: &str) -> bool {
    let db = opened(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    let all = "SELECT 1 / count(*) FILTER (WHERE a.application_name LIKE 'usher%') \
               / (CASE WHEN bool_and(s.ssl) FILTER (WHERE a.application_name LIKE 'usher%') THEN 1 ELSE 0 END) \
               FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid)";
    let seen = cluster.admin(all).is_ok();
    db.close().await;
    seen
}

async fn refused(url: &str, because: &str) {
    match opened(url).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => {
            assert!(matches!(error, OpenError::Tls { .. }), "{url}: {error:?}");
            assert!(error.to_string().contains(because), "{url}: {error}");
        }
    }
}

#[tokio::test]
async fn the_way_is_encrypted_as_the_url_asks() {
    let folder = Folder::new();
    let (ours, strangers) = (Authority::new(&folder, "ours"), Authority::new(&folder, "strangers"));
    let (certificate, key) = ours.server();
    let Some(cluster) = Cluster::encrypted(&certificate, &key) else { return };
    let at_address = cluster.database();
    let by_name = at_address.replace("127.0.0.1", "localhost");
    let (ours, strangers) = (&ours.file, &strangers.file);

    assert!(!encrypted(&cluster, &format!("{by_name}?sslmode=disable")).await);
    // Where nothing is said, what the server offers is taken.
    assert!(encrypted(&cluster, &by_name).await);
    assert!(encrypted(&cluster, &format!("{at_address}?sslmode=require&channel_binding=prefer")).await);
    assert!(encrypted(&cluster, &format!("{by_name}?sslmode=require&sslnegotiation=postgres")).await);
    // The name of the host counts for verify-full alone.
    let checked = |base: &str, mode: &str, file: &str| format!("{base}?sslmode={mode}&sslrootcert={file}");
    assert!(encrypted(&cluster, &checked(&at_address, "verify-ca", ours)).await);
    assert!(encrypted(&cluster, &checked(&by_name, "verify-full", ours)).await);
    refused(&checked(&at_address, "verify-full", ours), "for another name").await;
    // Whoever names an authority has it checked, as with libpq.
    for mode in ["verify-ca", "verify-full", "require", "prefer"] {
        refused(&checked(&by_name, mode, strangers), "no authority in ").await;
    }
    refused(&format!("{by_name}?sslmode=verify-full"), "public authorities").await;
    refused(&format!("{by_name}?sslrootcert=system"), "public authorities").await;

    // Looking, as the doctor does, goes the same way.
    let look = DbConfig::postgres(checked(&by_name, "verify-full", strangers));
    assert!(matches!(Db::inspect(look, schema::set()).await.err(), Some(OpenError::Tls { .. })));
    // So do reads from a replica.
    let reads = DbConfig::postgres(&by_name).replica(Some(checked(&by_name, "verify-full", strangers)));
    assert!(matches!(Db::open(reads, schema::set()).await.err(), Some(OpenError::Tls { .. })));
}

#[tokio::test]
async fn a_server_that_signed_itself_is_its_own_authority() {
    let folder = Folder::new();
    let own = {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    };
    let file = folder.path().join("own.crt");
    std::fs::write(&file, own.pem()).unwrap();
    let Some(cluster) = Cluster::encrypted(&own.pem(), &own.key().serialize_pem()) else { return };
    let at_address = cluster.database();
    let by_name = at_address.replace("127.0.0.1", "localhost");
    let query = |mode: &str| format!("?sslmode={mode}&sslrootcert={}", file.display());
    assert!(encrypted(&cluster, &format!("{by_name}{}", query("verify-full"))).await);
    assert!(encrypted(&cluster, &format!("{at_address}{}", query("verify-ca"))).await);
    refused(&format!("{at_address}{}", query("verify-full")), "for another name").await;
}

#[tokio::test]
async fn a_server_without_encryption_is_named() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    for mode in ["require", "verify-full"] {
        refused(&format!("{url}?sslmode={mode}"), "does not offer it. Switch it on there").await;
    }
    opened(&format!("{url}?sslmode=prefer")).await.unwrap().close().await;
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_named() {
    for (query, because) in [
        ("sslmode=allow", "must be disable, prefer, require, verify-ca or verify-full"),
        ("sslmode=verify-ca", "name the file of its certificate"),
        ("sslmode=require&sslrootcert=system", "sslmode=verify-full alone"),
        ("sslmode=verify-full&sslrootcert=/nowhere.crt", "sslrootcert /nowhere.crt"),
        ("sslmode=verify-full&sslrootcert=%2Fdev%2Fnull", "sslrootcert /dev/null holds no certificate"),
        ("sslcert=/mine.crt", "sslcert is not offered"),
    ] {
        let error = opened(&format!("postgres://u:secret@127.0.0.1:1/d?{query}")).await.err().unwrap();
        assert!(matches!(error, OpenError::BadUrl { .. }), "{query}: {error}");
        let text = error.to_string();
        assert!(text.contains(because) && !text.contains("secret"), "{query}: {text}");
    }
}
