//! Printing at a network printer: for kiosks whose printer hangs on the network and not on the machine itself.
//!
//! The address is the tenant's to set, so it is spoken to only inside the networks that the installation's operator
//! has opened for it: nobody shall reach other machines through this.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use usher_db::Read;
use usher_http::{Access, NoContent, Path, Routes, State};
use usher_kernel::{Actor, Ctx, Fault, FaultKind};

use crate::error::Error;
use crate::model::escpos::{Slip, encode};
use crate::model::{Status, Ticket};
use crate::ops::Queueing;
use crate::ops::show;
use crate::store;

/// How long a printer may take to be reached, and then to take its bytes.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    routes.post("/api/v1/device/tickets/{secret}/print", Access::device(&["kiosk"]), print, |d| {
        d.summary("Print a ticket at the kiosk's network printer")
            .description(
                "The printer's address stands in the kiosk's set-up (`printer_address`) and lies in one of the \
                 networks that the installation allows.",
            )
            .answer_empty(204)
            .fault("no_printer", 409)
            .fault("printer_not_allowed", 403)
            .fault("printer_away", 503)
            .done_again("paper cannot be taken back: whoever sees none asks again")
    })
}

async fn print(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(secret): Path<String>,
) -> Result<NoContent, Fault> {
    let Actor::Device { id: device, site, .. } = ctx.actor else { return Err(Fault::not_found("device")) };
    let id = line.secrets().open(&secret).ok_or_else(|| Fault::not_found("ticket"))?;
    let (me, tenant) = (line.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| {
        let set_up = me.identity().device_in(read, tenant, device)?;
        let ticket =
            store::tickets::get(read, id)?.filter(|t| t.site_id == site && t.status == Status::Waiting);
        let ticket = ticket.ok_or(Error::NotFound("ticket"))?;
        let config = me.config(read)?;
        let view = show::ticket(&me, &config, &ticket, read.now());
        Ok::<_, Error>((set_up, ticket, view))
    };
    let (set_up, ticket, view) = line.db().read(&ctx, read).await?;
    let address = set_up.and_then(|device| device.config.get("printer_address")?.as_str()?.parse().ok());
    let Some(address): Option<SocketAddr> = address else {
        let text = "No printer is set up for this kiosk. Give its address in the administration.";
        return Err(Fault::new(FaultKind::Conflict, "no_printer", text));
    };
    let printing = line.printing();
    if !(printing.allowed)(address.ip()) {
        let text = format!(
            "This installation prints in no network with {}. Its operator allows one with printing.networks.",
            address.ip()
        );
        return Err(Fault::new(FaultKind::Forbidden, "printer_not_allowed", text));
    }
    let bytes = slip(&line, &printing.base, &ticket, &view)?;
    let sent = tokio::time::timeout(PATIENCE, send(address, &bytes)).await;
    match sent.map_err(std::io::Error::from).flatten() {
        Ok(()) => Ok(NoContent),
        Err(error) => {
            tracing::warn!(%address, %error, "a printer did not take a ticket");
            let text = "The printer does not answer. See whether it is switched on and has paper.";
            Err(Fault::new(FaultKind::Unavailable, "printer_away", text).retry_after(PATIENCE))
        }
    }
}

async fn send(address: SocketAddr, bytes: &[u8]) -> std::io::Result<()> {
    let mut printer = TcpStream::connect(address).await?;
    printer.write_all(bytes).await?;
    printer.shutdown().await
}

fn slip(line: &Queueing, base: &str, t: &Ticket, view: &show::TicketView) -> Result<Vec<u8>, Fault> {
    let site = line.directory().site(t.tenant_id, t.site_id).ok_or_else(|| Fault::not_found("site"))?;
    let issued = site.zone().to_datetime(t.issued_at).strftime("%Y-%m-%d %H:%M").to_string();
    let range = view.estimate.as_ref().and_then(|e| e.low.zip(e.high));
    let wait = range.map(|(low, high)| format!("{low}–{high} min"));
    let url = format!("{base}/t/{}", line.secrets().seal(t.id));
    Ok(encode(&Slip {
        site: &site.name,
        service: &view.service_name,
        number: &t.number,
        wait: wait.as_deref(),
        issued: &issued,
        url: &url,
        address: site.address.as_deref(),
    }))
}
