//! Registering.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use usher_http::{Access, Created, IsPlatform, Json, RateClass, Routes, State};
use usher_kernel::{Ctx, Fault, SystemCtx};

use super::answers::{self, LoginAnswer};
use super::auth::client;
use crate::Identity;
use crate::model::UserView;
use crate::ops::{Registered, Registration};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .post("/api/v1/auth/register", Access::public(), register, |d| {
            d.summary("Register a person")
                .description(
                    "Who registers themselves becomes a customer and is signed in. A member of staff who \
                     registers somebody else may give a role up to their own; the answer is then the person \
                     alone, without tokens.",
                )
                .body::<Registration>()
                .answer::<RegisterAnswer>(201)
                .fault("email_taken", 409)
                .fault("username_taken", 409)
                .fault("above_own", 403)
                .fault("not_a_member", 403)
                .fault("no_tenant", 409)
                .fault("sign_in_busy", 503)
                .read_only(&["role_name"])
                .rate(RateClass::Login)
                .secret_answer()
        })
        .also(&["/api/register", "/api/auth/register"])
}

/// What a registration answers.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum RegisterAnswer {
    /// To who registered themselves: they are signed in.
    #[expect(dead_code, reason = "describes what answers::signed_in writes")]
    SignedIn(Box<LoginAnswer>),
    /// To who registered somebody else.
    Person {
        /// Always true here; refusals say false.
        success: bool,
        /// The person.
        user: Box<UserView>,
    },
}

async fn register(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    IsPlatform(platform): IsPlatform,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Json(registration): Json<Registration>,
) -> Result<Response, Fault> {
    let tenant = ctx.as_ref().map(|ctx| ctx.tenant);
    match identity.register(&sys, ctx, platform, registration, client(&headers)).await? {
        Registered::SignedIn(signed_in) => {
            answers::signed_in(&identity, &sys, StatusCode::CREATED, *signed_in).await
        }
        Registered::ByOther(user) => {
            let user = identity.user_view(&sys, user, tenant).await?;
            Ok(Created(RegisterAnswer::Person { success: true, user: Box::new(user) }).into_response())
        }
    }
}
