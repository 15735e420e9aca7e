//! Everything that this context refuses.

use serde_json::json;
use usher_db::DbError;
use usher_kernel::{Fault, FaultKind, FieldFault};

use crate::ops::Resident;

/// Why an operation on a tenant or a site was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such tenant, or it is somebody else's.
    #[error("There is no such tenant.")]
    NoTenant,
    /// There is no such site, or it is somebody else's.
    #[error("There is no such site.")]
    NoSite,
    /// Values that cannot be kept.
    #[error("{}", FieldFault::list(.0))]
    Fields(Vec<FieldFault>),
    /// Another tenant, or another site of the tenant, has this short name.
    #[error("The short name {0:?} is taken.")]
    SlugTaken(String),
    /// The platform administrator alone may change this.
    #[error("Only the platform administrator can change the short name and the status of a tenant.")]
    PlatformOnly,
    /// The version that the client read is no longer the current one.
    #[error(
        "Somebody else changed this in the meantime: you have version {read}, the current one is {current}."
    )]
    Stale {
        /// What the client had.
        read: i64,
        /// What is stored.
        current: i64,
    },
    /// A member of the tenant, but not at this site.
    #[error("You do not work at {0}.")]
    WrongSite(String),
    /// A new site is for those who work at all of them.
    #[error(
        "A new site is added by those who work at all sites of the organisation: you are limited to some."
    )]
    NotEverySite,
    /// Something still lives at the site.
    #[error("{}", in_use(.0))]
    SiteInUse(Vec<Resident>),
    /// The default site goes last.
    #[error("This is the default site. Make another site the default one first.")]
    DefaultSite,
    /// Everything is for those who see all of it.
    #[error(
        "Everything of an organisation is handed out to those who work for all of its sites: you are limited to some."
    )]
    SomeSites,
    /// One export at a time.
    #[error(
        "This organisation is being exported. Wait until that is done, or a minute after it was given up."
    )]
    Exporting,
    /// The archive could not be written.
    #[error("the archive cannot be written: {0}")]
    Archive(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

fn in_use(residents: &[Resident]) -> String {
    let list: Vec<String> = residents.iter().map(|r| format!("{} {}", r.count, r.what)).collect();
    format!("This site cannot be deleted, because it still has: {}.", list.join(", "))
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::NoTenant | Error::NoSite => Self::new(FaultKind::NotFound, "not_found", text),
            Error::Fields(fields) => Self::fields(fields),
            Error::SlugTaken(_) => Self::new(FaultKind::Conflict, "slug_taken", text).at("slug"),
            Error::PlatformOnly => Self::new(FaultKind::Forbidden, "platform_only", text),
            Error::Stale { current, .. } => {
                Self::new(FaultKind::Stale, "stale", text).with("current_version", current)
            }
            Error::SiteInUse(residents) => {
                let cost: Vec<_> =
                    residents.iter().map(|r| json!({"what": r.what, "count": r.count})).collect();
                Self::new(FaultKind::Conflict, "site_in_use", text).with("cost", cost)
            }
            Error::DefaultSite => Self::new(FaultKind::Conflict, "default_site", text),
            Error::WrongSite(_) => Self::new(FaultKind::Forbidden, "wrong_site", text),
            Error::SomeSites | Error::NotEverySite => Self::new(FaultKind::Forbidden, "some_sites", text),
            Error::Exporting => Self::new(FaultKind::Conflict, "export_running", text)
                .retry_after(std::time::Duration::from_secs(60)),
            Error::Archive(_) => Self::internal(text),
            Error::Db(error) => error.into(),
        }
    }
}
