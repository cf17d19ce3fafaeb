//! What is told of a notice: `contracts::notifications::Notice`, when it is served, mailed, not mailed, or read.
use contracts::notifications;
use engine::{Entry, Outbound};
use kernel::{NoticeId, Org};
use notifications_domain::Notices;
use notifications_domain::notice::{Event, Made, Notice};
use uuid::Uuid;

/// The message of an entry; what the platform tells itself stays inside.
pub(crate) fn told(entry: &Entry<Notices>, after: &Notice) -> Option<Outbound> {
    let fact = match &entry.event {
        Event::Served(_) => "served",
        Event::Mailed(_) => "mailed",
        Event::MailFailed(_) => "mail_failed",
        Event::Read { .. } => "read",
        Event::Made { .. } | Event::MailDeferred { .. } => return None,
    };
    let made = after.made()?;
    Outbound::of(fact, &payload(entry.id, made, made.recipient.org()?))
}

fn payload(id: Uuid, made: &Made, recipient: Org) -> notifications::Notice {
    let about = &made.about;
    notifications::Notice {
        notice: NoticeId(id),
        kind: about.kind.clone(),
        fact: about.fact.clone(),
        fact_at: about.at,
        cause: about.cause,
        recipient,
        party: made.party(),
        order: about.order,
        case: about.case,
        rules: made.rules.clone(),
        content_hash: made.content_hash.clone(),
        made_at: made.made_at,
        served_at: made.served.as_ref().map(|served| served.at),
        served_by: made.served.as_ref().map(|served| served.by),
        mailed_at: made.mailed_at(),
        read_at: made.read_at,
    }
}
