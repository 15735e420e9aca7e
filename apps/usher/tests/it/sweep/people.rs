//! Who tries the doors: everybody with their rights, and a session that is renewed when a route ends it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use usher_testkit::eventually;

use crate::http::{Answer, Conn};
use crate::server::Server;

pub(super) const BANK: &str = "demo-bank";
pub(super) const SHOP: &str = "shop";
pub(super) const PASSWORD: &str = "demo1234";

/// How somebody shows who they are.
enum Credential {
    Nothing,
    /// The e-mail address, the tenant and the access token of the moment.
    Password {
        email: String,
        tenant: String,
        token: RefCell<Option<String>>,
    },
    /// A device's or a service's own.
    Opaque(String),
}

/// Somebody and what they may do.
pub(super) struct Person {
    pub(super) name: String,
    credential: Credential,
    scopes: Scopes,
    device: Option<&'static str>,
    platform: bool,
}

/// What somebody may do in their tenant.
enum Scopes {
    All,
    These(BTreeSet<String>),
}

impl Person {
    fn new(name: &str, credential: Credential) -> Self {
        let scopes = Scopes::These(BTreeSet::new());
        Self { name: name.to_owned(), credential, scopes, device: None, platform: false }
    }

    pub(super) fn nobody() -> Self {
        Self::new("nobody", Credential::Nothing)
    }

    /// Who signs in with the one password of the sweep.
    pub(super) fn with_password(name: &str, email: &str, tenant: &str) -> Self {
        let (email, tenant) = (email.to_owned(), tenant.to_owned());
        Self::new(name, Credential::Password { email, tenant, token: RefCell::default() })
    }

    /// Who holds a credential that lasts.
    pub(super) fn with_token(name: &str, token: &str) -> Self {
        Self::new(name, Credential::Opaque(token.to_owned()))
    }

    pub(super) fn and_all_scopes(self) -> Self {
        Self { scopes: Scopes::All, ..self }
    }

    pub(super) fn and_scopes(self, scopes: &Value) -> Self {
        let names = scopes.as_array().expect("scopes").iter();
        let names = names.map(|scope| scope.as_str().expect("a scope").to_owned());
        Self { scopes: Scopes::These(names.collect()), ..self }
    }

    pub(super) fn a_device(self, kind: &'static str) -> Self {
        Self { device: Some(kind), ..self }
    }

    pub(super) fn the_operator(self) -> Self {
        Self { platform: true, scopes: Scopes::All, ..self }
    }

    pub(super) fn holds(&self, scope: &str) -> bool {
        match &self.scopes {
            Scopes::All => true,
            Scopes::These(names) => names.contains(scope),
        }
    }

    pub(super) fn device(&self) -> Option<&str> {
        self.device
    }

    pub(super) fn is_platform(&self) -> bool {
        self.platform
    }

    /// The credential of the moment.
    pub(super) fn token(&self, server: &Server) -> Option<String> {
        match &self.credential {
            Credential::Nothing => None,
            Credential::Opaque(token) => Some(token.clone()),
            Credential::Password { email, tenant, token } => {
                let mut token = token.borrow_mut();
                Some(token.get_or_insert_with(|| sign_in(server, email, tenant)).clone())
            }
        }
    }

    /// Begins another session beside those that there are.
    pub(super) fn sign_in_again(&self, server: &Server) {
        if let Credential::Password { token, .. } = &self.credential {
            token.take();
            self.token(server);
        }
    }

    /// Asks; a session that an earlier request ended is begun again.
    pub(super) fn ask(&self, server: &Server, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.say(server, (method, path), &body.map(ToString::to_string).unwrap_or_default(), None)
    }

    /// Asks for a POST with an `Idempotency-Key`.
    pub(super) fn ask_with_key(&self, server: &Server, path: &str, body: &str, key: &str) -> Answer {
        self.say(server, ("POST", path), body, Some(key))
    }

    fn say(&self, server: &Server, what: (&str, &str), body: &str, key: Option<&str>) -> Answer {
        let known =
            matches!(&self.credential, Credential::Password { token, .. } if token.borrow().is_some());
        let answer = self.once(server, what, body, key);
        if answer.status == 401
            && known
            && let Credential::Password { token, .. } = &self.credential
        {
            token.take();
            return self.once(server, what, body, key);
        }
        answer
    }

    fn once(&self, server: &Server, (method, path): (&str, &str), body: &str, key: Option<&str>) -> Answer {
        let mut conn = Conn::new(&server.addr, self.token(server).as_deref());
        let answer = conn.say(method, path, body, key);
        answer.unwrap_or_else(|_| panic!("{method} {path} is not answered"))
    }

    /// What a GET that has to succeed answers.
    pub(super) fn read(&self, server: &Server, path: &str) -> Value {
        let answer = self.ask(server, "GET", path, None);
        assert_eq!(answer.status, 200, "{path} to {}: {answer:?}", self.name);
        answer.body
    }

    /// A list once it has so many entries, as it will by itself within moments.
    pub(super) fn wait_for(&self, server: &Server, path: &str, count: usize) -> Value {
        eventually(&format!("{path} has {count} entries"), Duration::from_secs(10), || {
            let list = self.read(server, path);
            list["items"].as_array().is_some_and(|items| items.len() >= count).then_some(list)
        })
    }

    /// What a POST that has to succeed answers.
    pub(super) fn make(&self, server: &Server, path: &str, body: &Value) -> Value {
        let answer = self.ask(server, "POST", path, Some(body));
        assert!((200..300).contains(&answer.status), "{path} to {}: {answer:?}", self.name);
        answer.body
    }
}

fn sign_in(server: &Server, email: &str, tenant: &str) -> String {
    let mut who = json!({ "email": email, "password": PASSWORD });
    if !tenant.is_empty() {
        who["tenant"] = json!(tenant);
    }
    let answer = Conn::new(&server.addr, None).post("/api/v1/auth/login", &who, None);
    let answer = answer.expect("the server answers");
    answer.body["access_token"].as_str().unwrap_or_else(|| panic!("{email}: {answer:?}")).to_owned()
}
