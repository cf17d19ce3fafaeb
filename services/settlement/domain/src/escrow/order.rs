//! What orders and disputes say: the newest message of the order, and the last word of its case.
use super::command::{Award, OrderNews};
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Escrow, Standing};
use kernel::{OrderId, Time};
use uuid::Uuid;

/// How many rules of an award are kept.
const MAX_RULES: usize = 16;

/// A message of the order; an older one than the last, or one after the last word, changes nothing.
pub(super) fn hear(
    state: &Escrow,
    order: Uuid,
    news: &OrderNews,
    standing: Standing,
    pay_by: Option<Time>,
) -> Result<Vec<Event>, Refusal> {
    if !news.amount.is_positive() {
        return Err(Refusal::AmountImpossible { field: "amount" });
    }
    let sequence = news.sequence;
    let mut rules = news.rules.clone();
    rules.truncate(MAX_RULES);
    Ok(match state {
        Escrow::Absent | Escrow::Announced(_) => vec![Event::Opened {
            order: OrderId(order),
            merchant: news.merchant,
            provider: news.provider,
            amount: news.amount,
            pay_by,
            standing,
            rules,
            sequence,
        }],
        Escrow::Known(known) if sequence > known.sequence && !known.standing.is_final() => {
            vec![Event::OrderHeard { standing, rules, sequence }]
        }
        Escrow::Known(_) => vec![],
    })
}

/// A case was settled, its award stands, or another outcome takes its place. One case speaks about an order; an older
/// word of it than the last changes nothing.
pub(super) fn divide(state: &Escrow, award: &Award) -> Result<Vec<Event>, Refusal> {
    let mut award = award.clone();
    award.rules.truncate(MAX_RULES);
    let noted = match state {
        Escrow::Absent => None,
        Escrow::Announced(noted) => Some(noted),
        Escrow::Known(known) => known.award.as_ref(),
    };
    let currency = state.known().map_or(award.to_merchant.currency, |known| known.amount.currency);
    for (amount, field) in [(award.to_merchant, "to_merchant"), (award.compensation, "compensation")] {
        if amount.minor < 0 || amount.currency != currency {
            return Err(Refusal::AmountImpossible { field });
        }
    }
    if award.in_all().is_none() {
        return Err(Refusal::AmountImpossible { field: "compensation" });
    }
    let is_new = noted.is_none_or(|noted| noted.case == award.case && noted.sequence < award.sequence);
    Ok(if is_new { vec![Event::AwardNoted { award }] } else { vec![] })
}
