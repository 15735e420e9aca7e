//! A body for each route that the right person gets through with, so that a refusal of anybody else is about
//! them and not about the body. It names things of the bank wherever it can.

use serde_json::{Value, json};

use super::people::{BANK, PASSWORD};
use super::routes::Route;
use super::things::{self, Things};

/// The body of a route's request; none where the method has none.
pub(super) fn body_of(route: &Route, things: &Things) -> Option<Value> {
    if !matches!(&*route.method, "POST" | "PUT" | "PATCH") {
        return None;
    }
    // The end of the path says what is meant, whichever of its spellings is asked.
    let path = route.path.trim_start_matches("/api").trim_start_matches("/v1");
    let path = path.trim_start_matches("/tenants/{tenant}").trim_start_matches("/organizations/{org}");
    let of = |kind| things.of(kind);
    let body = match (&*route.method, path) {
        ("POST", "/tenants" | "/organizations") => json!({ "name": "Bakery" }),
        ("POST", "/sites") => json!({ "name": "New" }),
        ("POST", "/services" | "/queues/services") => json!({ "name": path }),
        ("POST", "/queues") => {
            json!({ "name": "New", "site_id": of("sites"), "service_ids": [of("services")] })
        }
        ("POST", "/counters") => {
            json!({ "name": "New", "site_id": of("sites"), "queue_ids": [of("queues")] })
        }
        ("PUT", "/queues/{id}") => json!({ "service_ids": [of("services")] }),
        ("PUT", "/counters/{id}") => json!({ "queue_ids": [of("queues")], "staff_id": of("users") }),
        ("PUT", "/members/{id}" | "/staff/{id}") => {
            json!({ "sites": [of("sites")], "counter_id": of("counters") })
        }
        ("PUT", "/devices/{id}") => json!({ "site_id": of("sites") }),
        ("PUT", "/routing-rules/{id}") => {
            json!({ "site_id": of("sites"), "then": { "queue_id": of("queues") } })
        }
        ("POST", "/members" | "/staff") => {
            json!({ "email": "new@bank.example", "password": PASSWORD, "sites": [of("sites")] })
        }
        ("POST", "/invitations") => json!({ "email": super::BOTH, "sites": [of("sites")] }),
        ("POST", "/customers") => json!({ "name": "New" }),
        ("POST", "/customers/{id}/merge") => json!({ "duplicate_id": things.another("customers") }),
        ("POST", "/rewards") => json!({ "name": "New", "points_required": 1 }),
        ("POST", "/rewards/{id}/redeem" | "/rewards/{id}/reserve") => {
            json!({ "customer_id": of("customers") })
        }
        ("POST", "/customers/{id}/points") => json!({ "points": 5, "reason": "swept" }),
        ("POST", "/points/purchases") => {
            json!({ "customer_id": of("customers"), "amount": 100, "reference": "swept" })
        }
        ("POST", "/points/purchases/refund") => json!({ "reference": things::RECEIPT, "amount": 1 }),
        ("POST", "/feedback") => json!({ "service_type": of("services"), "actual_time": 5 }),
        ("POST", "/tickets/{id}/feedback" | "/public/tickets/{secret}/feedback") => json!({ "csat": 5 }),
        ("POST", "/tickets/{id}/postpone" | "/public/tickets/{secret}/postpone") => json!({ "places": 1 }),
        ("POST", "/roles") => json!({ "name": "new", "scopes": ["queues:read"] }),
        ("POST", "/api-keys") => json!({ "name": "new", "scopes": ["queues:read"], "sites": [of("sites")] }),
        ("POST", "/routing-rules") => {
            let then = json!({ "queue_id": of("queues") });
            json!({ "name": "new", "event": "issue", "condition": "false", "then": then })
        }
        ("POST", "/devices") => {
            let set_up = json!({ "printer_address": "127.0.0.1:9100" });
            json!({ "name": "New", "site_id": of("sites"), "config": set_up })
        }
        ("POST", "/devices/pair") => json!({ "code": of("codes"), "site_id": of("sites") }),
        ("POST", "/auth/switch") => json!({ "tenant": BANK }),
        ("POST", "/devices/{id}/tests") => json!({ "what": "voice" }),
        ("POST", "/device/tests/{id}") => json!({ "outcome": "done" }),
        ("PUT", "/platform/users/{id}/status") => json!({ "status": "active" }),
        ("PUT", "/admin/users/{userId}/status") => json!({ "status": "active" }),
        ("PUT", "/auth/users/{userId}/role" | "/admin/users/{userId}/role") => json!({ "role": "agent" }),
        ("PUT", "/auth/change-password") => json!({ "current_password": PASSWORD, "new_password": PASSWORD }),
        ("POST", "/auth/login" | "/auth" | "/login") => {
            json!({ "email": "admin@bank.example", "password": PASSWORD, "tenant": BANK })
        }
        ("POST", "/auth/register" | "/register") => {
            json!({ "email": "more@bank.example", "password": PASSWORD })
        }
        ("POST", "/tickets/appointments" | "/public/sites/{tenant}/{site}/appointments") => {
            json!({ "service_id": of("services"), "starts_at": of("slots"), "name": "Swept" })
        }
        ("POST", "/tickets/appointments/{id}/reschedule" | "/public/appointments/{secret}/reschedule") => {
            json!({ "starts_at": of("slots") })
        }
        ("POST", "/availabilities") => {
            json!({ "service_id": of("services"), "site_id": of("sites"), "staff_id": of("users") })
        }
        ("PUT", "/availabilities/{id}") => json!({ "staff_id": of("users") }),
        ("POST", "/waitlist" | "/public/sites/{tenant}/{site}/waitlist") => {
            json!({ "service_id": of("services"), "name": "Swept" })
        }
        ("POST", "/device/check-in") => json!({ "code": of("references") }),
        ("POST", "/tickets") if route.path.starts_with("/api/v1/") => {
            json!({ "queue_id": of("queues"), "customer_id": of("customers") })
        }
        ("POST", "/tickets") => json!({ "queue_id": of("queues") }),
        ("POST", "/queues/{id}/tickets" | "/queues/{id}/join") => json!({ "service_id": of("services") }),
        ("POST", "/queues/{id}/outside") => json!({ "change": 1 }),
        ("POST", "/queues/{id}/leave") => json!({ "ticket_id": of("tickets") }),
        ("POST", "/auth/forgot-password") => json!({ "email": "nobody@bank.example" }),
        ("POST", "/auth/reset-password") => json!({ "token": "no token", "password": PASSWORD }),
        ("POST", "/auth/accept-invitation") => json!({ "token": "no token" }),
        ("POST", "/auth/verify-email") => json!({ "token": "no token" }),
        ("POST", "/auth/verify" | "/users/verify") => json!({ "token": "no token" }),
        ("POST", "/auth/refresh") => json!({ "refresh_token": "no token" }),
        ("POST", "/tokens") => {
            json!({ "service_id": of("services"), "queue_id": of("queues"), "customer_info": {} })
        }
        ("POST", "/device/tickets" | "/public/sites/{tenant}/{site}/tickets") => {
            json!({ "service_id": of("services"), "queue_id": of("queues") })
        }
        ("POST", "/tokens/{id}/assign" | "/tickets/{id}/call") => json!({ "counter_id": of("counters") }),
        ("PUT", "/tickets/{id}") if route.path == "/api/tickets/{id}" => json!({ "status": "cancelled" }),
        ("POST", "/tickets/{id}/note") => json!({ "text": "swept" }),
        ("POST", "/tickets/{id}/move") => {
            json!({ "queue_id": of("queues"), "position": 1, "reason": "swept" })
        }
        ("POST", "/tickets/{id}/park") => json!({ "minutes": 5 }),
        ("POST", "/tickets/{id}/reprioritise") => json!({ "class": "vip" }),
        ("POST", "/tickets/{id}/transfer") => json!({ "queue_id": of("queues") }),
        ("POST", "/counters/{id}/assign-staff") => json!({ "staff_id": of("users") }),
        ("POST", "/counters/{id}/serve") => json!({ "token_id": of("tickets") }),
        ("POST", "/agents/sign-in") => json!({ "counter_id": of("counters"), "take_over": true }),
        ("POST", "/agents/set-status") => json!({ "status": "available" }),
        ("POST", "/agents/call-next" | "/agents/complete-and-call-next") => {
            json!({ "counter_id": of("counters") })
        }
        ("POST", "/sites/{site}/close") => json!({ "reason": "swept", "mode": "carry_over" }),
        ("POST", "/device/leases") => json!({ "queue_id": of("queues"), "count": 2 }),
        ("POST", "/device/leases/{id}/tickets") => {
            let printed = json!({
                "value": things.lease_first,
                "issued_at": of("now"),
                "service_id": of("services"),
            });
            json!({ "tickets": [printed] })
        }
        ("POST", "/shifts") => json!({
            "user_id": of("users"),
            "site_id": of("sites"),
            "starts_at": "2031-04-01T08:00:00Z",
            "ends_at": "2031-04-01T12:00:00Z",
        }),
        ("PUT", "/shifts/{id}") => json!({ "user_id": of("users"), "site_id": of("sites") }),
        ("POST", "/shifts/publish") => {
            json!({ "site_id": of("sites"), "from": "2031-03-01T00:00:00Z", "to": "2031-04-01T00:00:00Z" })
        }
        ("POST", "/auth/second-step") => json!({ "second_step": "no step", "code": "000000" }),
        ("POST", "/auth/second-factor") => json!({ "password": PASSWORD }),
        ("POST", path) if path.starts_with("/auth/second-factor/") => json!({ "code": "000000" }),
        ("POST", "/auth/oidc/{provider}/finish") => json!({ "code": "no code", "state": "no state" }),
        ("POST", "/auth/linked-accounts") => {
            json!({ "provider": of("providers"), "code": "no code", "state": "no state" })
        }
        ("POST", "/device/announcements/{id}/ack") => json!({ "outcome": "spoken" }),
        ("POST", "/analytics/track") => json!({ "event_type": "page.viewed", "queue_id": of("queues") }),
        ("POST", "/analytics/schedules") => json!({ "name": "New", "cron": "0 7 * * MON" }),
        ("PUT", "/analytics/schedules/{id}") => json!({ "active": false }),
        ("POST", "/graphql") => json!({ "query": "{ __typename }" }),
        ("POST", "/updateQueue") => json!({ "service_type": "Deposit", "change": 1 }),
        _ => json!({}),
    };
    Some(body)
}
