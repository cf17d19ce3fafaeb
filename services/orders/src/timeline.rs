//! What the timeline says of an event beside its rules: the words of whoever acted, and what belongs to them.
//!
//! Details are a JSON object in the words of the API; what they may hold is told where the timeline is described.
use kernel::{Decision, Due};
use orders_domain::order::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// What an event says.
#[derive(Debug)]
pub(crate) struct Said {
    /// In the words of whoever acted; may be empty.
    pub text: String,
    /// What belongs to it: a JSON object without empty members.
    pub details: Value,
}

/// What the timeline says of `event`.
pub(crate) fn said(event: &Event) -> Said {
    match event {
        Event::Placed(it) => it.said(),
        Event::Funded(it) => Said::of(json!({ "was_due_at": it.pay_by, "due_at": it.agree_by })),
        Event::AgreementUploaded(it) => Said::of(json!({ "files": [it.file] })),
        Event::AgreementConfirmed(it) => Said::of(json!({ "files": [it.file] })),
        Event::Started(it) => Said::of(json!({ "due_at": it.deliver_by })),
        Event::Delivered(it) => it.said(),
        Event::Redelivered(it) => it.said(),
        Event::NoticeServed(it) => it.said(),
        Event::AcceptanceReminded(it) => Said::of(json!({ "due_at": it.accept_by })),
        Event::Accepted(it) => Said::of(json!({ "how": it.how, "ends_at": it.ends_at, "due_at": it.closes_at })),
        Event::ModificationRequested(it) => it.said(),
        Event::ProviderResponsible(it) => it.said(),
        Event::ModificationRefused(it) => Said::of(json!({ "refused": it.items, "due_at": it.contest_by })),
        Event::Overdue(it) => it.said(),
        Event::OverdueReminded(it) => Said::of(json!({ "reminder": it.number })),
        Event::ReminderAnswered(it) => Said::text(&it.statement, json!({ "due_at": it.finding_at })),
        Event::UnwillingnessRecommended(it) | Event::CooperationWithheld(it) => it.said(),
        Event::PerformanceRefused(it) => Said::text(&it.reason, json!({})),
        Event::CooperationRequested(it) => it.said(),
        Event::CooperationProvided(it) => it.said(),
        Event::CooperationDeclined(it) => it.said(),
        Event::PauseEnded(it) => Said::of(clock(&it.clock)),
        Event::ChangeProposed(it) => it.said(),
        Event::ChangeAccepted(it) => it.said(),
        Event::ChangeRefused(it) => Said::of(json!({ "about": it.id, "by_silence": flag(it.by_silence) })),
        Event::Stopped(it) => Said::text(&it.reason, json!({ "due_at": it.claim_until })),
        Event::EndedEarly(it) => it.said(),
        Event::DowntimeReported(it) => it.said(),
        Event::DowntimeRecorded(it) => it.said(),
        Event::DowntimeDenied(it) => Said::text(&it.reason, json!({ "about": it.id })),
        Event::DowntimeUnanswered(it) => Said::of(json!({ "about": it.id, "was_due_at": it.due })),
        Event::Disputed(it) => it.said(),
        Event::Resumed(it) => Said::of(json!({ "case": it.case })),
        Event::Settled(it) => it.said(),
        Event::Corrected(it) => it.said(),
        Event::DataProvided(it) => Said::text(&it.note, json!({ "files": it.files })),
        Event::DataWithheld(it) => it.said(),
        Event::Cancelled(it) => Said::text(it.reason.as_deref().unwrap_or_default(), json!({ "by": it.by })),
        Event::Completed(it) => Said::of(json!({ "how": it.how })),
        Event::DownloadLapsed(_) => Said::text(DOWNLOAD_LAPSED, json!({})),
        Event::AgreementOverdue(it) | Event::LateClaimLapsed(it) => Said::of(json!({ "was_due_at": it.due })),
        Event::CooperationReminded(_) | Event::PaymentExpired(_) | Event::PeriodEnded(_) => Said::of(json!({})),
        Event::ExtendedUseEnded(_) | Event::DataDownloaded(_) => Said::of(json!({})),
    }
}

/// W19: the platform's copy, if any.
const DOWNLOAD_LAPSED: &str = "The time to download the data is over. Files that were delivered or provided on the \
    platform are its copy: the merchant may go on fetching them from the order. Of anything else it has none.";

/// What says more than a line.
trait Says {
    fn said(&self) -> Said;
}

impl Says for Placement {
    fn said(&self) -> Said {
        Said::of(json!({
            "amount": self.amount,
            "quantity": self.quantity,
            "revision": self.terms.revision,
            "extra_costs": self.extra_costs,
            "platform_fee": self.platform_fee,
            "due_at": self.pay_by,
        }))
    }
}

impl Says for Delivery {
    fn said(&self) -> Said {
        Said::text(self.note.as_deref().unwrap_or_default(), handed_over(self))
    }
}

impl Says for NoticeServed {
    fn said(&self) -> Said {
        Said::of(json!({
            "what": self.window,
            "round": self.round,
            "about": self.about,
            "by": self.by,
            "served_at": self.served_at,
            "due_at": self.due,
        }))
    }
}

impl Says for Redelivered {
    fn said(&self) -> Said {
        let more = json!({ "problems": self.problems });
        let details = both(handed_over(&self.delivery), more);
        Said::text(self.delivery.note.as_deref().unwrap_or_default(), details)
    }
}

impl Says for Late {
    fn said(&self) -> Said {
        Said::of(json!({
            "what": self.what,
            "was_due_at": self.due,
            "claim_until_at": self.claim_until,
            "due_at": self.finding_at,
        }))
    }
}

impl Says for ModificationRequested {
    fn said(&self) -> Said {
        Said::of(json!({
            "items": self.items.iter().map(item).collect::<Vec<_>>(),
            "failed": self.failed,
            "counts_as_wish": flag(self.counts_as_wish),
            "is_repair": flag(self.is_repair),
            "due_at": self.modify_by,
        }))
    }
}

impl Says for ProviderResponsible {
    fn said(&self) -> Said {
        let details = json!({ "failed": [self.failure], "decision": grounds(&self.decision) });
        Said::text(&self.decision.reasons, details)
    }
}

impl Says for Found {
    fn said(&self) -> Said {
        Said::text(&self.decision.reasons, json!({ "decision": grounds(&self.decision) }))
    }
}

impl Says for CooperationRequested {
    fn said(&self) -> Said {
        let details = json!({
            "about": self.id,
            "basis": self.basis,
            "due_at": self.answer_by,
            "clock_stops_until_at": self.pause.as_ref().map(|pause| pause.resume_by),
        });
        Said::text(&self.what, details)
    }
}

impl Says for CooperationProvided {
    fn said(&self) -> Said {
        let details = both(about_clock(self.id, self.clock.as_ref()), json!({ "files": self.files }));
        Said::text(&self.note, details)
    }
}

impl Says for CooperationDeclined {
    fn said(&self) -> Said {
        Said::text(&self.reason, about_clock(self.id, self.clock.as_ref()))
    }
}

impl Says for ChangeProposed {
    fn said(&self) -> Said {
        let details = json!({
            "about": self.proposal.id,
            "change": change(&self.proposal.change),
            "due_at": self.proposal.answer_by,
            "finding_at": self.reminders.as_ref().map(|chase| chase.finding_at),
        });
        Said::text(&self.reason, details)
    }
}

impl Says for ChangeAccepted {
    fn said(&self) -> Said {
        let due = if let Some(Due::At(at)) = self.due { Some(at) } else { None };
        Said::of(json!({ "about": self.id, "change": change(&self.change), "due_at": due }))
    }
}

impl Says for EndedEarly {
    fn said(&self) -> Said {
        let details = json!({ "unused_seconds": self.unused.num_seconds(), "due_at": self.closes_at });
        Said::text(&self.reason, details)
    }
}

impl Says for DowntimeReported {
    fn said(&self) -> Said {
        Said::text(&self.cause, json!({ "about": self.id, "interval": self.interval, "due_at": self.answer_by }))
    }
}

impl Says for DowntimeRecorded {
    fn said(&self) -> Said {
        let details = json!({
            "about": self.id,
            "interval": self.interval,
            "ends_at": self.ends_at,
            "due_at": self.closes_at,
        });
        Said::text(self.cause.as_deref().unwrap_or_default(), details)
    }
}

impl Says for Disputed {
    fn said(&self) -> Said {
        let details = json!({
            "case": self.application.case,
            "claim": self.application.claim,
            "amount": self.application.amount,
            "happened_at": self.application.happened_at,
            "use_ended_at": self.application.use_ended_at(),
            "failed": self.failed,
        });
        Said::text(&self.statement, details)
    }
}

impl Says for Settled {
    fn said(&self) -> Said {
        Said::of(json!({
            "case": self.case,
            "ending": self.ending,
            "to_merchant": self.to_merchant,
            "to_provider": self.to_provider,
            "use_until_at": self.left.open_use().map(|extended| extended.until),
            "download_until_at": self.left.open_download().map(|download| download.until),
        }))
    }
}

impl Says for Corrected {
    fn said(&self) -> Said {
        Said::of(json!({
            "case": self.case,
            "ending": self.ending,
            "to_merchant": self.to_merchant,
            "to_provider": self.to_provider,
            "use_until_at": self.left.open_use().map(|extended| extended.until),
            "download_until_at": self.left.open_download().map(|download| download.until),
            "use_cut_short": flag(self.is_cut_short),
            "download_withdrawn": flag(self.is_withdrawn),
        }))
    }
}

impl Said {
    fn of(details: Value) -> Self {
        Self::text("", details)
    }

    /// Members that say nothing are left out.
    fn text(text: &str, details: Value) -> Self {
        Self { text: text.to_owned(), details: filled(details) }
    }
}

/// An item of a request for modification, in the words of the API.
pub(crate) fn item(item: &Item) -> Value {
    match item.problem {
        Named::New { id, kind } => json!({ "problem": id, "kind": kind, "change": item.change }),
        Named::Again { id } => json!({ "problem": id, "change": item.change }),
    }
}

fn handed_over(it: &Delivery) -> Value {
    json!({
        "round": it.round,
        "manifest_sha256": it.manifest.sha256,
        "files": it.manifest.files,
        "was_due_at": it.deliver_by,
        "is_late": flag(it.is_late),
        "due_at": it.notice_by,
    })
}

fn change(change: &Change) -> Value {
    filled(json!(change))
}

/// An automated finding; its rules stand in the entry itself.
fn grounds(decision: &Decision) -> Value {
    json!({
        "edition": decision.edition,
        "facts": decision.facts,
        "evidence": decision.evidence,
        "automated": decision.automated,
    })
}

fn clock(clock: &Unpaused) -> Value {
    json!({ "due_at": clock.deliver_by, "paused_seconds": clock.paused.num_seconds() })
}

fn about_clock(id: Uuid, unpaused: Option<&Unpaused>) -> Value {
    both(json!({ "about": id }), unpaused.map_or(json!({}), clock))
}

/// True, or nothing.
fn flag(is_so: bool) -> Option<bool> {
    is_so.then_some(true)
}

fn filled(mut object: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
    }
    object
}

fn both(mut one: Value, other: Value) -> Value {
    if let (Value::Object(members), Value::Object(more)) = (&mut one, other) {
        members.extend(more);
    }
    one
}
