//! What becomes of an item: contested by the other side; admitted, excluded or reclassified by the arbitrator (D1.4.1).
use super::{Item, Standing, Voucher};
use crate::casefile::{Clerk, EntryKind};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::standing::{seat, spokesperson};
use crate::state::Opened;
use crate::{Ctx, wording};
use kernel::RuleId;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};

/// What the arbitrator makes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ItemRuling {
    /// A late item counts after all.
    Admit,
    /// The item counts for nothing.
    Exclude,
    /// It is a valid voucher.
    Valid,
    /// It is a reference voucher only.
    Reference,
}

#[derive(Serialize)]
struct Said<'a> {
    item: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<ItemRuling>,
    reason: &'a str,
}

/// Either side before the platform, where there are items.
pub(crate) fn may_contest(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    case.bench()?;
    let others = case.file.items.values().any(|item| item.by != by.side);
    if others { Ok(()) } else { Err(Refusal::NothingToContest) }
}

/// Disputes an item of the other side.
pub(crate) fn contest(case: &Opened, number: u32, reason: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    let item = known(case, number)?;
    if item.by == by.side {
        return Err(Refusal::OwnItem);
    }
    wording::required(reason, "reason", wording::STATEMENT)?;
    if item.contested {
        return Ok(vec![]);
    }
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let filed = clerk.file(EntryKind::Contest, None, &Said { item: number, ruling: None, reason });
    Ok(vec![Event::EvidenceContested { by, item: number, reason: reason.to_owned(), filed, rules: vec![D12] }])
}

const D12: RuleId = RuleId::of("D1.2");

/// The assigned arbitrator, where there are items.
pub(crate) fn may_rule(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    seat(case, ctx)?;
    if case.file.items.is_empty() { Err(Refusal::NothingToContest) } else { Ok(()) }
}

/// Admits, excludes or reclassifies an item, with a reason on record (W14).
pub(crate) fn rule(
    case: &Opened,
    number: u32,
    ruling: ItemRuling,
    reason: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    let item = known(case, number)?;
    wording::required(reason, "reason", wording::STATEMENT)?;
    let mut ruled = item.clone();
    ruled.rule(ruling);
    if ruled == *item {
        return Ok(vec![]);
    }
    let rules = match ruling {
        ItemRuling::Admit => vec![RuleId::of("D1.4.2"), RuleId::of("W14")],
        ItemRuling::Exclude => vec![RuleId::of("D1.4.1")],
        ItemRuling::Valid | ItemRuling::Reference => vec![D12, RuleId::of("D1.4.1")],
    };
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let filed = clerk.file(EntryKind::Ruling, None, &Said { item: number, ruling: Some(ruling), reason });
    Ok(vec![Event::EvidenceRuled { item: number, ruling, reason: reason.to_owned(), filed, rules }])
}

impl Item {
    /// What the ruling makes of it.
    pub(crate) fn rule(&mut self, ruling: ItemRuling) {
        match ruling {
            ItemRuling::Admit if !self.counts() => self.standing = Standing::Admitted,
            ItemRuling::Admit => {}
            ItemRuling::Exclude => self.standing = Standing::Excluded,
            ItemRuling::Valid => self.voucher = Voucher::Valid,
            ItemRuling::Reference => self.voucher = Voucher::Reference,
        }
    }
}

fn known(case: &Opened, number: u32) -> Result<&Item, Refusal> {
    case.file.items.get(&number).ok_or(Refusal::ItemUnknown)
}
