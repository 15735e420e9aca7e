//! Tenants, sites and opening hours: types and rules without I/O.

mod branding;
mod directory;
pub mod hours;
mod minute;
pub mod scopes;
pub mod settings;
mod site;
pub mod slug;
mod tenant;

pub use branding::{Branding, is_web_address};
pub use directory::Directory;
pub use hours::{Exception, OpenState, OpeningHours, Span, Weekly};
pub use minute::{Minute, NotATime};
pub use settings::BoardLabel;
pub use site::{Site, SiteChange, SiteKind, SiteStatus, SiteView};
pub use tenant::{NewTenant, Tenant, TenantChange, TenantStatus, is_email, is_locale};
