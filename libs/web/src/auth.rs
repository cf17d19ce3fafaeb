//! Bearer tokens: a JWT in, an [`Actor`] out.
//!
//! Owns: which issuers are believed, with which keys, and what each may grant. Does not own: what an actor may do,
//! which machines and scopes decide.
//! Invariants: the algorithm is the key's, never the token's; an actor is either one provider's, or one merchant's, or
//! staff without an organisation; a token can never name the system.
use crate::Refused;
use chrono::{TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::{Actor, Org, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

/// How far clocks of issuers may be off, in seconds.
const LEEWAY: u64 = 30;
/// The shortest HS256 secret, in bytes.
const SHORTEST: usize = 32;

/// One issuer that is believed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The `iss` of its tokens.
    pub iss: String,
    /// The `aud` that its tokens must carry: this installation.
    pub aud: String,
    /// What its signatures are checked with.
    pub key: KeySource,
    /// The roles that it may grant.
    pub roles: Vec<Role>,
    /// The organisations that it may speak for; all when missing.
    #[serde(default)]
    pub orgs: Option<Vec<Org>>,
}

/// Where an issuer's keys come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// A shared HS256 secret of at least 32 bytes. Refused in production.
    Secret(Secret),
    /// A JWK set as JSON: EdDSA (Ed25519), RS256 and ES256 keys.
    Jwks(String),
    /// The same in a file, read at start.
    JwksFile(PathBuf),
}

/// A secret that no log shows.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Why an issuer cannot be believed, or a token not be minted.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// HS256 is for development.
    #[error("issuer {iss}: a shared secret is for development; production needs a JWK set")]
    SecretInProduction {
        /// The issuer.
        iss: String,
    },
    /// Too short to be a secret.
    #[error("issuer {iss}: the secret is shorter than {SHORTEST} bytes")]
    ShortSecret {
        /// The issuer.
        iss: String,
    },
    /// The JWK set cannot be read.
    #[error("issuer {iss}: {reason}")]
    Keys {
        /// The issuer.
        iss: String,
        /// What is wrong.
        reason: String,
    },
    /// Two issuers of one name.
    #[error("issuer {iss} is named twice")]
    Twin {
        /// The issuer.
        iss: String,
    },
    /// A token cannot be signed.
    #[error("the token cannot be signed: {0}")]
    Signing(String),
}

/// Checks tokens. Put into the app as `web::Data<Verifier>`.
#[derive(Debug)]
pub struct Verifier {
    issuers: Vec<Trusted>,
}

#[derive(Debug)]
struct Trusted {
    issuer: Issuer,
    keys: Vec<Key>,
}

struct Key {
    kid: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.kid, self.algorithm)
    }
}

/// What is read of a token before its signature is checked: whose it claims to be.
#[derive(Deserialize)]
struct Claimed {
    iss: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: serde_json::Value,
    sub: String,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    org: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

impl Verifier {
    /// Reads the issuers' keys.
    pub fn new(issuers: &[Issuer], is_production: bool) -> Result<Self, AuthError> {
        let mut trusted: Vec<Trusted> = vec![];
        for issuer in issuers {
            if trusted.iter().any(|known| known.issuer.iss == issuer.iss) {
                return Err(AuthError::Twin { iss: issuer.iss.clone() });
            }
            trusted.push(Trusted { keys: keys(issuer, is_production)?, issuer: issuer.clone() });
        }
        Ok(Self { issuers: trusted })
    }

    /// Who the bearer of this token is.
    pub fn verify(&self, token: &str) -> Result<Actor, Refused> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| invalid("the token is not a JWT"))?;
        let claimed: Claimed =
            jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| invalid("the token names no issuer"))?;
        let trusted = self
            .issuers
            .iter()
            .find(|trusted| trusted.issuer.iss == claimed.iss)
            .ok_or_else(|| invalid("the token is of an issuer that is not known here"))?;
        let key = trusted.key(header.kid.as_deref()).ok_or_else(|| invalid("the key of the token is not known"))?;
        let mut validation = Validation::new(key.algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[&trusted.issuer.iss]);
        validation.set_audience(&[&trusted.issuer.aud]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        let claims = jsonwebtoken::decode::<Claims>(token, &key.key, &validation)
            .map_err(|error| disbelieved(error.kind()))?
            .claims;
        trusted.actor(claims)
    }
}

impl Trusted {
    /// The key that a token names; without a name only when there is no choice.
    fn key(&self, kid: Option<&str>) -> Option<&Key> {
        match (kid, self.keys.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(_), [only]) if only.kid.is_none() => Some(only),
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
        }
    }

    fn actor(&self, claims: Claims) -> Result<Actor, Refused> {
        // Names that the journal keeps for the system.
        if claims.sub.is_empty() || claims.sub == "clock" || claims.sub.starts_with("service:") {
            return Err(invalid("the token's sub is not a person's"));
        }
        let mut roles = BTreeSet::new();
        for role in &claims.roles {
            let role: Role = role.parse().map_err(|_| not_granted(format!("there is no role {role:?}")))?;
            if !self.issuer.roles.contains(&role) {
                return Err(not_granted(format!("the issuer may not grant the role {role}")));
            }
            roles.insert(role);
        }
        let org: Option<Org> = match claims.org {
            None => None,
            Some(org) => Some(org.parse().map_err(|_| not_granted("org is not an organisation's id"))?),
        };
        if let (Some(org), Some(orgs)) = (&org, &self.issuer.orgs)
            && !orgs.contains(org)
        {
            return Err(not_granted("the issuer may not speak for this organisation"));
        }
        if !is_consistent(org, &roles) {
            return Err(not_granted("roles and org do not fit: one organisation and its role, or staff roles alone"));
        }
        Ok(Actor { sub: claims.sub, org, roles, system: false })
    }
}

/// An actor is one provider's, one merchant's, or staff.
fn is_consistent(org: Option<Org>, roles: &BTreeSet<Role>) -> bool {
    match org {
        Some(Org::Provider(_)) => roles.iter().eq([&Role::Provider]),
        Some(Org::Merchant(_)) => roles.iter().eq([&Role::Merchant]),
        None => !roles.is_empty() && !roles.contains(&Role::Provider) && !roles.contains(&Role::Merchant),
    }
}

fn invalid(detail: &str) -> Refused {
    Refused::new(401, "token_invalid", detail)
}

fn disbelieved(kind: &ErrorKind) -> Refused {
    if matches!(kind, ErrorKind::ExpiredSignature) {
        Refused::new(401, "token_expired", "the token has expired")
    } else if matches!(kind, ErrorKind::InvalidAudience) {
        invalid("the token is for another audience")
    } else if matches!(kind, ErrorKind::ImmatureSignature) {
        invalid("the token is not valid yet")
    } else if matches!(kind, ErrorKind::MissingRequiredClaim(_)) {
        invalid("the token lacks one of iss, aud, exp and sub")
    } else {
        invalid("the token's signature or form is wrong")
    }
}

fn not_granted(detail: impl Into<String>) -> Refused {
    Refused::new(401, "token_not_granted", detail)
}

fn keys(issuer: &Issuer, is_production: bool) -> Result<Vec<Key>, AuthError> {
    let iss = || issuer.iss.clone();
    let broken = |reason: String| AuthError::Keys { iss: iss(), reason };
    let json = match &issuer.key {
        KeySource::Secret(_) if is_production => return Err(AuthError::SecretInProduction { iss: iss() }),
        KeySource::Secret(Secret(secret)) if secret.len() < SHORTEST => {
            return Err(AuthError::ShortSecret { iss: iss() });
        }
        KeySource::Secret(Secret(secret)) => {
            let key = DecodingKey::from_secret(secret.as_bytes());
            return Ok(vec![Key { kid: None, algorithm: Algorithm::HS256, key }]);
        }
        KeySource::Jwks(json) => json.clone(),
        KeySource::JwksFile(path) => {
            std::fs::read_to_string(path).map_err(|error| broken(format!("{}: {error}", path.display())))?
        }
    };
    let set: JwkSet = serde_json::from_str(&json).map_err(|error| broken(format!("not a JWK set: {error}")))?;
    let usable = set
        .keys
        .iter()
        .filter(|jwk| jwk.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature));
    let keys = usable.map(public_key).collect::<Result<Vec<_>, _>>().map_err(broken)?;
    match keys.len() {
        0 => Err(broken("the JWK set holds no key for signatures".into())),
        _ => Ok(keys),
    }
}

/// A public key with the one algorithm it is for; symmetric keys have no place in a JWK set.
fn public_key(jwk: &Jwk) -> Result<Key, String> {
    let kid = jwk.common.key_id.clone();
    let algorithm =
        algorithm(&jwk.algorithm).ok_or_else(|| format!("key {kid:?} is none of RSA, P-256 and Ed25519"))?;
    if jwk.common.key_algorithm.is_some_and(|said| said.to_string() != format!("{algorithm:?}")) {
        return Err(format!("key {kid:?} is for another algorithm than {algorithm:?}"));
    }
    let key = DecodingKey::from_jwk(jwk).map_err(|error| format!("key {kid:?}: {error}"))?;
    Ok(Key { kid, algorithm, key })
}

fn algorithm(key: &AlgorithmParameters) -> Option<Algorithm> {
    if let AlgorithmParameters::RSA(_) = key {
        Some(Algorithm::RS256)
    } else if let AlgorithmParameters::EllipticCurve(key) = key {
        (key.curve == EllipticCurve::P256).then_some(Algorithm::ES256)
    } else if let AlgorithmParameters::OctetKeyPair(key) = key {
        (key.curve == EllipticCurve::Ed25519).then_some(Algorithm::EdDSA)
    } else {
        None
    }
}

/// What a minted token says.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The issuer.
    pub iss: String,
    /// The audience.
    pub aud: String,
    /// The person.
    pub sub: String,
    /// The organisation.
    pub org: Option<Org>,
    /// The roles.
    pub roles: Vec<Role>,
    /// How long it is valid, in real time.
    pub valid_for: TimeDelta,
}

/// Mints an HS256 token for development.
pub fn mint(secret: &Secret, grant: &Grant) -> Result<String, AuthError> {
    let now = Utc::now();
    let claims = Claims {
        iss: grant.iss.clone(),
        aud: grant.aud.clone().into(),
        sub: grant.sub.clone(),
        exp: (now + grant.valid_for).timestamp(),
        iat: Some(now.timestamp()),
        org: grant.org.map(|org| org.to_string()),
        roles: grant.roles.iter().map(ToString::to_string).collect(),
    };
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(secret.0.as_bytes()))
        .map_err(|error| AuthError::Signing(error.to_string()))
}
