//! An installation with tenancy and identity: a bank with its administrator, and the operator.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use usher_db::{Db, Engine};
use usher_events::{Event, Events, Settings};
use usher_http::{Api, HttpConfig, Rates};
use usher_identity::model::NewMember;
use usher_identity::model::oidc::Provider;
use usher_identity::{FirstAdmin, Identity, IdentityConfig, Mail, Mailer, Sending};
use usher_kernel::{Clock, ManualClock, SignedDuration, SystemCtx, TenantId};
use usher_tenancy::Tenancy;
use usher_tenancy::model::NewTenant;
use usher_testkit::{Answer, TestClient, TestDb, block_on};

use crate::issuer::{CLIENT, Issuer};

/// When everything here begins: 2026-11-20T09:00:00Z.
pub(crate) const START_SECOND: i64 = 1_795_165_200;
/// The password of everybody here.
pub(crate) const PASSWORD: &str = "demo1234";

/// Keeps the mails.
#[derive(Clone, Default)]
pub(crate) struct Letters(pub(crate) Arc<Mutex<Vec<Mail>>>);

impl Mailer for Letters {
    fn send(&self, mail: Mail) -> Sending<'_> {
        self.0.lock().push(mail);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Letters {
    /// The secret in the newest mail to an address whose link says `word`.
    pub(crate) fn secret(&self, to: &str, word: &str) -> Option<String> {
        let mails = self.0.lock();
        let mail =
            mails.iter().rev().find(|mail| mail.to == to && mail.text.contains(&format!("#{word}=")))?;
        let (_, rest) = mail.text.split_once(&format!("#{word}="))?;
        Some(rest.split_whitespace().next()?.to_owned())
    }
}

/// An installation under test.
pub(crate) struct App {
    pub(crate) identity: Identity,
    pub(crate) db: Db,
    pub(crate) sys: SystemCtx,
    pub(crate) time: ManualClock,
    pub(crate) mails: Letters,
    pub(crate) events: Arc<Mutex<Vec<Arc<Event>>>>,
    pub(crate) bank: TenantId,
    pub(crate) api: Api,
    pub(crate) issuer: Issuer,
    client: TestClient,
    _files: TestDb,
}

impl App {
    /// The bank with its administrator `admin@bank.example`, and the operator `root@usher.example`.
    pub(crate) async fn over(files: TestDb) -> Self {
        let (clock, time) = Clock::manual(usher_kernel::Timestamp::from_second(START_SECOND).unwrap());
        let db = files.db().clone();
        let log = Events::new(db.clone(), clock.clone(), Settings::default());
        let events: Arc<Mutex<Vec<Arc<Event>>>> = Arc::default();
        let heard = Arc::clone(&events);
        log.bus().listen(move |event| heard.lock().push(Arc::clone(event)));
        let tenancy = Tenancy::new(db.clone(), log.bus(), None);
        let mails = Letters::default();
        let issuer = Issuer::start().await;
        let mut settings = IdentityConfig::new(b"a secret for tests, long enough for HS256".to_vec());
        let provider = |name: &str, second_step| Provider {
            name: name.to_owned(),
            label: "The Issuer".to_owned(),
            issuer: issuer.url.clone(),
            client_id: CLIENT.0.to_owned(),
            client_secret: CLIENT.1.to_owned(),
            second_step,
        };
        settings.oidc = vec![provider("sso", false), provider("strict", true)];
        let mailer = Arc::new(mails.clone());
        let identity = Identity::new(tenancy.clone(), log.bus(), clock.clone(), mailer, settings).unwrap();
        let http = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let api = Api::builder(http, Arc::new(identity.clone()), Arc::new(tenancy.clone()), clock.clone())
            .mount(usher_tenancy::routes(tenancy.clone()))
            .mount(usher_identity::routes(identity.clone()))
            .build()
            .unwrap();
        let client = TestClient::new(api.clone().into_router());
        let sys = SystemCtx::new("test", clock);
        let admin = person("admin@bank.example");
        let bank = NewTenant { name: "Bank".to_owned(), ..NewTenant::default() };
        let (bank, _) = identity.create_tenant(&sys, bank, admin).await.unwrap();
        let operator = person("root@usher.example");
        identity.create_person(&sys, None, operator, "platform_admin", NewMember::default()).await.unwrap();
        events.lock().clear();
        Self { identity, db, sys, time, mails, events, bank: bank.id, api, issuer, client, _files: files }
    }

    /// Nobody.
    pub(crate) fn nobody(&self) -> TestClient {
        self.client.clone()
    }

    /// A person of the bank with this role; a new one when nobody has the address.
    pub(crate) async fn person(&self, role: &str, email: &str) -> TestClient {
        let person = person(email);
        self.identity
            .create_person(&self.sys, Some(self.bank), person, role, NewMember::default())
            .await
            .unwrap();
        self.as_user(email).await
    }

    /// Somebody who is registered, signed in with a browser's access token.
    pub(crate) async fn as_user(&self, email: &str) -> TestClient {
        let answer = self.log_in(email).await.expect(200);
        self.client.clone().bearer(answer["access_token"].as_str().unwrap())
    }

    /// The bank's administrator.
    pub(crate) async fn admin(&self) -> TestClient {
        self.as_user("admin@bank.example").await
    }

    /// The operator of the installation.
    pub(crate) async fn operator(&self) -> TestClient {
        self.as_user("root@usher.example").await
    }

    /// Tries to sign in with the password of everybody here.
    pub(crate) async fn log_in(&self, email: &str) -> Answer {
        self.log_in_with(email, PASSWORD).await
    }

    /// Tries to sign in.
    pub(crate) async fn log_in_with(&self, email: &str, password: &str) -> Answer {
        self.nobody().post("/api/v1/auth/login", json!({ "email": email, "password": password })).await
    }

    /// A second tenant, `shop`, with the administrator `admin@shop.example`.
    pub(crate) async fn shop(&self) -> TenantId {
        // Ids of one millisecond have no order.
        self.time.advance(SignedDuration::from_secs(1));
        let new = NewTenant { name: "Shop".to_owned(), ..NewTenant::default() };
        let (shop, _) =
            self.identity.create_tenant(&self.sys, new, person("admin@shop.example")).await.unwrap();
        shop.id
    }

    /// The kinds of the events so far.
    pub(crate) fn kinds(&self) -> Vec<String> {
        self.events.lock().iter().map(|event| event.kind.to_string()).collect()
    }

    /// How often an event of this kind was heard.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.kinds().iter().filter(|heard| *heard == kind).count()
    }

    /// The last event of a kind.
    pub(crate) fn last(&self, kind: &str) -> Arc<Event> {
        self.events.lock().iter().rev().find(|event| event.kind == kind).cloned().unwrap()
    }
}

/// Somebody with the password of everybody here.
pub(crate) fn person(email: &str) -> FirstAdmin {
    let name = email.split('@').next().unwrap_or_default().to_owned();
    FirstAdmin { email: email.to_owned(), password: Some(PASSWORD.to_owned()), name }
}

/// The answer with what differs from run to run taken out, at any depth.
pub(crate) fn steady(answer: &Value) -> Value {
    const UNSTEADY: &[&str] = &[
        "id",
        "tenant_id",
        "user_id",
        "member_id",
        "organization_id",
        "session_id",
        "token",
        "access_token",
        "accessToken",
        "refresh_token",
        "refreshToken",
        "hint",
        "key",
        "site_id",
        "code",
        "device_code",
    ];
    match answer {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let unsteady = UNSTEADY.contains(&name.as_str()) && value.is_string();
                (name.clone(), if unsteady { json!("…") } else { steady(value) })
            })
            .collect(),
        Value::Array(items) => items.iter().map(steady).collect(),
        other => other.clone(),
    }
}

/// Runs a test on an engine, where that is wanted and installed.
pub(crate) fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(App) -> F) {
    let sets = vec![
        usher_http::MIGRATIONS,
        usher_events::migrations(),
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
    ];
    block_on(async {
        if let Some(files) = TestDb::open(engine, sets).await {
            test(App::over(files).await).await;
        }
    });
}
