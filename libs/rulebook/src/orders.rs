//! The section `[orders]` of an edition: the windows W1–W10, W19 and W21 of an order, and what its chat may mention.
//!
//! Owns the figures of sections 3 and 8 that an order runs by. Whose each window is and what follows its end is
//! code, in the orders domain. Start at [`OrderRules`].
use kernel::{Category, Span};
use serde::{Deserialize, Serialize};

/// Figures and tables of the orders context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderRules {
    /// How many units one order may have at most.
    pub quantity_max: u32,
    /// W1: payment.
    pub payment: Span,
    /// W2: the agreement uploaded and confirmed, from payment (M4.2.a.5).
    pub agreement: Span,
    /// How many characters the promised effect needs to be told "in detail" (M4.2.a.5).
    pub promise_min_chars: u32,
    /// W4: reminders to the provider, counted from the missed date.
    pub overdue_reminders: Vec<Span>,
    /// W4: when "does not mean to perform" is recommended, counted from the missed date.
    pub overdue_finding: Span,
    /// W5: acceptance, from the instant at which the notice of the delivery was served.
    pub acceptance: Span,
    /// D1.1.3: when the notice of an act that starts a window (W5 to W9) counts as served although nothing was heard of it.
    pub notice: Span,
    /// W5: reminders, counted back from the end of the window.
    pub acceptance_reminders: Vec<Span>,
    /// W6, D2.5c: one modification, where nothing else is agreed.
    pub modification: Span,
    /// W6: how long a refund for a late modification may be claimed (D2.5c, X3).
    pub late_modification_claim: Span,
    /// W10: repair of what does not conform, where nothing else is agreed (D2.3).
    pub repair: Span,
    /// D2.5d: so many failed modifications of one problem are the provider's responsibility.
    pub failed_modifications: u32,
    /// W7: to dispute a refusal as not objective (D2.5b).
    pub refusal_contest: Span,
    /// W8: to answer a request for cooperation (D2.7).
    pub cooperation: Span,
    /// W8: the reminder, counted back from the end of the window.
    pub cooperation_reminder: Span,
    /// W8: how long the delivery clock may stand still in all (X4).
    pub cooperation_pauses: Span,
    /// W9: to answer a change of terms (D2.4).
    pub change: Span,
    /// W21: claims about an event in a service period, from the event; at the latest so long after the period.
    pub period_claims: Span,
    /// D3.1.3: no answer to a report of downtime for so long counts as unreachable.
    pub downtime_answer: Span,
    /// W19: how long the merchant may download its data, from the decision that grants it (D3.1.4, D3.2.4).
    pub data_download: Span,
    /// W3: delivery from start, where no time is agreed (D2.4).
    pub delivery: DeliveryTimes,
}

/// W3: the time that the platform sets for a delivery, by category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryTimes {
    /// Software.
    pub software: Span,
    /// Operation.
    pub operation: Span,
    /// Training.
    pub training: Span,
    /// Design.
    pub design: Span,
    /// Video.
    pub video: Span,
}

impl DeliveryTimes {
    /// The time for a category.
    pub fn of(&self, category: Category) -> Span {
        match category {
            Category::Software => self.software,
            Category::Operation => self.operation,
            Category::Training => self.training,
            Category::Design => self.design,
            Category::Video => self.video,
        }
    }
}

impl OrderRules {
    /// What the types cannot say: bounds and relations between entries. Each finding names its entry.
    pub fn check(&self, findings: &mut Vec<String>) {
        let mut demand = |holds: bool, finding: &str| {
            if !holds {
                findings.push(format!("orders.{finding}"));
            }
        };
        for (entry, span) in self.windows() {
            demand(minutes(span) > 0, &format!("{entry}: a window must not be empty"));
        }
        demand((1..=10_000).contains(&self.quantity_max), "quantity_max: from 1 to 10,000");
        demand((1..=2_000).contains(&self.promise_min_chars), "promise_min_chars: from 1 to 2,000");
        demand((1..=20).contains(&self.failed_modifications), "failed_modifications: from 1 to 20");
        let shorter =
            |spans: &[Span], than: Span| spans.iter().all(|span| (1..minutes(than)).contains(&minutes(*span)));
        let few = |spans: &[Span]| (1..=5).contains(&spans.len());
        demand(
            few(&self.overdue_reminders) && shorter(&self.overdue_reminders, self.overdue_finding),
            "overdue_reminders: one to five, each before overdue_finding",
        );
        demand(
            few(&self.acceptance_reminders) && shorter(&self.acceptance_reminders, self.acceptance),
            "acceptance_reminders: one to five, each inside acceptance",
        );
        demand(
            shorter(&[self.cooperation_reminder], self.cooperation),
            "cooperation_reminder: must lie inside cooperation",
        );
        demand(
            minutes(self.cooperation_pauses) >= minutes(self.cooperation),
            "cooperation_pauses: at least as long as cooperation",
        );
    }

    fn windows(&self) -> [(&'static str, Span); 21] {
        [
            ("payment", self.payment),
            ("agreement", self.agreement),
            ("overdue_finding", self.overdue_finding),
            ("acceptance", self.acceptance),
            ("notice", self.notice),
            ("modification", self.modification),
            ("late_modification_claim", self.late_modification_claim),
            ("repair", self.repair),
            ("refusal_contest", self.refusal_contest),
            ("cooperation", self.cooperation),
            ("cooperation_reminder", self.cooperation_reminder),
            ("cooperation_pauses", self.cooperation_pauses),
            ("change", self.change),
            ("period_claims", self.period_claims),
            ("downtime_answer", self.downtime_answer),
            ("data_download", self.data_download),
            ("delivery.software", self.delivery.software),
            ("delivery.operation", self.delivery.operation),
            ("delivery.training", self.delivery.training),
            ("delivery.design", self.delivery.design),
            ("delivery.video", self.delivery.video),
        ]
    }
}

/// About how long a span is: good enough to compare two of them.
fn minutes(span: Span) -> u64 {
    match span {
        Span::Minutes(n) => n.into(),
        Span::Hours(n) => u64::from(n) * 60,
        Span::Days(n) | Span::WorkingDays(n) => u64::from(n) * 24 * 60,
        Span::Months(n) => u64::from(n) * 28 * 24 * 60,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edition;

    fn findings_after(change: impl Fn(&mut OrderRules)) -> Vec<String> {
        let mut rules = (*Edition::shipped().orders).clone();
        change(&mut rules);
        let mut findings = vec![];
        rules.check(&mut findings);
        findings
    }

    #[test]
    fn each_entry_out_of_bounds_is_named() {
        assert_eq!(findings_after(|_| {}), Vec::<String>::new());
        let named = |entry: &str, change: &dyn Fn(&mut OrderRules)| {
            let findings = findings_after(change);
            assert!(findings.len() == 1 && findings[0].starts_with(&format!("orders.{entry}")), "{findings:?}");
        };
        named("payment", &|rules| rules.payment = Span::Hours(0));
        named("data_download", &|rules| rules.data_download = Span::Days(0));
        named("delivery.video", &|rules| rules.delivery.video = Span::Days(0));
        named("quantity_max", &|rules| rules.quantity_max = 0);
        named("promise_min_chars", &|rules| rules.promise_min_chars = 0);
        named("failed_modifications", &|rules| rules.failed_modifications = 0);
        named("overdue_reminders", &|rules| rules.overdue_reminders = vec![Span::Days(7)]);
        named("overdue_reminders", &|rules| rules.overdue_reminders = vec![]);
        named("acceptance_reminders", &|rules| rules.acceptance_reminders = vec![Span::Days(5)]);
        named("cooperation_reminder", &|rules| rules.cooperation_reminder = Span::Days(5));
        named("cooperation_pauses", &|rules| rules.cooperation_pauses = Span::Days(4));
    }

    #[test]
    fn every_category_has_its_delivery_time() {
        let times = Edition::shipped().orders.delivery.clone();
        let of = |category| times.of(category);
        assert_eq!(of(Category::Software), Span::Days(1));
        assert_eq!(of(Category::Operation), Span::Days(30));
        assert_eq!(of(Category::Training), Span::Days(15));
        assert_eq!(of(Category::Design), Span::Days(7));
        assert_eq!(of(Category::Video), Span::Days(15));
    }
}
