//! What the timeline says of an event: the grounds, the words, the amounts; and what of it is for staff alone.
use chrono::{DateTime, Utc};
use disputes_domain::consequence::{Consequence, ConsequenceKind, Reversal};
use disputes_domain::{Event, Outcome};
use kernel::{Due, Money, RuleId, Time};
use serde::{Deserialize, Serialize};
use std::slice;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an event says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// What it rests on.
    pub rules: Vec<RuleId>,
    /// In the words of whoever acted; may be empty.
    pub text: String,
    /// For staff alone; may be empty.
    pub staff_note: String,
    /// What else belongs to it.
    pub details: Details,
}

/// What belongs to an event beside its words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DisputeEntryDetails)]
pub(crate) struct Details {
    /// The proposal it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Uuid>,
    /// What was asked for, proposed, agreed or awarded to the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = crate::api::money)]
    pub amount: Option<Money>,
    /// What was awarded beyond the order's amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = crate::api::money)]
    pub compensation: Option<Money>,
    /// When the clock that it started passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// Which window a notice that was served starts: `application`, `proposal`, `evidence` or `decision` (D1.1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_of: Option<String>,
    /// What brought the case to arbitration: `provider`, `merchant` or `unanswered`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The kind of product, as an escalation names it (A8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind_of_product: Option<String>,
    /// How the dispute went, as an escalation tells it (A8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What became of what the decision had caused: undone and how, or why it stays and what is done instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub reversals: Vec<Reversal>,
    /// What the word of the case brought about, or what of it was undone, as others report it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<ConsequenceBody>,
}

/// Something that the word of a case brought about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DisputeConsequence)]
pub(crate) struct ConsequenceBody {
    /// `refunded`, `credited`, `paid_out`, `deposit_drawn`, `payable_drawn`, `liability_recorded`, `liability_cancelled`,
    /// `liability_paid`, `trade_stopped`, `debt_recorded` (what could not be taken back from the merchant),
    /// `debt_cancelled`, `debt_paid`, `orders_stopped` (the merchant's, until it has paid), `order_ended`, `use_extended`, `use_cut_short`, `download_granted`,
    /// `download_withdrawn` or `downloaded`.
    #[schema(value_type = String, example = "refunded")]
    pub kind: ConsequenceKind,
    /// How much, where it is about money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = crate::api::money)]
    pub amount: Option<Money>,
}

impl From<&Consequence> for ConsequenceBody {
    fn from(consequence: &Consequence) -> Self {
        Self { kind: consequence.kind, amount: consequence.amount }
    }
}

const D114: RuleId = RuleId::of("D1.1.4");
const W12: RuleId = RuleId::of("W12");
const W15: RuleId = RuleId::of("W15");

/// What the timeline says of `event`.
pub(crate) fn said(event: &Event) -> Said {
    match event {
        Event::Opened { opening, burden_rule, answer_by, .. } => {
            let application = &opening.application;
            Said::on(slice::from_ref(burden_rule)).text(&application.statement).of(application.amount).until(*answer_by)
        }
        Event::Proposed { proposal, to_merchant, text, reply_by, .. } => {
            Said::on(&[W12]).text(text).about(*proposal).of(*to_merchant).until(*reply_by)
        }
        Event::ProposalDeclined { proposal, text, escalate_by, rules, .. } => {
            Said::on(rules).text(text).about(*proposal).until(*escalate_by)
        }
        Event::RefundRefused { reasons, escalate_by, rules, .. } => Said::on(rules).text(reasons).until(*escalate_by),
        Event::LongerNegotiationWanted { .. } => Said::on(&[W12]),
        Event::NegotiationExtended { until, .. } => Said::on(&[W12]).until(*until),
        Event::NegotiationEnded { escalate_by, rules } => Said::on(rules).until(*escalate_by),
        Event::Escalated { cause, kind_of_product, summary, reasons, decide_by, rules, .. } => {
            let mut said = Said::on(rules).text(reasons).until(*decide_by);
            said.details.cause = Some(cause.to_string());
            said.details.kind_of_product = filled(kind_of_product);
            said.details.summary = filled(summary);
            said
        }
        Event::Withdrawn { text, outcome, .. } => Said::on(&outcome.rules).text(text),
        Event::Settled { proposal, outcome, .. } => Said::on(&outcome.rules).about(*proposal).awarding(outcome),
        Event::Claimed { until, .. } => Said::on(&[W15]).until(*until),
        Event::Released { .. } => Said::on(&[W15]),
        Event::LeaseLapsed { arbitrator, rules } => Said::on(rules).staff_note(arbitrator),
        Event::HandedOver { to, until, .. } => Said::on(&[W15]).staff_note(to).until(*until),
        Event::ConflictDeclared { reason, .. } => Said::on(&[D114]).staff_note(reason),
        Event::DecisionOverdue { arbitrator, decide_by, rules } => {
            Said::on(rules).staff_note(arbitrator.as_deref().unwrap_or_default()).until(*decide_by)
        }
        Event::Decided { decision, outcome, appeal_by, .. } => {
            Said::on(&decision.rules).text(&decision.reasons).awarding(outcome).until(*appeal_by)
        }
        Event::AppealDecided { decision, outcome, reversals, .. } => {
            Said::on(&decision.rules).text(&decision.reasons).awarding(outcome).undoing(reversals)
        }
        Event::Reminded { rules, .. } => Said::on(rules),
        Event::NoticeServed(it) => {
            let mut said = Said::on(&it.rules);
            said.details.notice_of = Some(it.of.to_string());
            said.until(if let Due::At(due) = it.due { Some(due) } else { None })
        }
        Event::ClaimAdded { statement, burden_rule, answer_by, .. } => {
            Said::on(slice::from_ref(burden_rule)).text(statement).until(*answer_by)
        }
        Event::RecordsFiled { .. } => Said::default(),
        Event::ConsequencesRecorded { consequences, rules } => Said::on(rules).causing(consequences),
        Event::EvidenceRequested { asks, due, rules, .. } => Said::on(rules).text(asks).until(*due),
        // A draft is its side's own: nothing of it is told.
        Event::EvidenceDrafted { .. } | Event::EvidenceDiscarded { .. } => Said::default(),
        Event::EvidenceSealed { other_due, rules, .. } => Said::on(rules).until(*other_due),
        Event::EvidenceLapsed { rules, .. } => Said::on(rules),
        Event::EvidenceExchanged { rebut_by, rules, .. } => Said::on(rules).until(*rebut_by),
        Event::EvidenceLate { reason, rules, .. }
        | Event::EvidenceContested { reason, rules, .. }
        | Event::EvidenceRuled { reason, rules, .. }
        | Event::SuspensionWanted { reason, rules, .. }
        | Event::Suspended { reason, rules, .. } => Said::on(rules).text(reason),
        Event::SuspensionRenewed { until, rules, .. } => Said::on(rules).until(*until),
        Event::ProceedingsReported(it) => Said::on(&it.rules).text(&it.text).until(it.report_by),
        Event::SuspensionReviewDue { review_at, rules } => Said::on(rules).until(*review_at),
        Event::Resumed { reason, escalate_by, rules, .. } => Said::on(rules).text(reason).until(*escalate_by),
        Event::FindingsEntered(it) => Said::on(&it.rules),
        Event::DecisionDrafted { by, rules, .. } => Said::on(rules).staff_note(by),
        Event::DecisionReturned { reasons, .. } => Said::on(&[D114]).staff_note(reasons),
        Event::Appealed(it) => Said::on(&it.rules).text(&it.text).until(it.answer_by.or(it.decide_by)),
        Event::AppealWithdrawn { text, rules, .. } => Said::on(rules).text(text),
        Event::ForumFollowed(it) => {
            Said::on(&it.rules).text(&it.reported.text).awarding(&it.outcome).undoing(&it.reversals)
        }
        Event::Awarded { outcome } => Said::on(&outcome.rules).awarding(outcome),
    }
}

impl Said {
    fn on(rules: &[RuleId]) -> Self {
        Self { rules: rules.to_vec(), ..Self::default() }
    }

    fn text(self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self }
    }

    fn staff_note(self, note: &str) -> Self {
        Self { staff_note: note.to_owned(), ..self }
    }

    fn about(mut self, proposal: Uuid) -> Self {
        self.details.proposal = Some(proposal);
        self
    }

    fn of(mut self, amount: Money) -> Self {
        self.details.amount = Some(amount);
        self
    }

    fn awarding(mut self, outcome: &Outcome) -> Self {
        self.details.compensation = outcome.compensation.is_positive().then_some(outcome.compensation);
        self.of(outcome.to_merchant)
    }

    fn undoing(mut self, reversals: &[Reversal]) -> Self {
        self.details.reversals = reversals.to_vec();
        self
    }

    fn causing(mut self, consequences: &[Consequence]) -> Self {
        self.details.consequences = consequences.iter().map(Into::into).collect();
        self
    }

    fn until(mut self, due_at: impl Into<Option<Time>>) -> Self {
        self.details.due_at = due_at.into();
        self
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
