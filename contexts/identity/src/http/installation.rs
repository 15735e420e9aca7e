//! The people of the whole installation, for whoever runs it.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_http::{Access, Json, Path, Query, Routes, State};
use usher_kernel::{Fault, Page, PageQuery, SystemCtx, UserId};

use crate::Identity;
use crate::model::{InstallationUser, MemberStatus, UserStatus};
use crate::store::users::AnybodyFilter;

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/platform/users", Access::platform(), list, |d| {
            d.summary("List the people of the installation, of all tenants and of none")
                .query::<PeopleQuery>()
                .answer::<Page<InstallationUser>>(200)
        })
        .put("/api/v1/platform/users/{id}/status", Access::platform(), set_status, |d| {
            d.summary("Let a person in, or keep them out of the whole installation")
                .description(
                    "Whoever is kept out is so at once, with every session that they have. What they are in each \
                     tenant stays as it is.",
                )
                .body::<InOrOut>()
                .answer::<InstallationUser>(200)
        })
}

/// Which people, and which page of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct PeopleQuery {
    #[serde(flatten)]
    page: PageQuery,
    /// Only people with this status.
    status: Option<MemberStatus>,
    /// Only people whose name, user name or address contains this text.
    q: Option<String>,
}

/// Whether somebody is let in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InOrOut {
    /// `inactive` keeps them out.
    status: MemberStatus,
}

const fn of_person(status: MemberStatus) -> UserStatus {
    match status {
        MemberStatus::Active => UserStatus::Active,
        MemberStatus::Inactive => UserStatus::Inactive,
    }
}

async fn list(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Query(query): Query<PeopleQuery>,
) -> Result<Json<Page<InstallationUser>>, Fault> {
    let limit = query.page.limit();
    let after = query.page.after::<UserId>()?;
    let filter = AnybodyFilter { status: query.status.map(of_person), text: query.q, after, limit };
    let people = identity.anybody(&sys, filter).await?;
    Ok(Json(Page::cut(people, limit, |person| person.id.to_string())))
}

async fn set_status(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Path(id): Path<UserId>,
    Json(body): Json<InOrOut>,
) -> Result<Json<InstallationUser>, Fault> {
    Ok(Json(identity.let_in(&sys, id, of_person(body.status)).await?))
}
