//! Figures of several rounds, and the table they are printed in.
use std::fmt;

/// The same quantity, measured several times: at least once.
#[derive(Clone, Debug, Default)]
pub struct Rounds(Vec<f64>);

impl Rounds {
    /// One more.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
        self.0.sort_by(f64::total_cmp);
    }

    /// Round by round, this over that.
    pub fn ratio(over: &[(f64, f64)]) -> Self {
        let mut rounds = Self::default();
        for (this, that) in over {
            rounds.add(this / that);
        }
        rounds
    }

    fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
    }
}

/// What was measured, as lines under headings.
#[derive(Default)]
pub struct Table(String);

impl Table {
    /// A heading over the lines that follow.
    pub fn heading(&mut self, text: &str) {
        self.0 += &format!("\n{text:<66}{:>12}{:>12}{:>12}\n", "min", "median", "max");
    }

    /// A line; nothing when the quantity could not be measured.
    pub fn line(&mut self, what: &str, unit: &str, rounds: &Rounds) {
        if rounds.0.is_empty() {
            return;
        }
        let cells: Vec<_> = [0.0, 0.5, 1.0].map(|share| plain(rounds.at(share))).to_vec();
        self.0 += &format!("  {what:<64}{:>12}{:>12}{:>12}  {unit}\n", cells[0], cells[1], cells[2]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Three digits that matter.
fn plain(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
