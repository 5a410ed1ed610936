//! Which id tokens hold.

mod support;

use auth_core::provider::{Provider, ProviderError};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Value, json};
use support::issuer::{Issuer, NONCE, NOW};
use support::keys::{Key, unsigned};
use support::tokens;
use time::Duration;

/// The reason for which a token does not hold.
async fn refusal(provider: &dyn Provider, token: &str) -> String {
    match provider.profile(&tokens(None, Some(token)), Some(NONCE)).await {
        Err(ProviderError::InvalidIdToken { reason, .. }) => reason,
        other => format!("{other:?}"),
    }
}

async fn holds(provider: &dyn Provider, token: &str) -> bool {
    provider.profile(&tokens(None, Some(token)), Some(NONCE)).await.is_ok()
}

#[tokio::test]
async fn a_good_token_of_every_algorithm_holds() {
    for key in [
        Key::es256("k"),
        Key::es384("k"),
        Key::ed("k"),
        Key::rsa("k", "RS256"),
        Key::rsa("k", "RS384"),
        Key::rsa("k", "RS512"),
        Key::rsa("k", "PS256"),
        Key::rsa("k", "PS384"),
        Key::rsa("k", "PS512"),
    ] {
        let issuer = Issuer::start(&[&key]).await;
        let provider = issuer.builder().build().unwrap();
        let token = key.sign(&issuer.claims(&json!({})));
        let profile = provider.profile(&tokens(None, Some(&token)), Some(NONCE)).await;
        assert_eq!(profile.unwrap().account_id, "person-1", "{}", key.algorithm());
    }
}

#[tokio::test]
async fn a_token_whose_claims_are_wrong_does_not_hold() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let provider =
        issuer.builder().accept_audience("the-phone").max_id_token_age(Duration::HOUR).build().unwrap();
    let now = NOW.unix_timestamp();
    for (changes, wanted) in [
        (json!({"iss": "https://evil.example"}), "it is of another issuer"),
        (json!({"iss": null}), "it names no issuer"),
        (json!({"aud": "another-client"}), "it is for another audience"),
        (json!({"aud": null}), "it names no audience"),
        (json!({"aud": []}), "it is for another audience"),
        (json!({"aud": ["the-client", "other"]}), "another party asked for it"),
        (json!({"aud": ["the-client", "other"], "azp": "other"}), "another party asked for it"),
        (json!({"exp": now - 60}), "it has expired"),
        (json!({"exp": null}), "it has no expiry"),
        (json!({"exp": "soon"}), "it has no expiry"),
        (json!({"iat": null}), "it does not say when it was issued"),
        (json!({"iat": now + 61}), "it is not valid yet"),
        (json!({"nbf": now + 61}), "it is not valid yet"),
        (json!({"iat": now - 3661}), "it was issued too long ago"),
        (json!({"nonce": "another"}), "its nonce is another"),
        (json!({"nonce": null}), "it has no nonce"),
    ] {
        assert_eq!(refusal(&provider, &key.sign(&issuer.claims(&changes))).await, wanted, "{changes}");
    }
    for changes in [
        json!({"aud": ["the-client"]}),
        json!({"aud": "the-phone", "azp": "other"}),
        json!({"aud": ["the-client", "other"], "azp": "the-client"}),
        json!({"exp": now - 59}),
        json!({"iat": now + 60, "nbf": now + 60}),
        json!({"iat": now - 3660}),
        json!({"exp": 4_102_444_800.5}),
    ] {
        assert!(holds(&provider, &key.sign(&issuer.claims(&changes))).await, "{changes}");
    }
}

#[tokio::test]
async fn a_token_that_the_issuer_did_not_sign_does_not_hold() {
    let (key, stranger, rsa) = (Key::es256("k"), Key::es256("k"), Key::rsa("r", "RS256"));
    let issuer = Issuer::start(&[&key, &rsa]).await;
    let provider = issuer.builder().build().unwrap();
    let claims = issuer.claims(&json!({}));
    let good = key.sign(&claims);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let other = unsigned(&json!({"alg": "ES256", "kid": "k"}), &issuer.claims(&json!({"sub": "person-2"})));

    assert_eq!(refusal(&provider, &stranger.sign(&claims)).await, "its signature is wrong");
    assert_eq!(refusal(&provider, &format!("{other}.{signature}")).await, "its signature is wrong");
    assert_eq!(refusal(&provider, &format!("{message}.")).await, "its signature is wrong");
    assert_eq!(refusal(&provider, &format!("{message}.AAAA")).await, "its signature is wrong");
    assert_eq!(refusal(&provider, &format!("{message}.{signature}=")).await, "its signature cannot be read");
    for broken in ["", ".", "..", "a.b", "a.b.c", message, "a.b.c.d.e"] {
        assert_eq!(refusal(&provider, broken).await, "its header cannot be read", "{broken}");
    }
    for none in ["none", "None", "NONE", ""] {
        let token = unsigned(&json!({"alg": none, "kid": "k"}), &claims);
        assert_eq!(refusal(&provider, &format!("{token}.")).await, "its header cannot be read");
        assert_eq!(refusal(&provider, &format!("{token}.{signature}")).await, "its header cannot be read");
    }
    // A key says or shows which algorithms it is for.
    let mixed = rsa.sign_with(&json!({"alg": "RS512", "kid": "r"}), &claims);
    assert_eq!(refusal(&provider, &mixed).await, "its key is unknown");
    let mixed = key.sign_with(&json!({"alg": "RS256", "kid": "k"}), &claims);
    assert_eq!(refusal(&provider, &mixed).await, "its key is unknown");
    // A key in the header is nobody's.
    let own = stranger.sign_with(&json!({"alg": "ES256", "kid": "own", "jwk": stranger.jwk()}), &claims);
    assert_eq!(refusal(&provider, &own).await, "its key is unknown");
    let critical = key.sign_with(&json!({"alg": "ES256", "kid": "k", "crit": ["x"], "x": 1}), &claims);
    assert_eq!(refusal(&provider, &critical).await, "it needs an extension that is unknown here");
    assert!(holds(&provider, &good).await);
}

#[tokio::test]
async fn what_everybody_knows_is_no_shared_secret() {
    let rsa = Key::rsa("r", "RS256");
    let issuer = Issuer::start(&[&rsa]).await;
    let mut set = json!({"keys": [rsa.jwk()]});
    set["keys"].as_array_mut().unwrap().push(json!({"kty": "oct", "kid": "o", "k": "c2VjcmV0"}));
    issuer.mock.json("/keys", set);
    let provider = issuer.builder().build().unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(rsa.jwk()["n"].as_str().unwrap()).unwrap();
    let jwk = rsa.jwk().to_string();
    for (kid, secret) in [
        ("r", modulus.as_slice()),
        ("r", jwk.as_bytes()),
        ("r", b"".as_slice()),
        ("r", b"the-secret".as_slice()),
        ("o", b"secret".as_slice()),
    ] {
        let message = unsigned(&json!({"alg": "HS256", "kid": kid}), &issuer.claims(&json!({})));
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        assert_eq!(refusal(&provider, &token).await, "it is signed with a shared secret");
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_once_a_minute_at_most() {
    let (old, new, forged) = (Key::es256("old"), Key::ed("new"), Key::es256("made-up"));
    let issuer = Issuer::start(&[&old]).await;
    let provider = issuer.builder().build().unwrap();
    let claims = issuer.claims(&json!({"exp": NOW.unix_timestamp() + 100_000}));
    let fetched = || issuer.mock.asked("/keys").len();
    assert!(holds(&provider, &old.sign(&claims)).await);
    assert!(holds(&provider, &old.sign(&claims)).await);
    assert_eq!(fetched(), 1);

    // Names that somebody made up cannot make us ask all the time.
    for _ in 0..5 {
        assert_eq!(refusal(&provider, &forged.sign(&claims)).await, "its key is unknown");
    }
    assert_eq!(fetched(), 1);

    issuer.publish(&[&new]);
    assert_eq!(refusal(&provider, &new.sign(&claims)).await, "its key is unknown");
    issuer.clock.advance(Duration::MINUTE);
    assert!(holds(&provider, &new.sign(&claims)).await);
    assert_eq!(fetched(), 2);
    assert_eq!(refusal(&provider, &old.sign(&claims)).await, "its key is unknown");

    // A key that was withdrawn is forgotten within the hour.
    issuer.publish(&[&old]);
    issuer.clock.advance(Duration::HOUR);
    assert_eq!(refusal(&provider, &new.sign(&claims)).await, "its key is unknown");
    assert!(holds(&provider, &old.sign(&claims)).await);
    assert_eq!(fetched(), 3);
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_asked_for_again() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let provider = issuer.builder().build().unwrap();
    let token = key.sign(&issuer.claims(&json!({})));
    let person = tokens(None, Some(&token));
    issuer.mock.status("/keys", 503, "");
    assert!(matches!(provider.profile(&person, Some(NONCE)).await, Err(ProviderError::InvalidAnswer { .. })));
    issuer.mock.json("/keys", json!({"no": "keys"}));
    assert!(matches!(provider.profile(&person, Some(NONCE)).await, Err(ProviderError::InvalidAnswer { .. })));
    issuer.publish(&[&key]);
    assert!(holds(&provider, &token).await);
}

#[tokio::test]
async fn strange_keys_hide_no_others_and_a_token_needs_no_key_name() {
    let (one, two) = (Key::es256("one"), Key::es256("two"));
    let issuer = Issuer::start(&[]).await;
    let strange: Value = json!({"keys": [
        {"kty": "AKP", "alg": "ML-DSA-44", "kid": "strange"},
        "not a key",
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "!"},
        one.jwk(),
        two.jwk(),
    ]});
    issuer.mock.json("/keys", strange);
    let provider = issuer.builder().build().unwrap();
    let token = two.sign_with(&json!({"alg": "ES256"}), &issuer.claims(&json!({})));
    assert!(holds(&provider, &token).await);
}

#[tokio::test]
async fn a_nonce_is_asked_for_where_the_sign_in_has_one() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let provider = issuer.builder().build().unwrap();
    let token = key.sign(&issuer.claims(&json!({"nonce": null})));
    assert!(provider.profile(&tokens(None, Some(&token)), None).await.is_ok());
    let error = provider.profile(&tokens(Some("at"), None), None).await.unwrap_err();
    assert!(matches!(error, ProviderError::InvalidAnswer { .. }), "{error}");
}
