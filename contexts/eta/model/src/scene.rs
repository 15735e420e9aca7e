//! A site and a plan for the rest of its day, as it is simulated.

/// Minutes of a slot.
pub const SLOT: f64 = 30.0;

/// Those of a line who come for the same service, in the same priority class: among them whoever came first is first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimKind {
    /// How many of all who come to the line, as a share.
    pub share: f64,
    /// The mean service, in minutes.
    pub minutes: f64,
    /// Within how many minutes they shall be called.
    pub target: Option<f64>,
    /// By how many minutes they are treated as having come earlier; less than 0 is later.
    pub lead: f64,
}

/// One line of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct SimLine {
    /// Who comes to it; at least one kind.
    pub kinds: Vec<SimKind>,
    /// For how long those in line have waited, the next one first, and of which kind they are.
    pub waiting: Vec<(f64, usize)>,
    /// How many come in each slot.
    pub arrivals: Vec<f64>,
    /// The share of people who are not there when they are called.
    pub gone: f64,
}

impl SimLine {
    /// The mean service over all who come, in minutes.
    pub fn minutes(&self) -> f64 {
        let (sum, shares) = self
            .kinds
            .iter()
            .fold((0.0, 0.0), |(sum, shares), kind| (sum + kind.share * kind.minutes, shares + kind.share));
        if shares > 0.0 { sum / shares } else { self.kinds.first().map_or(0.0, |kind| kind.minutes) }
    }
}

/// Who sits at a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seat {
    /// Nobody: it is closed.
    #[default]
    Closed,
    /// Whoever can serve all its lines.
    Anybody,
    /// One of the scene's people, by their place among them.
    Somebody(usize),
}

impl Seat {
    /// The seat of a counter that is opened or closed: whoever is there stays, and where nobody is, somebody is found who
    /// can serve all.
    #[must_use]
    pub fn once(self, is_open: bool) -> Self {
        match self {
            _ if !is_open => Self::Closed,
            Self::Closed => Self::Anybody,
            somebody => somebody,
        }
    }
}

/// Somebody who serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimAgent {
    /// Whom they cannot serve: a line and one of its kinds.
    pub unable: Vec<(usize, usize)>,
}

/// One counter of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct SimCounter {
    /// The lines that it serves, in order, with their weights where it has weights.
    pub lines: Vec<(usize, Option<f64>)>,
    /// Who sits there in each slot.
    pub seats: Vec<Seat>,
    /// How long its present service will still take, in minutes.
    pub busy: f64,
}

impl SimCounter {
    /// Who sits there in a slot.
    pub fn seat(&self, slot: usize) -> Seat {
        self.seats.get(slot).copied().unwrap_or_default()
    }

    /// Whether it is open in a slot.
    pub fn is_open(&self, slot: usize) -> bool {
        self.seat(slot) != Seat::Closed
    }
}

/// A site and its plan for the rest of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Minutes until the first slot ends.
    pub first: f64,
    /// How many slots there are, the first one included.
    pub slots: usize,
    /// Its lines.
    pub lines: Vec<SimLine>,
    /// Its counters.
    pub counters: Vec<SimCounter>,
    /// Those who are known to serve there.
    pub agents: Vec<SimAgent>,
    /// Counters serve faster (below 1) or slower.
    pub pace: f64,
}

impl Scene {
    /// How many people it has to do with on the average: those who wait, and those who come.
    #[expect(clippy::cast_precision_loss, reason = "people in a line")]
    pub fn people(&self) -> f64 {
        let of = |line: &SimLine| line.waiting.len() as f64 + line.arrivals.iter().sum::<f64>();
        self.lines.iter().map(of).sum()
    }

    /// Whether somebody can serve a kind of people of a line.
    pub(super) fn can(&self, seat: Seat, line: usize, kind: usize) -> bool {
        match seat {
            Seat::Closed => false,
            Seat::Anybody => true,
            Seat::Somebody(agent) => {
                self.agents.get(agent).is_none_or(|who| !who.unable.contains(&(line, kind)))
            }
        }
    }

    /// Minutes from now to the end of a slot.
    pub(super) fn end_of(&self, slot: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "slots of a day")]
        let after = slot as f64 * SLOT;
        self.first + after
    }

    /// The slot of a moment; people who are there already came before the first.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "slots of a day")]
    pub(super) fn slot_of(&self, at: f64) -> usize {
        if at < self.first { 0 } else { ((at - self.first) / SLOT) as usize + 1 }
    }
}
