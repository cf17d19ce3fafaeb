//! The automatic screening of form (section 1, "What it must do"): completeness, scope, age of the business, expiry
//! dates, declarations, ties to barred organisations. Pure: it looks at the [`Entry`], the rules, [`Known`] and [`AsOf`].
//!
//! A hard finding keeps the application in its place until it is mended, a soft one is shown to the reviewer. Nothing
//! is approved or rejected by screening.
use crate::entry::{Applicant, Business, Credential, Entry};
use chrono::{Months, NaiveDate};
use kernel::{Calendar, RuleId, Time};
use rulebook::OnboardingRules;
use rulebook::onboarding::{CategoryRules, Requirement};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// One thing that the screening found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// The rule it rests on.
    pub rule: RuleId,
    /// Whether it must be mended first.
    pub severity: Severity,
    /// Where: a field as `business.scope`, or `requirements.<key>`.
    pub place: String,
}

/// How much a finding weighs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Severity {
    /// Must be mended before the application goes to a reviewer.
    Hard,
    /// Shown to the reviewer.
    Soft,
}

/// The closed list of findings.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FindingCode {
    /// The business is not described.
    BusinessMissing,
    /// A company without a registration number.
    RegistrationMissing,
    /// The scope contains none of the category's words.
    ScopeNotCovered,
    /// The scope names the category's words only to exclude them.
    ScopeExcluded,
    /// Not long enough in the business (M3.1.3).
    BusinessTooYoung,
    /// Nothing was handed in for a mandatory line.
    RequirementMissing,
    /// A document has expired.
    DocumentExpired,
    /// A document expires so soon that its renewal would be due at once.
    DocumentExpiresSoon,
    /// Ties to the platform's staff were not declared either way (C4, M5.67).
    DeclarationMissing,
    /// A tie to the platform's staff is declared: two reviewers.
    StaffTieDeclared,
    /// The organisation's registration is that of a barred one.
    RegistrationBarred,
    /// An owner bears the name of an owner of a barred organisation.
    OwnerBarred,
    /// Serves the EU and has not completed the compliance course yet (P4).
    EuCourseOpen,
}

impl FindingCode {
    /// What to do about it, for people.
    pub fn mend(self) -> &'static str {
        match self {
            Self::BusinessMissing => "Describe the business.",
            Self::RegistrationMissing => "Give the company's registration number.",
            Self::ScopeNotCovered => {
                "The business scope must cover the category: have it extended, or apply for a category that it covers."
            }
            Self::ScopeExcluded => "The scope names the business only to exclude it: show that it is covered.",
            Self::BusinessTooYoung => "Apply again when the business is old enough.",
            Self::RequirementMissing => "Hand in what this line of the checklist asks.",
            Self::DocumentExpired => "Hand in a document that is still good.",
            Self::DocumentExpiresSoon => "Have it renewed: a qualification ends with its documents.",
            Self::DeclarationMissing => {
                "Declare the shareholders and any tie to the platform's staff, or that there is none."
            }
            Self::StaffTieDeclared => "Nothing to mend: two reviewers decide.",
            Self::RegistrationBarred => "This organisation was barred from the market; no application is possible.",
            Self::OwnerBarred => "An owner may be the owner of a barred organisation: the reviewer will look into it.",
            Self::EuCourseOpen => "Complete the compliance course before listings target the EU.",
        }
    }
}

/// What is known besides the entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Bars of organisations that share something with the applicant (X23, C3).
    pub related_bars: Vec<RelatedBar>,
    /// The compliance course is completed (P4).
    pub eu_trained: bool,
}

/// A bar of an organisation that shares something with the applicant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedBar {
    /// What they share.
    pub shares: Shared,
    /// The rule of the bar.
    pub rule: RuleId,
}

/// What an applicant may share with a barred organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// Country and registration number.
    Registration,
    /// The name of an owner.
    Owner,
}

/// The day of a screening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The day itself.
    pub today: NaiveDate,
    /// The day until which documents expire soon: the lead of a renewal from today.
    pub soon: NaiveDate,
}

impl AsOf {
    /// The local day of `now`.
    pub fn at(now: Time, rules: &OnboardingRules, calendar: &Calendar) -> Self {
        Self { today: calendar.day(now), soon: calendar.day(calendar.after(now, rules.renewal_lead)) }
    }
}

/// Whether any finding must be mended first.
pub fn has_hard(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Hard)
}

/// Screens the form of an entry.
pub fn screen(entry: &Entry, rules: &OnboardingRules, known: &Known, day: AsOf) -> Vec<Finding> {
    let mut findings = Findings(vec![]);
    let Some(asked) = rules.category(entry.category) else { return findings.0 };
    match &entry.business {
        None => findings.hard(FindingCode::BusinessMissing, &asked.rule, "business"),
        Some(business) => screen_business(business, entry.applicant, asked, known, day.today, &mut findings),
    }
    for requirement in &asked.requirements {
        screen_requirement(requirement, &entry.credentials, day, &mut findings);
    }
    match entry.declaration {
        None => findings.hard(FindingCode::DeclarationMissing, &RuleId::of("M5.67"), "declaration"),
        Some(declared) if declared.tied_to_staff => {
            findings.soft(FindingCode::StaffTieDeclared, &RuleId::of("M5.67"), "declaration");
        }
        Some(_) => {}
    }
    for bar in &known.related_bars {
        match bar.shares {
            Shared::Registration => {
                findings.hard(FindingCode::RegistrationBarred, &bar.rule, "business.registration_number");
            }
            Shared::Owner => findings.soft(FindingCode::OwnerBarred, &bar.rule, "declaration.shareholders"),
        }
    }
    findings.0
}

fn screen_business(
    business: &Business,
    applicant: Applicant,
    asked: &CategoryRules,
    known: &Known,
    today: NaiveDate,
    findings: &mut Findings,
) {
    if applicant == Applicant::Company && business.registration_number.is_none() {
        findings.hard(FindingCode::RegistrationMissing, &RuleId::of("M2.2"), "business.registration_number");
    }
    if asked.asks_for_scope() && business.scope.covered.is_empty() {
        if business.scope.excluded.is_empty() {
            findings.hard(FindingCode::ScopeNotCovered, &asked.rule, "business.scope");
        } else {
            findings.soft(FindingCode::ScopeExcluded, &asked.rule, "business.scope");
        }
    }
    let old_enough = business.in_business_since.checked_add_months(Months::new(asked.min_business_months));
    if old_enough.is_none_or(|day| day > today) {
        findings.hard(FindingCode::BusinessTooYoung, &asked.rule, "business.in_business_since");
    }
    if business.serves_eu && !known.eu_trained {
        findings.soft(FindingCode::EuCourseOpen, &RuleId::of("P4"), "business.serves_eu");
    }
}

fn screen_requirement(asked: &Requirement, credentials: &[Credential], day: AsOf, findings: &mut Findings) {
    let place = format!("requirements.{}", asked.key);
    let handed_in: Vec<_> = credentials.iter().filter(|credential| credential.requirement == asked.key).collect();
    if handed_in.is_empty() && asked.mandatory {
        findings.hard(FindingCode::RequirementMissing, &asked.rule, &place);
    }
    let ends = || handed_in.iter().filter_map(|credential| credential.expires_on);
    if ends().any(|end| end < day.today) {
        findings.hard(FindingCode::DocumentExpired, &asked.rule, &place);
    } else if ends().any(|end| end <= day.soon) {
        findings.soft(FindingCode::DocumentExpiresSoon, &asked.rule, &place);
    }
}

struct Findings(Vec<Finding>);

impl Findings {
    fn hard(&mut self, code: FindingCode, rule: &RuleId, place: &str) {
        self.0.push(Finding { code, rule: rule.clone(), severity: Severity::Hard, place: place.to_owned() });
    }

    fn soft(&mut self, code: FindingCode, rule: &RuleId, place: &str) {
        self.0.push(Finding { code, rule: rule.clone(), severity: Severity::Soft, place: place.to_owned() });
    }
}
