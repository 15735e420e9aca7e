//! What people do with tenants and sites: one file each.

mod create_site;
mod create_tenant;
mod delete_site;
pub mod export;
mod update_site;
mod update_tenant;

pub use create_site::{create_site, home_site};
pub use create_tenant::create_tenant;
pub use delete_site::{Resident, SiteGuard, delete_site};
pub use export::{Export, Part};
pub use update_site::update_site;
pub use update_tenant::update_tenant;
