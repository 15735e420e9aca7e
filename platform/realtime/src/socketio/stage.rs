//! Who is connected and what was sent: the part of the door that is behind one lock.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;
use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};
use tokio::time::Instant;
use usher_kernel::TenantId;

use super::room::SocketRoom;
use crate::frame::write_cursor;

/// How many packets of a tenant are kept for clients that come back. Below the size of a client's own
/// buffer, so that everything kept can be sent at once.
const KEEP: usize = 256;

/// Where a packet is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    /// `/ws/queues`.
    Queues,
    /// `/`.
    Default,
}

/// One event on its way to sockets.
struct Packet {
    number: u64,
    at: Instant,
    to: Arc<[SocketRoom]>,
    name: &'static str,
    /// Heard on the default namespace too.
    everywhere: bool,
    payload: Box<RawValue>,
    /// What those hear who are in none of its rooms; none where they hear nothing.
    others: Option<Box<RawValue>>,
}

impl Packet {
    /// What a member hears of it.
    fn said_to(&self, member: &Member) -> Option<&RawValue> {
        if !self.everywhere && member.namespace != Namespace::Queues {
            return None;
        }
        if self.to.iter().any(|room| member.rooms.contains(room)) {
            return Some(&self.payload);
        }
        self.others.as_deref()
    }
}

/// One connected socket in one namespace.
pub(super) struct Member {
    pub(super) socket: SocketRef,
    pub(super) namespace: Namespace,
    pub(super) rooms: Vec<SocketRoom>,
    /// It missed something: nothing more is sent to it before it is told so.
    pub(super) behind: bool,
}

/// A tenant's sockets and what it sent last.
struct Audience {
    members: HashMap<u64, Member>,
    rooms: HashMap<SocketRoom, HashSet<u64>>,
    packets: VecDeque<Packet>,
    /// Packets up to this number are no longer here.
    gone: u64,
    empty_since: Option<Instant>,
}

/// All tenants, never mixed: every look at sockets or packets goes through a tenant's own audience.
pub(super) struct Stage {
    node: Arc<str>,
    number: u64,
    next_member: u64,
    audiences: HashMap<TenantId, Audience>,
}

/// What a client may resume from.
pub(super) enum Place {
    /// It is new.
    Start,
    /// After this packet.
    After(u64),
    /// Something it missed is gone, or never was here.
    Lost,
}

impl Stage {
    pub(super) fn new(node: Arc<str>) -> Self {
        Self { node, number: 0, next_member: 0, audiences: HashMap::new() }
    }

    /// The cursor of a packet.
    pub(super) fn cursor(&self, number: u64) -> String {
        cursor(&self.node, number)
    }

    /// The number of the latest packet.
    pub(super) fn latest(&self) -> u64 {
        self.number
    }

    /// Reads a client's cursor for a tenant.
    pub(super) fn place(&self, tenant: TenantId, since: Option<&str>) -> Place {
        let Some(since) = since.filter(|since| !since.is_empty()) else { return Place::Start };
        let number = since
            .split_once('.')
            .filter(|(node, _)| *node == &*self.node)
            .and_then(|(_, number)| number.parse::<u64>().ok())
            .filter(|number| *number <= self.number);
        match (number, self.audiences.get(&tenant)) {
            (Some(number), Some(audience)) if number >= audience.gone => Place::After(number),
            _ => Place::Lost,
        }
    }

    /// Seats a socket and sends it what it missed after `place`. Returns its key.
    pub(super) fn join(&mut self, tenant: TenantId, mut member: Member, place: &Place) -> u64 {
        let key = self.next_member;
        self.next_member += 1;
        let number = &mut self.number;
        let audience = self.audiences.entry(tenant).or_insert_with(|| {
            // A number that no client was told, so that nobody resumes from before there was a record.
            *number += 1;
            Audience {
                members: HashMap::new(),
                rooms: HashMap::new(),
                packets: VecDeque::new(),
                gone: *number,
                empty_since: None,
            }
        });
        match place {
            Place::Start => {}
            Place::After(number) => replay(&self.node, &audience.packets, &mut member, *number),
            Place::Lost => member.behind = true,
        }
        for room in &member.rooms {
            audience.rooms.entry(*room).or_default().insert(key);
        }
        audience.members.insert(key, member);
        key
    }

    /// Adds rooms to a socket.
    pub(super) fn enter(&mut self, tenant: TenantId, key: u64, rooms: &[SocketRoom]) {
        let Some(audience) = self.audiences.get_mut(&tenant) else { return };
        let Some(member) = audience.members.get_mut(&key) else { return };
        for room in rooms {
            if !member.rooms.contains(room) {
                member.rooms.push(*room);
                audience.rooms.entry(*room).or_default().insert(key);
            }
        }
    }

    /// How many rooms a socket is in.
    pub(super) fn rooms_of(&self, tenant: TenantId, key: u64) -> usize {
        let member = self.audiences.get(&tenant).and_then(|audience| audience.members.get(&key));
        member.map_or(0, |member| member.rooms.len())
    }

    /// Takes a socket out of rooms.
    pub(super) fn leave(&mut self, tenant: TenantId, key: u64, rooms: &[SocketRoom]) {
        let Some(audience) = self.audiences.get_mut(&tenant) else { return };
        if let Some(member) = audience.members.get_mut(&key) {
            member.rooms.retain(|room| !rooms.contains(room));
        }
        audience.forget(key, rooms);
    }

    /// A socket is gone.
    pub(super) fn part(&mut self, tenant: TenantId, key: u64, now: Instant) {
        let Some(audience) = self.audiences.get_mut(&tenant) else { return };
        if let Some(member) = audience.members.remove(&key) {
            audience.forget(key, &member.rooms);
        }
        if audience.members.is_empty() {
            audience.empty_since = Some(now);
        }
    }

    /// Sends a packet to each socket that is in any of its rooms, once, and what there is for `others` to all others;
    /// keeps it.
    ///
    /// Returns whether a socket could not take it and fell behind.
    pub(super) fn send(
        &mut self,
        tenant: TenantId,
        to: Arc<[SocketRoom]>,
        name: &'static str,
        everywhere: bool,
        payload: Box<RawValue>,
        others: Option<Box<RawValue>>,
    ) -> bool {
        let Some(audience) = self.audiences.get_mut(&tenant) else { return false };
        self.number += 1;
        let packet =
            Packet { number: self.number, at: Instant::now(), to, name, everywhere, payload, others };
        let cursor = cursor(&self.node, packet.number);
        let mut fell_behind = false;
        if packet.others.is_some() {
            for member in audience.members.values_mut().filter(|member| !member.behind) {
                fell_behind |= !deliver(member, &packet, &cursor);
            }
            audience.keep(packet);
            return fell_behind;
        }
        for (i, room) in packet.to.iter().enumerate() {
            let earlier = packet.to.get(..i).unwrap_or_default();
            for key in audience.rooms.get(room).into_iter().flatten() {
                let Some(member) = audience.members.get_mut(key) else { continue };
                let had_it = earlier.iter().any(|room| member.rooms.contains(room));
                if !had_it && !member.behind {
                    fell_behind |= !deliver(member, &packet, &cursor);
                }
            }
        }
        audience.keep(packet);
        fell_behind
    }

    /// Packets were lost before they could be numbered: everybody has missed something.
    pub(super) fn lose(&mut self) {
        self.number += 1;
        for audience in self.audiences.values_mut() {
            audience.packets.clear();
            audience.gone = self.number;
            audience.members.values_mut().for_each(|member| member.behind = true);
        }
    }

    /// The sockets that are to be told that they missed something, and the rooms of each.
    pub(super) fn behind(&self) -> Vec<(TenantId, u64, Vec<SocketRoom>)> {
        let audiences = self.audiences.iter();
        audiences
            .flat_map(|(tenant, audience)| {
                let members = audience.members.iter().filter(|(_, member)| member.behind);
                members.map(|(key, member)| (*tenant, *key, member.rooms.clone()))
            })
            .collect()
    }

    /// Tells a socket that it missed something up to packet `number`, gives it the state as of then and
    /// goes on from there. False when it still takes nothing.
    pub(super) fn resync(&mut self, tenant: TenantId, key: u64, state: &RawValue, number: u64) -> bool {
        let Some(audience) = self.audiences.get_mut(&tenant) else { return true };
        let Some(member) = audience.members.get_mut(&key) else { return true };
        let told = (state, cursor(&self.node, number));
        if audience.gone > number || is_full(&member.socket.emit("resync", &told)) {
            return false;
        }
        member.behind = false;
        replay(&self.node, &audience.packets, member, number);
        !member.behind
    }

    /// Forgets old packets, and tenants that nobody has come back to. Returns those that are forgotten.
    pub(super) fn sweep(&mut self, now: Instant, keep: Duration) -> Vec<TenantId> {
        for audience in self.audiences.values_mut() {
            while audience.packets.front().is_some_and(|packet| now - packet.at > keep) {
                audience.drop_oldest();
            }
        }
        let over: Vec<TenantId> = self
            .audiences
            .iter()
            .filter(|(_, a)| a.members.is_empty() && a.empty_since.is_some_and(|since| now - since > keep))
            .map(|(tenant, _)| *tenant)
            .collect();
        for tenant in &over {
            self.audiences.remove(tenant);
        }
        over
    }

    /// How many sockets are connected.
    pub(super) fn len(&self) -> usize {
        self.audiences.values().map(|audience| audience.members.len()).sum()
    }
}

impl Audience {
    fn forget(&mut self, key: u64, rooms: &[SocketRoom]) {
        for room in rooms {
            if let Some(keys) = self.rooms.get_mut(room) {
                keys.remove(&key);
                if keys.is_empty() {
                    self.rooms.remove(room);
                }
            }
        }
    }

    fn keep(&mut self, packet: Packet) {
        self.packets.push_back(packet);
        while self.packets.len() > KEEP {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(packet) = self.packets.pop_front() {
            self.gone = self.gone.max(packet.number);
        }
    }
}

fn cursor(node: &str, number: u64) -> String {
    let mut text = String::with_capacity(24);
    write_cursor(&mut text, node, number);
    text
}

/// Sends a member everything after `number` that is for it.
fn replay(node: &str, packets: &VecDeque<Packet>, member: &mut Member, number: u64) {
    let missed = packets.iter().filter(|packet| packet.number > number);
    for packet in missed {
        if !deliver(member, packet, &cursor(node, packet.number)) {
            return;
        }
    }
}

/// Hands a packet to a socket where it is for it: the payload, and as a last argument its cursor. False when the
/// socket's buffer is full; it is behind from then on.
fn deliver(member: &mut Member, packet: &Packet, cursor: &str) -> bool {
    let Some(payload) = packet.said_to(member) else { return true };
    member.behind = is_full(&member.socket.emit(packet.name, &(payload, cursor)));
    !member.behind
}

/// A socket that is gone already is not full; its departure is on its way.
fn is_full(sent: &Result<(), SendError>) -> bool {
    matches!(sent, Err(SendError::Socket(SocketError::InternalChannelFull)))
}
