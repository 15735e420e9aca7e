//! Values survive the way there and back, on both engines.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_db::{DynQuery, Engine, Json, Stmt, text_enum};
use usher_kernel::{Id, Timestamp, random};
use usher_testkit::both_engines;
use uuid::Uuid;

use crate::schema;

text_enum! {
    /// A word.
    enum Colour { Red = "red", Green = "green" }
}

enum KindMarker {}

const PUT: Stmt = Stmt::new(
    "PUT",
    "INSERT INTO kinds (id, flag, number, ratio, word, at, body, raw) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);
const GET: Stmt =
    Stmt::new("GET", "SELECT flag, number, ratio, word, at, body, raw, id FROM kinds WHERE id = $1");
const SEARCH: Stmt = Stmt::new("SEARCH", "SELECT id FROM kinds WHERE at >= $2 AND flag = $1");

type Row = (
    Option<bool>,
    Option<i64>,
    Option<f64>,
    Option<Colour>,
    Option<Timestamp>,
    Option<Value>,
    Option<Vec<u8>>,
    Id<KindMarker>,
);

both_engines! {
    migrations: schema::set();

    async fn every_type_comes_back_as_it_went(db: TestDb) {
        let sys = db.system();
        let (full, empty): (Row, Row) = db
            .write_system(&sys, usher_db::Lane::Any, |tx| {
                let now = tx.now();
                let (a, b) = (Id::<KindMarker>::generate(now), Id::<KindMarker>::generate(now));
                let early: Timestamp = "1969-12-31T23:59:59.999999Z".parse().unwrap();
                tx.execute(PUT, &[&a, &true, &i64::MIN, &0.1, &Colour::Green, &early, &json!({"a": [1, "ü"]}), &vec![0u8, 255]])?;
                tx.execute(PUT, &[&b, &None::<bool>, &None::<i64>, &None::<f64>, &None::<Arc<str>>, &None::<Timestamp>, &None::<Value>, &None::<Vec<u8>>])?;
                assert_eq!(tx.query_one::<Row>(GET, &[&a])?.4, Some(early));
                Ok::<_, usher_db::DbError>((tx.query_one(GET, &[&a])?, tx.query_one(GET, &[&b])?))
            })
            .await
            .unwrap();
        assert_eq!((full.0, full.1, full.2, full.3), (Some(true), Some(i64::MIN), Some(0.1), Some(Colour::Green)));
        assert_eq!((full.5, full.6), (Some(json!({"a": [1, "ü"]})), Some(vec![0, 255])));
        assert!(empty.0.is_none() && empty.1.is_none() && empty.2.is_none() && empty.3.is_none());
        assert!(empty.4.is_none() && empty.5.is_none() && empty.6.is_none());
    }

    async fn parameters_are_bound_by_number(db: TestDb) {
        let sys = db.system();
        let found: Vec<Uuid> = db
            .write_system(&sys, usher_db::Lane::Any, |tx| {
                let now = tx.now();
                let id = random::uuid_v7(now);
                let none = None::<i64>;
                tx.execute(PUT, &[&id, &true, &none, &None::<f64>, &None::<&str>, &now, &Json(vec![1]), &None::<Vec<u8>>])?;
                tx.query(SEARCH, &[&true, &now])
            })
            .await
            .unwrap_or_else(|error: usher_db::DbError| panic!("{error}"));
        assert_eq!(found.len(), 1);
    }

    async fn the_earliest_time_is_before_everything(db: TestDb) {
        let sys = db.system();
        let found: Vec<Uuid> = db
            .write_system(&sys, usher_db::Lane::Any, |tx| {
                let (now, id) = (tx.now(), random::uuid_v7(tx.now()));
                tx.execute(PUT, &[&id, &true, &1i64, &0.5, &"red", &now, &json!({}), &vec![0u8]])?;
                tx.query(SEARCH, &[&true, &Timestamp::MIN])
            })
            .await
            .unwrap_or_else(|error: usher_db::DbError| panic!("{error}"));
        assert_eq!(found.len(), 1);
    }

    async fn a_value_of_another_type_is_refused(db: TestDb) {
        let sys = db.system();
        let outcome: Result<(), usher_db::DbError> = db
            .write_system(&sys, usher_db::Lane::Any, |tx| {
                let id = random::uuid_v7(tx.now()).to_string();
                tx.execute(PUT, &[&id, &true, &1i64, &0.5, &"x", &tx.now(), &json!({}), &vec![0u8]]).map(drop)
            })
            .await;
        assert!(matches!(outcome, Err(usher_db::DbError::Type(_))), "{outcome:?}");
    }

    async fn filters_are_put_together_without_pasting_values(db: TestDb) {
        let ctx = db.tenant();
        let names: Vec<String> = db
            .write(&ctx, usher_db::Lane::Any, |tx| {
                for name in ["a", "b", "c'; DROP TABLE things; --"] {
                    schema::insert(tx, name)?;
                }
                let mut query = DynQuery::new("SELECT name FROM things WHERE name IN ");
                query.across("a test");
                query.bind_list(["b", "c'; DROP TABLE things; --"]).push_sql(" AND count = ").bind(&0i64);
                query.order("name DESC").limit(5);
                tx.query_dyn(&query)
            })
            .await
            .unwrap_or_else(|error: usher_db::DbError| panic!("{error}"));
        assert_eq!(names, ["c'; DROP TABLE things; --", "b"]);
    }

    async fn statements_are_prepared_on_both(db: TestDb) {
        let sys = db.system();
        let outcome: Result<(), usher_db::DbError> = db
            .read_system(&sys, |read| {
                for stmt in schema::STATEMENTS.iter().filter(|stmt| stmt.name() != "BROKEN") {
                    read.prepare(*stmt)?;
                }
                read.prepare(schema::BROKEN)
            })
            .await;
        assert!(outcome.unwrap_err().to_string().starts_with("BROKEN: "));
        assert!(matches!(db.engine(), Engine::Sqlite | Engine::Postgres));
    }
}
