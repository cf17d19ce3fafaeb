//! Tokens: what is believed, and what is not.
use crate::stage::{ALICE, BOB, Stage, call, get_by, grant, issuer, secret};
use ::web::auth::{Grant, Issuer, KeySource, Secret, Verifier, mint};
use actix_web::test::TestRequest;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{Actor, MerchantId, Org, Role, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

fn alice() -> Grant {
    grant("ann", Some(Org::Provider(ALICE)), &[Role::Provider])
}

fn verify(verifier: &Verifier, token: &str) -> Result<Actor, String> {
    verifier.verify(token).map_err(|refused| refused.problem().code.clone())
}

fn signed(claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret().0.as_bytes());
    jsonwebtoken::encode(&Header::default(), claims, &key).unwrap()
}

#[actix_web::test]
async fn without_a_valid_token_there_is_no_answer() {
    let stage = Stage::new();
    let app = stage.app().await;
    let bare = call(&app, TestRequest::get().uri("/v1/notes")).await;
    assert_eq!(bare.code(), (401, "token_missing".into()));
    assert_eq!(bare.header("www-authenticate"), Some(r#"Bearer realm="guildhall""#));
    let expired = mint(&secret(), &Grant { valid_for: TimeDelta::hours(-1), ..alice() }).unwrap();
    let forged = mint(&Secret("another secret that is just as long".into()), &alice()).unwrap();
    let of_another = mint(&secret(), &Grant { iss: "https://other.test".into(), ..alice() }).unwrap();
    let for_another = mint(&secret(), &Grant { aud: "elsewhere".into(), ..alice() }).unwrap();
    let not_granted = mint(&secret(), &grant("olga", None, &[Role::Operator])).unwrap();
    for (token, code) in [
        (expired, "token_expired"),
        (forged, "token_invalid"),
        (of_another, "token_invalid"),
        (for_another, "token_invalid"),
        (not_granted, "token_not_granted"),
        ("nonsense".into(), "token_invalid"),
    ] {
        let sent = TestRequest::get().uri("/v1/notes").insert_header(("Authorization", format!("Bearer {token}")));
        let answered = call(&app, sent).await;
        assert_eq!(answered.code(), (401, code.into()));
        assert!(answered.header("www-authenticate").unwrap().contains(r#"error="invalid_token""#), "{code}");
    }
    // A command without a token is 401 whatever else is wrong with it.
    let command = TestRequest::post().uri("/v1/notes").set_payload("{");
    assert_eq!(call(&app, command).await.code(), (401, "token_missing".into()));
    assert_eq!(call(&app, get_by(ALICE, "/v1/notes")).await.status, 200);
}

#[test]
fn an_actor_is_a_providers_or_a_merchants_or_staff() {
    let verifier = Verifier::new(&[issuer()], false).unwrap();
    let merchant = Org::Merchant(MerchantId(Uuid::from_u128(7)));
    assert_eq!(verify(&verifier, &mint(&secret(), &alice()).unwrap()), Ok(Actor::provider("ann", ALICE)));
    let staff = grant("rita", None, &[Role::Reviewer]);
    assert_eq!(verify(&verifier, &mint(&secret(), &staff).unwrap()), Ok(Actor::staff("rita", Role::Reviewer)));
    for (org, roles) in [
        (None, vec![]),
        (None, vec![Role::Provider]),
        (None, vec![Role::Reviewer, Role::Merchant]),
        (Some(merchant), vec![Role::Provider]),
        (Some(merchant), vec![]),
        (Some(merchant), vec![Role::Merchant, Role::Reviewer]),
        (Some(Org::Provider(ALICE)), vec![Role::Reviewer]),
    ] {
        let token = mint(&secret(), &grant("x", org, &roles)).unwrap();
        assert_eq!(verify(&verifier, &token), Err("token_not_granted".into()), "{org:?} {roles:?}");
    }
}

#[test]
fn claims_are_read_strictly() {
    let verifier = Verifier::new(&[issuer()], false).unwrap();
    let exp = chrono::Utc::now().timestamp() + 60;
    let whole = json!({
        "iss": "https://issuer.test", "aud": ["elsewhere", "guildhall"], "sub": "ann", "exp": exp,
        "org": ALICE.to_string(), "roles": ["provider"],
    });
    assert!(verify(&verifier, &signed(&whole)).is_ok());
    let changed = |name: &str, value: Option<Value>| {
        let mut claims = whole.clone();
        match value {
            Some(value) => claims[name] = value,
            None => {
                claims.as_object_mut().unwrap().remove(name);
            }
        }
        verify(&verifier, &signed(&claims)).unwrap_err()
    };
    for name in ["iss", "aud", "sub", "exp"] {
        assert_eq!(changed(name, None), "token_invalid", "{name}");
    }
    for sub in ["", "clock", "service:orders"] {
        assert_eq!(changed("sub", Some(json!(sub))), "token_invalid", "{sub}");
    }
    assert_eq!(changed("nbf", Some(json!(exp))), "token_invalid");
    assert_eq!(changed("roles", Some(json!(["king"]))), "token_not_granted");
    assert_eq!(changed("org", Some(json!("cas_01h455vb4pex5vsknk084sn02q"))), "token_not_granted");
    assert_eq!(changed("org", None), "token_not_granted");
}

#[test]
fn an_issuer_speaks_only_for_its_organisations() {
    let narrow = Issuer { orgs: Some(vec![Org::Provider(BOB)]), ..issuer() };
    let verifier = Verifier::new(&[narrow], false).unwrap();
    let of_bob = grant("bea", Some(Org::Provider(BOB)), &[Role::Provider]);
    assert!(verify(&verifier, &mint(&secret(), &of_bob).unwrap()).is_ok());
    assert_eq!(verify(&verifier, &mint(&secret(), &alice()).unwrap()), Err("token_not_granted".into()));
}

fn keys() -> [(Algorithm, &'static str, EncodingKey); 3] {
    [
        (Algorithm::EdDSA, "ed", EncodingKey::from_ed_pem(include_bytes!("../keys/ed25519.pem")).unwrap()),
        (Algorithm::ES256, "ec", EncodingKey::from_ec_pem(include_bytes!("../keys/p256.pem")).unwrap()),
        (Algorithm::RS256, "rsa", EncodingKey::from_rsa_pem(include_bytes!("../keys/rsa.pem")).unwrap()),
    ]
}

fn jwks() -> Value {
    let keys = keys().map(|(algorithm, kid, key)| {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&key, algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(kid);
        jwk["use"] = json!("sig");
        jwk
    });
    json!({ "keys": keys })
}

#[test]
fn production_believes_public_keys_by_their_names_and_nothing_symmetric() {
    let of_set = Issuer { key: KeySource::Jwks(jwks().to_string()), ..issuer() };
    let verifier = Verifier::new(&[of_set], true).unwrap();
    let claims = json!({
        "iss": "https://issuer.test", "aud": "guildhall", "sub": "ann", "exp": chrono::Utc::now().timestamp() + 60,
        "org": ALICE.to_string(), "roles": ["provider"],
    });
    let sign = |algorithm, kid: Option<&str>, key: &EncodingKey| {
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
        jsonwebtoken::encode(&header, &claims, key).unwrap()
    };
    for (algorithm, kid, key) in &keys() {
        assert_eq!(
            verify(&verifier, &sign(*algorithm, Some(kid), key)),
            Ok(Actor::provider("ann", ALICE)),
            "{algorithm:?}"
        );
        let other = if *kid == "ed" { "ec" } else { "ed" };
        assert!(verify(&verifier, &sign(*algorithm, Some(other), key)).is_err());
        assert!(verify(&verifier, &sign(*algorithm, None, key)).is_err());
    }
    // The old trick: the public key's text as an HS256 secret.
    let public = jwks()["keys"][2]["n"].as_str().unwrap().to_owned();
    let tricked = sign(Algorithm::HS256, Some("rsa"), &EncodingKey::from_secret(public.as_bytes()));
    assert_eq!(verify(&verifier, &tricked), Err("token_invalid".into()));
}

#[test]
fn settings_that_would_believe_too_much_are_refused() {
    let refused = |issuers: &[Issuer], is_production| Verifier::new(issuers, is_production).unwrap_err().to_string();
    assert!(refused(&[issuer()], true).contains("is for development"));
    let short = Issuer { key: KeySource::Secret(Secret("short".into())), ..issuer() };
    assert!(refused(&[short], false).contains("shorter than 32"));
    assert!(refused(&[issuer(), issuer()], false).contains("named twice"));
    let symmetric = r#"{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a"}]}"#;
    for (json, why) in [(r#"{"keys":[]}"#, "no key"), ("{}", "not a JWK set"), (symmetric, "none of RSA")] {
        let odd = Issuer { key: KeySource::Jwks(json.into()), ..issuer() };
        assert!(refused(&[odd], true).contains(why), "{json}");
    }
    let lost = Issuer { key: KeySource::JwksFile("does/not/exist.json".into()), ..issuer() };
    assert!(refused(&[lost], true).contains("does/not/exist.json"));
    assert!(!format!("{:?}", issuer()).contains("long enough"), "no log shows a secret");
}
