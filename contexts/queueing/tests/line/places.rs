//! The list of sites for somebody who looks for one: paged, searchable, with how many wait at each.

use serde_json::{Value, json};
use usher_db::{Lane, Tx};
use usher_kernel::{Change, SignedDuration, SiteId};
use usher_queueing::ops::close_site::{self, CloseSite, ClosingMode};
use usher_queueing::ops::outside;
use usher_tenancy::model::{SiteChange, SiteStatus, TenantChange};

use crate::app::{App, on_engines};
use crate::http::Web;

async fn site(app: &App, name: &str, address: Option<&str>) -> SiteId {
    let (tenant, name, address) = (app.tenant, name.to_owned(), address.map(str::to_owned));
    let create = move |tx: &mut Tx<'_>| {
        let change = SiteChange {
            name: Some(name.clone()),
            address: address.clone().map_or(Change::Keep, Change::Set),
            ..SiteChange::default()
        };
        usher_tenancy::ops::create_site(tx, tenant, change)
    };
    // Of two that are made in the same moment either may come first.
    app.hands.advance(SignedDuration::from_millis(1));
    app.line.db().write(&app.manager(), Lane::Tenant, create).await.unwrap().id
}

async fn find(web: &Web, query: &str) -> Value {
    web.client.get(&format!("/api/v1/public/sites?{query}")).await.expect(200)
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|place| place["name"].as_str().unwrap()).collect()
}

#[test]
fn places_are_found_in_pages_by_name_tenant_and_address_with_who_waits_there() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let north = site(&app, "North branch", Some("12 Rue de l'Église, Lyon")).await;
        site(&app, "South branch", None).await;
        app.issue(queue).await;
        app.issue(queue).await;
        app.act(&app.manager(), move |line, tx| outside::update(line, tx, queue, 3)).await.unwrap();
        let web = Web::of(&app);

        let first = find(&web, "limit=2").await;
        assert_eq!(names(&first), ["Main branch", "North branch"]);
        let main = &first["items"][0];
        assert_eq!(
            (&main["waiting"], &main["open"], &main["tenant"]["sites"]),
            (&json!(5), &json!(true), &json!(3))
        );
        assert_eq!(first["items"][1]["waiting"], json!(0));
        let cursor = first["next_cursor"].as_str().unwrap().replace(' ', "%20");
        let second = find(&web, &format!("limit=2&cursor={cursor}")).await;
        assert_eq!((names(&second), &second["next_cursor"]), (vec!["South branch"], &Value::Null));

        assert_eq!(names(&find(&web, "q=NORTH").await), ["North branch"]);
        assert_eq!(names(&find(&web, "q=%C3%A9glise").await), ["North branch"], "by address, in any case");
        assert_eq!(names(&find(&web, "q=bank").await).len(), 3, "all of a tenant by its name");
        assert_eq!(names(&find(&web, "q=%20%20").await).len(), 3);
        assert_eq!(names(&find(&web, "q=nowhere").await), [""; 0]);
        let long = web.client.get(&format!("/api/v1/public/sites?q={}", "x".repeat(101))).await;
        assert_eq!(long.expect(422)["errors"][0]["field"], "q");
        let wrong = web.client.get("/api/v1/public/sites?cursor=1").await.expect(422);
        assert_eq!(wrong["errors"][0]["code"], "invalid_cursor");

        // In an emergency a place says why; one that is out of use is not there, nor one of whom does not show themselves.
        let closing = CloseSite { reason: "Water in the hall".into(), mode: ClosingMode::CarryOver };
        app.act(&app.manager(), move |line, tx| close_site::close(line, tx, north, &closing)).await.unwrap();
        let closed = find(&web, "q=north").await["items"][0].clone();
        assert_eq!(
            (&closed["open"], &closed["opens_at"], &closed["notice"]),
            (&json!(false), &Value::Null, &json!("Water in the hall"))
        );
        let tenant = app.tenant;
        let retire = move |tx: &mut Tx<'_>| {
            let change = SiteChange { status: Some(SiteStatus::Inactive), ..SiteChange::default() };
            usher_tenancy::ops::update_site(tx, tenant, north, change, None)
        };
        app.line.db().write(&app.manager(), Lane::Tenant, retire).await.unwrap();
        assert_eq!(names(&find(&web, "").await), ["Main branch", "South branch"]);
        let hide = move |tx: &mut Tx<'_>| {
            let change = TenantChange { listed: Some(false), ..TenantChange::default() };
            usher_tenancy::ops::update_tenant(tx, tenant, change, None, false)
        };
        app.line.db().write(&app.manager(), Lane::Tenant, hide).await.unwrap();
        assert_eq!(names(&find(&web, "").await), [""; 0]);
    });
}
