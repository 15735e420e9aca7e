//! What is handed out of bookings when everything of a tenant is exported.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use usher_db::{row, sql};
use usher_kernel::Timestamp;
use usher_tenancy::Part;
use uuid::Uuid;

row! {
    /// When a service can be booked at a site, and by which rules.
    #[derive(Serialize, JsonSchema)]
    struct AvailabilityLine {
        id: Uuid,
        site_id: Uuid,
        service_id: Uuid,
        staff_id: Option<Uuid>,
        rules: Value,
        archived_at: Option<Timestamp>,
        version: i64,
    }
}

row! {
    /// A booking; `busy_from` and `busy_until` are its time with the buffers around it.
    #[derive(Serialize, JsonSchema)]
    struct AppointmentLine {
        id: Uuid,
        site_id: Uuid,
        service_id: Uuid,
        availability_id: Uuid,
        staff_id: Option<Uuid>,
        reference: String,
        status: String,
        starts_at: Timestamp,
        ends_at: Timestamp,
        busy_from: Timestamp,
        busy_until: Timestamp,
        hold_until: Option<Timestamp>,
        name: Option<String>,
        phone: Option<String>,
        email: Option<String>,
        customer_id: Option<Uuid>,
        booked_by: Option<Uuid>,
        party_size: i64,
        notes: Option<String>,
        locale: Option<String>,
        channel: String,
        series_id: Option<Uuid>,
        waitlist_id: Option<Uuid>,
        ticket_id: Option<Uuid>,
        created_at: Timestamp,
        checked_in_at: Option<Timestamp>,
        reason: Option<String>,
        due_at: Option<Timestamp>,
        reminded: Option<i64>,
        version: i64,
    }
}

row! {
    /// Somebody who waits, or waited, for a slot.
    #[derive(Serialize, JsonSchema)]
    struct WaitlistLine {
        id: Uuid,
        site_id: Uuid,
        service_id: Uuid,
        staff_id: Option<Uuid>,
        status: String,
        from_at: Timestamp,
        until_at: Timestamp,
        name: Option<String>,
        phone: Option<String>,
        email: Option<String>,
        customer_id: Option<Uuid>,
        booked_by: Option<Uuid>,
        party_size: i64,
        locale: Option<String>,
        appointment_id: Option<Uuid>,
        joined_at: Timestamp,
        version: i64,
    }
}

row! {
    /// A calendar that other programs subscribe to, without its address.
    #[derive(Serialize, JsonSchema)]
    struct FeedLine {
        id: Uuid,
        kind: String,
        subject_id: Uuid,
        created_at: Timestamp,
        revoked_at: Option<Timestamp>,
    }
}

sql! {
    AVAILABILITIES = "SELECT ", AvailabilityLine::COLUMNS, " FROM availabilities
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    APPOINTMENTS = "SELECT ", AppointmentLine::COLUMNS, " FROM appointments
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    WAITLIST = "SELECT ", WaitlistLine::COLUMNS, " FROM waitlist
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    FEEDS = "SELECT ", FeedLine::COLUMNS, " FROM calendar_feeds
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// The tables of this context.
pub(crate) fn parts() -> Vec<Part> {
    vec![
        Part::by_id(
            "availabilities",
            &["availabilities"],
            "When services can be booked, and by which rules",
            AVAILABILITIES,
            |one: &AvailabilityLine| one.id,
        ),
        Part::by_id("appointments", &["appointments"], "Bookings", APPOINTMENTS, |one: &AppointmentLine| {
            one.id
        }),
        Part::by_id("waitlist", &["waitlist"], "Who waits for a slot", WAITLIST, |one: &WaitlistLine| one.id),
        Part::by_id(
            "calendar_feeds",
            &["calendar_feeds"],
            "Calendars that other programs subscribe to, without their addresses",
            FEEDS,
            |feed: &FeedLine| feed.id,
        ),
    ]
}
