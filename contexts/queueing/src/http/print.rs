//! Printing at a network printer: for kiosks whose printer hangs on the network and not on the machine itself. The
//! printer may be on record itself, as a device that several kiosks share, or be an address in one kiosk's set-up.
//!
//! The address is the tenant's to set, so it is spoken to only inside the networks that the installation's operator
//! has opened for it: nobody shall reach other machines through this.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use usher_db::{DbError, Lane, Read};
use usher_http::{Access, NoContent, Path, Routes, State};
use usher_identity::model::DeviceView;
use usher_identity::model::scopes::DEVICES_WRITE;
use usher_identity::{DeviceType, Paper, PrinterState};
use usher_kernel::{Actor, Ctx, Fault, FaultKind, SignedDuration, SiteId, TenantId, Timestamp, windows_1252};
use uuid::Uuid;

use crate::error::Error;
use crate::model::escpos::{ASK_PAPER, ASK_STATE, Slip, encode, is_answer, is_offline, paper_in};
use crate::model::spoken::Words;
use crate::model::{Estimate, Service, Status, Ticket};
use crate::ops::Queueing;
use crate::ops::show;
use crate::store;

/// How long a printer may take to be reached, and then to take its bytes.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long it may take to say how it is; one that says nothing prints all the same.
const ANSWER: Duration = Duration::from_millis(300);
/// A printer on record that was heard of this lately is not written down as heard of again.
const HEARD: SignedDuration = SignedDuration::from_secs(30);

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    routes
    .post("/api/v1/device/tickets/{secret}/print", Access::device(&["kiosk"]), print, |d| {
        d.summary("Print a ticket at the kiosk's network printer")
            .description(
                "It is the printer on record that the kiosk's set-up names (`printer_id`), or the one whose address \
                 stands there (`printer_address`), in one of the networks that the installation allows. The printer \
                 is asked how its paper stands and whether it is ready; staff see the answer on the floor and in the \
                 list of devices. One that cannot be asked prints all the same.",
            )
            .answer_empty(204)
            .fault("no_printer", 409)
            .fault("printer_not_allowed", 403)
            .fault("printer_away", 503)
            .fault("printer_out_of_paper", 503)
            .done_again("paper cannot be taken back: whoever sees none asks again")
    })
    .post("/api/v1/device/print-test", Access::device(&["kiosk"]), print_test, |d| {
        d.summary("Print a test at the kiosk's network printer")
            .description("As a ticket is printed, with what the printer says of itself; nothing is issued.")
            .answer_empty(204)
            .fault("no_printer", 409)
            .fault("printer_not_allowed", 403)
            .fault("printer_away", 503)
            .fault("printer_out_of_paper", 503)
            .done_again("paper cannot be taken back: whoever sees none asks again")
    })
    .post("/api/v1/tenants/{tenant}/devices/{id}/print-test", Access::scope(DEVICES_WRITE), print_at, |d| {
        d.summary("Print a test at a printer on record")
            .description(
                "The answer says how it went, and what the printer said of itself is kept as when a ticket is \
                 printed. A kiosk's own printer is tested through the kiosk, by `…/devices/{id}/tests`.",
            )
            .answer_empty(204)
            .fault("printer_not_allowed", 403)
            .fault("printer_away", 503)
            .fault("printer_out_of_paper", 503)
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
        let printer = prints_at(&me, read, tenant, device)?;
        // Whom somebody calls at once has a slip, too.
        let has_come = |t: &Ticket| matches!(t.status, Status::Waiting | Status::Called);
        let ticket = store::tickets::get(read, id)?.filter(|t| t.site_id == site && has_come(t));
        let ticket = ticket.ok_or(Error::NotFound("ticket"))?;
        let config = me.config(read)?;
        let view = show::ticket(&me, &config, &ticket, read.now());
        let locale = locale_of(&me, &ticket);
        let service = config.service(ticket.service_id).map(|service| printable_name(service, &locale));
        let service = service.unwrap_or(&view.service_name).to_owned();
        let text = Text { words: Words::of(&locale), service, estimate: view.estimate };
        Ok::<_, Error>((printer, ticket, text))
    };
    let (printer, ticket, text) = line.db().read(&ctx, read).await?;
    let (printer, address) = printer_of(&line, printer)?;
    let bytes = slip(&line, &line.printing().base, &ticket, &text)?;
    deliver(&ctx, &line, &printer, address, &bytes).await
}

async fn print_test(ctx: Ctx, State(line): State<Queueing>) -> Result<NoContent, Fault> {
    let Actor::Device { id: device, site, .. } = ctx.actor else { return Err(Fault::not_found("device")) };
    let (me, tenant) = (line.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| prints_at(&me, read, tenant, device);
    let (printer, address) = printer_of(&line, line.db().read(&ctx, read).await?)?;
    let bytes = test_slip(&line, tenant, site, &printer.name, ctx.now())?;
    deliver(&ctx, &line, &printer, address, &bytes).await
}

async fn print_at(ctx: Ctx, State(line): State<Queueing>, Path(id): Path<Uuid>) -> Result<NoContent, Fault> {
    let (me, tenant) = (line.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| me.identity().device_in(read, tenant, id);
    let found = line.db().read(&ctx, read).await?;
    let found = found.filter(|device| is_printer(device) && ctx.may_at(device.site_id));
    let (printer, address) = printer_of(&line, Some(found.ok_or_else(|| Fault::not_found("printer"))?))?;
    let bytes = test_slip(&line, tenant, printer.site_id, &printer.name, ctx.now())?;
    deliver(&ctx, &line, &printer, address, &bytes).await
}

fn is_printer(device: &DeviceView) -> bool {
    device.kind == DeviceType::Printer
}

/// The device of which is kept what the printer of a kiosk says: the printer on record that its set-up names, else the
/// kiosk; none where that printer is not on record any more.
fn prints_at(
    line: &Queueing,
    read: &mut Read<'_>,
    tenant: TenantId,
    kiosk: Uuid,
) -> Result<Option<DeviceView>, DbError> {
    let Some(kiosk) = line.identity().device_in(read, tenant, kiosk)? else { return Ok(None) };
    let Some(printer) = kiosk.printer_id() else { return Ok(Some(kiosk)) };
    Ok(line.identity().device_in(read, tenant, printer)?.filter(is_printer))
}

/// What comes out of a printer that is tested: where it stands, what it is called, and when.
fn test_slip(
    line: &Queueing,
    tenant: TenantId,
    site: SiteId,
    name: &str,
    now: Timestamp,
) -> Result<Vec<u8>, Fault> {
    let site = line.directory().site(tenant, site).ok_or_else(|| Fault::not_found("site"))?;
    let issued = site.zone().to_datetime(now).strftime("%Y-%m-%d %H:%M").to_string();
    Ok(encode(&Slip {
        site: &site.name,
        service: name,
        number: "TEST",
        wait: None,
        note: None,
        issued: &issued,
        url: &line.printing().base,
        address: site.address.as_deref(),
    }))
}

/// A printer, or the kiosk that it belongs to, with the printer's address.
fn printer_of(line: &Queueing, device: Option<DeviceView>) -> Result<(DeviceView, SocketAddr), Fault> {
    let found = device.and_then(|device| device.printer_address().map(|address| (device, address)));
    let Some((device, address)) = found else {
        let text = "No printer is set up for this kiosk, or it is not on record any more. Give one in the \
                    administration.";
        return Err(Fault::new(FaultKind::Conflict, "no_printer", text));
    };
    if !(line.printing().allowed)(address.ip()) {
        let text = format!(
            "This installation prints in no network with {}. Its operator allows one with printing.networks.",
            address.ip()
        );
        return Err(Fault::new(FaultKind::Forbidden, "printer_not_allowed", text));
    }
    Ok((device, address))
}

/// Asks a printer on record how it is, and keeps what it says.
pub(crate) async fn look_at(line: &Queueing, tenant: TenantId, printer: &DeviceView, address: SocketAddr) {
    let said = speak(address, None).await;
    keep(&Ctx::system(tenant, "queueing", line.clock().clone()), line, printer, said).await;
}

/// Gives a printer what it is to print, and keeps what it said of itself.
async fn deliver(
    ctx: &Ctx,
    line: &Queueing,
    device: &DeviceView,
    address: SocketAddr,
    bytes: &[u8],
) -> Result<NoContent, Fault> {
    let said = speak(address, Some(bytes)).await;
    keep(ctx, line, device, said).await;
    let refuse = |code, text| Err(Fault::new(FaultKind::Unavailable, code, text).retry_after(PATIENCE));
    match said {
        Said { paper: Some(Paper::Out), .. } => {
            refuse("printer_out_of_paper", "The printer has no paper. Put in a new roll.")
        }
        Said { ready: true, .. } => Ok(NoContent),
        _ => refuse(
            "printer_away",
            "The printer does not answer. See whether it is switched on, closed and has paper.",
        ),
    }
}

/// What a printer said when it was asked, or was to print.
#[derive(Clone, Copy, Debug)]
struct Said {
    /// How its paper stands, where it says so.
    paper: Option<Paper>,
    /// Whether it takes tickets.
    ready: bool,
}

/// Asks a printer how it is and gives it what it is to print, if anything; what it says of itself.
async fn speak(address: SocketAddr, bytes: Option<&[u8]>) -> Said {
    let said = tokio::time::timeout(PATIENCE, send(address, bytes)).await;
    said.map_err(std::io::Error::from).flatten().unwrap_or_else(|error| {
        // One that is asked every minute and is known to be away is no news.
        match bytes {
            Some(_) => tracing::warn!(%address, %error, "a printer did not take what it was to print"),
            None => tracing::debug!(%address, %error, "a printer does not answer"),
        }
        Said { paper: None, ready: false }
    })
}

/// The same, with what stood in the way. It is given nothing where it says that nothing would come out: what it kept for
/// later would come out when the person has long gone.
async fn send(address: SocketAddr, bytes: Option<&[u8]>) -> std::io::Result<Said> {
    let mut printer = TcpStream::connect(address).await?;
    let said = match answer(&mut printer, ASK_PAPER).await? {
        None => Said { paper: None, ready: true },
        Some(paper) => {
            let state = answer(&mut printer, ASK_STATE).await?;
            Said { paper: Some(paper_in(paper)), ready: !state.is_some_and(is_offline) }
        }
    };
    if let Some(bytes) = bytes
        && said.ready
        && said.paper != Some(Paper::Out)
    {
        printer.write_all(bytes).await?;
        printer.shutdown().await?;
    }
    Ok(said)
}

/// The byte that a printer answers a question with; none where it answers nothing in time.
async fn answer(printer: &mut TcpStream, question: [u8; 3]) -> std::io::Result<Option<u8>> {
    printer.write_all(&question).await?;
    let told = async {
        loop {
            match printer.read_u8().await {
                Ok(byte) if is_answer(byte) => return Some(byte),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    };
    Ok(tokio::time::timeout(ANSWER, told).await.ok().flatten())
}

/// Keeps what the printer said with its device, where it is news: how it stands, and of a printer on record that it was
/// heard of. The ticket is the person's whether this can be kept or not.
async fn keep(ctx: &Ctx, line: &Queueing, device: &DeviceView, said: Said) {
    let out = said.paper == Some(Paper::Out);
    let printer = if said.ready || out { PrinterState::Ok } else { PrinterState::Away };
    let (paper, id, tenant) = (said.paper, device.id, ctx.tenant);
    let same = printer == device.printer && paper.is_none_or(|paper| paper == device.paper);
    let heard = device.last_ping_at.is_some_and(|last| ctx.now().duration_since(last) < HEARD);
    let answered = said.ready || paper.is_some();
    if same && (heard || !answered || !is_printer(device)) {
        return;
    }
    let identity = line.identity().clone();
    let write = move |tx: &mut usher_db::Tx<'_>| identity.printer_said(tx, tenant, id, paper, printer);
    if let Err(error) = line.db().write(ctx, Lane::Any, write).await {
        tracing::warn!(device = %id, %error, "what a printer said of itself was not kept");
    }
}

/// What a slip says, and in which language.
struct Text {
    words: Words,
    service: String,
    estimate: Option<Estimate>,
}

/// The language of a ticket, else that of the tenant.
fn locale_of(line: &Queueing, t: &Ticket) -> String {
    let own = t.extra.as_ref().and_then(|extra| extra.locale.clone());
    let tenants = || line.directory().tenant(t.tenant_id).map(|tenant| tenant.default_locale.clone());
    own.or_else(tenants).unwrap_or_default()
}

/// A service's name in a language, else in English where no printer writes that.
fn printable_name<'s>(service: &'s Service, locale: &str) -> &'s str {
    let name = service.name_in(locale);
    let can_be_written = name.chars().all(|letter| windows_1252(letter).is_some());
    if can_be_written { name } else { service.name_in("en") }
}

fn slip(line: &Queueing, base: &str, t: &Ticket, text: &Text) -> Result<Vec<u8>, Fault> {
    let site = line.directory().site(t.tenant_id, t.site_id).ok_or_else(|| Fault::not_found("site"))?;
    let issued = site.zone().to_datetime(t.issued_at).strftime("%Y-%m-%d %H:%M").to_string();
    let estimate = text.estimate.as_ref();
    let range = estimate.and_then(|e| e.low.zip(e.high));
    let wait = range.map(|(low, high)| text.words.wait(low, high));
    let late = wait.is_some() && estimate.is_some_and(|e| e.after_closing);
    let url = format!("{base}/t/{}", line.secrets().seal(t.id));
    Ok(encode(&Slip {
        site: &site.name,
        service: &text.service,
        number: &t.number,
        wait: wait.as_deref(),
        note: late.then_some(text.words.after_closing),
        issued: &issued,
        url: &url,
        address: site.address.as_deref(),
    }))
}
