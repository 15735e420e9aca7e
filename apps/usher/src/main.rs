//! The composition root and the command line: everything that only the finished product knows.

mod cli;
mod config;
mod contracts;
mod demo;
mod doctor;
mod house;
mod live;
mod replay;
mod say;
mod secret;
mod serve;
mod setup;
mod work;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use cli::{Analytics, Cli, Command, Eta, Tenant, User};
use config::{Config, Loader};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::anyhow!("the runtime cannot be started: {error}")),
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// One line that says what is wrong and how to mend it.
fn fail(error: &anyhow::Error) -> ExitCode {
    say::complain(format_args!("usher: {error:#}"));
    ExitCode::FAILURE
}

async fn run(cli: Cli) -> Result<()> {
    // The demo keeps its data apart.
    let apart = matches!(cli.command, Command::Demo(_)).then(house::demo_data_dir);
    let data_dir = cli.data_dir.or(apart).map(|dir| dir.display().to_string());
    let loader = Loader::new(cli.config, std::env::vars()).set("data_dir", data_dir);
    match cli.command {
        Command::Demo(demo) => {
            let config = placed(loader, &demo.place)?;
            serve::demo(&config, demo.place.ready_file.as_deref(), &demo.timezone, demo.traffic).await
        }
        Command::Serve(serve) => {
            let config = placed(loader, &serve.place)?;
            serve::serve(&config, serve.place.ready_file.as_deref()).await
        }
        Command::Worker => serve::worker(&loader.load()?).await,
        Command::Migrate => setup::migrate(&loader.load()?).await,
        Command::Tenant(Tenant::Create { name, slug, admin_email, admin_password, with_demo_data }) => {
            let new = setup::NewTenant { name, slug, admin_email, admin_password, with_demo_data };
            setup::create_tenant(&loader.load()?, new).await
        }
        Command::Tenant(Tenant::Export { slug, out }) => {
            setup::export_tenant(&loader.load()?, &slug, &out).await
        }
        Command::User(User::Create { email, name, password, role, tenant }) => {
            setup::create_user(&loader.load()?, setup::NewUser { email, name, password, role, tenant }).await
        }
        Command::Analytics(Analytics::Rebuild) => setup::rebuild_analytics(&loader.load()?).await,
        Command::Eta(Eta::Replay(wanted)) => replay::replay(&wanted),
        Command::Doctor { verify_audit } => doctor::examine(loader, verify_audit).await,
        Command::Backup { file } => setup::backup(&loader.load()?, &file).await,
        Command::Restore { file, replace } => setup::restore(&loader.load()?, &file, replace),
        Command::Contracts { out, check } => contracts::write(&out, check).await,
    }
}

/// The configuration with the address that the command line names.
fn placed(loader: Loader, place: &cli::Place) -> Result<Config> {
    Ok(loader.set("listen", place.listen.map(|addr| addr.to_string())).load()?)
}
