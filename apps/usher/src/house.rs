//! The product put together: database, events, contexts, live rooms, routes.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use usher_analytics::Analytics;
use usher_appointments::Appointments;
use usher_audit::Audit;
use usher_customers::Customers;
use usher_db::{Db, DbConfig, MigrationSet};
use usher_engagement::Engagement;
use usher_eta::Eta;
use usher_events::{Events, FollowTask, Running, Settings};
use usher_graphql::{Door, Settings as GraphqlSettings};
use usher_http::{Api, HttpConfig, Rate, Rates};
use usher_identity::model::oidc::Provider;
use usher_identity::{Identity, IdentityConfig, MailFolder};
use usher_kernel::{Clock, SignedDuration, SystemCtx};
use usher_queueing::{Parts, Printing, Queueing};
use usher_realtime::{Hub, HubConfig, SocketIoDoor};
use usher_telemetry::{CheckFuture, HealthCheck, Telemetry};
use usher_tenancy::{Part, Tenancy};

use crate::config::Config;
use crate::live;
use crate::secret;

/// The embedded database's file in the data directory.
pub(crate) const DATABASE: &str = "usher.db";

/// Everything that runs, with its parts named.
pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) events: Events,
    pub(crate) tenancy: Tenancy,
    pub(crate) identity: Identity,
    pub(crate) audit: Audit,
    pub(crate) line: Queueing,
    pub(crate) appointments: Appointments,
    pub(crate) analytics: Analytics,
    pub(crate) engagement: Engagement,
    pub(crate) hub: Hub,
    sockets: SocketIoDoor,
    pub(crate) api: Api,
    pub(crate) graphql: Door,
    pub(crate) system: SystemCtx,
    running: Running,
    following: FollowTask,
}

/// The tables of every context, in the order in which they may refer to each other.
pub(crate) fn migrations() -> Vec<MigrationSet> {
    vec![
        usher_events::migrations(),
        usher_http::MIGRATIONS,
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_audit::MIGRATIONS,
        usher_jobs::migrations(),
        usher_customers::MIGRATIONS,
        usher_queueing::MIGRATIONS,
        usher_eta::MIGRATIONS,
        usher_appointments::MIGRATIONS,
        usher_analytics::MIGRATIONS,
        usher_engagement::MIGRATIONS,
    ]
}

/// What every context hands out when everything of a tenant is exported, and what it does not.
fn parts() -> Vec<Part> {
    let all = [
        usher_tenancy::parts(),
        usher_identity::parts(),
        usher_customers::parts(),
        usher_queueing::parts(),
        usher_appointments::parts(),
        usher_engagement::parts(),
        usher_analytics::parts(),
        usher_eta::parts(),
        usher_audit::parts(),
    ];
    all.into_iter().flatten().collect()
}

/// The database that the configuration names.
pub(crate) fn database(config: &Config) -> DbConfig {
    let mut db = if config.embedded() {
        DbConfig::sqlite(config.data_dir.join(DATABASE))
    } else {
        let replica = &config.database.replica_url;
        DbConfig::postgres(&config.database.url).replica((!replica.is_empty()).then(|| replica.clone()))
    };
    if config.database.readers > 0 {
        db = db.readers(config.database.readers);
    }
    if config.database.writers > 0 {
        db = db.writers(config.database.writers);
    }
    db
}

impl House {
    /// Opens the database, brings it to this version and connects everything.
    ///
    /// # Errors
    /// One line that says what is wrong and how to mend it.
    pub(crate) async fn build(config: &Config, clock: Clock, telemetry: &Telemetry) -> Result<Self> {
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("cannot make the data directory {}", config.data_dir.display()))?;
        let secret = signing_secret(config)?;
        let system = SystemCtx::new("usher", clock.clone());

        let db = Db::open(database(config), migrations()).await?;
        let settings = Settings { redis_url: redis_url(config), ..Settings::default() };
        let events = Events::new(db.clone(), clock.clone(), settings);
        let bus = events.bus().clone();
        let hub = Hub::new(HubConfig::default(), clock.clone());

        let default_tenant = (!config.default_tenant.is_empty()).then(|| config.default_tenant.clone());
        let tenancy = Tenancy::new(db.clone(), &bus, default_tenant);
        tenancy.hand_out(parts());
        let mailer = Arc::new(MailFolder::new(config.data_dir.join("mail")));
        let identity =
            Identity::new(tenancy.clone(), &bus, clock.clone(), mailer, identity_config(config, &secret))?;
        let customers = Customers::new(identity.clone());
        let line = Queueing::new(Parts {
            identity: identity.clone(),
            customers: customers.clone(),
            hub: hub.clone(),
            secret: secret.clone().into_bytes(),
            clock: clock.clone(),
        });
        line.set_printing(printing(config));
        let appointments = Appointments::new(line.clone(), secret.as_bytes(), public_url(config));
        let audit = Audit::new(db.clone(), &events);
        events.register(Eta::scorer(&line));
        let analytics = Analytics::new(&line, &events);
        let engagement = Engagement::new(&line, &events);
        // From here on nothing that others commit is missed; what is read below is brought up to date by it.
        let running = events.start().await?;
        tenancy.load(&system).await?;
        let (eta, following) = Eta::start(&line, &events);
        usher_queueing::start(&line, &bus, &system).await?;
        usher_appointments::start(&appointments, &bus);
        engagement.follow(&bus);

        telemetry.health.register(Arc::new(DatabaseCheck(db.clone(), system.clone())));
        telemetry.health.register(Arc::new(EstimatesCheck(eta.clone())));
        if let Some(url) = redis_url(config) {
            telemetry.health.register(Arc::new(RedisCheck(url)));
        }
        live::follow_revocations(&hub, &bus, &identity);
        let sockets = SocketIoDoor::open(&hub, Arc::new(identity.clone()), Arc::new(tenancy.clone()));
        let graphql = Door::new(
            hub.clone(),
            GraphqlSettings { introspection: config.graphql.introspection, log: config.graphql.log },
            vec![
                usher_tenancy::graphql::graph(tenancy.clone()),
                usher_identity::graphql::graph(identity.clone()),
                usher_audit::graphql::graph(),
                usher_customers::graphql::graph(),
                usher_queueing::graphql::graph(line.clone()),
                usher_eta::graphql::graph(),
                usher_appointments::graphql::graph(appointments.clone()),
                usher_engagement::graphql::graph(engagement.clone()),
                usher_analytics::graphql::graph(),
            ],
        );
        let api =
            Api::builder(http_config(config), Arc::new(identity.clone()), Arc::new(tenancy.clone()), clock)
                .system(telemetry)
                .mount(usher_tenancy::routes(tenancy.clone()))
                .mount(usher_identity::routes(identity.clone()))
                .mount(usher_audit::routes(audit.clone()))
                .mount(usher_customers::routes(customers))
                .mount(usher_realtime::door::routes(hub.clone()))
                .mount(usher_queueing::routes(line.clone()))
                .mount(usher_eta::routes(eta, line.clone()))
                .mount(usher_appointments::routes(appointments.clone()))
                .mount(usher_engagement::routes(engagement.clone()))
                .mount(usher_analytics::routes(analytics.clone()))
                .mount(usher_graphql::routes(graphql.clone()))
                .fallback(pages())
                .build()?;
        graphql.open(&api)?;
        sockets.behind(&api);
        // What estimates have learned is read beside the first answers: see `Queueing::estimates_known`.
        let following = following.start();
        Ok(Self {
            db,
            events,
            tenancy,
            identity,
            audit,
            line,
            appointments,
            engagement,
            analytics,
            hub,
            sockets,
            api,
            graphql,
            system,
            running,
            following,
        })
    }

    /// Everything that answers on the port.
    pub(crate) fn router(&self) -> axum::Router {
        self.api.clone().into_router().layer(self.sockets.layer())
    }

    /// Finishes what was taken on, and closes the files.
    pub(crate) async fn stop(self) {
        self.hub.stop();
        self.running.stop().await;
        self.following.stop().await;
        self.db.close().await;
    }
}

/// Hands what no route matches to the screens.
fn pages()
-> impl Fn(axum::extract::Request) -> std::pin::Pin<Box<dyn Future<Output = axum::response::Response> + Send>>
+ Send
+ Sync
+ 'static {
    let router = usher_web::router();
    move |request| {
        let router = router.clone();
        Box::pin(async move {
            match tower::ServiceExt::oneshot(router, request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        })
    }
}

fn signing_secret(config: &Config) -> Result<String> {
    if config.auth.jwt_secret.is_empty() {
        return secret::of_data_dir(&config.data_dir);
    }
    Ok(config.auth.jwt_secret.clone())
}

fn redis_url(config: &Config) -> Option<String> {
    (!config.redis.url.is_empty()).then(|| config.redis.url.clone())
}

fn identity_config(config: &Config, secret: &str) -> IdentityConfig {
    let mut identity = IdentityConfig::new(secret.as_bytes().to_vec());
    identity.access_life = SignedDuration::from_mins(i64::from(config.auth.access_minutes));
    identity.session_life = SignedDuration::from_hours(24 * i64::from(config.auth.refresh_days));
    identity.public_url = public_url(config);
    identity.secure_cookies = config.http.behind_tls;
    identity.oidc = providers(config);
    identity
}

/// Where kiosks may print over the network.
fn printing(config: &Config) -> Printing {
    let networks = config.printing.networks.clone();
    let allowed = Arc::new(move |ip: IpAddr| networks.iter().any(|network| network.contains(ip)));
    Printing { allowed, base: public_url(config) }
}

/// The issuers that are set up, Google first.
fn providers(config: &Config) -> Vec<Provider> {
    let oidc = &config.oidc;
    let google = Provider::google(&oidc.google_client_id, &oidc.google_client_secret, oidc.second_step);
    let other = Provider {
        name: "sso".to_owned(),
        label: oidc.label.clone(),
        issuer: oidc.issuer.clone(),
        client_id: oidc.client_id.clone(),
        client_secret: oidc.client_secret.clone(),
        second_step: oidc.second_step,
    };
    [google, other].into_iter().filter(|p| !p.client_id.is_empty() && !p.issuer.is_empty()).collect()
}

/// Where people reach this installation, for links.
pub(crate) fn public_url(config: &Config) -> String {
    if config.public_url.is_empty() {
        let host: IpAddr = config.listen.ip();
        let host = if host.is_unspecified() { "localhost".to_owned() } else { host.to_string() };
        return format!("http://{host}:{}", config.listen.port());
    }
    config.public_url.trim_end_matches('/').to_owned()
}

fn http_config(config: &Config) -> HttpConfig {
    let http = &config.http;
    HttpConfig {
        trusted_proxies: http.trusted_proxies.clone(),
        cors_origins: http.cors_allowed_origins.clone(),
        allowed_hosts: http.allowed_hosts.clone(),
        base_domain: (!http.base_domain.is_empty()).then(|| http.base_domain.to_ascii_lowercase()),
        hsts: http.behind_tls,
        access_log: config.log.requests,
        body_limit: http.body_limit_kib * 1024,
        timeout: Duration::from_secs(http.timeout_seconds),
        concurrency: http.concurrency,
        rates: rates(config),
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// The configured limits a minute; 0 switches one off.
fn rates(config: &Config) -> Rates {
    let limits = &config.limits;
    let unlimited = Rates::unlimited();
    let each = |n: u32, off: Rate| if n == 0 { off } else { Rate::per_minute(n) };
    Rates {
        anonymous_issue: each(limits.anonymous_issue, unlimited.anonymous_issue),
        login: each(limits.login, unlimited.login),
        anonymous: each(limits.anonymous, unlimited.anonymous),
        staff: each(limits.staff, unlimited.staff),
        device: each(limits.device, unlimited.device),
        customer: each(limits.customer, unlimited.customer),
    }
}

/// Whether the database answers.
struct DatabaseCheck(Db, SystemCtx);

impl HealthCheck for DatabaseCheck {
    fn name(&self) -> &'static str {
        "database"
    }

    fn check(&self) -> CheckFuture<'_> {
        Box::pin(async move {
            // A transaction that reads nothing still goes the whole way to the engine and back.
            let read = self.0.read_system(&self.1, |_| Ok::<_, usher_db::DbError>(())).await;
            if self.0.stats().disk_full {
                return Err("the disk is full: nothing can be written".to_owned());
            }
            read.map(|()| self.0.engine().as_str().to_owned()).map_err(|error| error.to_string())
        })
    }
}

/// Whether estimates know what they had learned before the start, without which most of the line's routes wait.
struct EstimatesCheck(Eta);

impl HealthCheck for EstimatesCheck {
    fn name(&self) -> &'static str {
        "estimates"
    }

    fn check(&self) -> CheckFuture<'_> {
        Box::pin(async move {
            if self.0.is_known() {
                return Ok("what was learned is in memory".to_owned());
            }
            Err("what was learned before the start is still being read".to_owned())
        })
    }
}

/// Whether Redis answers. Without it nodes wake each other by looking into the log, only later.
struct RedisCheck(String);

impl HealthCheck for RedisCheck {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn vital(&self) -> bool {
        false
    }

    fn check(&self) -> CheckFuture<'_> {
        Box::pin(async move { usher_events::ask_redis(&self.0).await.map(|()| "PONG".to_owned()) })
    }
}

/// Where the demo keeps its data unless told otherwise.
pub(crate) fn demo_data_dir() -> PathBuf {
    PathBuf::from("usher-data/demo")
}
