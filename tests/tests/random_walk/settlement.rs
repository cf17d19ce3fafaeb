//! Moves of escrows and purses. What the gateway does is chosen by the method of payment and by amounts.
use crate::moves::Asked;
use serde_json::{Value, json};

pub const GRAVE_FOR_PURSES: &[&str] = &["freeze_payouts"];

/// Methods of payment with which the sandbox gateway behaves as gateways do.
const METHODS: &[&str] = &[
    "sandbox:ok",
    "sandbox:ok",
    "sandbox:ok",
    "sandbox:duplicate",
    "sandbox:late",
    "sandbox:lost",
    "sandbox:declined",
    "sandbox:timeout",
    "sandbox:refund_declined",
    "sandbox:refund_timeout",
];

/// A move of an escrow: what follows its path, and the body.
pub fn escrow(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    Some(match action {
        "start_payment" => ("/payments".into(), json!({"method": asked.word(METHODS)})),
        "retry_remittance" => {
            let remittances = asked.seen["remittances"].as_array().cloned().unwrap_or_default();
            let failed = remittances.iter().find(|remittance| remittance["status"] == "failed");
            let failed = failed.map_or(Value::Null, |remittance| remittance["id"].clone());
            ("/retry-remittance".into(), json!({"remittance": asked.uuid_in(&failed)}))
        }
        "repay_debt" => ("/repayments".into(), json!({"method": asked.word(METHODS)})),
        "acknowledge_repayment" => ("/acknowledge-repayment".into(), json!({"note": "Both sides confirm it."})),
        _ => return None,
    })
}

/// A move of a purse.
pub fn purse(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    let free = asked.one(&asked.seen["payable"])["free"].clone();
    let liability = asked.one(&asked.seen["liabilities"])["case"].clone();
    let case = liability.as_str().unwrap_or("cas_01h455vb4pex5vsknk084sn02q").to_owned();
    Some(match action {
        "top_up_deposit" => {
            let amount = asked.part_of(&asked.seen["missing"].clone());
            ("/deposits".into(), json!({"amount": amount, "method": asked.word(METHODS)}))
        }
        "fill_deposit" => ("/fill-deposit".into(), json!({"amount": asked.part_of(&asked.seen["missing"].clone())})),
        "pay_liability" => ("/liability-payments".into(), json!({"case": case, "method": asked.word(METHODS)})),
        "settle_liability" => ("/settle-liability".into(), json!({"case": case})),
        "acknowledge_direct_payment" => {
            ("/acknowledge-direct-payment".into(), json!({"case": case, "note": "Both sides confirm it."}))
        }
        "freeze_payouts" => ("/freezes".into(), json!({"rules": ["M5.4"], "reasons": "Under inquiry."})),
        "thaw_payouts" => {
            let freeze = asked.one(&asked.seen["freezes"])["id"].clone();
            (format!("/freezes/{}/thaw", asked.uuid_in(&freeze)), json!({}))
        }
        "request_payout" => {
            let declined = json!({"amount": "99.01", "currency": "CNY"});
            let amount = if asked.chance(0.2) { declined } else { asked.part_of(&free) };
            ("/payouts".into(), json!({"amount": amount}))
        }
        _ => return None,
    })
}
