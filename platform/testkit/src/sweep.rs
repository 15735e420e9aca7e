//! Every declared route, tried by people who have no business there.
//!
//! The routes come from the registry, so one that is added tomorrow is swept tomorrow.

use axum::body::Body;
use axum::http::{Method, Request, header};
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use usher_http::{Access, Api, Endpoint};

/// Fills in a path parameter of an endpoint; none leaves it to chance.
type Fill = Box<dyn Fn(&Endpoint, &str) -> Option<String> + Send + Sync>;

/// Who tries, and where.
pub struct Sweep {
    api: Api,
    tenant: String,
    powerless: String,
    outsider: String,
    fill: Fill,
}

/// What one attempt came to.
struct Outcome {
    status: u16,
    code: String,
}

impl Sweep {
    /// A sweep over all routes of `api`, aimed at the tenant with the slug `tenant`.
    ///
    /// `powerless` is the `Authorization` of a member of that tenant without any scope, `outsider` that of
    /// an administrator of another tenant.
    pub fn new(api: Api, tenant: &str, powerless: &str, outsider: &str) -> Self {
        Self {
            api,
            tenant: tenant.to_owned(),
            powerless: powerless.to_owned(),
            outsider: outsider.to_owned(),
            fill: Box::new(|_, _| None),
        }
    }

    /// Real things of the tenant for the paths: the value of a route's parameter, where there is one.
    #[must_use]
    pub fn fill(mut self, value: impl Fn(&Endpoint, &str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.fill = Box::new(value);
        self
    }

    /// Tries every route; what went wrong, a line each.
    pub async fn run(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for endpoint in self.api.registry().endpoints() {
            if endpoint.summary().is_empty() {
                faults.push(format!("{endpoint:?} has no summary"));
            }
            let nobody = self.ask(endpoint, None).await;
            let powerless = self.ask(endpoint, Some(&self.powerless)).await;
            let outsider = self.ask(endpoint, Some(&self.outsider)).await;
            for (who, outcome) in [("nobody", &nobody), ("powerless", &powerless), ("outsider", &outsider)] {
                if outcome.status == 500 {
                    faults.push(format!("{endpoint:?} fails for {who}"));
                }
            }
            let mut wrong = |who: &str, outcome: &Outcome, expected: &str| {
                let Outcome { status, code } = outcome;
                faults
                    .push(format!("{endpoint:?} answers {status} {code} to {who}; {expected} was expected"));
            };
            if endpoint.access().is_public() {
                if nobody.code == "not_signed_in" {
                    wrong("nobody", &nobody, "anything else");
                }
                continue;
            }
            if nobody.status != 401 {
                wrong("nobody", &nobody, "401");
            }
            let signed_in = *endpoint.access() == Access::SignedIn;
            if !signed_in && powerless.code != "forbidden" {
                wrong("somebody without rights", &powerless, "403 forbidden");
            }
            if endpoint.tenant_parameter().is_some() {
                if outsider.status != 404 {
                    wrong("another tenant", &outsider, "404");
                }
            } else if endpoint.parameters().next().is_some() && outsider.status < 400 {
                wrong("another tenant", &outsider, "a refusal");
            }
        }
        faults
    }

    fn path(&self, endpoint: &Endpoint) -> String {
        let mut path = endpoint.path().to_owned();
        for name in endpoint.parameters() {
            let value = if endpoint.tenant_parameter() == Some(name) {
                self.tenant.clone()
            } else {
                let nothing = || "01900000-0000-7000-8000-000000000000".to_owned();
                (self.fill)(endpoint, name).unwrap_or_else(nothing)
            };
            path = path.replace(&format!("{{{name}}}"), &value).replace(&format!("{{*{name}}}"), &value);
        }
        path
    }

    async fn ask(&self, endpoint: &Endpoint, authorization: Option<&str>) -> Outcome {
        let mut request = Request::builder().method(endpoint.method().clone()).uri(self.path(endpoint));
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let body = match *endpoint.method() {
            Method::POST | Method::PUT | Method::PATCH => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from("{}")
            }
            _ => Body::empty(),
        };
        let request = request.body(body).expect("a request");
        let response = self.api.clone().oneshot(request).await.expect("an api never fails");
        let status = response.status().as_u16();
        Outcome { status, code: if status < 400 { String::new() } else { code(response).await } }
    }
}

async fn code(response: Response) -> String {
    let body = response.into_body().collect().await.expect("the whole answer").to_bytes();
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    problem["code"].as_str().unwrap_or("(no problem answer)").to_owned()
}
