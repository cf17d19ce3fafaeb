//! Who called back: HMAC-SHA-256 over the instant and the raw body, in one header.
//!
//! `Gateway-Signature: t=<unix seconds>,v1=<hex of HMAC-SHA-256(secret, "<t>.<body>")>`. The instant is real time: a
//! recorded call cannot be played again later.
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// The header's name.
pub(crate) const HEADER: &str = "Gateway-Signature";
/// How far the instant may be off, in seconds.
const TOLERANCE: i64 = 300;

/// The secret that callbacks are signed with; no log shows it.
#[derive(Clone)]
pub(crate) struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Why a call is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsigned {
    /// No header, or one of another form.
    Malformed,
    /// Too long ago, or in the future.
    Stale,
    /// Signed with another secret, or over another body.
    Wrong,
}

/// The header's value.
pub(crate) fn sign(secret: &Secret, at: i64, body: &[u8]) -> String {
    let signature = mac(secret, at, body).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default();
    format!("t={at},v1={signature}")
}

/// Checks the header's value; `now` in Unix seconds.
pub(crate) fn verify(secret: &Secret, header: &str, body: &[u8], now: i64) -> Result<(), Unsigned> {
    let (at, signature) = header
        .split_once(',')
        .and_then(|(at, signature)| Some((at.strip_prefix("t=")?, signature.strip_prefix("v1=")?)))
        .ok_or(Unsigned::Malformed)?;
    let at: i64 = at.parse().map_err(|_| Unsigned::Malformed)?;
    let signature = hex::decode(signature).map_err(|_| Unsigned::Malformed)?;
    if now.abs_diff(at) > TOLERANCE.unsigned_abs() {
        return Err(Unsigned::Stale);
    }
    // In constant time.
    mac(secret, at, body).ok_or(Unsigned::Wrong)?.verify_slice(&signature).map_err(|_| Unsigned::Wrong)
}

/// `None` never: HMAC takes keys of any length.
fn mac(secret: &Secret, at: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.0.as_bytes()).ok()?;
    mac.update(format!("{at}.").as_bytes());
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_believed_with_its_own_body_instant_and_secret_only() {
        let secret = Secret("a secret".into());
        let header = sign(&secret, 1_000, b"{}");
        assert_eq!(verify(&secret, &header, b"{}", 1_300), Ok(()));
        assert_eq!(verify(&secret, &header, b"{}", 1_301), Err(Unsigned::Stale));
        assert_eq!(verify(&secret, &header, b"{}", 699), Err(Unsigned::Stale));
        assert_eq!(verify(&secret, &header, b"{ }", 1_000), Err(Unsigned::Wrong));
        assert_eq!(verify(&Secret("another".into()), &header, b"{}", 1_000), Err(Unsigned::Wrong));
        assert_eq!(verify(&secret, &header.replace("t=1000", "t=1001"), b"{}", 1_000), Err(Unsigned::Wrong));
        let cut = &header[..header.len() - 2];
        assert_eq!(verify(&secret, cut, b"{}", 1_000), Err(Unsigned::Wrong));
        for malformed in ["", "t=1000", "v1=00,t=1000", "t=x,v1=00", "t=1000,v1=zz"] {
            assert_eq!(verify(&secret, malformed, b"{}", 1_000), Err(Unsigned::Malformed), "{malformed}");
        }
    }

    /// RFC 4231 has no vector with our prefix; this one was computed with OpenSSL:
    /// `printf '1000.{}' | openssl dgst -sha256 -hmac 'a secret'`.
    #[test]
    fn the_signature_is_plain_hmac_sha256() {
        let header = sign(&Secret("a secret".into()), 1_000, b"{}");
        assert_eq!(header, "t=1000,v1=24fd3ab691b95e84443bf8391ad2c9a606cfc081a14f55c823be709eea7db858");
    }
}
