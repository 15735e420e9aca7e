//! A manager's floor: which line breaks its promise next.

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_identity::model::{DeviceView, ShiftView};
use usher_identity::{DeviceType, Paper, PrinterState};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use super::board::{BoardSite, CallView, call};
use super::counter::{CounterView, counter};
use super::label::Labels;
use super::promise::{promise, suggest};
use super::visit::{StoppedVisit, stopped};
use crate::error::Error;
use crate::events::RuleFailure;
use crate::model::counter::{AgentStatus, CounterStatus};
use crate::model::live::{BLOCKED, CHIME_ONLY, Call};
use crate::model::{AgentId, CounterId, EstimateBasis, Queue, QueueId, TenantConfig};
use crate::ops::{Queueing, micros};

/// A promise that is broken more likely than not is at risk.
const LIKELY: f64 = 0.5;

pub(super) fn tenth(minutes: f64) -> f64 {
    (minutes * 10.0).round() / 10.0
}

/// The strip at the top.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Strip {
    /// How many wait.
    pub waiting: i64,
    /// How long the longest has waited, in minutes.
    pub longest_minutes: f64,
    /// Lines that will more likely than not break their promise, or have.
    pub at_risk: i64,
    /// Counters that are open.
    pub counters_open: i64,
    /// All counters.
    pub counters_all: i64,
    /// How many people wait or are served, whole parties counted.
    pub people: i64,
    /// How many the site holds, where that is known.
    pub capacity: Option<i64>,
}

/// One thing to press.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Suggestion {
    /// Which sentence: `open_counter`.
    pub text_key: &'static str,
    /// Which counter.
    pub counter_id: CounterId,
    /// Its label.
    pub counter_number: String,
    /// The wait as it is, in minutes; where nobody serves those whom it helps the same as it would be.
    pub from_minutes: f64,
    /// The wait as it would be.
    pub to_minutes: f64,
}

/// One line on the floor.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FloorLine {
    /// The line.
    pub queue_id: QueueId,
    /// Its name.
    pub name: String,
    /// How many wait.
    pub waiting: i64,
    /// How many stand there without a ticket beside them; they are part of every estimate.
    pub outside_count: i64,
    /// How many of those who wait have not said that they still come, and are probably gone.
    pub silent: i64,
    /// How long the longest has waited, in minutes.
    pub longest_minutes: f64,
    /// Within how many minutes people shall be called: each is judged by the target of their own service. Where services
    /// differ it is that of whoever's promise breaks first, and where nobody waits the shortest.
    pub target_minutes: Option<f64>,
    /// The median wait of somebody who joins now, for the first of its services that is served; null where none is.
    pub forecast_p50: Option<f64>,
    /// What nine in ten stay within.
    pub forecast_p90: Option<f64>,
    /// What that forecast rests on: `declared` where nothing is known yet but how long its service takes.
    pub basis: EstimateBasis,
    /// From how many finished waits it was learned.
    pub samples: i64,
    /// `ok`, `at_risk`, `broken` or `unserved`: then nobody serves any of the services that people wait for.
    pub state: &'static str,
    /// When the first promise breaks, unless something changes; null once it is past.
    pub breach_at: Option<Timestamp>,
    /// How likely it is that somebody in line, or who joins now, is not called within the target of their service: 0 to 1;
    /// null without a target, and where nobody waits. It is 1 where somebody waits whom nobody serves.
    pub breach_chance: Option<f64>,
    /// What to press.
    pub suggestion: Option<Suggestion>,
    /// The number of the last who will still be served before closing.
    pub last_served_before_close: Option<String>,
}

/// An agent on the floor.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FloorAgent {
    /// The agent.
    pub id: AgentId,
    /// Their name.
    pub name: String,
    /// Whether they take tickets.
    pub status: AgentStatus,
    /// Where they sit.
    pub counter_number: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// A device that has not been heard of.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SilentDevice {
    /// The device.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
}

/// A device that prints nothing, or soon will not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PaperDevice {
    /// The device.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How its paper stands.
    pub paper: Paper,
    /// Whether its network printer, or the printer that it is, takes tickets.
    pub printer: PrinterState,
}

/// A call that a display did not play.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct UnheardCall {
    /// The call.
    #[serde(flatten)]
    pub call: CallView,
    /// The names of the displays that have not said in time that they played it.
    pub displays: Vec<String>,
    /// The names of the displays that showed it and had no sound that a person could hear.
    pub mute: Vec<String>,
    /// The names of the displays that have a voice and could only chime.
    pub voiceless: Vec<String>,
}

/// A display that chimes and has no voice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VoicelessDevice {
    /// The device.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// Somebody who should be here by the roster and has not come.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LateShift {
    /// The shift.
    pub id: Uuid,
    /// Who.
    pub user_id: UserId,
    /// What they are called.
    pub user_name: String,
    /// From when they should be here.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

/// A manager's floor.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Floor {
    /// Where.
    pub site: BoardSite,
    /// Why it is closed, in an emergency.
    pub emergency: Option<String>,
    /// The strip at the top.
    pub strip: Strip,
    /// The lines, the worst first.
    pub lines: Vec<FloorLine>,
    /// The counters.
    pub counters: Vec<CounterView>,
    /// The agents who work here now.
    pub agents: Vec<FloorAgent>,
    /// Calls that a display did not play, or played without a sound or a voice.
    pub announcements_unheard: Vec<UnheardCall>,
    /// Visits that stopped between two services today and wait for staff.
    pub stopped_visits: Vec<StoppedVisit>,
    /// Routing rules that asked for something that cannot be done; tickets were taken without them.
    pub rules_failing: Vec<RuleFailure>,
    /// Devices that are silent.
    pub devices_silent: Vec<SilentDevice>,
    /// Who should be here by the roster and has not come, the longest overdue first; empty for whoever may not read
    /// rosters.
    pub late_shifts: Vec<LateShift>,
    /// When the next of the roster is late, unless they come.
    pub next_late_at: Option<Timestamp>,
    /// Devices whose paper is low or at an end, or whose printer takes no tickets.
    pub devices_paper: Vec<PaperDevice>,
    /// Displays that chime and have no voice for their language; their calls are not named one by one.
    pub devices_voiceless: Vec<VoicelessDevice>,
    /// When this was true.
    pub at: Timestamp,
}

impl Floor {
    /// The same for whoever may not read rosters.
    #[must_use]
    pub fn without_roster(self) -> Self {
        Self { late_shifts: Vec::new(), next_late_at: None, ..self }
    }
}

/// The floor of a site.
///
/// # Errors
/// There is no such site, or the database failed.
pub fn floor(line: &Queueing, read: &mut Read<'_>, tenant: TenantId, site: SiteId) -> Result<Floor, Error> {
    let config = line.config(read)?;
    let now = read.now();
    let board = super::board::make(line, read, &config, tenant, site, now)?.ok_or(Error::NotFound("site"))?;
    let hours = line.site_now(tenant, site, now)?;
    let mut lines: Vec<FloorLine> =
        config.queues_at(site).map(|q| one(line, &config, q, hours.closes_at, now)).collect();
    let weight = |l: &FloorLine| match l.state {
        "broken" => 0,
        "unserved" => 1,
        "at_risk" => 2,
        _ => 3,
    };
    lines.sort_by(|a, b| weight(a).cmp(&weight(b)).then(b.longest_minutes.total_cmp(&a.longest_minutes)));
    let counters: Vec<CounterView> =
        config.counters_at(site).map(|c| counter(line, &config, tenant, c, now)).collect();
    let count = |n: usize| i64::try_from(n).unwrap_or(0);
    let strip = Strip {
        waiting: lines.iter().map(|l| l.waiting).sum(),
        longest_minutes: lines.iter().map(|l| l.longest_minutes).fold(0.0, f64::max),
        at_risk: count(lines.iter().filter(|l| matches!(l.state, "at_risk" | "broken")).count()),
        counters_open: count(counters.iter().filter(|c| c.status == CounterStatus::Open).count()),
        counters_all: count(counters.len()),
        people: config.queues_at(site).filter_map(|q| Some(line.live().line(q.id)?.lock().people())).sum(),
        capacity: line.directory().site(tenant, site).and_then(|site| site.capacity),
    };
    let agents = {
        let seats = line.live().seats.lock();
        seats
            .agents
            .iter()
            .filter_map(|((of, id), agent)| {
                let seat = config.counter(agent.counter_id?)?;
                (*of == tenant && seat.site_id == site).then(|| FloorAgent {
                    id: *id,
                    name: agent.name.clone(),
                    status: agent.status,
                    counter_number: Some(seat.number.clone()),
                    since: agent.since,
                })
            })
            .collect()
    };
    let raised = |c: &&Call| c.is_unheard() || c.is_mute() || c.is_voiceless();
    let unheard: Vec<_> = line.live().calls.lock().of(site).filter(raised).cloned().collect();
    let labels = Labels::of_calls(line, read, tenant, &unheard)?;
    let mut devices = line.identity().devices_in(read, tenant)?;
    // A display may show the calls of other sites, too.
    let mute = |call: &Call| {
        let deaf = devices.iter().filter(|d| call.heard_by(d.id) == Some(BLOCKED));
        deaf.map(|d| d.name.clone()).collect()
    };
    let voiceless = |call: &Call| {
        let dumb = devices.iter().filter(|d| call.heard_by(d.id) == Some(CHIME_ONLY) && !only_chimes(d));
        dumb.map(|d| d.name.clone()).collect()
    };
    let announcements_unheard = unheard
        .iter()
        .map(|c| UnheardCall {
            call: call(line, tenant, site, c, &labels),
            displays: c.unheard.iter().map(|deaf| deaf.name.clone()).collect(),
            mute: mute(c),
            voiceless: voiceless(c),
        })
        .filter(|c: &UnheardCall| !(c.displays.is_empty() && c.mute.is_empty() && c.voiceless.is_empty()))
        .collect();
    devices.retain(|d| d.site_id == site);
    let prints = |d: &&DeviceView| d.paper == Paper::Ok && d.printer == PrinterState::Ok;
    let devices_paper = devices
        .iter()
        .filter(|d| !prints(d))
        .map(|d| PaperDevice { id: d.id, name: d.name.clone(), paper: d.paper, printer: d.printer })
        .collect();
    let devices_voiceless = devices
        .iter()
        .filter(|d| d.kind == DeviceType::Display && d.online && only_chimes(d))
        .map(|d| VoicelessDevice { id: d.id, name: d.name.clone() })
        .collect();
    // A printer that is not heard of is one that does not answer.
    let devices_silent = devices
        .into_iter()
        .filter(|d| !d.online && d.kind != DeviceType::Printer)
        .map(|d| SilentDevice { id: d.id, name: d.name, last_seen: d.last_seen })
        .collect();
    let awaited = line.identity().awaited_shifts(read, tenant, site)?;
    Ok(Floor {
        site: board.site,
        emergency: line.closure(site).map(|reason| reason.to_string()),
        strip,
        lines,
        counters,
        agents,
        announcements_unheard,
        stopped_visits: stopped(line, &config, tenant, site, now),
        rules_failing: line.live().rules.lock().at(tenant, site, now),
        devices_silent,
        next_late_at: awaited.iter().find(|shift| !shift.late).map(ShiftView::late_from),
        late_shifts: awaited.into_iter().filter(|shift| shift.late).map(late).collect(),
        devices_paper,
        devices_voiceless,
        at: now,
    })
}

/// Whether a display said of itself that it has no voice for its language.
fn only_chimes(device: &DeviceView) -> bool {
    device.report.get("audio").and_then(|audio| audio.as_str()) == Some("chime")
}

fn late(shift: ShiftView) -> LateShift {
    LateShift {
        id: shift.id,
        user_id: shift.user_id,
        user_name: shift.user_name,
        starts_at: shift.starts_at,
        ends_at: shift.ends_at,
    }
}

#[expect(clippy::cast_precision_loss, reason = "minutes for people")]
fn one(
    line: &Queueing,
    config: &TenantConfig,
    q: &Queue,
    closes_at: Option<Timestamp>,
    now: Timestamp,
) -> FloorLine {
    let (waiting, outside, silent, oldest) = line.live().line(q.id).map_or_else(Default::default, |l| {
        let one = l.lock();
        (one.len(), one.outside, one.silent(), one.oldest_by_service())
    });
    let entered = oldest.iter().map(|(_, _, entry)| *entry).min();
    let longest = tenth(entered.map_or(0.0, |entry| (micros(now) - entry).max(0) as f64 / 6e7));
    // Of the first service that somebody can come for and that is served.
    let offered = config.services_of(q).filter(|service| service.active);
    let mut estimates = offered.map(|s| line.estimate(config, q, s, None, now));
    let estimate = estimates.find(|estimate| estimate.serving);
    let p50 = estimate.as_ref().and_then(|e| e.p50);
    let p90 = estimate.as_ref().and_then(|e| e.p90);
    let promise = promise(line, config, q, &oldest, now);
    let state = match () {
        () if waiting > 0 && !promise.served => "unserved",
        () if promise.broken => "broken",
        () if promise.chance.is_some_and(|chance| chance >= LIKELY) => "at_risk",
        () => "ok",
    };
    // It helps those whom nobody serves, and else those whose promise breaks first.
    let service = promise.unserved.or(promise.first.map(|(id, _)| id)).and_then(|id| config.service(id));
    let service = service.or_else(|| config.first_service(q));
    let suggestion = service.filter(|_| state != "ok").and_then(|s| suggest(line, config, q, s, now));
    FloorLine {
        queue_id: q.id,
        name: q.name.clone(),
        waiting,
        outside_count: outside,
        silent,
        longest_minutes: longest,
        target_minutes: promise.first.map(|(_, target)| target).or_else(|| config.target_of(q)),
        forecast_p50: p50,
        forecast_p90: p90,
        basis: estimate.as_ref().map_or(EstimateBasis::None, |e| e.basis),
        samples: estimate.as_ref().map_or(0, |e| e.samples),
        state,
        breach_at: promise.breach_at,
        breach_chance: promise.chance.map(|chance| (chance * 100.0).round() / 100.0),
        suggestion,
        last_served_before_close: closes_at.and_then(|close| last_before(line, config, q, close, now)),
    }
}

/// The last in line who is likely called before closing.
fn last_before(
    line: &Queueing,
    config: &TenantConfig,
    q: &Queue,
    close: Timestamp,
    now: Timestamp,
) -> Option<String> {
    let service = config.first_service(q)?;
    let left = close.duration_since(now).as_secs_f64() / 60.0;
    let keys: Vec<_> = line.live().line(q.id)?.lock().order.iter().collect();
    // Estimates grow along the line: search for the last within the time that is left.
    let reached = keys.partition_point(|key| {
        line.estimate(config, q, service, Some(*key), now).p50.is_some_and(|p50| p50 <= left)
    });
    let (_, id) = *keys.get(reached.checked_sub(1)?)?;
    line.live().ticket(id).map(|t| t.number)
}
