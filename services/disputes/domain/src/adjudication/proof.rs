//! What counts as proven and what as unproven: claims, burdens and findings brought together (D1.4.3, D1.4.4, X2, X11).
use super::finding::{Findings, Terms, Truth};
use super::recommendation::Burden;
use kernel::{ClaimKind, Party};
use rulebook::standards::{Article, Bearer, Fact, FactSet, Standards};

/// The facts of a case, ready to be weighed.
pub(super) struct Proof {
    /// Established, or presumed against the bearer of a claim.
    pub(super) established: FactSet,
    /// In question and not established.
    pub(super) unproven: FactSet,
    /// Of the established ones, those that a claim only presumes: open, and so against the bearer.
    pub(super) presumed: FactSet,
    /// What the claims put in issue.
    pub(super) at_issue: FactSet,
    /// What was named in findings or put in issue.
    pub(super) touched: FactSet,
    /// Neither established nor found not to be so.
    pub(super) open: FactSet,
    /// A refusal to modify that turned out unfounded counts as a failed round (X2).
    pub(super) refusal_counts: bool,
}

/// The fact that a claim puts in issue.
pub(super) fn in_issue(claim: ClaimKind) -> Fact {
    match claim {
        ClaimKind::NotDelivered => Fact::Delivered,
        ClaimKind::NotAccepted => Fact::Accepted,
        ClaimKind::NotAsDescribed => Fact::DescriptionUntrue,
        ClaimKind::Quality => Fact::Nonconforming,
        ClaimKind::EffectNotAsAgreed => Fact::EffectMissed,
        ClaimKind::LateModification => Fact::ModificationLate,
        ClaimKind::EndedEarly => Fact::EndedByProvider,
        ClaimKind::RefusalContested => Fact::RequestNotObjective,
        ClaimKind::Unlawful => Fact::UnlawfulService,
    }
}

/// What a claim lets presume while it is open: the bearer must prove the opposite, or the claim itself says it.
fn presumed(claim: ClaimKind) -> FactSet {
    match claim {
        ClaimKind::LateModification => FactSet::of(&[Fact::ModificationLate]),
        ClaimKind::EndedEarly => FactSet::of(&[Fact::EndedByProvider]),
        ClaimKind::RefusalContested => FactSet::of(&[Fact::ModificationRefused]),
        ClaimKind::NotDelivered
        | ClaimKind::NotAccepted
        | ClaimKind::NotAsDescribed
        | ClaimKind::Quality
        | ClaimKind::EffectNotAsAgreed
        | ClaimKind::Unlawful => FactSet::EMPTY,
    }
}

/// Facts that are conceded until a claim puts them in issue.
const CONCEDED: FactSet = FactSet::of(&[Fact::Delivered, Fact::Accepted]);

impl Proof {
    pub(super) fn of(standards: &Standards, terms: &Terms, claims: &[ClaimKind], findings: &Findings) -> Self {
        let known = findings.established().or(findings.not_established());
        let at_issue: FactSet = claims.iter().map(|claim| in_issue(*claim)).collect();
        let presumed = claims.iter().fold(FactSet::EMPTY, |all, claim| all.or(presumed(*claim))).without(known);
        let mut established = findings.established().or(presumed);
        let refusal_counts = established.has(Fact::ModificationRefused) && !established.has(Fact::RequestNotObjective);
        let mut touched = findings.listed().or(at_issue).or(presumed);
        if let Some(failed) = findings.figures.failed_rounds {
            let agreed = terms.failed_modifications_agreed.or(standards.of(Article::D2_5d).rounds);
            let limit = agreed.unwrap_or(u32::MAX);
            let reached = failed.saturating_add(u32::from(refusal_counts)) >= limit;
            let problem = FactSet::of(&[Fact::SameProblemUnfixed]);
            touched = touched.or(problem);
            established = if reached { established.or(problem) } else { established.without(problem) };
        }
        let denied = findings.not_established().and(FactSet::of(&[Fact::Delivered]));
        let unproven = Fact::everything().without(established).without(CONCEDED.without(at_issue.or(denied)));
        let open = Fact::everything().without(known);
        Self { established, unproven, presumed, at_issue, touched, open, refusal_counts }
    }

    /// It is not proven that anything was delivered.
    pub(super) fn undelivered(&self) -> bool {
        self.unproven.has(Fact::Delivered)
    }

    /// One entry per claim.
    pub(super) fn burdens(&self, claims: &[ClaimKind], findings: &Findings) -> Vec<Burden> {
        claims.iter().map(|claim| self.burden(*claim, findings)).collect()
    }

    /// Who bears the burden of a claim, and against whom it goes.
    pub(super) fn burden(&self, claim: ClaimKind, findings: &Findings) -> Burden {
        // What the law allows may still be forbidden here: the claim is proved either way (D2.1).
        let not_permitted = claim == ClaimKind::Unlawful && self.established.has(Fact::ServiceNotPermitted);
        let fact = if not_permitted { Fact::ServiceNotPermitted } else { in_issue(claim) };
        let (party, rule) = crate::burden(claim);
        let bearer = if party == Party::Provider { Bearer::Provider } else { Bearer::Merchant };
        let unproven = if self.presumed.has(fact) { true } else { findings.truth(fact) != Truth::Established };
        let disproved =
            matches!(claim, ClaimKind::LateModification | ClaimKind::EndedEarly) && !self.presumed.has(fact);
        Burden { claim, fact, bearer, rule, against: (unproven && !disproved).then_some(bearer) }
    }
}
