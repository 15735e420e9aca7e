//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The front of house of any organisation with branches.
#[derive(Debug, Parser)]
#[command(name = "usher", version, about, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// The configuration file; `usher.toml` of the working directory when absent.
    #[arg(long, global = true, env = "USHER_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The folder of the embedded database and generated secrets.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be asked of the binary.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a working demo bank: prints addresses and log-ins.
    Demo(Demo),
    /// Serve the product.
    Serve(Serve),
    /// Run only jobs and subscribers, beside nodes that serve (PostgreSQL).
    Worker,
    /// Bring the database to this version and stop.
    Migrate,
    /// Manage tenants.
    #[command(subcommand)]
    Tenant(Tenant),
    /// Manage users.
    #[command(subcommand)]
    User(User),
    /// Check configuration and dependencies; say what is wrong and how to mend it.
    Doctor {
        /// Also walk every tenant's audit chain and name the first broken link.
        #[arg(long)]
        verify_audit: bool,
    },
    /// Look after the figures.
    #[command(subcommand)]
    Analytics(Analytics),
    /// Measure the estimates of waits.
    #[command(subcommand)]
    Eta(Eta),
    /// Copy the embedded database to a file, also while it serves.
    Backup {
        /// Where the copy goes; it must not exist yet.
        file: PathBuf,
    },
    /// Put a backup in place of the embedded database; nothing may be serving.
    Restore {
        /// The copy that `usher backup` made.
        file: PathBuf,
        /// Replace a database that is there already; it is kept beside the new one.
        #[arg(long)]
        replace: bool,
    },
    /// Write the generated contracts: openapi.json, events.json, permissions.md.
    Contracts {
        /// The folder to write to.
        #[arg(long, default_value = "contracts")]
        out: PathBuf,
        /// Write nothing; fail when what is there differs.
        #[arg(long)]
        check: bool,
    },
}

/// Where a server listens, and whom it tells.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Written once the server answers.
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
}

/// `usher serve`
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) place: Place,
}

/// `usher demo`
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Keep simulated people arriving and being served.
    #[arg(long)]
    pub(crate) traffic: bool,
    /// The time zone in which the bank stands: an IANA name.
    #[arg(long, value_name = "ZONE", default_value = crate::demo::ZONE)]
    pub(crate) timezone: String,
}

/// `usher tenant …`
#[derive(Debug, Subcommand)]
pub(crate) enum Tenant {
    /// Create a tenant and its first administrator.
    Create {
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its short name in addresses.
        #[arg(long)]
        slug: String,
        /// The administrator's e-mail address.
        #[arg(long)]
        admin_email: String,
        /// The administrator's password; one is made and printed when absent.
        #[arg(long)]
        admin_password: Option<String>,
        /// Fill it with the demo bank's sites, services, queues, counters and staff.
        #[arg(long)]
        with_demo_data: bool,
    },
    /// Write everything of a tenant into a ZIP; on the embedded database nothing may be serving.
    Export {
        /// Its short name, or its id.
        #[arg(long)]
        slug: String,
        /// Where the archive goes; it must not exist yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// `usher analytics …`
#[derive(Debug, Subcommand)]
pub(crate) enum Analytics {
    /// Make every figure anew from the event log; on the embedded database nothing may be serving.
    Rebuild,
}

/// `usher eta …`
#[derive(Debug, Subcommand)]
pub(crate) enum Eta {
    /// Replay a queue log and say how good the estimates would have been.
    ///
    /// One pass in the order of time, with nothing known of the future and nothing set to the file. Measured are the
    /// last three tenths of the days, over tickets that had to queue: those that waited at all where the ends of
    /// services are recorded, else those that found somebody waiting.
    Replay(Replay),
}

/// `usher eta replay`
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The tickets, as CSV (gzip or not): queue, service_type, arrival_ts, start_ts, end_ts, servers, outcome,
    /// priority, agent.
    #[arg(long, value_name = "FILE")]
    pub(crate) tickets: PathBuf,
    /// When counters opened and closed, as CSV (gzip or not): ts, queue, agent, event.
    #[arg(long, value_name = "FILE")]
    pub(crate) counters: Option<PathBuf>,
    /// Write every estimate to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Measure what people are told again while they wait, too: by how many were before them then.
    #[arg(long)]
    pub(crate) requotes: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `usher user …`
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Create a user, or give an existing one a role in a tenant.
    Create {
        /// The e-mail address.
        #[arg(long)]
        email: String,
        /// The full name.
        #[arg(long, default_value = "")]
        name: String,
        /// The password; one is made and printed when absent.
        #[arg(long)]
        password: Option<String>,
        /// A role: platform_admin, admin, manager, agent, manufacturer, customer, or one of the tenant's own.
        #[arg(long)]
        role: String,
        /// The tenant's slug; not needed for platform_admin.
        #[arg(long)]
        tenant: Option<String>,
    },
}
