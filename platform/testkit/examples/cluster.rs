//! A durable throw-away PostgreSQL with one empty database: prints its URL and goes with its standard input.

use std::io::{Read, Write};

use usher_testkit::pg::Cluster;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = Cluster::durable().ok_or("PostgreSQL's server programs are not installed")?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", cluster.database())?;
    out.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
