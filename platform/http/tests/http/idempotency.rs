//! Requests that are repeated, one after the other and all at once.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use usher_db::{Db, DbError, Lane, Migration, MigrationSet};
use usher_http::{
    Access, Answered, Api, Created, HttpConfig, Json, Rates, Routes, State, purge_idempotency_keys,
};
use usher_kernel::{
    Caller, Clock, Ctx, Fault, FaultKind, Id, IdempotencyKey, ManualClock, SignedDuration, SystemCtx,
    Timestamp,
};
use usher_testkit::both_engines;
use uuid::Uuid;

use crate::app::{Ask, Identities, Tenants};

usher_db::sql! {
    ADD = "INSERT INTO orders (id, tenant_id, item) VALUES ($1, $2, $3)";
    COUNT across "a test" = "SELECT count(*) FROM orders WHERE item = $1";
    LOCK_STOCK across "a test" = "UPDATE stock SET left_over = left_over - 1 WHERE item = $1 AND left_over > 0";
    FILL_STOCK = "INSERT INTO stock (item, tenant_id, left_over) VALUES ($1, $2, $3)";
    SPOIL across "a test" = "UPDATE idempotency_keys SET body = $1 WHERE body IS NOT NULL";
    KEYS across "a test" = "SELECT count(*) FROM idempotency_keys WHERE fingerprint IS NOT NULL";
}

const TABLES: MigrationSet = MigrationSet {
    context: "orders",
    migrations: &[Migration { name: "0001_init", sqlite: SCHEMA, postgres: SCHEMA }],
};
const SCHEMA: &str =
    "CREATE TABLE orders (id UUID NOT NULL PRIMARY KEY, tenant_id UUID NOT NULL, item TEXT NOT NULL);
CREATE TABLE stock (item TEXT NOT NULL PRIMARY KEY, tenant_id UUID NOT NULL, left_over BIGINT NOT NULL);";

#[derive(Debug)]
enum OrderError {
    Db(DbError),
    SoldOut,
}

impl From<DbError> for OrderError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<OrderError> for Fault {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Db(error) => error.into(),
            OrderError::SoldOut => Fault::new(FaultKind::Conflict, "sold_out", "There is none left."),
        }
    }
}

/// Takes one from stock and writes the order down; slow enough that others come while it runs.
async fn order(ctx: Ctx, State(db): State<Db>, Json(order): Json<Value>) -> Result<Answered, Fault> {
    let item = order["item"].as_str().unwrap_or("none").to_owned();
    // A lane of its own for each: on PostgreSQL they run on different connections.
    let lane = Lane::Site(Id::from_uuid(Uuid::from_bytes(usher_kernel::random::bytes())));
    usher_http::write(&ctx, &db, lane, move |tx| -> Result<Created<Value>, OrderError> {
        if tx.execute(LOCK_STOCK, &[&item])? == 0 {
            return Err(OrderError::SoldOut);
        }
        std::thread::sleep(Duration::from_millis(2));
        let id = Uuid::from_bytes(usher_kernel::random::bytes());
        let tenant = tx.tenant();
        tx.execute(ADD, &[&id, &tenant, &item])?;
        Ok(Created(json!({ "id": id, "item": item })))
    })
    .await
}

struct Shop {
    api: Api,
    db: Db,
    clock: ManualClock,
    sys: SystemCtx,
}

impl Shop {
    fn new(db: Db) -> Self {
        let (clock, hand) = Clock::manual("2026-01-05T09:00:00Z".parse::<Timestamp>().unwrap());
        let routes = Routes::new("orders", db.clone())
            .post("/api/orders", Access::signed_in(), order, |d| d.summary("Order").body::<Value>())
            .post("/api/secrets", Access::signed_in(), order, |d| {
                d.summary("Order, with a secret in the answer").body::<Value>().secret_answer()
            });
        let config = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let api = Api::builder(config, Arc::new(Identities), Arc::new(Tenants), clock.clone());
        let api = api.mount(routes).build().unwrap();
        Self { api, db, clock: hand, sys: SystemCtx::new("test", clock) }
    }

    async fn stock(&self, item: &'static str, amount: i64) {
        let ctx = self.sys.within(crate::app::ACME);
        let filled = self.db.write::<_, DbError>(&ctx, Lane::Any, move |tx| {
            let tenant = tx.tenant();
            tx.execute(FILL_STOCK, &[&item, &tenant, &amount])
        });
        filled.await.unwrap();
    }

    async fn orders(&self, item: &'static str) -> i64 {
        self.db.read_system::<_, DbError>(&self.sys, move |db| db.query_one(COUNT, &[&item])).await.unwrap()
    }

    async fn keys(&self) -> i64 {
        self.db.read_system::<_, DbError>(&self.sys, move |db| db.query_one(KEYS, &[])).await.unwrap()
    }

    fn order(&self, key: &str, item: &str) -> Ask {
        Ask::new(&self.api, Method::POST, "/api/orders")
            .bearer("writer")
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(json!({ "item": item }).to_string())
    }
}

/// What was answered about somebody is emptied: where a word or a whole text names them, and nowhere else.
async fn forgetting(shop: &Shop) {
    shop.stock("book", 100).await;
    for (key, item) in [("f1", "for ana@home.example"), ("f2", "ana-7"), ("f3", "ana-77"), ("f4", "+4930")] {
        shop.stock(item, 1).await;
        shop.order(key, item).expect(201).await;
    }
    let book = shop.order("f5", "book").expect(201).await;
    let id = book["id"].as_str().unwrap_or_default().to_owned();
    let forget = async |words: &[&str], values: &[&'static str]| {
        let words: std::collections::HashSet<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let (values, ctx) = (values.to_vec(), shop.sys.within(crate::app::ACME));
        let forget = move |tx: &mut usher_db::Tx<'_>| {
            let tenant = tx.tenant().ok_or(DbError::NoRow)?;
            usher_http::forget_answers(tx, tenant, &words, &values)
        };
        shop.db.write::<_, DbError>(&ctx, Lane::Any, forget).await.unwrap()
    };
    assert_eq!(forget(&["na-7", "7"], &["ana@home.example", "", "930"]).await, 0, "a part is somebody else");
    assert_eq!(forget(&["ana-7", &id], &["+4930"]).await, 3);
    assert_eq!(forget(&["ana-7", &id], &["+4930"]).await, 0, "they are empty");
    let (orders, keys) = (shop.orders("book").await, shop.keys().await);
    for (key, item) in [("f2", "ana-7"), ("f4", "+4930"), ("f5", "book"), ("f5", "pen")] {
        assert_eq!(shop.order(key, item).expect(410).await["code"], "answer_erased", "{key}");
    }
    assert_eq!((shop.orders("book").await, shop.keys().await), (orders, keys));
    for (key, item) in [("f1", "for ana@home.example"), ("f3", "ana-77")] {
        assert_eq!(shop.order(key, item).send().await.header("idempotency-replayed"), "true", "{key}");
    }
    // Of one that cannot be read any more nobody knows of whom it speaks: it goes, and stands in no erasure's way.
    let broken = [("f6", &b"\x05\x00\x00\x00\xff"[..]), ("f7", b"no answer at all"), ("f8", b"?")];
    for (key, broken) in broken {
        shop.order(key, "book").expect(201).await;
        let spoil = move |tx: &mut usher_db::Tx<'_>| tx.execute(SPOIL, &[&broken]);
        let spoiled = shop.db.write_system::<_, DbError>(&shop.sys, Lane::Any, spoil).await.unwrap();
        assert_eq!(forget(&["nobody"], &[]).await, spoiled);
        assert_eq!(shop.order(key, "book").expect(410).await["code"], "answer_erased");
    }
    let keys = shop.keys().await;
    // Their day ends as that of the others does.
    shop.clock.advance(SignedDuration::from_hours(25));
    assert_eq!(purge_idempotency_keys(&shop.db, &shop.sys).await.unwrap(), keys.unsigned_abs());
}

/// Every promise, on one engine.
async fn promises(shop: &Shop) {
    shop.stock("book", 100).await;
    let first = shop.order("k1", "book").send().await;
    assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, ""));
    let again = shop.order("k1", "book").send().await;
    assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(first.text, again.text);
    assert_eq!(again.header("content-type"), "application/json");
    assert_eq!(shop.orders("book").await, 1);

    // The same key for something else.
    assert_eq!(shop.order("k1", "pen").expect(422).await["code"], "idempotency_key_reused");
    // Another actor's key is another key.
    let other = Ask::new(&shop.api, Method::POST, "/api/orders").bearer("reader");
    let other = other.header("idempotency-key", "k1").body(json!({ "item": "book" }).to_string());
    assert_eq!(other.send().await.header("idempotency-replayed"), "");
    assert_eq!(shop.orders("book").await, 2);

    // A refusal is not stored: what was sold out may be there tomorrow.
    assert_eq!(shop.order("k2", "cup").expect(409).await["code"], "sold_out");
    shop.stock("cup", 1).await;
    shop.order("k2", "cup").expect(201).await;
    shop.order("k2", "cup").expect(201).await;

    // All at once: one order and one answer, whether the stock is gone after the first or not.
    for (key, item, stock) in [("k3", "lamp", 1), ("k5", "chair", 100)] {
        shop.stock(item, stock).await;
        let answers = join_all((0..24).map(|_| shop.order(key, item).send())).await;
        for answer in &answers {
            assert_eq!((answer.status.as_u16(), &answer.text), (201, &answers[0].text), "{}", answer.text);
        }
        let replayed = answers.iter().filter(|a| a.header("idempotency-replayed") == "true").count();
        assert_eq!((replayed, shop.orders(item).await), (23, 1));
    }

    // No key, or a secret in the answer: nothing is stored.
    let keys = shop.keys().await;
    let plain = Ask::new(&shop.api, Method::POST, "/api/orders").bearer("writer");
    plain.body(json!({ "item": "book" }).to_string()).expect(201).await;
    for _ in 0..2 {
        let secret = Ask::new(&shop.api, Method::POST, "/api/secrets").bearer("writer");
        let secret = secret.header("idempotency-key", "k4").body(json!({ "item": "book" }).to_string());
        assert_eq!(secret.send().await.header("idempotency-replayed"), "");
    }
    assert_eq!((shop.keys().await, shop.orders("book").await), (keys, 5));

    // A day later.
    shop.clock.advance(SignedDuration::from_hours(23));
    assert_eq!(purge_idempotency_keys(&shop.db, &shop.sys).await.unwrap(), 0);
    shop.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(purge_idempotency_keys(&shop.db, &shop.sys).await.unwrap(), keys.unsigned_abs());
    assert_eq!(shop.order("k1", "book").send().await.header("idempotency-replayed"), "");
}

both_engines! {
    migrations: vec![usher_http::MIGRATIONS, TABLES];

    async fn requests_can_be_repeated(db: TestDb) {
        promises(&Shop::new(db.db().clone())).await;
    }

    async fn what_was_answered_about_somebody_is_emptied(db: TestDb) {
        forgetting(&Shop::new(db.db().clone())).await;
    }

    async fn work_across_tenants_can_be_repeated_too(db: TestDb) {
        let key = |body: u8| {
            let (key, route) = (Arc::from("k1"), Arc::from("POST /api/v1/tenants"));
            let mut caller = Caller::system("test", Clock::manual(Timestamp::UNIX_EPOCH).0);
            caller.idempotency = Some(Arc::new(IdempotencyKey { key, route, fingerprint: [body; 32] }));
            SystemCtx::for_caller(Arc::new(caller))
        };
        let make = async |sys: &SystemCtx| {
            usher_http::write_system(sys, &db, Lane::Any, |tx| -> Result<Created<Value>, DbError> {
                let id = Uuid::from_bytes(usher_kernel::random::bytes());
                tx.execute(ADD, &[&id, &Uuid::nil(), &"tenant"])?;
                Ok(Created(json!({ "id": id })))
            })
            .await
        };
        let (first, again) = (make(&key(1)).await.unwrap(), make(&key(1)).await.unwrap());
        assert_eq!((first.replayed(), again.replayed()), (false, true));
        assert_eq!(first.body(), again.body());
        assert_eq!(make(&key(2)).await.unwrap_err().code(), "idempotency_key_reused");
    }

    async fn statements_are_prepared_on_both(db: TestDb) {
        let sys = db.system();
        let prepared = db.read_system::<_, DbError>(&sys, |read| {
            usher_http::statements().into_iter().try_for_each(|stmt| read.prepare(stmt))
        });
        prepared.await.unwrap();
    }
}
