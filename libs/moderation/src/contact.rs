//! Ways out of the market: links (M4.1.g → M5.25, M5.36), mail addresses, telephone numbers and accounts (M4.2.f.5 →
//! M5.30). DingTalk and what else the operator allows (X15) are channels, not accounts elsewhere.
//!
//! Owns what of the text's links, numbers and accounts is a finding.
use crate::accounts::{self, Account};
use crate::field::{Breach, Context, Field};
use crate::finding::{How, View, Why};
use crate::links::{Link, covering};
use crate::numbers::Run;
use crate::phones::{Judgement, judge};
use crate::scan::Scan;
use crate::terms;
use kernel::RuleId;
use rulebook::listings::Severity;
use rulebook::lists::Class;

const CONTACT: &str = "Take it out: merchants reach you through the platform's chat or DingTalk.";

/// Below this a moderator looks.
const SURE: f64 = 0.8;

pub(crate) fn links(context: &Context<'_>, field: &mut Field<'_>, links: &[Link]) {
    for link in links {
        let mail = link.view == View::Mail || link.host.starts_with('@');
        let rule = RuleId::of(if mail { "M4.2.f.5" } else { "M4.1.g" });
        if let Some(why) = link.innocent {
            field.let_pass(rule, None, link.from, link.to, why, Some(link.host.clone()));
            continue;
        }
        let module = field.name.starts_with("modules");
        let shortener = link.shortener.and_then(|id| context.term(id));
        let allowed = shortener
            .and_then(|term| terms::allowed(context, field, (link.from, link.to), term.list, Some(term.group)));
        if let Some(phrase) = allowed {
            field.let_pass(rule, None, link.from, link.to, Why::AllowPhrase, Some(phrase));
            continue;
        }
        let mut how = How::by(link.view);
        how.twin = link.twin.clone();
        how.term = shortener.map(|term| term.text.clone());
        let breach = Breach {
            rule,
            row: Some(RuleId::of(if mail {
                "M5.30"
            } else if module {
                "M5.36"
            } else {
                "M5.25"
            })),
            list: shortener.and_then(|term| context.list(term.list)),
            severity: if link.confidence < SURE || link.reference && !field.is_title() && !module {
                Severity::Review
            } else {
                Severity::Reject
            },
            seen_as: link.host.trim_start_matches('@').to_owned(),
            how,
            confidence: link.confidence,
            hint: if mail {
                CONTACT.to_owned()
            } else {
                "Take the link out: a listing leads nowhere outside.".to_owned()
            },
        };
        field.find(context, link.from, link.to, breach);
    }
}

/// Judges the runs; answers those that are numbers of somebody.
pub(crate) fn numbers(context: &Context<'_>, field: &mut Field<'_>, runs: &[Run], links: &[Link]) -> Vec<Run> {
    let rule = RuleId::of("M4.2.f.5");
    let mut numbers = vec![];
    for run in runs {
        if covering(links, run.from, run.to).is_some() {
            continue;
        }
        let parts = if run.digits.len() > 15 { run.split() } else { vec![run.clone()] };
        for run in parts {
            match judge(&run, &field.scan) {
                Judgement::Unknown => {}
                Judgement::Innocent(why) if run.digits.len() >= 7 => {
                    field.let_pass(rule.clone(), None, run.from, run.to, why, None)
                }
                Judgement::Innocent(_) => {}
                Judgement::Contact(_) if is_channel(context, &field.scan, run.from) => {
                    field.let_pass(rule.clone(), None, run.from, run.to, Why::AllowedChannel, None)
                }
                Judgement::Contact(sure) => {
                    let breach = number_breach(&run, sure);
                    field.find(context, run.from, run.to, breach);
                    numbers.push(run);
                }
            }
        }
    }
    numbers
}

/// How far before a number the channel stands that it is the account of, and other channels besides.
const CHANNEL: usize = 20;

/// Whether what begins here is the account of an allowed channel, and of no other.
fn is_channel(context: &Context<'_>, scan: &Scan<'_>, from: usize) -> bool {
    let channels = scan.within(Class::AllowedChannel, from.saturating_sub(CHANNEL), from);
    let Some(channel) = channels.iter().rev().find(|hit| hit.to <= from) else { return false };
    let other = |class: Class, first: usize| {
        let hits = scan.within(class, first, from).iter();
        hits.filter(|hit| hit.from >= channel.to || hit.to <= channel.from)
            .any(|hit| context.term(hit.term).is_some_and(|term| term.value.as_deref() != Some("allowed")))
    };
    scan.reading.sentence(channel.from) == scan.reading.sentence(from)
        && !other(Class::Messenger, from.saturating_sub(2 * CHANNEL))
        && !other(Class::PhoneWord, channel.to)
}

fn number_breach(run: &Run, sure: f64) -> Breach {
    let view = if run.words { View::NumberInWords } else { View::Number };
    contact(view, sure, run.digits.clone())
}

/// Accounts beside a call to make contact, a chat tool or the word for one.
pub(crate) fn accounts(context: &Context<'_>, field: &mut Field<'_>, accounts: &[Account], links: &[Link]) {
    for account in accounts {
        if covering(links, account.from, account.from + 1).is_some() {
            continue;
        }
        let scan = &field.scan;
        let sentence = scan.reading.sentence(account.from);
        let near = |class: Class, before: usize, after: usize| {
            let hits = scan.within(class, account.from.saturating_sub(before), account.to + after);
            hits.iter().any(|hit| scan.reading.sentence(hit.from).abs_diff(sentence) <= 1)
        };
        let channel = near(Class::AllowedChannel, 20, 0);
        let named = scan.within(Class::Messenger, account.from.saturating_sub(30), account.to + 16).iter().any(|hit| {
            context.term(hit.term).is_some_and(|term| {
                // 扣 in 扣款 is no name.
                let inside = hit.to - hit.from == 1
                    && terms::allowed(context, field, (hit.from, hit.to), term.list, Some(term.group)).is_some();
                term.value.as_deref() != Some("allowed") && !inside
            })
        });
        let called = near(Class::ContactWord, 36, 20) || near(Class::PhoneWord, 36, 10);
        let worded = near(Class::AccountWord, 24, 8);
        let mail = near(Class::MailProvider, 40, 30);
        let party = near(Class::ThirdParty, 24, 8) && account.at;
        if channel && !account.heard {
            let rule = RuleId::of("M4.2.f.5");
            field.let_pass(rule, None, account.from, account.to, Why::AllowedChannel, None);
            continue;
        }
        if !(account.heard || named || party || mail || called && (account.at || worded)) {
            continue;
        }
        let seen_as = scan.reading.read(account.from, account.to);
        let breach = contact(View::Account, if named { 0.92 } else { 0.84 }, seen_as);
        field.find(context, account.from, account.to, breach);
    }
    // X15: accounts of channels that the operator allows.
    for hit in field.scan.of_class(Class::AllowedChannel).to_vec() {
        if let Some(account) = accounts::after(&field.scan, hit.to, true) {
            let rule = RuleId::of("M4.2.f.5");
            field.let_pass(rule, None, account.from, account.to, Why::AllowedChannel, None);
        }
    }
}

fn contact(view: View, confidence: f64, seen_as: String) -> Breach {
    Breach {
        rule: RuleId::of("M4.2.f.5"),
        row: Some(RuleId::of("M5.30")),
        list: None,
        severity: if confidence < SURE { Severity::Review } else { Severity::Reject },
        seen_as,
        how: How::by(view),
        confidence,
        hint: CONTACT.to_owned(),
    }
}
