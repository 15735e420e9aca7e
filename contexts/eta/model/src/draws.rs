//! Chance for simulations: quick, and the same every time.

/// How many lengths a table has.
const TABLE: usize = 1024;
/// The deviation of the logarithm of usual services: their deviation is some seven tenths of their mean.
const SPREAD: f64 = 0.63;

/// Xorshift64* (Vigna 2016, "An experimental exploration of Marsaglia's xorshift generators, scrambled").
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The same for the same number.
    pub fn new(number: u32) -> Self {
        let seed = (u64::from(number) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut chance = Self(seed | 1);
        // Neighbouring seeds begin alike.
        for _ in 0..8 {
            chance.bits();
        }
        chance
    }

    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Evenly between 0 and 1, neither of them.
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    pub fn even(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -self.even().ln()
    }
}

/// The lengths of services, as multiples of their mean: a table of quantiles, drawn evenly.
#[derive(Clone, Debug)]
pub struct Lengths(Box<[f32; TABLE]>);

impl Lengths {
    fn of(quantile: impl Fn(f64) -> f64) -> Self {
        let mut table = Box::new([0.0_f32; TABLE]);
        #[expect(clippy::cast_precision_loss, reason = "below 1024")]
        let level = |at: usize| (at as f64 + 0.5) / TABLE as f64;
        let mean = (0..TABLE).map(|at| quantile(level(at))).sum::<f64>() * level(0) * 2.0;
        for (at, value) in table.iter_mut().enumerate() {
            #[expect(clippy::cast_possible_truncation, reason = "single precision is enough")]
            let length = (quantile(level(at)) / mean) as f32;
            *value = length;
        }
        Self(table)
    }

    /// As services are: skewed to the right, log-normal.
    pub fn usual() -> Self {
        Self::of(|level| (SPREAD * normal(level)).exp())
    }

    /// Without memory.
    #[cfg(test)]
    pub(crate) fn exponential() -> Self {
        Self::of(|level| -(1.0 - level).ln())
    }

    /// All alike.
    #[cfg(test)]
    pub(crate) fn exact() -> Self {
        Self::of(|_| 1.0)
    }

    /// One of them.
    pub fn draw(&self, chance: &mut Chance) -> f64 {
        let at = usize::try_from(chance.bits() >> 54).unwrap_or(0) % TABLE;
        f64::from(self.0[at])
    }
}

/// The quantile of the normal distribution, to three digits (Abramowitz & Stegun 1964, 26.2.23).
fn normal(level: f64) -> f64 {
    let (tail, sign) = if level < 0.5 { (level, -1.0) } else { (1.0 - level, 1.0) };
    let t = (-2.0 * tail.max(1e-12).ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    sign * (t - above / below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_the_mean_one_and_their_spread() {
        let mut chance = Chance::new(7);
        for (lengths, deviation) in
            [(Lengths::usual(), 0.7), (Lengths::exponential(), 1.0), (Lengths::exact(), 0.0)]
        {
            let all: Vec<f64> = (0..100_000).map(|_| lengths.draw(&mut chance)).collect();
            let mean = all.iter().sum::<f64>() / 1e5;
            let spread = (all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1e5).sqrt();
            assert!((mean - 1.0).abs() < 0.01 && (spread - deviation).abs() < 0.03, "{mean} {spread}");
        }
    }

    #[test]
    fn the_normal_quantile_is_known() {
        for (level, known) in [(0.5, 0.0), (0.9, 1.2816), (0.05, -1.6449), (0.995, 2.5758)] {
            assert!((normal(level) - known).abs() < 1e-3, "{level}");
        }
    }
}
