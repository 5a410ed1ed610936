//! The presets, each with a document as its provider writes it.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail as loudly as the test")]

mod support;

use std::sync::Arc;

use auth_core::domain::{ManualClock, Secret};
use auth_core::provider::{Profile, Provider, ProviderError};
use auth_oauth::{
    AppleKey, Builder, OidcEndpoints, apple, apple_with_key, discord, github, google, microsoft,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};
use support::issuer::{DISCOVERY, Issuer, NONCE, NOW};
use support::keys::Key;
use support::{Mock, authorization, exchange, tokens, values};
use time::Duration;

fn secret() -> Secret {
    Secret::new("the-secret")
}

/// A preset that asks the issuer on this machine.
fn here(issuer: &Issuer, preset: Builder<OidcEndpoints>) -> Builder<OidcEndpoints> {
    preset
        .discovery_url(issuer.mock.url(DISCOVERY))
        .issuer(&issuer.mock.base)
        .clock(Arc::<ManualClock>::clone(&issuer.clock))
}

async fn person(issuer: &Issuer, key: &Key, preset: Builder<OidcEndpoints>, claims: &Value) -> Profile {
    let provider = here(issuer, preset).build().unwrap();
    let token = key.sign(&issuer.claims(claims));
    provider.profile(&tokens(Some("at"), Some(&token)), Some(NONCE)).await.unwrap()
}

#[tokio::test]
async fn google_tells_all_in_the_id_token() {
    let key = Key::rsa("k", "RS256");
    let issuer = Issuer::start(&[&key]).await;
    let claims = json!({
        "iss": "accounts.google.com", "azp": "the-client", "sub": "110169484474386276334", "hd": "example.org",
        "email": "ada@example.org", "email_verified": true, "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q", "name": "Ada Lovelace",
        "picture": "https://lh3.googleusercontent.com/a/x=s96-c", "given_name": "Ada", "family_name": "Lovelace",
    });
    let profile = person(&issuer, &key, google("the-client", secret()), &claims).await;
    assert_eq!(
        (profile.account_id.as_str(), profile.name.as_str()),
        ("110169484474386276334", "Ada Lovelace")
    );
    assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("ada@example.org"), true));
    assert_eq!(profile.image.as_deref(), Some("https://lh3.googleusercontent.com/a/x=s96-c"));

    let provider = here(&issuer, google("the-client", secret())).build().unwrap();
    assert_eq!(provider.id(), "google");
    let (_, params) = authorization(&provider, Some(NONCE), &[]).await.unwrap();
    assert_eq!(values(&params, "scope"), ["email profile openid calendar"]);
    assert_eq!(values(&params, "include_granted_scopes"), ["true"]);
}

#[tokio::test]
async fn github_lists_the_addresses_apart() {
    let mock = Mock::start().await;
    let provider = github("the-client", secret())
        .authorization_url(mock.url("/login/oauth/authorize"))
        .token_url(mock.url("/login/oauth/access_token"))
        .userinfo_url(mock.url("/user"))
        .emails_url(mock.url("/user/emails"))
        .build()
        .unwrap();
    let (_, params) = authorization(&provider, None, &[]).await.unwrap();
    assert_eq!(values(&params, "scope"), ["read:user user:email calendar email"]);
    let user = |email: Value| {
        json!({"login": "ada", "id": 583_231, "avatar_url": "https://avatars.githubusercontent.com/u/583231?v=4",
            "type": "User", "name": null, "email": email, "email_verified": true})
    };
    let emails = json!([
        {"email": "old@example.org", "primary": false, "verified": true, "visibility": null},
        {"email": "ada@example.org", "primary": true, "verified": true, "visibility": "private"},
        {"email": "new@example.org", "primary": false, "verified": false, "visibility": null},
    ]);
    for (email, list, wanted) in [
        (json!(null), emails.clone(), (Some("ada@example.org"), true)),
        (json!("Old@example.org"), emails.clone(), (Some("Old@example.org"), true)),
        (json!("new@example.org"), emails, (Some("new@example.org"), false)),
        (json!("ada@example.org"), json!([]), (Some("ada@example.org"), false)),
        (json!(null), json!([]), (None, false)),
    ] {
        mock.json("/user", user(email));
        mock.json("/user/emails", list);
        let profile = provider.profile(&tokens(Some("at"), None), None).await.unwrap();
        assert_eq!((profile.account_id.as_str(), profile.name.as_str()), ("583231", "ada"));
        assert_eq!((profile.email.as_deref(), profile.email_verified), wanted);
        assert!(profile.image.unwrap().starts_with("https://avatars"));
    }
    mock.status("/user/emails", 404, "");
    let profile = provider.profile(&tokens(Some("at"), None), None).await.unwrap();
    assert_eq!((profile.email, profile.email_verified), (None, false), "the scope was not granted");
}

#[tokio::test]
async fn apple_tells_the_name_once_beside_the_code() {
    let key = Key::rsa("k", "RS256");
    let issuer = Issuer::start(&[&key]).await;
    let provider = here(&issuer, apple("the-client", secret())).build().unwrap();
    let (_, params) = authorization(&provider, Some(NONCE), &[]).await.unwrap();
    assert_eq!(values(&params, "response_mode"), ["form_post"]);
    assert_eq!(values(&params, "scope"), ["email name calendar"]);

    let claims = json!({"sub": "001351.a1b2.0423", "email": "x@privaterelay.appleid.com", "email_verified": "true",
        "is_private_email": "true", "name": null, "picture": null});
    let token = key.sign(&issuer.claims(&claims));
    let mut first = tokens(Some("at"), Some(&token));
    first.user =
        Some(json!({"name": {"firstName": "Ada", "lastName": "Lovelace"}, "email": "eve@example.org"}));
    let profile = provider.profile(&first, Some(NONCE)).await.unwrap();
    assert_eq!((profile.account_id.as_str(), profile.name.as_str()), ("001351.a1b2.0423", "Ada Lovelace"));
    assert_eq!(
        profile.email.as_deref(),
        Some("x@privaterelay.appleid.com"),
        "only the name is taken from beside"
    );
    assert!(profile.email_verified);
    first.user = None;
    assert_eq!(provider.profile(&first, Some(NONCE)).await.unwrap().name, "");

    // SHA-256 of the nonce, as an application on an iPhone sends it.
    let hash: String = ring::digest::digest(&ring::digest::SHA256, NONCE.as_bytes())
        .as_ref()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let token = key.sign(&issuer.claims(&json!({"nonce": hash})));
    assert!(provider.profile(&tokens(None, Some(&token)), Some(NONCE)).await.is_ok());
}

#[tokio::test]
async fn apples_client_secret_is_made_from_its_key() {
    let random = SystemRandom::new();
    let algorithm = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let public = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random)
        .unwrap()
        .public_key()
        .as_ref()
        .to_vec();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(document.as_ref())
    );
    let key =
        AppleKey { team_id: "TEAM123456".into(), key_id: "KEY1234567".into(), private_key: Secret::new(pem) };

    let issuer = Issuer::start(&[]).await;
    let provider = here(&issuer, apple_with_key("org.example.web", key.clone())).build().unwrap();
    issuer.mock.json("/token", json!({"access_token": "at"}));
    exchange(&provider).await.unwrap();
    let secret = issuer.mock.asked("/token")[0].form["client_secret"].clone();
    let (message, signature) = secret.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let verifier = UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, public);
    verifier.verify(message.as_bytes(), &signature).unwrap();
    let parts: Vec<Value> = message
        .split('.')
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!(parts[0], json!({"alg": "ES256", "kid": "KEY1234567", "typ": "JWT"}));
    let now = NOW.unix_timestamp();
    assert_eq!(
        parts[1],
        json!({"iss": "TEAM123456", "iat": now, "exp": now + 300, "aud": "https://appleid.apple.com", "sub": "org.example.web"})
    );

    let broken = AppleKey { private_key: Secret::new("no key"), ..key };
    let error = broken.client_secret("org.example.web", NOW, Duration::HOUR).unwrap_err();
    assert!(matches!(error, ProviderError::Settings { .. }));
    assert!(!format!("{error:?} {broken:?}").contains("no key"));
}

const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

fn entra(issuer: &Issuer, tenant: &str) -> impl Provider + use<> {
    let template = issuer.mock.url("/{tenantid}/v2.0");
    let mut document = issuer.document();
    document["issuer"] = template.clone().into();
    issuer.mock.json(DISCOVERY, document);
    here(issuer, microsoft(tenant, "the-client", secret())).issuer(template).build().unwrap()
}

#[tokio::test]
async fn microsoft_names_people_by_oid_and_issuers_by_tenant() {
    let key = Key::rsa("k", "RS256");
    let issuer = Issuer::start(&[&key]).await;
    let claims = |tenant: &str, more: Value| {
        let mut claims = json!({
            "iss": issuer.mock.url(&format!("/{tenant}/v2.0")), "tid": tenant, "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474",
            "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ", "name": "Ada", "email": "ada@example.org",
            "email_verified": null, "preferred_username": "ada@example.org", "ver": "2.0", "picture": null,
        });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        key.sign(&issuer.claims(&claims))
    };
    let ask = async |provider: &dyn Provider, token: String| {
        provider.profile(&tokens(Some("at"), Some(&token)), Some(NONCE)).await
    };

    let common = entra(&issuer, "common");
    let profile = ask(&common, claims(TENANT, json!({}))).await.unwrap();
    assert_eq!(profile.account_id, "690222be-ff1a-4d56-abd1-7e4f7d38e474");
    assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("ada@example.org"), false));
    for (more, verified) in [
        (json!({"verified_primary_email": ["ada@example.org"]}), true),
        (json!({"verified_secondary_email": ["ada@example.org"]}), true),
        (json!({"verified_primary_email": ["eve@example.org"]}), false),
        (json!({"email_verified": true}), true),
        (json!({"email_verified": false, "verified_primary_email": ["ada@example.org"]}), false),
    ] {
        assert_eq!(ask(&common, claims(TENANT, more)).await.unwrap().email_verified, verified);
    }
    assert!(ask(&common, claims(PERSONAL, json!({}))).await.is_ok());
    for forged in
        [json!({"tid": PERSONAL}), json!({"tid": null}), json!({"iss": issuer.mock.url("/{tenantid}/v2.0")})]
    {
        let error = ask(&common, claims(TENANT, forged)).await.unwrap_err();
        assert!(matches!(error, ProviderError::InvalidIdToken { .. }), "{error}");
    }
    assert!(matches!(
        ask(&common, claims(TENANT, json!({"oid": null}))).await,
        Err(ProviderError::InvalidIdToken { .. })
    ));

    let organizations = entra(&issuer, "organizations");
    assert!(ask(&organizations, claims(TENANT, json!({}))).await.is_ok());
    assert!(matches!(
        ask(&organizations, claims(PERSONAL, json!({}))).await,
        Err(ProviderError::InvalidIdToken { .. })
    ));
    assert!(issuer.mock.asked("/userinfo").is_empty());
}

#[tokio::test]
async fn discord_makes_pictures_of_hashes() {
    let mock = Mock::start().await;
    let provider = discord("the-client", secret())
        .authorization_url(mock.url("/authorize"))
        .token_url(mock.url("/token"))
        .userinfo_url(mock.url("/users/@me"))
        .build()
        .unwrap();
    let (_, params) = authorization(&provider, None, &[]).await.unwrap();
    assert_eq!(values(&params, "scope"), ["identify email calendar"]);
    assert_eq!((values(&params, "prompt"), values(&params, "code_challenge")), (vec!["none"], vec![]));
    for (avatar, discriminator, wanted) in [
        (
            json!("8342729096ea3675442027381ff50dfe"),
            "0",
            "avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png",
        ),
        (
            json!("a_1269e74af4df7417b13759eae50c83dc"),
            "0",
            "avatars/80351110224678912/a_1269e74af4df7417b13759eae50c83dc.gif",
        ),
        (json!(null), "0", "embed/avatars/5.png"),
        (json!(null), "1337", "embed/avatars/2.png"),
    ] {
        mock.json(
            "/users/@me",
            json!({"id": "80351110224678912", "username": "nelly", "discriminator": discriminator, "avatar": avatar,
                "global_name": null, "verified": true, "email": "nelly@example.org", "mfa_enabled": true}),
        );
        let profile = provider.profile(&tokens(Some("at"), None), None).await.unwrap();
        assert_eq!((profile.account_id.as_str(), profile.name.as_str()), ("80351110224678912", "nelly"));
        assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("nelly@example.org"), true));
        assert_eq!(profile.image.unwrap(), format!("https://cdn.discordapp.com/{wanted}"));
    }
}

#[test]
fn every_preset_can_be_built_as_it_is() {
    assert!(google("c", secret()).build().is_ok());
    assert!(github("c", secret()).build().is_ok());
    assert!(apple("c", secret()).build().is_ok());
    assert!(discord("c", secret()).build().is_ok());
    for tenant in ["common", "organizations", "consumers", TENANT] {
        assert!(microsoft(tenant, "c", secret()).build().is_ok());
    }
}
