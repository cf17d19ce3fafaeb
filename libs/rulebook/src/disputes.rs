//! The section `[disputes]` of an edition: the clocks of a case, the claims that wait for negotiation, the articles.
use crate::standards::Standards;
use kernel::{Category, Currency, Money, RuleId, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::VariantArray;

/// Figures and tables of the disputes context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeRules {
    /// W11: the provider's answer to a refund application.
    pub answer: Span,
    /// W12: the other party's answer to a proposal.
    pub proposal_reply: Span,
    /// W12, N1: the negotiation in all, from the opening of the case.
    pub negotiation: Span,
    /// W12: the negotiation in all when both parties want it longer, from the opening of the case.
    pub negotiation_extended: Span,
    /// W13: refused or without agreement, and nobody escalates.
    pub escalation: Span,
    /// W15: how long an arbitrator holds a case without claiming it again.
    pub lease: Span,
    /// W14: evidence that a side is asked for.
    pub evidence: Span,
    /// W14: the one rebuttal, from the exchange of the sets.
    pub rebuttal: Span,
    /// D1.1.3: when the notice that starts a window (W11, W12, W14, W17) counts as served although nothing was heard of it.
    pub notice: Span,
    /// How long before a party's evidence, answer or report is due it is reminded.
    pub reminder: Span,
    /// How many items of evidence one side may keep in one case, drafts included.
    pub evidence_items_per_side: u16,
    /// How many requests for evidence there may be in one case.
    pub evidence_requests: u16,
    /// W15: the decision, from the close of evidence; from the escalation while none was asked for.
    pub decision: Span,
    /// W16: a suspension that both asked for; once renewable by as much.
    pub suspension: Span,
    /// W16: proof that court or police were called on.
    pub proof_of_filing: Span,
    /// W16: the next report on what court or police do.
    pub proceedings_report: Span,
    /// W16: how often an operator looks whether a suspension for court or police is still right.
    pub suspension_review: Span,
    /// W17: the appeal, from the decision; the money waits as long.
    pub appeal: Span,
    /// W17: the decision on an appeal, from the close of its evidence, or from the appeal.
    pub appeal_decision: Span,
    /// Above this, what was paid and what is owed beyond it needs a second arbitrator; for every currency.
    pub second_person_above: BTreeMap<Currency, Money>,
    /// How many proposals one side may make in one case.
    pub proposals_per_side: u16,
    /// X12: what N1 never holds back, even where the merchant keeps the service.
    pub not_held_back: Vec<RuleId>,
    /// The articles that grant compensation beyond the order's amount.
    pub compensating: Vec<RuleId>,
    /// The articles that a decision may rest on.
    pub articles: Articles,
    /// Chapters II and III, article by article.
    pub standards: Standards,
    /// SHA-256 of the edition that the section stands in, lower-case hex; a decision names it.
    #[serde(skip)]
    pub edition_hash: String,
}

/// The articles that a decision may rest on: a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Articles {
    /// For every category: Chapters I and II, and the precedence between articles.
    pub general: Vec<RuleId>,
    /// For one category: its section of Chapter III.
    pub by_category: BTreeMap<Category, Vec<RuleId>>,
}

impl Articles {
    /// Whether a decision on an order of `category` may rest on `rule`.
    pub fn allow(&self, rule: &RuleId, category: Category) -> bool {
        self.general.contains(rule) || self.by_category.get(&category).is_some_and(|special| special.contains(rule))
    }

    fn contain(&self, rule: &RuleId) -> bool {
        self.general.contains(rule) || self.by_category.values().any(|special| special.contains(rule))
    }
}

impl DisputeRules {
    /// Up to how much one arbitrator decides alone: nothing, in a currency without a bound.
    pub fn alone_up_to(&self, currency: Currency) -> Money {
        self.second_person_above.get(&currency).copied().unwrap_or(Money::zero(currency))
    }

    /// What the types cannot say: bounds and relations between entries. Each finding names its entry.
    pub fn check(&self, findings: &mut Vec<String>) {
        self.check_windows(findings);
        if !(1..=100).contains(&self.proposals_per_side) {
            findings.push("disputes.proposals_per_side: must be 1 to 100".into());
        }
        for (name, n) in
            [("evidence_items_per_side", self.evidence_items_per_side), ("evidence_requests", self.evidence_requests)]
        {
            if !(1..=20).contains(&n) {
                findings.push(format!("disputes.{name}: must be 1 to 20"));
            }
        }
        for currency in Currency::VARIANTS {
            let bound = self.second_person_above.get(currency);
            if bound.is_none_or(|bound| bound.currency != *currency || bound.minor < 0) {
                findings.push(format!("disputes.second_person_above: {currency} has no bound in {currency}"));
            }
        }
        for category in Category::VARIANTS {
            if self.articles.by_category.get(category).is_none_or(Vec::is_empty) {
                findings.push(format!("disputes.articles.by_category: {category} has no article"));
            }
        }
        if self.articles.general.is_empty() {
            findings.push("disputes.articles.general: must not be empty".into());
        }
        let special = self.articles.by_category.values().flatten();
        let all: Vec<_> = self.articles.general.iter().chain(special).collect();
        for (place, rule) in all.iter().enumerate() {
            if all[..place].contains(rule) {
                findings.push(format!("disputes.articles: {rule} stands twice"));
            }
        }
        for rule in self.compensating.iter().filter(|rule| !self.articles.contain(rule)) {
            findings.push(format!("disputes.compensating: {rule} is not among disputes.articles"));
        }
    }

    fn check_windows(&self, findings: &mut Vec<String>) {
        let windows = [
            ("answer", self.answer),
            ("proposal_reply", self.proposal_reply),
            ("negotiation", self.negotiation),
            ("negotiation_extended", self.negotiation_extended),
            ("escalation", self.escalation),
            ("lease", self.lease),
            ("evidence", self.evidence),
            ("rebuttal", self.rebuttal),
            ("notice", self.notice),
            ("reminder", self.reminder),
            ("decision", self.decision),
            ("suspension", self.suspension),
            ("proof_of_filing", self.proof_of_filing),
            ("proceedings_report", self.proceedings_report),
            ("suspension_review", self.suspension_review),
            ("appeal", self.appeal),
            ("appeal_decision", self.appeal_decision),
        ];
        for (name, window) in windows {
            let least = least_hours(window);
            if least == 0 || least > 24 * 366 {
                findings.push(format!("disputes.{name}: {window} must be an hour to a year"));
            }
        }
        if least_hours(self.negotiation_extended) < least_hours(self.negotiation) {
            findings.push("disputes.negotiation_extended: must not be shorter than disputes.negotiation".into());
        }
    }
}

/// The shortest that a span can be, in whole hours: enough to bound and to compare entries.
fn least_hours(span: Span) -> u64 {
    match span {
        Span::Minutes(n) => u64::from(n) / 60,
        Span::Hours(n) => n.into(),
        Span::Days(n) | Span::WorkingDays(n) => u64::from(n) * 24,
        Span::Months(n) => u64::from(n) * 28 * 24,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edition;

    type Change = fn(&mut DisputeRules);

    fn shipped() -> DisputeRules {
        DisputeRules::clone(&Edition::shipped().disputes)
    }

    fn findings(change: impl FnOnce(&mut DisputeRules)) -> Vec<String> {
        let mut rules = shipped();
        change(&mut rules);
        let mut findings = vec![];
        rules.check(&mut findings);
        findings
    }

    #[test]
    fn a_special_article_counts_in_its_own_category_only() {
        let articles = shipped().articles;
        assert!(articles.allow(&RuleId::of("D2.5c"), Category::Video));
        assert!(articles.allow(&RuleId::of("D3.5.4"), Category::Video));
        assert!(!articles.allow(&RuleId::of("D3.5.4"), Category::Software));
        assert!(!articles.allow(&RuleId::of("D9.9"), Category::Software));
    }

    #[test]
    fn entries_out_of_bounds_are_found_by_name() {
        assert_eq!(findings(|_| {}), Vec::<String>::new());
        let cases: [(Change, &str); 10] = [
            (|rules| rules.answer = Span::Days(0), "disputes.answer"),
            (|rules| rules.lease = Span::Months(14), "disputes.lease"),
            (|rules| rules.negotiation_extended = Span::Days(4), "disputes.negotiation_extended"),
            (|rules| rules.proposals_per_side = 0, "disputes.proposals_per_side"),
            (|rules| rules.suspension = Span::Days(0), "disputes.suspension"),
            (|rules| rules.evidence_requests = 0, "disputes.evidence_requests"),
            (
                |rules| rules.second_person_above.retain(|currency, _| *currency != Currency::CNY),
                "disputes.second_person_above: CNY has no bound",
            ),
            (|rules| rules.compensating.push(RuleId::of("D9.9")), "disputes.compensating: D9.9"),
            (|rules| rules.articles.general.push(RuleId::of("D3.1.1")), "disputes.articles: D3.1.1 stands twice"),
            (|rules| drop(rules.articles.by_category.remove(&Category::Design)), "design has no article"),
        ];
        for (change, expected) in cases {
            let found = findings(change);
            assert!(found.len() == 1 && found[0].contains(expected), "{expected}: {found:?}");
        }
    }
}
