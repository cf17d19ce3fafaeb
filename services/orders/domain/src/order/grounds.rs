//! The grounds of an adverse act, in the one shape of all contexts.
use super::state::Placed;
use super::window::Ctx;
use kernel::{Decision, Party, Redress, RuleId};

/// A decision under the order's edition; what can be done against it is the other side's word in a dispute.
pub(super) fn decision(
    order: &Placed,
    rules: Vec<RuleId>,
    facts: Vec<String>,
    evidence: Vec<String>,
    reasons: &str,
    ctx: &Ctx<'_>,
) -> Decision {
    Decision {
        rules,
        edition: order.edition.clone(),
        facts,
        evidence,
        reasons: reasons.into(),
        // A person's act may bring it about, but no person decides it.
        by: if ctx.party == Party::System { ctx.actor.sub.clone() } else { "service:orders".into() },
        automated: true,
        redress: None::<Redress>,
    }
}
