//! The burden of proof of a case (D1.4.3, D1.4.4, X11): what is to be proven, by whom, by when, what is in, and what
//! follows if it stays unproven.
use crate::adjudication::{Bearer, ClaimKind, Fact, Question, Standards, Truth};
use crate::evidence::Window;
use crate::state::{Opened, Side};
use kernel::{Due, RuleId};
use serde::{Deserialize, Serialize};

/// One thing to be proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofLine {
    /// The claim that puts it in issue; `None`: it is needed for the outcome, whatever was claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimKind>,
    /// The fact or figure.
    pub about: Question,
    /// The question in a sentence.
    pub asks: String,
    /// Who must prove it.
    pub bearer: Bearer,
    /// The rule that says so.
    pub rule: RuleId,
    /// By when: the bearer's window of evidence, while one runs or stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_when: Option<Due>,
    /// How far it is proved; figures are established or open. Open for the parties, until they see the findings.
    pub truth: Truth,
    /// The items in the file that were given to prove it and count.
    pub items: Vec<u32>,
    /// The entries that the finding rests on.
    pub rests_on: Vec<u32>,
    /// What follows if it stays unproven.
    pub if_unproven: String,
}

impl ProofLine {
    /// Leaves out what was found: the parties see it with the decision.
    pub fn withhold(&mut self) {
        self.truth = Truth::Open;
        self.rests_on.clear();
    }
}

/// The lines of a case: first whether anything was delivered and accepted, then the other claims, then what else the
/// outcome turns on (X11).
pub fn proof(case: &Opened, standards: &Standards) -> Vec<ProofLine> {
    let recommendation = case.recommendation(standards);
    let mut lines: Vec<ProofLine> = vec![];
    for burden in &recommendation.burdens {
        let mut line = line(case, Question::Fact(burden.fact), burden.fact.asks(), burden.bearer, &burden.rule);
        line.claim = Some(burden.claim);
        lines.push(line);
    }
    lines.sort_by_key(|line| !matches!(line.about, Question::Fact(Fact::Delivered | Fact::Accepted)));
    for open in &recommendation.open_questions {
        if !lines.iter().any(|line| line.about == open.about) {
            lines.push(line(case, open.about, &open.asks, open.bearer, &open.rule));
        }
    }
    lines
}

fn line(case: &Opened, about: Question, asks: &str, bearer: Bearer, rule: &RuleId) -> ProofLine {
    let (truth, items, rests_on) = match about {
        Question::Fact(fact) => of_fact(case, fact),
        Question::Figure(_) => (Truth::Open, vec![], vec![]),
    };
    ProofLine {
        claim: None,
        about,
        asks: asks.to_owned(),
        bearer,
        rule: rule.clone(),
        by_when: window_of(case, bearer),
        truth,
        items,
        rests_on,
        if_unproven: if_unproven(bearer, rule),
    }
}

fn of_fact(case: &Opened, fact: Fact) -> (Truth, Vec<u32>, Vec<u32>) {
    let given = |item: &crate::evidence::Item| item.counts() && item.proves.contains(&fact);
    let items = case.file.items.iter().filter(|(_, item)| given(item)).map(|(number, _)| *number).collect();
    match case.found.facts.get(&fact) {
        Some(found) => (found.truth, items, found.rests_on.clone()),
        None => (Truth::Open, items, vec![]),
    }
}

fn window_of(case: &Opened, bearer: Bearer) -> Option<Due> {
    let side = match bearer {
        Bearer::Provider => Side::Provider,
        Bearer::Merchant => Side::Merchant,
        Bearer::WhoRelies | Bearer::Platform => return None,
    };
    match case.hearing()?.window(side) {
        Window::Asked { due, .. } => Some(*due),
        Window::Unasked | Window::Sealed | Window::Closed => None,
    }
}

/// What an unproven fact means for its bearer.
pub(crate) fn if_unproven(bearer: Bearer, rule: &RuleId) -> String {
    match bearer {
        Bearer::Provider => format!("it goes against the provider, who bears the burden ({rule})"),
        Bearer::Merchant => format!("it goes against the merchant, who bears the burden ({rule})"),
        Bearer::WhoRelies => format!("it goes against the party that relies on it ({rule})"),
        Bearer::Platform => format!("the platform's own records decide ({rule})"),
    }
}
