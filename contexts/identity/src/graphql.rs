//! People, members, roles, devices and keys in the graph.

use usher_graphql::{Declared, Graph};
use usher_kernel::{Ctx, Fault};
use usher_tenancy::graphql::SITE;
use usher_tenancy::model::SiteView;
use uuid::Uuid;

use crate::Identity;
use crate::model::DeviceView;

/// What this context adds to the graph.
pub fn graph(identity: Identity) -> Declared {
    Graph::new(identity)
        .object::<DeviceView>("Device", |device| device.link("site", "site_id", SITE, sites))
        .list("getUsers", "GET /api/v1/tenants/{tenant}/users")
        .queries(&[
            ("getUser", "GET /api/users/{id}"),
            ("me", "GET /api/profile"),
            ("users", "GET /api/v1/tenants/{tenant}/users"),
            ("user", "GET /api/users/{id}"),
            ("sessions", "GET /api/v1/auth/sessions"),
            ("members", "GET /api/v1/tenants/{tenant}/members"),
            ("member", "GET /api/v1/tenants/{tenant}/members/{id}"),
            ("invitations", "GET /api/v1/tenants/{tenant}/invitations"),
            ("roles", "GET /api/v1/tenants/{tenant}/roles"),
            ("devices", "GET /api/v1/tenants/{tenant}/devices"),
            ("device", "GET /api/v1/tenants/{tenant}/devices/{id}"),
            ("apiKeys", "GET /api/v1/tenants/{tenant}/api-keys"),
            ("shifts", "GET /api/v1/tenants/{tenant}/shifts"),
            ("myShifts", "GET /api/v1/tenants/{tenant}/shifts/mine"),
        ])
        .mutations(&[
            ("updateMe", "PUT /api/profile"),
            ("endSession", "DELETE /api/v1/auth/sessions/{id}"),
            ("endOtherSessions", "DELETE /api/v1/auth/sessions"),
            ("updateUser", "PUT /api/users/{id}"),
            ("updateUserRole", "PUT /api/v1/auth/users/{userId}/role"),
            ("removeUser", "DELETE /api/v1/auth/users/{userId}"),
            ("addMember", "POST /api/v1/tenants/{tenant}/members"),
            ("updateMember", "PUT /api/v1/tenants/{tenant}/members/{id}"),
            ("removeMember", "DELETE /api/v1/tenants/{tenant}/members/{id}"),
            ("invite", "POST /api/v1/tenants/{tenant}/invitations"),
            ("withdrawInvitation", "DELETE /api/v1/tenants/{tenant}/invitations/{id}"),
            ("createRole", "POST /api/v1/tenants/{tenant}/roles"),
            ("updateRole", "PUT /api/v1/tenants/{tenant}/roles/{role}"),
            ("deleteRole", "DELETE /api/v1/tenants/{tenant}/roles/{role}"),
            ("pairDevice", "POST /api/v1/tenants/{tenant}/devices/pair"),
            ("registerPrinter", "POST /api/v1/tenants/{tenant}/devices"),
            ("updateDevice", "PUT /api/v1/tenants/{tenant}/devices/{id}"),
            ("testDevice", "POST /api/v1/tenants/{tenant}/devices/{id}/tests"),
            ("revokeDevice", "DELETE /api/v1/tenants/{tenant}/devices/{id}"),
            ("createApiKey", "POST /api/v1/tenants/{tenant}/api-keys"),
            ("planShift", "POST /api/v1/tenants/{tenant}/shifts"),
            ("updateShift", "PUT /api/v1/tenants/{tenant}/shifts/{id}"),
            ("deleteShift", "DELETE /api/v1/tenants/{tenant}/shifts/{id}"),
            ("publishShifts", "POST /api/v1/tenants/{tenant}/shifts/publish"),
            ("resetSecondFactor", "DELETE /api/v1/tenants/{tenant}/members/{id}/second-factor"),
            ("revokeApiKey", "DELETE /api/v1/tenants/{tenant}/api-keys/{id}"),
        ])
        .finish()
}

async fn sites(ctx: Ctx, identity: Identity, ids: Vec<Uuid>) -> Result<Vec<(Uuid, SiteView)>, Fault> {
    usher_tenancy::graphql::sites(ctx, identity.tenancy().clone(), ids).await
}
