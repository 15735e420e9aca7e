//! Tests of a device: asked by an administrator, answered by the device.

use usher_db::Lane;
use usher_http::{Access, Answered, Created, Json, NoContent, Path, Routes, State};
use usher_kernel::{Ctx, Fault};
use uuid::Uuid;

use super::devices::own_id;
use crate::model::scopes::DEVICES_WRITE;
use crate::model::{AnswerTest, AskTest, DeviceTest};
use crate::{Identity, ops};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .post("/api/v1/tenants/{tenant}/devices/{id}/tests", Access::scope(DEVICES_WRITE), ask, |d| {
            d.summary("Have a device print, chime or speak")
                .description(
                    "The device hears of it by its feed (`device.test`) and says how it went; that is the `test` of \
                     the device, and `device.tested` in its room.",
                )
                .body::<AskTest>()
                .answer::<DeviceTest>(201)
        })
        .post("/api/v1/device/tests/{id}", Access::device(&["kiosk", "display"]), answer, |d| {
            d.summary("Say how a test went")
                .description("Within a minute, and of the newest test alone.")
                .body::<AnswerTest>()
                .answer_empty(204)
        })
}

async fn ask(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
    Json(body): Json<AskTest>,
) -> Result<Answered, Fault> {
    let tenant = ctx.tenant;
    usher_http::write(&ctx, identity.db(), Lane::Tenant, move |tx| {
        ops::ask_test(tx, tenant, id, body.what).map(Created)
    })
    .await
}

async fn answer(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(test): Path<Uuid>,
    Json(body): Json<AnswerTest>,
) -> Result<Answered, Fault> {
    let (tenant, device) = (ctx.tenant, own_id(&ctx)?);
    usher_http::write(&ctx, identity.db(), Lane::Tenant, move |tx| {
        ops::answer_test(tx, tenant, device, test, body.outcome).map(|()| NoContent)
    })
    .await
}
