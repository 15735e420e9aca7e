//! Appointments, hours that can be booked and the waitlist in the graph.

use usher_customers::graphql::CUSTOMER;
use usher_customers::model::CustomerView;
use usher_graphql::{Declared, Graph};
use usher_kernel::{Ctx, Fault};
use usher_queueing::graphql::{SERVICE, TICKET};
use usher_queueing::model::Service;
use usher_queueing::ops::show::TicketView;
use usher_tenancy::graphql::SITE;
use usher_tenancy::model::SiteView;
use uuid::Uuid;

use crate::http::BookedView;
use crate::model::{Act, EntryState, Repeat, Rules, State};
use crate::ops::Appointments;
use crate::ops::show::{AppointmentView, EntryView, PlaceView, ServiceView};
use crate::ops::staff::AvailabilityView;

const APPOINTMENT: &str = "GET /api/v1/tenants/{tenant}/tickets/appointments/{id}";

/// Operations by the name in the graph and the way after that of all appointments.
macro_rules! of_appointments {
    ($($name:literal = $method:literal $rest:literal),* $(,)?) => {
        &[$(($name, concat!($method, " /api/v1/tenants/{tenant}/tickets/appointments", $rest))),*]
    };
}

/// What this context adds to the graph.
pub fn graph(appointments: Appointments) -> Declared {
    Graph::new(appointments)
        .named::<State>("AppointmentStatus")
        .named::<Act>("AppointmentOperation")
        .named::<Repeat>("AppointmentRepeat")
        .named::<Rules>("BookingRules")
        .named::<AvailabilityView>("Availability")
        .named::<EntryState>("WaitlistStatus")
        .named::<BookedView>("AppointmentBooking")
        .named::<PlaceView>("AppointmentPlace")
        .named::<ServiceView>("AppointmentService")
        .object::<AppointmentView>("Appointment", |appointment| {
            appointment
                .link("site", "site_id", SITE, sites)
                .link("service", "service_id", SERVICE, services)
                .link("customer", "customer_id", CUSTOMER, customers)
                .link("ticket", "ticket_id", TICKET, tickets)
        })
        .object::<EntryView>("WaitlistEntry", |entry| {
            entry.link("site", "site_id", SITE, sites).link("service", "service_id", SERVICE, services).link(
                "customer",
                "customer_id",
                CUSTOMER,
                customers,
            )
        })
        .queries(&[
            ("appointment", APPOINTMENT),
            ("slots", "GET /api/v1/tenants/{tenant}/slots"),
            ("availabilities", "GET /api/v1/tenants/{tenant}/availabilities"),
            ("availability", "GET /api/v1/tenants/{tenant}/availabilities/{id}"),
            ("waitlist", "GET /api/v1/tenants/{tenant}/waitlist"),
        ])
        .queries(of_appointments!["appointments" = "GET" ""])
        .mutations(of_appointments![
            "bookAppointment" = "POST" "",
            "updateAppointment" = "PUT" "/{id}",
            "confirmAppointment" = "POST" "/{id}/confirm",
            "extendAppointment" = "POST" "/{id}/extend",
            "rescheduleAppointment" = "POST" "/{id}/reschedule",
            "cancelAppointment" = "POST" "/{id}/cancel",
            "checkInAppointment" = "POST" "/{id}/check-in",
            "markAppointmentNoShow" = "POST" "/{id}/no-show",
            "deleteAppointment" = "DELETE" "/{id}",
        ])
        .mutations(&[
            ("createAvailability", "POST /api/v1/tenants/{tenant}/availabilities"),
            ("updateAvailability", "PUT /api/v1/tenants/{tenant}/availabilities/{id}"),
            ("deleteAvailability", "DELETE /api/v1/tenants/{tenant}/availabilities/{id}"),
            ("openCalendar", "POST /api/v1/tenants/{tenant}/calendar"),
            ("closeCalendar", "DELETE /api/v1/tenants/{tenant}/calendar"),
            ("openSiteCalendar", "POST /api/v1/tenants/{tenant}/sites/{site}/calendar"),
            ("closeSiteCalendar", "DELETE /api/v1/tenants/{tenant}/sites/{site}/calendar"),
            ("joinWaitlist", "POST /api/v1/tenants/{tenant}/waitlist"),
            ("acceptWaitlistOffer", "POST /api/v1/tenants/{tenant}/waitlist/{id}/accept"),
            ("leaveWaitlist", "DELETE /api/v1/tenants/{tenant}/waitlist/{id}"),
        ])
        .finish()
}

async fn sites(ctx: Ctx, me: Appointments, ids: Vec<Uuid>) -> Result<Vec<(Uuid, SiteView)>, Fault> {
    usher_queueing::graphql::sites(ctx, me.line().clone(), ids).await
}

async fn services(ctx: Ctx, me: Appointments, ids: Vec<Uuid>) -> Result<Vec<(Uuid, Service)>, Fault> {
    usher_queueing::graphql::services(ctx, me.line().clone(), ids).await
}

async fn customers(ctx: Ctx, me: Appointments, ids: Vec<Uuid>) -> Result<Vec<(Uuid, CustomerView)>, Fault> {
    usher_queueing::graphql::customers(ctx, me.line().clone(), ids).await
}

async fn tickets(ctx: Ctx, me: Appointments, ids: Vec<Uuid>) -> Result<Vec<(Uuid, TicketView)>, Fault> {
    usher_queueing::graphql::tickets(ctx, me.line().clone(), ids).await
}
