//! Who bears the burden of proof, per claim kind (D1.4.3, D1.4.4, X11).
use kernel::{ClaimKind, Party, RuleId};

/// Who must prove the facts of a claim, and the rule that says so.
///
/// The rules name two groups of claims; the other kinds follow their reason: who relies on having performed in time,
/// on the other's consent, or on an exception, proves it.
pub fn burden(claim: ClaimKind) -> (Party, RuleId) {
    match claim {
        ClaimKind::NotDelivered | ClaimKind::NotAccepted => (Party::Provider, RuleId::of("D1.4.3")),
        ClaimKind::NotAsDescribed | ClaimKind::Quality | ClaimKind::EffectNotAsAgreed => {
            (Party::Merchant, RuleId::of("D1.4.4"))
        }
        // The redelivery is the provider's act, recorded with its time: it shows that it came in time.
        ClaimKind::LateModification => (Party::Provider, RuleId::of("D2.5c")),
        // What was cut off was not delivered; the provider shows that the merchant agreed to the end.
        ClaimKind::EndedEarly => (Party::Provider, RuleId::of("D1.4.3")),
        // Refusing is the exception to modifying: the provider shows that the request was not objective.
        ClaimKind::RefusalContested => (Party::Provider, RuleId::of("D2.5b")),
        ClaimKind::Unlawful => (Party::Merchant, RuleId::of("D1.4.5")),
    }
}
