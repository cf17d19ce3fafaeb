//! Money in integer minor units. Every operation is checked; nothing rounds unless its name says so.
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// ISO 4217 currencies that the suite can account for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Currency {
    /// Renminbi.
    CNY,
    /// US dollar.
    USD,
    /// Euro.
    EUR,
    /// Pound sterling.
    GBP,
    /// Russian rouble.
    RUB,
    /// Yen, without minor unit.
    JPY,
}

impl Currency {
    /// How many decimal places the minor unit stands for.
    pub fn exponent(self) -> u32 {
        match self {
            Self::CNY | Self::USD | Self::EUR | Self::GBP | Self::RUB => 2,
            Self::JPY => 0,
        }
    }
}

/// Why an amount could not be read or computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal number, or more decimals than the currency has.
    #[error("{0:?} is not an amount of this currency")]
    Malformed(String),
    /// Two currencies in one sum.
    #[error("{0} and {1} cannot be added")]
    Mixed(Currency, Currency),
    /// Beyond what a 64-bit integer of minor units holds.
    #[error("the amount is out of range")]
    OutOfRange,
}

/// An amount, possibly negative, in minor units of its currency. JSON: `{"amount": "1200.00", "currency": "CNY"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Integer minor units (fen, cents).
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Reads a decimal amount as `1200`, `1200.5` or `1200.00`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let malformed = || MoneyError::Malformed(text.chars().take(40).collect());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let places = currency.exponent() as usize;
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let has_empty_fraction = digits.ends_with('.');
        if whole.is_empty()
            || has_empty_fraction
            || fraction.len() > places
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return Err(malformed());
        }
        let minor: i64 = format!("{whole}{fraction:0<places$}").parse().map_err(|_| MoneyError::OutOfRange)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The sum, in one currency.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        self.minor.checked_add(other.minor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::OutOfRange)
    }

    /// The difference, in one currency; may be negative.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        self.minor.checked_sub(other.minor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::OutOfRange)
    }

    /// `part / whole` of the amount, rounded down to the minor unit; `whole` must not be zero.
    pub fn share_rounded_down(self, part: u64, whole: u64) -> Result<Self, MoneyError> {
        if whole == 0 {
            return Err(MoneyError::OutOfRange);
        }
        let minor = (i128::from(self.minor) * i128::from(part)).div_euclid(i128::from(whole));
        i64::try_from(minor).map(|minor| Self::new(minor, self.currency)).map_err(|_| MoneyError::OutOfRange)
    }

    /// The smaller of two amounts of one currency.
    pub fn at_most(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        Ok(Self::new(self.minor.min(other.minor), self.currency))
    }

    /// More than nothing.
    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Exactly nothing.
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The decimal text without the currency, as `1200.00`.
    pub fn amount(self) -> String {
        let places = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::Mixed(self.currency, other.currency)) }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

/// The shape of [`Money`] on the wire.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Money))]
pub struct MoneyBody {
    /// Decimal text with at most the currency's decimals.
    #[cfg_attr(feature = "schema", schema(example = "1200.00"))]
    pub amount: String,
    /// ISO 4217 code.
    pub currency: Currency,
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Money {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        MoneyBody::schema()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Money {
    fn name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }

    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        MoneyBody::schemas(schemas);
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MoneyBody { amount: self.amount(), currency: self.currency }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = MoneyBody::deserialize(deserializer)?;
        Self::parse(&body.amount, body.currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        let read = |text| Money::parse(text, Currency::CNY).map(|money| money.minor);
        assert_eq!(read("1200"), Ok(120_000));
        assert_eq!(read("0.5"), Ok(50));
        assert_eq!(read("-0.05"), Ok(-5));
        for bad in ["", ".5", "1.", "1.005", "1e3", "１２", "--1", "+1", "1,000"] {
            assert_eq!(read(bad), Err(MoneyError::Malformed(bad.into())), "{bad}");
        }
        assert_eq!(read("99999999999999999999"), Err(MoneyError::OutOfRange));
        assert_eq!(Money::parse("100", Currency::JPY).map(|money| money.minor), Ok(100));
        assert_eq!(Money::parse("100.0", Currency::JPY), Err(MoneyError::Malformed("100.0".into())));
    }

    proptest! {
        #[test]
        fn text_reads_back(minor in -1_000_000_000_000i64..1_000_000_000_000, yen: bool) {
            let money = Money::new(minor, if yen { Currency::JPY } else { Currency::CNY });
            prop_assert_eq!(Money::parse(&money.amount(), money.currency), Ok(money));
        }

        #[test]
        fn a_share_and_its_rest_sum_to_the_whole(minor in 0i64..1_000_000_000_000, part in 0u64..1000) {
            let money = Money::new(minor, Currency::CNY);
            let share = money.share_rounded_down(part, 1000).unwrap();
            prop_assert!(share.minor <= minor);
            prop_assert_eq!(share.plus(money.minus(share).unwrap()), Ok(money));
        }
    }
}
