//! Everything of a tenant, taken along.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use usher_db::{DbError, Read};
use usher_kernel::{Caller, Ctx, SignedDuration, SiteId, TenantId};
use usher_tenancy::{Error, Export, Part};
use uuid::Uuid;
use zip::ZipArchive;

use crate::app::App;

const EXPORT: &str = "/api/v1/tenants/bank/export";

/// What another context keeps.
#[derive(Serialize, JsonSchema)]
struct Book {
    n: u32,
}

/// Three books a page.
fn shelf(pages: u32) -> Part {
    Part::sheet("books", &["shelf"], "Books on a shelf", move |_: &mut Read<'_>, _, after: Option<u32>| {
        let page = after.unwrap_or_default();
        let books: Vec<Book> = (page * 3..page * 3 + 3).map(|n| Book { n }).collect();
        Ok((books, (page + 1 < pages).then_some(page + 1)))
    })
}

/// A shelf on whose second page the database fails.
fn broken_shelf() -> Part {
    Part::sheet("torn", &["torn"], "Torn books", |_: &mut Read<'_>, _, after: Option<u32>| match after {
        None => Ok((vec![Book { n: 1 }], Some(1))),
        Some(_) => Err(DbError::Corrupt("a page is torn out".to_owned())),
    })
}

/// The files of an archive by their names.
fn files(archive: &[u8]) -> BTreeMap<String, String> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files = BTreeMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The rest of an archive; the error where it was cut off.
async fn rest(export: &mut Export) -> (Vec<u8>, Option<Error>) {
    let mut archive = Vec::new();
    loop {
        match export.next().await {
            Ok(Some(bytes)) => archive.extend(bytes),
            Ok(None) => return (archive, None),
            Err(error) => return (archive, Some(error)),
        }
    }
}

/// The product itself in a tenant.
fn of(app: &App, tenant: &Value) -> Ctx {
    app.sys.within(tenant["id"].as_str().unwrap().parse().unwrap())
}

async fn all_of_a_tenant_is_in_the_archive_and_nothing_of_another(app: App) {
    app.tenancy.hand_out(usher_tenancy::parts());
    app.tenancy.hand_out(vec![shelf(3), Part::left_out(&["dust"], "Nobody wants it")]);
    let (bank, shop) = (app.tenant("Bank").await, app.tenant("Shop").await);
    let admin = app.admin(&bank);
    for name in ["Main", "North"] {
        admin.post("/api/v1/tenants/bank/sites", json!({ "name": name })).await.expect(201);
    }
    app.admin(&shop).post("/api/v1/tenants/shop/sites", json!({ "name": "Secret place" })).await.expect(201);

    let answer = admin.get(EXPORT).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let named = "attachment; filename=\"usher-bank-2026-11-20.zip\"";
    assert_eq!(answer.header("content-disposition"), Some(named));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let files = files(&answer.body);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["README.txt", "books.ndjson", "manifest.json", "organisation.ndjson", "sites.ndjson"]);
    assert_eq!(lines(&files["organisation.ndjson"])[0]["slug"], "bank");
    let mut sites = lines(&files["sites.ndjson"]);
    // Both are of one moment, in whichever order their ids fell.
    sites.sort_by_key(|site| site["name"].to_string());
    let named: Vec<_> = sites.iter().map(|site| &site["name"]).collect();
    assert_eq!(named, [&json!("Main"), &json!("North")]);
    assert_eq!((&sites[0]["is_default"], &sites[0]["opening"]["exceptions"]), (&json!(true), &json!([])));
    assert!(files.values().all(|text| !text.contains("Secret place") && !text.contains("shop")));
    // Page after page, none twice.
    assert_eq!(lines(&files["books.ndjson"]), (0..9).map(|n| json!({ "n": n })).collect::<Vec<_>>());

    let manifest: Value = serde_json::from_str(&files["manifest.json"]).unwrap();
    assert_eq!((&manifest["format"], &manifest["tenant"]["id"]), (&json!("usher-export"), &bank["id"]));
    assert_eq!(manifest["began_at"], "2026-11-20T09:00:00Z");
    assert_eq!(manifest["left_out"], json!([{ "what": ["dust"], "why": "Nobody wants it" }]));
    for file in manifest["files"].as_array().unwrap() {
        let text = &files[file["name"].as_str().unwrap()];
        let (rows, bytes) = (file["rows"].as_u64().unwrap(), file["bytes"].as_u64().unwrap());
        assert_eq!((rows, bytes), (text.lines().count() as u64, text.len() as u64), "{file}");
        for line in lines(text) {
            let said = file["schema"]["properties"].as_object().unwrap();
            assert!(line.as_object().unwrap().keys().all(|member| said.contains_key(member)), "{file}");
        }
    }
    let readme = &files["README.txt"];
    for said in ["Bank (bank)", "books.ndjson", "Books on a shelf", "Nobody wants it (dust)"] {
        assert!(readme.contains(said), "{said}: {readme}");
    }

    // That it was asked for is recorded, with what was handed out.
    assert_eq!(app.kinds().last().unwrap(), "tenant.exported");
    let told = app.last_payload();
    assert_eq!(told, json!({ "files": ["organisation.ndjson", "sites.ndjson", "books.ndjson"] }));
}

async fn it_is_for_those_who_may_and_see_all(app: App) {
    app.tenancy.hand_out(usher_tenancy::parts());
    let (bank, shop) = (app.tenant("Bank").await, app.tenant("Shop").await);
    app.nobody().get(EXPORT).await.expect_fault(401, "not_signed_in");
    app.clerk(&bank).get(EXPORT).await.expect_fault(403, "forbidden");
    app.admin(&shop).get(EXPORT).await.expect_fault(404, "not_found");
    let id: TenantId = bank["id"].as_str().unwrap().parse().unwrap();
    let one_site = Caller {
        sites: Arc::from([SiteId::from_uuid(Uuid::from_u128(7))]),
        ..Caller::system("test", app.sys.clock.clone())
    };
    let refused = app.tenancy.export(&Ctx::new(id, Arc::new(one_site))).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, Error::SomeSites), "{refused}");
    assert!(!app.kinds().contains(&"tenant.exported".to_owned()));
    assert_eq!(app.platform().get(EXPORT).await.status.as_u16(), 200);
}

async fn there_is_one_at_a_time_until_it_stands_still(app: App) {
    app.tenancy.hand_out(vec![shelf(50)]);
    let (bank, shop) = (app.tenant("Bank").await, app.tenant("Shop").await);
    let admin = app.admin(&bank);
    let mut first = app.tenancy.export(&of(&app, &bank)).await.unwrap();
    first.next().await.unwrap().unwrap();
    let refused = admin.get(EXPORT).await;
    assert_eq!(refused.header("retry-after"), Some("60"));
    refused.expect_fault(409, "export_running");
    // Another tenant's has nothing to do with it.
    let mut theirs = app.tenancy.export(&of(&app, &shop)).await.unwrap();
    assert!(rest(&mut theirs).await.1.is_none());
    // One of which bytes are taken goes on, however long that lasts.
    app.time.advance(SignedDuration::from_secs(50));
    first.next().await.unwrap().unwrap();
    app.time.advance(SignedDuration::from_secs(50));
    admin.get(EXPORT).await.expect_fault(409, "export_running");
    // One that nobody takes any more makes room, and is over.
    app.time.advance(SignedDuration::from_secs(60));
    let mut second = app.tenancy.export(&of(&app, &bank)).await.unwrap();
    let (_, cut) = rest(&mut first).await;
    assert!(matches!(cut, Some(Error::Exporting)), "{cut:?}");
    drop(first);
    admin.get(EXPORT).await.expect_fault(409, "export_running");
    let (archive, cut) = rest(&mut second).await;
    assert!(cut.is_none(), "{cut:?}");
    assert_eq!(lines(&files(&archive)["books.ndjson"]).len(), 150);
    // Done, though its last bytes may still be on their way; and what is given up is over at once.
    drop(app.tenancy.export(&of(&app, &bank)).await.unwrap());
    assert_eq!(admin.get(EXPORT).await.status.as_u16(), 200);
}

async fn an_archive_that_was_cut_off_is_none(app: App) {
    app.tenancy.hand_out(vec![shelf(2), broken_shelf()]);
    let bank = app.tenant("Bank").await;
    let mut export = app.tenancy.export(&of(&app, &bank)).await.unwrap();
    let (archive, cut) = rest(&mut export).await;
    assert!(matches!(cut, Some(Error::Db(DbError::Corrupt(_)))), "{cut:?}");
    assert!(!archive.is_empty());
    assert!(ZipArchive::new(Cursor::new(archive)).is_err(), "its readers see that it is not whole");
    assert!(export.next().await.unwrap().is_none(), "nothing comes after it");
}

on_both! {
    all_of_a_tenant_is_in_the_archive_and_nothing_of_another,
    it_is_for_those_who_may_and_see_all,
    there_is_one_at_a_time_until_it_stands_still,
    an_archive_that_was_cut_off_is_none,
}
