//! A provider's profile has no deadlines: an exit waits for what is open, however long that takes.
use kernel::RuleId;
use strum::VariantArray;

/// No kind of deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {}

impl VariantArray for Timer {
    const VARIANTS: &'static [Self] = &[];
}

impl From<Timer> for &'static str {
    fn from(timer: Timer) -> Self {
        match timer {}
    }
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {}
    }

    fn on_expiry(self) -> &'static str {
        match self {}
    }
}
