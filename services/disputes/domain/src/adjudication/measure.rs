//! How much: the "Amounts" of the rules. The merchant's part is rounded down to the minor unit, the rest is the
//! provider's; service cost is charged only where an article says so (X5), and never more than was paid (D2.10).
use super::finding::{Findings, Share, Terms};
use super::proof::Proof;
use rulebook::standards::{Fact, Figure, Remedy, Standard};
use strum::VariantArray;

/// The outcome of one article in figures, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// What goes back.
    pub(super) to_merchant: u64,
    /// The price of what the merchant keeps, has used or had done.
    pub(super) kept: u64,
    /// The service cost that the merchant bears.
    pub(super) cost: u64,
    /// Whether `kept` is a value share (D2.9), not a share of time or of work asked for.
    pub(super) priced: bool,
    /// Seconds by which the use is extended.
    pub(super) extension: Option<u64>,
    /// Whether an agreement of the parties gave the amount.
    pub(super) agreed: bool,
    /// Figures that it would need and that are not found.
    pub(super) missing: Missing,
}

/// A set of figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing(u16);

impl Missing {
    pub(super) fn with(self, figure: Figure) -> Self {
        Self(self.0 | 1 << figure as u16)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Figure> {
        Figure::VARIANTS.iter().copied().filter(move |figure| self.0 & (1 << *figure as u16) != 0)
    }
}

/// All that was paid, in minor units.
pub(super) fn paid(terms: &Terms) -> u64 {
    u64::try_from(terms.paid.minor).unwrap_or(0)
}

/// What an article gives back. `both_late_and_failed`: X3, where D2.5c and D2.5d are both proved.
pub(super) fn measure(
    standard: &Standard,
    remedy: Remedy,
    terms: &Terms,
    proof: &Proof,
    findings: &Findings,
    both_late_and_failed: bool,
) -> Measure {
    let sums = Sums { paid: paid(terms), by_period: terms.by_period, proof, findings };
    if standard.unless_agreed && proof.established.has(Fact::AgreedOtherwise) {
        return match findings.figures.agreed_to_merchant {
            Some(agreed) => Measure { to_merchant: agreed.min(sums.paid), agreed: true, ..Measure::default() },
            None => with_missing(sums.by(remedy, both_late_and_failed), Figure::AgreedToMerchant),
        };
    }
    sums.by(remedy, both_late_and_failed)
}

fn priced(measure: Measure) -> Measure {
    Measure { priced: measure.kept > 0, ..measure }
}

fn with_missing(measure: Measure, figure: Figure) -> Measure {
    Measure { missing: measure.missing.with(figure), ..measure }
}

struct Sums<'a> {
    paid: u64,
    by_period: bool,
    proof: &'a Proof,
    findings: &'a Findings,
}

impl Sums<'_> {
    fn by(&self, remedy: Remedy, both_late_and_failed: bool) -> Measure {
        let figures = &self.findings.figures;
        match remedy {
            Remedy::RefundAll if both_late_and_failed => self.less_kept(),
            Remedy::RefundAll => priced(self.less(figures.used_value_share)),
            Remedy::RefundLessKept | Remedy::LessValue => self.less_kept(),
            Remedy::RefundUnused if self.is_by_period() => self.by_time(Some(0)),
            Remedy::RefundLost if self.is_by_period() => self.by_time(figures.lost_time),
            Remedy::RefundUnused | Remedy::RefundLost => self.less_kept(),
            Remedy::Extension => self.extension(),
            Remedy::NoRefund | Remedy::Completed => Measure::default(),
            Remedy::LessCost => self.less_cost(self.less(None)),
            Remedy::LessValueAndCost => self.less_cost(self.less_kept()),
            Remedy::Contract => self.given(figures.agreed_to_merchant),
            Remedy::Settlement => self.given(figures.settlement_to_merchant),
            Remedy::Withdrawal => {
                let rest = self.less(figures.performed_share);
                if figures.performed_share.is_none() { with_missing(rest, Figure::PerformedShare) } else { rest }
            }
        }
    }

    fn is_by_period(&self) -> bool {
        self.by_period || self.findings.figures.period.is_some()
    }

    /// All less a value share; the merchant's part rounded down.
    fn less(&self, share: Option<Share>) -> Measure {
        let rest = Share::WHOLE - share.map_or(0, |share| u64::from(share.basis_points()));
        let to_merchant = part(self.paid, rest, Share::WHOLE);
        Measure { to_merchant, kept: self.paid - to_merchant, ..Measure::default() }
    }

    /// All less what the merchant keeps and can use; nothing is kept where nothing was delivered.
    fn less_kept(&self) -> Measure {
        let figures = &self.findings.figures;
        let kept = priced(self.less(figures.kept_value_share.max(figures.used_value_share)));
        if figures.kept_value_share.is_none() && !self.proof.undelivered() {
            return with_missing(kept, Figure::KeptValueShare);
        }
        kept
    }

    /// In proportion to the lost and the unused time; what was used of the period is kept by nature.
    fn by_time(&self, lost: Option<u64>) -> Measure {
        let figures = &self.findings.figures;
        let missing = Missing::default();
        let missing = if lost.is_none() { missing.with(Figure::LostTime) } else { missing };
        let (Some(period), Some(unused)) = (figures.period, figures.unused_time) else {
            // How much was used is for the provider to show: unproven, nothing was.
            let missing = if figures.period.is_none() { missing.with(Figure::Period) } else { missing };
            let missing = if figures.unused_time.is_none() { missing.with(Figure::UnusedTime) } else { missing };
            return Measure { to_merchant: self.paid, missing, ..Measure::default() };
        };
        let time = unused.saturating_add(lost.unwrap_or(0)).min(period.get());
        let to_merchant = part(self.paid, time, period.get());
        Measure { to_merchant, kept: self.paid - to_merchant, missing, ..Measure::default() }
    }

    fn extension(&self) -> Measure {
        let lost = self.findings.figures.lost_time;
        let none = Measure { extension: lost, ..Measure::default() };
        if lost.is_none() { with_missing(none, Figure::LostTime) } else { none }
    }

    /// The rest less the service cost, without what could have been avoided (D2.7).
    fn less_cost(&self, rest: Measure) -> Measure {
        let figures = &self.findings.figures;
        let avoidable = figures.avoidable_cost.unwrap_or(0);
        let cost = figures.service_cost.unwrap_or(0).min(self.paid).saturating_sub(avoidable).min(rest.to_merchant);
        let measure = Measure { to_merchant: rest.to_merchant - cost, cost, ..rest };
        if figures.service_cost.is_none() { with_missing(measure, Figure::ServiceCost) } else { measure }
    }

    fn given(&self, amount: Option<u64>) -> Measure {
        Measure { to_merchant: amount.unwrap_or(0).min(self.paid), agreed: true, ..Measure::default() }
    }
}

/// `part / whole` of an amount, rounded down; `whole` is not zero and `part` at most `whole`.
fn part(amount: u64, part: u64, whole: u64) -> u64 {
    let minor = u128::from(amount) * u128::from(part) / u128::from(whole);
    u64::try_from(minor).unwrap_or(u64::MAX)
}
